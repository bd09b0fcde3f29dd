"""workspace-private-endpoint."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.machine_learning import ENDPOINTS, WORKSPACE
from auditor_rules.workspace.workspace_private_endpoint import workspace_private_endpoint
from tests.rules.cases import Case, Change
from tests.rules.workspace.networks import PROJECT, SUBSCRIPTION, hub_and_project, refuse
from tests.rules.world import World

STATUS = "properties.privateLinkServiceConnectionState.status"
CONNECTIONS = f"{WORKSPACE}/privateEndpointConnections"


def ours(world: World) -> str:
    """The connection of our own endpoint, beside the one that the managed network made."""
    (found,) = (
        one["id"]
        for one in world.tenant["resources"]
        if one["id"].lower().startswith(f"{CONNECTIONS}/".lower())
        and one["properties"]["privateEndpoint"]["id"].endswith(f"/{ENDPOINTS[0].name}")
    )
    return str(found)


def changed(path: str, value: object) -> Change:
    return lambda world: world.put(ours(world), path, value)


def alone(status: str | None) -> Change:
    """Only our connection, in this state."""

    def change(world: World) -> None:
        kept = world.body(ours(world))
        for one in list(world.tenant["resources"]):
            if one["id"].lower().startswith(f"{CONNECTIONS}/".lower()) and one is not kept:
                world.drop(one["id"])
        world.put(kept["id"], STATUS, status)

    return change


def for_another_group(world: World) -> None:
    alone("Approved")(world)
    endpoint = world.body(ENDPOINTS[0].id)
    endpoint["properties"]["privateLinkServiceConnections"][0]["properties"]["groupIds"] = ["other"]


CASES = (
    Case(name="approved", about=WORKSPACE, status="pass", says="pe-actuarial-workspace"),
    Case(name="approved-in-lower-case", about=WORKSPACE, status="pass", change=changed(STATUS, "approved")),
    Case(
        name="no-provisioning-state",
        about=WORKSPACE,
        status="pass",
        change=changed("properties.provisioningState", None),
        says="no provisioning state",
    ),
    *(
        Case(
            name=f"alone-and-{status}".lower(),
            about=WORKSPACE,
            status="fail",
            severity=Severity.HIGH,
            change=alone(status),
        )
        for status in ("Pending", "Rejected", "Disconnected", "Timeout", None)
    ),
    Case(name="for-another-group", about=WORKSPACE, status="fail", change=for_another_group),
    Case(
        name="of-the-managed-network-only",
        about=WORKSPACE,
        status="unknown",
        change=lambda world: world.drop(ours(world)),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="connections-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse(CONNECTIONS),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=refuse("MachineLearningServices/workspaces\\?"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="project",
        about=PROJECT,
        status="not_applicable",
        change=hub_and_project,
        reason=Reason.SERVED_OTHERWISE,
        says="hub",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_private_endpoint(case: Case) -> None:
    case.check(workspace_private_endpoint)
