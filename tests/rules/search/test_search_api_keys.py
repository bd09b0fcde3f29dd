"""search-api-keys."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.on_your_data import CLAIMS_SEARCH
from auditor_rules.search.search_api_keys import search_api_keys
from tests.rules.cases import Case
from tests.rules.search.strangers import LONELY, add_lonely_service
from tests.rules.world import World

PATH = "properties.disableLocalAuth"
DEVELOPED = Declared(
    workloads=(
        DeclaredWorkload(
            name="lonely",
            kind="private-openai",
            search=(LONELY,),
            developers=("00000000-0000-4000-8000-000000000001",),
        ),
    )
)


def lonely_with_keys(world: World) -> None:
    add_lonely_service(world).put(LONELY, PATH, False)


CASES = (
    Case(name="disabled", about=CLAIMS_SEARCH, status="pass", seen=((PATH, True),)),
    Case(
        name="enabled-on-your-data",
        about=CLAIMS_SEARCH,
        status="fail",
        severity=Severity.LOW,
        change=lambda world: world.put(CLAIMS_SEARCH, PATH, False),
        says="may still list keys",
        seen=((PATH, False),),
    ),
    Case(
        name="absent",
        about=CLAIMS_SEARCH,
        status="fail",
        change=lambda world: world.cut(CLAIMS_SEARCH, PATH),
        says="not set",
        seen=((PATH, ABSENT),),
    ),
    Case(
        name="null",
        about=CLAIMS_SEARCH,
        status="fail",
        change=lambda world: world.put(CLAIMS_SEARCH, PATH, None),
    ),
    Case(
        name="enabled-and-nobody-needs-keys",
        about=LONELY,
        status="fail",
        severity=Severity.MEDIUM,
        change=lonely_with_keys,
    ),
    Case(
        name="enabled-for-declared-developers",
        about=LONELY,
        status="fail",
        severity=Severity.LOW,
        change=lonely_with_keys,
        declared=DEVELOPED,
    ),
    Case(
        name="text",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=lambda world: world.put(CLAIMS_SEARCH, PATH, "true"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda world: world.refuse("Search/searchServices"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_search_api_keys(case: Case) -> None:
    case.check(search_api_keys)
