"""workspace-legacy-switches."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import ACTUARIAL
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.workspace.workspace_legacy_switches import workspace_legacy_switches
from tests.rules.cases import Case
from tests.rules.workspace.networks import SUBSCRIPTION, both, cut, put, refuse
from tests.rules.world import mended

LEGACY = "properties.v1LegacyMode"
SWITCH = "properties.allowPublicAccessWhenBehindVnet"
ACCESS = "properties.publicNetworkAccess"

CASES = (
    Case(name="off", about=WORKSPACE, status="pass"),
    Case(name="legacy-absent", about=WORKSPACE, status="pass", change=cut(LEGACY)),
    Case(name="legacy-null", about=WORKSPACE, status="pass", change=put(LEGACY, None)),
    Case(name="switch-absent", about=WORKSPACE, status="pass", change=cut(SWITCH)),
    Case(name="switch-null", about=WORKSPACE, status="pass", change=both(put(SWITCH, None), cut(ACCESS))),
    Case(
        name="legacy-on",
        about=WORKSPACE,
        status="fail",
        severity=Severity.MEDIUM,
        change=put(LEGACY, True),
        says="e413671a",
        seen=((LEGACY, True),),
    ),
    Case(name="switch-on-and-overridden", about=WORKSPACE, status="pass", change=put(SWITCH, True)),
    Case(
        name="switch-on-and-access-absent",
        about=WORKSPACE,
        status="fail",
        severity=Severity.MEDIUM,
        change=both(put(SWITCH, True), cut(ACCESS)),
    ),
    Case(
        name="switch-on-and-access-null",
        about=WORKSPACE,
        status="fail",
        change=both(put(SWITCH, True), put(ACCESS, None)),
    ),
    Case(
        name="legacy-on-beside-an-unreadable-switch",
        about=WORKSPACE,
        status="fail",
        change=both(put(LEGACY, True), put(SWITCH, "true")),
    ),
    Case(
        name="legacy-as-text",
        about=WORKSPACE,
        status="unknown",
        change=put(LEGACY, "true"),
        reason=Reason.MALFORMED,
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
def test_workspace_legacy_switches(case: Case) -> None:
    case.check(workspace_legacy_switches)


def test_legacy_mode_remedy_patches_that_switch_alone() -> None:
    (result,) = mended().put(WORKSPACE, LEGACY, True).judge(workspace_legacy_switches, within=ACTUARIAL)
    assert result.remedy is not None
    assert f"{WORKSPACE}'?api-version=2024-10-01'" in (result.remedy.az or "")
    assert """--body '{"properties": {"v1LegacyMode": false}}'""" in (result.remedy.az or "")
