"""openai-private-endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_NETWORK, AI_PROD, within
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.openai.openai_private_endpoint import openai_private_endpoint
from tests.rules.cases import Case, Change
from tests.rules.world import World

ENDPOINT = within(AI_NETWORK, "Microsoft.Network/privateEndpoints", "pe-claims-openai")
STATUS = "properties.privateLinkServiceConnectionState.status"
SUBSCRIPTION = CLAIMS_OPENAI.split("/resourceGroups")[0]


def connections(world: World) -> list[dict[str, Any]]:
    below = f"{CLAIMS_OPENAI}/privateEndpointConnections/".lower()
    return [found for found in world.tenant["resources"] if found["id"].lower().startswith(below)]


def ours(world: World) -> str:
    """The connection of our endpoint."""
    return next(
        str(found["id"])
        for found in connections(world)
        if found["properties"]["privateEndpoint"]["id"].lower() == ENDPOINT.lower()
    )


def only_ours(world: World) -> World:
    """Without the connection that the shared private link of search leaves."""
    mine = ours(world)
    return world.drop(*(found["id"] for found in connections(world) if found["id"] != mine))


def only(path: str, value: object) -> Change:
    """Our connection alone, with one property changed."""

    def change(world: World) -> None:
        only_ours(world).put(ours(world), path, value)

    return change


def asks_for(world: World, **properties: object) -> None:
    """What our endpoint says of its connection; the target says no group."""
    mine = ours(only_ours(world))
    world.cut(mine, "properties.groupIds")
    world.body(ENDPOINT)["properties"]["privateLinkServiceConnections"][0]["properties"].update(properties)


CASES = (
    Case(name="approved", about=CLAIMS_OPENAI, status="pass", says="pe-claims-openai"),
    Case(
        name="approved-in-lower-case",
        about=CLAIMS_OPENAI,
        status="pass",
        change=only(STATUS, "approved"),
        seen=((STATUS, "approved"),),
    ),
    Case(
        name="endpoint-id-in-other-case",
        about=CLAIMS_OPENAI,
        status="pass",
        change=only("properties.privateEndpoint.id", ENDPOINT.replace("resourceGroups", "RESOURCEGROUPS")),
    ),
    Case(
        name="no-provisioning-state",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda world: world.cut(ours(world), "properties.provisioningState"),
        says="no provisioning state was answered",
    ),
    Case(
        name="group-said-by-the-endpoint",
        about=CLAIMS_OPENAI,
        status="pass",
        change=asks_for,
    ),
    Case(
        name="no-connection",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.drop(*(found["id"] for found in connections(world))),
        severity=Severity.HIGH,
        says="no connection at all",
        seen=(("privateEndpointConnections", []),),
    ),
    *(
        Case(
            name=status.lower(),
            about=CLAIMS_OPENAI,
            status="fail",
            change=only(STATUS, status),
            says=f"pe-claims-openai is {status}",
            seen=((STATUS, status),),
        )
        for status in ("Pending", "Rejected", "Disconnected", "Timeout")
    ),
    Case(name="null-status", about=CLAIMS_OPENAI, status="fail", change=only(STATUS, None)),
    Case(
        name="approved-but-failed",
        about=CLAIMS_OPENAI,
        status="fail",
        change=only("properties.provisioningState", "Failed"),
        says="provisioning state is Failed",
    ),
    Case(
        name="approved-without-endpoint",
        about=CLAIMS_OPENAI,
        status="fail",
        change=only("properties.privateEndpoint", None),
        says="names no private endpoint",
    ),
    Case(
        name="approved-for-another-group",
        about=CLAIMS_OPENAI,
        status="fail",
        change=only("properties.groupIds", ["portal"]),
        says="for portal, not for account",
    ),
    Case(
        name="endpoint-asks-for-another-target",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: asks_for(world, privateLinkServiceId=f"{CLAIMS_OPENAI}2"),
        says="no group of this resource",
    ),
    Case(
        name="only-a-shared-private-link",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.drop(ours(world)),
        reason=Reason.HIDDEN,
        says="shared private links",
    ),
    Case(
        name="shared-private-link-beside-a-pending-one",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.put(ours(world), STATUS, "Pending"),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="endpoint-not-in-its-list",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: only_ours(world).drop(ENDPOINT),
        reason=Reason.HIDDEN,
        says="deleted, or hidden",
    ),
    Case(
        name="endpoints-refused",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.refuse(f"{AI_PROD}/providers/Microsoft.Network/privateEndpoints"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="pending-with-malformed-endpoint",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: [
            only(STATUS, "Pending")(world),
            world.put(connections(world)[0]["id"], "properties.privateEndpoint.id", "no id"),
        ],
    ),
    Case(
        name="approved-with-malformed-endpoint",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=only("properties.privateEndpoint.id", "no id"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="new-status",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=only(STATUS, "Quarantined"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="connections-refused",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.refuse("oai-norrland-claims/privateEndpointConnections"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.refuse("CognitiveServices/accounts"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="being-deleted",
        about=CLAIMS_OPENAI,
        status="not_applicable",
        change=lambda world: world.put(CLAIMS_OPENAI, "properties.provisioningState", "Deleting"),
        reason=Reason.BEING_DELETED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_openai_private_endpoint(case: Case) -> None:
    case.check(openai_private_endpoint)
