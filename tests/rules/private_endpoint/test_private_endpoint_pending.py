"""private-endpoint-pending: what it says; test_requesters holds which requests it fails."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, HR_STORAGE
from auditor_rules.private_endpoint.private_endpoint_pending import private_endpoint_pending
from tests.rules.cases import Case
from tests.rules.private_endpoint.doors import (
    AI_PROD,
    HR_BLOB,
    NONCE,
    RETIRED,
    STATE,
    STATUS,
    at,
    both_sides,
    knock,
    link,
)
from tests.rules.world import World, company

OURS = at(CLAIMS_OPENAI, "pe-claims-openai")
KNOCK = at(CLAIMS_OPENAI, "knock")


def pending(world: World) -> World:
    return both_sides(world, HR_STORAGE, "pe-hr-blob", "Pending")


def wanted_twice(world: World) -> World:
    link(world, "link-two", CLAIMS_OPENAI, "openai_account", "Pending", NONCE)
    return knock(knock(world, says=NONCE), seed="other")


CASES = (
    Case(name="approved", about=OURS, status="pass", seen=((STATUS, "Approved"),)),
    Case(
        name="ours-waits",
        about=HR_BLOB,
        status="fail",
        change=pending,
        severity=Severity.MEDIUM,
        says="our endpoint pe-hr-blob, which asks for blob",
        seen=((STATUS, "Pending"),),
    ),
    Case(
        name="ours-waits-in-lower-case",
        about=HR_BLOB,
        status="fail",
        change=lambda w: pending(w).put(HR_BLOB, STATUS, "pending"),
    ),
    Case(
        name="pending-while-succeeded",
        about=HR_BLOB,
        status="fail",
        change=lambda w: pending(w).put(HR_BLOB, STATE, "Succeeded"),
    ),
    Case(
        name="two-wait-for-one-wish",
        about=KNOCK,
        status="fail",
        change=wanted_twice,
        says="2 such requests wait here, and only 1 can be meant",
    ),
    Case(
        name="stranger-is-not-ours-to-approve",
        about=KNOCK,
        status="not_applicable",
        change=knock,
        reason=Reason.SERVED_OTHERWISE,
        says="private-endpoint-unknown-requester judges it",
    ),
    Case(
        name="retired",
        about=at(CLAIMS_SEARCH, "knock"),
        status="not_applicable",
        change=lambda w: knock(w, CLAIMS_SEARCH, RETIRED),
        says="private-endpoint-retired-managed",
    ),
    Case(
        name="status-absent",
        about=OURS,
        status="unknown",
        change=lambda w: w.cut(OURS, STATUS),
        reason=Reason.MALFORMED,
        seen=((STATUS, ABSENT),),
    ),
    Case(
        name="status-null",
        about=OURS,
        status="unknown",
        change=lambda w: w.put(OURS, STATUS, None),
        seen=((STATUS, None),),
    ),
    Case(
        name="status-unheard-of",
        about=OURS,
        status="unknown",
        change=lambda w: w.put(OURS, STATUS, "Waiting"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="connections-refused",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda w: w.refuse("oai-norrland-claims/privateEndpointConnections"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="accounts-refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda w: w.refuse("CognitiveServices/accounts"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_private_endpoint_pending(case: Case) -> None:
    case.check(private_endpoint_pending)


def test_pending_ours_offers_to_approve_and_others_do_not() -> None:
    waits = Case(name="", about=HR_BLOB, status="fail", change=pending).check(private_endpoint_pending)
    assert waits.remedy is not None
    assert f"approve --id {HR_BLOB} " in (waits.remedy.az or "")
    unsure = Case(name="", about=KNOCK, status="fail", change=wanted_twice).check(private_endpoint_pending)
    assert unsure.remedy is not None
    assert unsure.remedy.az is None


def test_pending_of_the_sample_is_the_endpoint_of_hr() -> None:
    failed = [found for found in company().judge(private_endpoint_pending) if found.status == "fail"]
    assert [found.resource for found in failed] == [HR_BLOB]
    assert failed[0].related[0].endswith("/pe-hr-blob")
