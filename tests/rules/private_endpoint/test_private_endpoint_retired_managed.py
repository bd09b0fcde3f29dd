"""private-endpoint-retired-managed."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH
from auditor_rules.private_endpoint.private_endpoint_retired_managed import private_endpoint_retired_managed
from tests.rules.cases import Case
from tests.rules.private_endpoint.doors import ENDPOINT_ID, RETIRED, STATUS, at, endpoint_id, knock
from tests.rules.world import mended

OURS = at(CLAIMS_SEARCH, "pe-claims-search")
KNOCK = at(CLAIMS_SEARCH, "knock")

CASES = (
    Case(name="ours", about=OURS, status="pass"),
    Case(name="stranger", about=KNOCK, status="pass", change=lambda w: knock(w, CLAIMS_SEARCH)),
    Case(
        name="absent-endpoint",
        about=OURS,
        status="pass",
        change=lambda w: w.cut(OURS, ENDPOINT_ID),
        says="names no private endpoint",
    ),
    Case(
        name="approved",
        about=KNOCK,
        status="fail",
        change=lambda w: knock(w, CLAIMS_SEARCH, RETIRED, status="Approved"),
        severity=Severity.LOW,
        seen=((ENDPOINT_ID, endpoint_id(RETIRED, "knock")), (STATUS, "Approved")),
    ),
    Case(
        name="pending",
        about=KNOCK,
        status="fail",
        change=lambda w: knock(w, CLAIMS_SEARCH, RETIRED),
        severity=Severity.MEDIUM,
    ),
    Case(
        name="disconnected-in-upper-case",
        about=KNOCK,
        status="fail",
        change=lambda w: knock(w, CLAIMS_SEARCH, RETIRED.upper(), status="Disconnected"),
        severity=Severity.LOW,
    ),
    Case(
        name="malformed-endpoint",
        about=OURS,
        status="unknown",
        change=lambda w: w.put(OURS, ENDPOINT_ID, 7),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="refused",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=lambda w: w.refuse("srch-norrland-claims/privateEndpointConnections"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_private_endpoint_retired_managed(case: Case) -> None:
    case.check(private_endpoint_retired_managed)


def test_retired_managed_looks_at_search_connections_alone() -> None:
    results = knock(mended(), CLAIMS_OPENAI, RETIRED).judge(private_endpoint_retired_managed)
    assert {found.resource_type for found in results} == {
        "Microsoft.Search/searchServices/privateEndpointConnections"
    }
