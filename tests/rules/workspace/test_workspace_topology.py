"""workspace-topology."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.learning_endpoints import FORECAST, SUMMARY
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.workspace.workspace_topology import workspace_topology
from tests.rules.cases import Case, Change
from tests.rules.workspace.networks import (
    HUB,
    MODE,
    PROJECT,
    SUBNET,
    SUBSCRIPTION,
    body,
    both,
    compute,
    deployed,
    hub_and_project,
    put,
    refuse,
)
from tests.rules.world import World

ACCESS = "properties.publicNetworkAccess"
INTERNET = put(MODE, "AllowInternetOutbound")
OPEN = put(ACCESS, "Enabled")


def no_endpoints(world: World) -> None:
    world.drop(FORECAST, SUMMARY)


CLUSTER = "AmlCompute"
OWN = both(put(MODE, "Disabled"), compute("AmlCompute", subnet={"id": SUBNET}), no_endpoints)


def below_hub(kind: str, **properties: object) -> Change:
    rid = f"{HUB}/computes/more"
    added = body(rid, computeType=kind, properties=properties)
    return both(hub_and_project, lambda world: world.add(added))


CASES = (
    Case(name="row-f", about=WORKSPACE, status="pass", says="row F"),
    Case(name="session-compute-is-noted", about=WORKSPACE, status="pass", says="not shown by ARM"),
    Case(name="row-a", about=WORKSPACE, status="pass", change=both(OPEN, INTERNET), says="row A"),
    Case(name="row-b", about=WORKSPACE, status="pass", change=both(OWN, OPEN), says="row B"),
    Case(name="row-c", about=WORKSPACE, status="pass", change=INTERNET, says="row C"),
    Case(name="row-d", about=WORKSPACE, status="pass", change=OWN, says="row D"),
    Case(name="row-e", about=WORKSPACE, status="pass", change=OPEN, says="row E"),
    Case(
        name="own-network-with-kubernetes",
        about=WORKSPACE,
        status="pass",
        change=both(OWN, compute("Kubernetes"), deployed(None, "Kubernetes")),
    ),
    Case(
        name="both-networks",
        about=WORKSPACE,
        status="fail",
        severity=Severity.MEDIUM,
        change=compute("ComputeInstance", subnet={"id": SUBNET}),
        says="exclude each other",
    ),
    Case(
        name="both-networks-by-serverless-compute",
        about=WORKSPACE,
        status="fail",
        change=put("properties.serverlessComputeSettings.serverlessComputeCustomSubnet", SUBNET),
    ),
    Case(
        name="managed-endpoint-in-own-network",
        about=WORKSPACE,
        status="fail",
        severity=Severity.MEDIUM,
        change=both(OWN, deployed(None, "Managed")),
        says="more/green",
    ),
    *(
        Case(
            name=f"attached-{kind}".lower(),
            about=WORKSPACE,
            status="fail",
            change=compute(kind),
            says="does not support",
        )
        for kind in ("Kubernetes", "AKS", "virtualmachine")
    ),
    Case(
        name="kubernetes-deployment-in-managed-network",
        about=WORKSPACE,
        status="fail",
        change=deployed(None, "kubernetes"),
        says="more/green",
    ),
    Case(
        name="proven-beside-what-is-refused",
        about=WORKSPACE,
        status="fail",
        change=both(compute("AKS"), refuse("/deployments")),
    ),
    Case(
        name="deployments-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse("/deployments"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="computes-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse("/computes"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="deployment-of-no-type",
        about=WORKSPACE,
        status="unknown",
        change=deployed(None, None),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="neither-network",
        about=WORKSPACE,
        status="not_applicable",
        change=put(MODE, "Disabled"),
        reason=Reason.NOT_USED,
    ),
    Case(name="hub", about=HUB, status="pass", change=below_hub("ComputeInstance")),
    Case(name="hub-with-a-cluster", about=HUB, status="fail", change=below_hub(CLUSTER), says="clusters"),
    Case(
        name="hub-with-a-network-of-its-owner",
        about=HUB,
        status="fail",
        change=both(
            below_hub("ComputeInstance", subnet={"id": SUBNET}),
            lambda world: world.put(HUB, MODE, "Disabled"),
        ),
        says="a hub cannot",
    ),
    Case(
        name="endpoint-of-a-project",
        about=HUB,
        status="fail",
        change=both(hub_and_project, deployed(None, "Kubernetes", below=PROJECT)),
        says="more/green",
    ),
    Case(
        name="project",
        about=PROJECT,
        status="not_applicable",
        change=hub_and_project,
        reason=Reason.SERVED_OTHERWISE,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=refuse("MachineLearningServices/workspaces\\?"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_topology(case: Case) -> None:
    case.check(workspace_topology)
