"""search-private-endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD, STRANGER
from auditor.sandbox.sample.on_your_data import CLAIMS_SEARCH, HR_SEARCH
from auditor_rules.search.search_private_endpoint import search_private_endpoint
from tests.rules.cases import Case, Change
from tests.rules.world import World

CONNECTIONS = f"{HR_SEARCH}/privateEndpointConnections"
STATUS = "properties.privateLinkServiceConnectionState.status"


def connection(world: World) -> dict[str, Any]:
    """The one connection of the service."""
    below = f"{CONNECTIONS}/".lower()
    (found,) = (one for one in world.tenant["resources"] if one["id"].lower().startswith(below))
    return dict(found)


def changed(path: str, value: object) -> Change:
    return lambda world: world.put(connection(world)["id"], path, value)


def from_a_stranger(world: World) -> None:
    endpoint = f"/subscriptions/{STRANGER}/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/pe"
    world.put(connection(world)["id"], "properties.privateEndpoint.id", endpoint)


def managed_network_alone(world: World) -> None:
    """Of the two connections of this service the customer's own goes; the platform's stays approved."""
    (ours,) = (
        one["id"]
        for one in world.tenant["resources"]
        if one["id"].lower().startswith(f"{CLAIMS_SEARCH}/privateEndpointConnections/".lower())
        and one["properties"]["privateEndpoint"]["id"].endswith("/pe-claims-search")
    )
    world.drop(ours)


def pending_before_approved(world: World) -> None:
    """The first of two connections waits: looking at one alone would miss the other."""
    first = connection(world)
    name = f"a-{first['name']}"
    state = {"status": "Pending", "description": "Auto-Approved"}
    properties = {**first["properties"], "privateLinkServiceConnectionState": state}
    world.add({**first, "id": f"{CONNECTIONS}/{name}", "name": name, "properties": properties})


CASES = (
    Case(name="approved", about=HR_SEARCH, status="pass", says="pe-hr-search"),
    Case(name="approved-in-lower-case", about=HR_SEARCH, status="pass", change=changed(STATUS, "approved")),
    Case(
        name="group-in-lower-case",
        about=HR_SEARCH,
        status="pass",
        change=changed("properties.groupId", "searchservice"),
    ),
    Case(name="second-is-approved", about=HR_SEARCH, status="pass", change=pending_before_approved),
    *(
        Case(
            name=f"status-{status}".lower(),
            about=HR_SEARCH,
            status="fail",
            severity=Severity.HIGH,
            change=changed(STATUS, status),
        )
        for status in ("Pending", "Rejected", "Disconnected", "Disconnecting", None)
    ),
    Case(
        name="still-provisioning",
        about=HR_SEARCH,
        status="fail",
        change=changed("properties.provisioningState", "Updating"),
    ),
    Case(
        name="none",
        about=HR_SEARCH,
        status="fail",
        change=lambda world: world.drop(connection(world)["id"]),
        says="no connection at all",
    ),
    Case(
        name="approved-for-a-stranger",
        about=HR_SEARCH,
        status="unknown",
        change=from_a_stranger,
        reason=Reason.HIDDEN,
    ),
    Case(
        name="approved-for-a-managed-network-only",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=managed_network_alone,
        reason=Reason.HIDDEN,
    ),
    Case(
        name="connections-refused",
        about=HR_SEARCH,
        status="unknown",
        change=lambda world: world.refuse(CONNECTIONS),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="new-status",
        about=HR_SEARCH,
        status="unknown",
        change=changed(STATUS, "Considering"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda world: world.refuse("Search/searchServices\\?"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_search_private_endpoint(case: Case) -> None:
    case.check(search_private_endpoint)
