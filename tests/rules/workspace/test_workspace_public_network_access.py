"""workspace-public-network-access."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.workspace.workspace_public_network_access import workspace_public_network_access
from tests.rules.cases import Case
from tests.rules.workspace.networks import HUB, PROJECT, SUBSCRIPTION, both, cut, hub_and_project, put, refuse

PATH = "properties.publicNetworkAccess"
ACTION = "properties.networkAcls.defaultAction"

CASES = (
    Case(name="disabled", about=WORKSPACE, status="pass", seen=((PATH, "Disabled"),)),
    Case(name="disabled-in-lower-case", about=WORKSPACE, status="pass", change=put(PATH, "disabled")),
    Case(
        name="disabled-overrides-the-older-switch",
        about=WORKSPACE,
        status="pass",
        change=put("properties.allowPublicAccessWhenBehindVnet", True),
    ),
    Case(
        name="enabled",
        about=WORKSPACE,
        status="fail",
        severity=Severity.HIGH,
        change=put(PATH, "Enabled"),
        says="is not answered",
        seen=((PATH, "Enabled"), (ACTION, ABSENT)),
    ),
    Case(
        name="absent",
        about=WORKSPACE,
        status="fail",
        severity=Severity.HIGH,
        change=cut(PATH),
        says="not set",
        seen=((PATH, ABSENT),),
    ),
    Case(name="null", about=WORKSPACE, status="fail", change=put(PATH, None), seen=((PATH, None),)),
    Case(
        name="enabled-for-selected-addresses",
        about=WORKSPACE,
        status="fail",
        severity=Severity.MEDIUM,
        change=both(put(PATH, "Enabled"), put(ACTION, "deny")),
        says="selected addresses",
    ),
    Case(
        name="enabled-and-allowing",
        about=WORKSPACE,
        status="fail",
        severity=Severity.HIGH,
        change=both(put(PATH, "Enabled"), put("properties.networkAcls.defaultAction", "Allow")),
    ),
    Case(
        name="new-value",
        about=WORKSPACE,
        status="unknown",
        change=put(PATH, "SecuredByPerimeter"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="malformed", about=WORKSPACE, status="unknown", change=put(PATH, False), reason=Reason.MALFORMED
    ),
    Case(
        name="unknown-kind",
        about=WORKSPACE,
        status="unknown",
        change=put("kind", "Galaxy"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=refuse("MachineLearningServices/workspaces\\?"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(name="hub", about=HUB, status="pass", change=hub_and_project),
    Case(
        name="project",
        about=PROJECT,
        status="not_applicable",
        change=hub_and_project,
        reason=Reason.SERVED_OTHERWISE,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_public_network_access(case: Case) -> None:
    case.check(workspace_public_network_access)
