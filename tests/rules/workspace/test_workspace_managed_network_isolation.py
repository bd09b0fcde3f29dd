"""workspace-managed-network-isolation."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared, DeclaredWorkload, Egress
from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.workspace.workspace_managed_network_isolation import workspace_managed_network_isolation
from tests.rules.cases import Case
from tests.rules.workspace.networks import (
    HUB,
    MODE,
    PROJECT,
    SUBNET,
    SUBSCRIPTION,
    both,
    compute,
    cut,
    hub_and_project,
    put,
    refuse,
)

SERVERLESS = "properties.serverlessComputeSettings.serverlessComputeCustomSubnet"


def declaring(egress: Egress | None, workspace: str = WORKSPACE) -> Declared:
    workload = DeclaredWorkload(name="flows", kind="prompt-flow", workspace=(workspace,), egress=egress)
    return Declared(workloads=(workload,))


CASES = (
    Case(name="approved-only", about=WORKSPACE, status="pass", seen=((MODE, "AllowOnlyApprovedOutbound"),)),
    Case(
        name="approved-only-in-lower-case",
        about=WORKSPACE,
        status="pass",
        change=put(MODE, "allowonlyapprovedoutbound"),
    ),
    Case(
        name="internet",
        about=WORKSPACE,
        status="pass",
        change=put(MODE, "AllowInternetOutbound"),
        says="data can leave",
    ),
    Case(
        name="internet-declared",
        about=WORKSPACE,
        status="pass",
        change=put(MODE, "AllowInternetOutbound"),
        declared=declaring("internet"),
    ),
    Case(
        name="internet-but-private-declared",
        about=WORKSPACE,
        status="fail",
        severity=Severity.MEDIUM,
        change=put(MODE, "AllowInternetOutbound"),
        declared=declaring("private"),
        says="flows",
    ),
    Case(
        name="internet-but-private-declared-for-a-project",
        about=HUB,
        status="fail",
        severity=Severity.MEDIUM,
        change=both(hub_and_project, lambda world: world.put(HUB, MODE, "AllowInternetOutbound")),
        declared=declaring("private", PROJECT),
    ),
    Case(
        name="disabled", about=WORKSPACE, status="fail", severity=Severity.HIGH, change=put(MODE, "Disabled")
    ),
    Case(
        name="absent",
        about=WORKSPACE,
        status="fail",
        severity=Severity.HIGH,
        change=cut("properties.managedNetwork"),
        says="not set",
        seen=((MODE, ABSENT),),
    ),
    Case(name="null", about=WORKSPACE, status="fail", change=put(MODE, None), seen=((MODE, None),)),
    Case(
        name="own-network-of-a-cluster",
        about=WORKSPACE,
        status="not_applicable",
        change=both(put(MODE, "Disabled"), compute("AmlCompute", subnet={"id": SUBNET})),
        reason=Reason.SERVED_OTHERWISE,
    ),
    Case(
        name="own-network-of-serverless-compute",
        about=WORKSPACE,
        status="not_applicable",
        change=both(put(MODE, "Disabled"), put(SERVERLESS, SUBNET), refuse("/computes")),
        seen=((SERVERLESS, SUBNET),),
    ),
    Case(
        name="subnet-null-is-no-network",
        about=WORKSPACE,
        status="fail",
        change=both(put(MODE, "Disabled"), compute("ComputeInstance", subnet=None)),
    ),
    Case(
        name="computes-refused",
        about=WORKSPACE,
        status="unknown",
        change=both(put(MODE, "Disabled"), refuse("/computes")),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="new-value",
        about=WORKSPACE,
        status="unknown",
        change=put(MODE, "AllowSome"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=refuse("MachineLearningServices/workspaces\\?"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(name="project", about=PROJECT, status="not_applicable", change=hub_and_project),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_managed_network_isolation(case: Case) -> None:
    case.check(workspace_managed_network_isolation)
