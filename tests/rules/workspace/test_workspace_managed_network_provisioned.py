"""workspace-managed-network-provisioned."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.workspace.workspace_managed_network_provisioned import (
    workspace_managed_network_provisioned,
)
from tests.rules.cases import Case
from tests.rules.workspace.networks import (
    MODE,
    PROJECT,
    STATUS,
    SUBSCRIPTION,
    cut,
    hub_and_project,
    put,
    refuse,
)

CASES = (
    Case(name="active", about=WORKSPACE, status="pass", seen=((STATUS, "Active"),)),
    Case(name="active-in-lower-case", about=WORKSPACE, status="pass", change=put(STATUS, "active")),
    Case(
        name="active-without-spark",
        about=WORKSPACE,
        status="pass",
        change=put("properties.managedNetwork.status.sparkReady", False),
        says="Spark",
    ),
    Case(
        name="inactive",
        about=WORKSPACE,
        status="fail",
        severity=Severity.MEDIUM,
        change=put(STATUS, "Inactive"),
    ),
    Case(
        name="absent",
        about=WORKSPACE,
        status="fail",
        change=cut("properties.managedNetwork.status"),
        says="no status",
        seen=((STATUS, ABSENT),),
    ),
    Case(name="null", about=WORKSPACE, status="fail", change=put(STATUS, None)),
    Case(
        name="new-value",
        about=WORKSPACE,
        status="unknown",
        change=put(STATUS, "Deferred"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=refuse("MachineLearningServices/workspaces\\?"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="no-managed-network",
        about=WORKSPACE,
        status="not_applicable",
        change=put(MODE, "Disabled"),
        reason=Reason.NOT_USED,
    ),
    Case(
        name="project",
        about=PROJECT,
        status="not_applicable",
        change=hub_and_project,
        reason=Reason.SERVED_OTHERWISE,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_managed_network_provisioned(case: Case) -> None:
    case.check(workspace_managed_network_provisioned)
