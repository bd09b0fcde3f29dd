"""private-endpoint-broken-connection."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.learning_dependencies import STORAGE
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE
from auditor_rules.private_endpoint.private_endpoint_broken_connection import (
    private_endpoint_broken_connection,
)
from tests.rules.cases import Case
from tests.rules.private_endpoint.doors import AI_PROD, STATUS, at, both_sides, knock, ours, request
from tests.rules.world import World

OPENAI = at(CLAIMS_OPENAI, "pe-claims-openai")
BLOB = at(STORAGE, "pe-actuarial-blob")
SEARCH = at(CLAIMS_SEARCH, "pe-claims-search")
CLAIMS_BLOB = at(CLAIMS_STORAGE, "pe-claims-blob")
KNOCK = at(CLAIMS_OPENAI, "knock")
STUDIO = at(WORKSPACE, "pe-actuarial-workspace")


def broken(status: str) -> Case:
    return Case(
        name=status,
        about=OPENAI,
        status="fail",
        change=lambda w: w.put(OPENAI, STATUS, status),
        severity=Severity.HIGH,
        says="no other approved endpoint of ours serves account",
        seen=((STATUS, status),),
    )


def search_gone(world: World) -> None:
    world.drop(ours("pe-claims-search")).put(SEARCH, STATUS, "Disconnected")


def second_endpoint(world: World) -> World:
    """The claims account has another approved endpoint of ours."""
    knock(world, CLAIMS_OPENAI, AI_PROD, status="Approved", endpoint=ours("pe-hr-openai"))
    request(world, "pe-hr-openai")["privateLinkServiceId"] = CLAIMS_OPENAI
    return world


CASES = (
    Case(name="approved", about=OPENAI, status="pass", seen=((STATUS, "Approved"),)),
    Case(name="pending", about=KNOCK, status="pass", change=knock),
    broken("Rejected"),
    broken("Disconnected"),
    broken("rejected"),
    Case(
        name="timeout-of-a-workspace",
        about=STUDIO,
        status="fail",
        change=lambda w: w.put(STUDIO, STATUS, "Timeout"),
        severity=Severity.HIGH,
        says="serves amlworkspace",
    ),
    Case(
        name="another-endpoint-serves",
        about=OPENAI,
        status="fail",
        change=lambda w: second_endpoint(w).put(OPENAI, STATUS, "Rejected"),
        severity=Severity.LOW,
    ),
    Case(
        name="a-managed-network-does-not-serve-clients",
        about=OPENAI,
        status="fail",
        change=lambda w: w.put(OPENAI, STATUS, "Disconnected"),
        severity=Severity.HIGH,
    ),
    Case(
        name="storage-group-from-the-endpoint",
        about=BLOB,
        status="fail",
        change=lambda w: w.put(BLOB, STATUS, "Rejected"),
        severity=Severity.HIGH,
        says="serves blob",
    ),
    Case(
        name="a-group-nobody-needs",
        about=BLOB,
        status="fail",
        change=lambda w: (
            w.put(BLOB, STATUS, "Rejected"),
            request(w, "pe-actuarial-blob").update(groupIds=["web"]),
        ),
        severity=Severity.LOW,
    ),
    Case(
        name="endpoint-gone-and-nothing-else-approved",
        about=CLAIMS_BLOB,
        status="fail",
        change=lambda w: w.drop(ours("pe-claims-blob")).put(CLAIMS_BLOB, STATUS, "Disconnected"),
        severity=Severity.HIGH,
    ),
    Case(
        name="group-spelt-as-arm-does",
        about=SEARCH,
        status="fail",
        change=search_gone,
        severity=Severity.HIGH,
        says="no other approved endpoint of ours serves searchService here",
    ),
    Case(
        name="endpoint-gone-and-its-group-untold",
        about=BLOB,
        status="fail",
        change=lambda w: w.drop(ours("pe-actuarial-blob")).put(BLOB, STATUS, "Disconnected"),
        severity=Severity.LOW,
        says="whether it was the only endpoint for blob cannot be told",
    ),
    Case(
        name="a-strangers-leftover",
        about=KNOCK,
        status="fail",
        change=lambda w: knock(w, status="Rejected"),
        severity=Severity.LOW,
        says="not in a subscription of ours",
    ),
    Case(
        name="broken-on-our-side-only",
        about=OPENAI,
        status="fail",
        change=lambda w: both_sides(w, CLAIMS_OPENAI, "pe-claims-openai", "Approved", "Disconnected"),
        severity=Severity.HIGH,
        says="Approved here and Disconnected on our endpoint",
    ),
    Case(
        name="being-disconnected",
        about=OPENAI,
        status="unknown",
        change=lambda w: w.put(OPENAI, STATUS, "Disconnecting"),
        reason=Reason.AMBIGUOUS,
    ),
    Case(
        name="status-absent",
        about=OPENAI,
        status="unknown",
        change=lambda w: w.cut(OPENAI, STATUS),
        reason=Reason.MALFORMED,
        seen=((STATUS, ABSENT),),
    ),
    Case(
        name="status-null",
        about=OPENAI,
        status="unknown",
        change=lambda w: w.put(OPENAI, STATUS, None),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="our-endpoints-refused",
        about=OPENAI,
        status="unknown",
        change=lambda w: w.refuse("Network/privateEndpoints"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="connections-refused",
        about=CLAIMS_STORAGE,
        status="unknown",
        change=lambda w: w.refuse("stnorrlandclaims/privateEndpointConnections"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_private_endpoint_broken_connection(case: Case) -> None:
    case.check(private_endpoint_broken_connection)


def test_broken_connection_deletes_our_endpoint_and_only_the_connection_of_others() -> None:
    of_ours = broken("Rejected").check(private_endpoint_broken_connection).remedy
    assert of_ours is not None
    assert of_ours.az == f"az network private-endpoint delete --ids {ours('pe-claims-openai')}"
    for name, left in (
        ("a-strangers-leftover", KNOCK),
        ("endpoint-gone-and-its-group-untold", BLOB),
        ("group-spelt-as-arm-does", SEARCH),
    ):
        leftover = next(case for case in CASES if case.name == name)
        remedy = leftover.check(private_endpoint_broken_connection).remedy
        assert remedy is not None
        assert remedy.az == f"az network private-endpoint-connection delete --id {left}"
