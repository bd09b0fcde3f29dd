"""workspace-hub-consistency."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import STRANGER
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.workspace.workspace_hub_consistency import workspace_hub_consistency
from tests.rules.cases import Case, Change
from tests.rules.workspace.networks import HUB, MODE, PROJECT, SUBSCRIPTION, both, hub_and_project, refuse
from tests.rules.world import World

ACCESS = "properties.publicNetworkAccess"
HUB_ID = "properties.hubResourceId"
TWIN = f"{WORKSPACE}-twin"


def project(path: str, value: object) -> Change:
    return both(hub_and_project, lambda world: world.put(PROJECT, path, value))


def hub(path: str, value: object) -> Change:
    return lambda world: world.put(HUB, path, value)


def twin(world: World) -> None:
    """A second workspace on the same storage account and vault, which are written in another case."""
    like = world.body(WORKSPACE)
    same = {name: str(like["properties"][name]).upper() for name in ("storageAccount", "keyVault")}
    properties = {**like["properties"], **same}
    world.add({**like, "id": TWIN, "name": "actuarial-ml-twin", "properties": properties})


def isolated(value: object) -> Change:
    return both(twin, lambda world: world.put(WORKSPACE, "properties.enableDataIsolation", value))


CASES = (
    Case(name="project-states-nothing", about=PROJECT, status="pass", change=hub_and_project),
    Case(name="project-as-closed", about=PROJECT, status="pass", change=project(ACCESS, "disabled")),
    Case(
        name="project-stricter-than-its-hub",
        about=PROJECT,
        status="pass",
        change=both(project(MODE, "AllowOnlyApprovedOutbound"), hub(MODE, "AllowInternetOutbound")),
    ),
    Case(
        name="project-open-below-an-open-hub",
        about=PROJECT,
        status="pass",
        change=both(project(ACCESS, "Enabled"), hub(ACCESS, None)),
    ),
    Case(
        name="project-open",
        about=PROJECT,
        status="fail",
        severity=Severity.MEDIUM,
        change=project(ACCESS, "Enabled"),
        says="Enabled",
    ),
    *(
        Case(
            name=f"project-isolation-{mode}".lower(),
            about=PROJECT,
            status="fail",
            severity=Severity.MEDIUM,
            change=project(MODE, mode),
        )
        for mode in ("Disabled", "AllowInternetOutbound")
    ),
    Case(
        name="project-open-beside-an-odd-mode",
        about=PROJECT,
        status="fail",
        change=both(project(ACCESS, "Enabled"), lambda world: world.put(PROJECT, MODE, "Odd")),
    ),
    Case(
        name="project-with-an-odd-mode",
        about=PROJECT,
        status="unknown",
        change=project(MODE, "Odd"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="project-without-a-hub",
        about=PROJECT,
        status="unknown",
        change=project(HUB_ID, None),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="hub-gone",
        about=PROJECT,
        status="unknown",
        change=project(HUB_ID, f"{HUB}-gone"),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="hub-of-a-subscription-that-cannot-be-seen",
        about=PROJECT,
        status="unknown",
        change=project(HUB_ID, HUB.replace(SUBSCRIPTION, f"/subscriptions/{STRANGER}")),
        reason=Reason.HIDDEN,
    ),
    Case(name="hub", about=HUB, status="not_applicable", change=hub_and_project, reason=Reason.KIND),
    Case(
        name="shares-nothing",
        about=WORKSPACE,
        status="not_applicable",
        change=hub_and_project,
        reason=Reason.NOT_RELATED,
    ),
    Case(
        name="shares-without-data-isolation",
        about=WORKSPACE,
        status="fail",
        severity=Severity.LOW,
        change=twin,
        says="actuarial-ml-twin",
    ),
    Case(name="shares-isolation-null", about=WORKSPACE, status="fail", change=isolated(None)),
    Case(name="shares-with-data-isolation", about=WORKSPACE, status="pass", change=isolated(True)),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=refuse("MachineLearningServices/workspaces\\?"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_hub_consistency(case: Case) -> None:
    case.check(workspace_hub_consistency)
