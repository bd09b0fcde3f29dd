"""workspace-deployment-egress."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor_rules.workspace.workspace_deployment_egress import workspace_deployment_egress
from tests.rules.cases import Case, Change
from tests.rules.workspace.runners import (
    DEPLOYMENT,
    ENDPOINT,
    MODE,
    WORKSPACE,
    both,
    put,
    refuse,
    refused_workspaces,
)

EGRESS = "properties.egressPublicNetworkAccess"


def outside(egress: object) -> Change:
    """The workspace has no managed network; `...` leaves the switch unsaid."""
    stated = () if egress is ... else ((EGRESS, egress),)
    return both(put(WORKSPACE, (MODE, "Disabled")), put(DEPLOYMENT, *stated))


def fails(name: str, change: Change, value: object) -> Case:
    return Case(
        name=name,
        about=DEPLOYMENT,
        status="fail",
        change=change,
        severity=Severity.MEDIUM,
        seen=((EGRESS, value),),
    )


CASES = (
    Case(
        name="disabled",
        about=DEPLOYMENT,
        status="pass",
        change=outside("disabled"),
        seen=((EGRESS, "disabled"), (MODE, "Disabled")),
    ),
    fails("enabled", outside("Enabled"), "Enabled"),
    fails("absent", outside(...), ABSENT),
    fails("null", outside(None), None),
    fails(
        "managed-network-never-set",
        lambda world: world.cut(WORKSPACE, "properties.managedNetwork"),
        ABSENT,
    ),
    Case(
        name="managed-network",
        about=DEPLOYMENT,
        status="not_applicable",
        reason=Reason.SERVED_OTHERWISE,
        says="AllowOnlyApprovedOutbound",
    ),
    Case(
        name="managed-network-with-the-older-switch",
        about=DEPLOYMENT,
        status="not_applicable",
        change=put(DEPLOYMENT, (EGRESS, "Disabled")),
        says="a leftover of the older way",
    ),
    Case(
        name="on-kubernetes",
        about=DEPLOYMENT,
        status="not_applicable",
        change=both(outside("Enabled"), put(DEPLOYMENT, ("properties.endpointComputeType", "kubernetes"))),
        reason=Reason.KIND,
    ),
    Case(
        name="new-value",
        about=DEPLOYMENT,
        status="unknown",
        change=outside("Sometimes"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="mode-in-a-new-way",
        about=DEPLOYMENT,
        status="unknown",
        change=put(WORKSPACE, (MODE, "Sometimes")),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="deployments-refused",
        about=ENDPOINT,
        status="unknown",
        change=refuse(f"{ENDPOINT}/deployments"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="endpoints-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse(rf"{WORKSPACE}/onlineEndpoints\?"),
        reason=Reason.NO_PERMISSION,
    ),
    refused_workspaces(),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_deployment_egress(case: Case) -> None:
    case.check(workspace_deployment_egress)
