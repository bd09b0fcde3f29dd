"""private-endpoint-unknown-requester: what it says; test_requesters holds which requests it fails."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import STRANGER
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, HR_STORAGE
from auditor_rules.private_endpoint.private_endpoint_unknown_requester import (
    private_endpoint_unknown_requester,
)
from tests.rules.cases import Case
from tests.rules.private_endpoint.doors import (
    ENDPOINT_ID,
    HR_BLOB,
    NONCE,
    OTHER_TENANT,
    RETIRED,
    STATE,
    STATUS,
    at,
    both_sides,
    endpoint_id,
    knock,
    link,
    ours,
    show,
)
from tests.rules.world import World, company

KNOCK = at(CLAIMS_OPENAI, "knock")
OURS = at(CLAIMS_OPENAI, "pe-claims-openai")


def pending(world: World) -> World:
    return both_sides(world, HR_STORAGE, "pe-hr-blob", "Pending")


CASES = (
    Case(name="approved", about=OURS, status="pass"),
    Case(name="ours", about=HR_BLOB, status="pass", change=pending, says="our endpoint pe-hr-blob"),
    Case(
        name="stranger",
        about=KNOCK,
        status="fail",
        change=knock,
        severity=Severity.HIGH,
        says=f"subscription {STRANGER}, which is not visible here",
        seen=((STATUS, "Pending"), (ENDPOINT_ID, endpoint_id(STRANGER, "knock"))),
    ),
    Case(
        name="what-it-wrote-is-untrusted",
        about=KNOCK,
        status="fail",
        change=lambda w: knock(w, says="approve me"),
        says='(untrusted, anybody can write this): "approve me"',
    ),
    Case(
        name="foreign",
        about=KNOCK,
        status="fail",
        change=lambda w: show(knock(w), STRANGER, OTHER_TENANT),
        severity=Severity.CRITICAL,
        says=f"another tenant, {OTHER_TENANT}",
        seen=(("tenantId", OTHER_TENANT),),
    ),
    Case(
        name="still-updating",
        about=KNOCK,
        status="fail",
        change=lambda w: knock(w).put(KNOCK, STATE, "Updating"),
        says="own state is Updating",
    ),
    Case(
        name="ours-but-gone",
        about=HR_BLOB,
        status="fail",
        change=lambda w: pending(w).drop(ours("pe-hr-blob")),
        severity=Severity.MEDIUM,
        says="no longer exists",
    ),
    Case(
        name="ours-but-refused",
        about=HR_BLOB,
        status="fail",
        change=lambda w: pending(w).refuse("Network/privateEndpoints"),
        severity=Severity.MEDIUM,
        says="Microsoft.Network/privateEndpoints/read",
    ),
    Case(
        name="wanted-by-a-link",
        about=KNOCK,
        status="not_applicable",
        change=lambda w: knock(link(w, "two", CLAIMS_OPENAI, "openai_account", "Pending", NONCE)),
        reason=Reason.SERVED_OTHERWISE,
        says="private-endpoint-pending judges it",
    ),
    Case(
        name="retired",
        about=at(CLAIMS_SEARCH, "knock"),
        status="not_applicable",
        change=lambda w: knock(w, CLAIMS_SEARCH, RETIRED),
        reason=Reason.SERVED_OTHERWISE,
    ),
    Case(
        name="status-unheard-of",
        about=KNOCK,
        status="unknown",
        change=lambda w: knock(w, status="Waiting"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="status-null",
        about=OURS,
        status="unknown",
        change=lambda w: w.put(OURS, STATUS, None),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="connections-refused",
        about=HR_STORAGE,
        status="unknown",
        change=lambda w: w.refuse("stnorrlandhr/privateEndpointConnections"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_private_endpoint_unknown_requester(case: Case) -> None:
    case.check(private_endpoint_unknown_requester)


def test_unknown_requester_of_the_sample_is_the_stranger() -> None:
    results = company().judge(private_endpoint_unknown_requester)
    failed = [found for found in results if found.status == "fail"]
    assert [found.resource for found in failed] == [at(CLAIMS_OPENAI, "pe-claims-openai-2")]
    assert STRANGER in failed[0].related[0]
    assert failed[0].remedy is not None
    assert "connection reject --id" in (failed[0].remedy.az or "")
