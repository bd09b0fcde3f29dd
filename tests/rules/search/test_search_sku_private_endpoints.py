"""search-sku-private-endpoints."""

from __future__ import annotations

import pytest

from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.on_your_data import CLAIMS_SEARCH
from auditor_rules.search.search_sku_private_endpoints import search_sku_private_endpoints
from tests.rules.cases import Case, Change

PATH = "sku.name"


def tier(name: object) -> Change:
    return lambda world: world.put(CLAIMS_SEARCH, PATH, name)


GOOD = ("basic", "standard", "standard2", "Standard3", "storage_optimized_l1", "STORAGE_OPTIMIZED_L2")
CASES = (
    *(Case(name=f"tier-{name}", about=CLAIMS_SEARCH, status="pass", change=tier(name)) for name in GOOD),
    *(
        Case(name=f"tier-{name}", about=CLAIMS_SEARCH, status="fail", change=tier(name), seen=((PATH, name),))
        for name in ("free", "Free")
    ),
    *(
        Case(
            name=f"tier-{name}",
            about=CLAIMS_SEARCH,
            status="unknown",
            change=tier(name),
            reason=Reason.UNEXPECTED_VALUE,
        )
        for name in ("serverless", "", None)
    ),
    Case(
        name="absent",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=lambda world: world.cut(CLAIMS_SEARCH, "sku"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(name="malformed", about=CLAIMS_SEARCH, status="unknown", change=tier(3), reason=Reason.MALFORMED),
    Case(
        name="refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda world: world.refuse("Search/searchServices"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_search_sku_private_endpoints(case: Case) -> None:
    case.check(search_sku_private_endpoints)
