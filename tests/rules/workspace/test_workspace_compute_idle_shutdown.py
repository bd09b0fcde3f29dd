"""workspace-compute-idle-shutdown."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor_rules.workspace.workspace_compute_idle_shutdown import workspace_compute_idle_shutdown
from tests.rules.cases import Case, Change
from tests.rules.workspace.runners import (
    CLUSTER,
    GROUP,
    INSTANCE,
    WORKSPACE,
    both,
    identity,
    put,
    refuse,
    refused_workspaces,
)
from tests.rules.world import World, company, mended

IDLE = "properties.properties.idleTimeBeforeShutdown"
SCHEDULES = "properties.properties.schedules.computeStartStop"
PRINCIPAL = "11111111-2222-4333-8444-555555555555"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
CUSTOM = "00000000-0000-4000-9000-00000000c0de"
ML = "Microsoft.MachineLearningServices/workspaces"
STOP = {"action": "Stop", "status": "Enabled", "triggerType": "Cron"}


def granted(scope: str, *actions: str, **properties: object) -> Change:
    """The instance has an identity that holds a custom role with these actions at a scope."""

    def change(world: World) -> None:
        identity(INSTANCE)(world)
        world.define(CUSTOM, actions=list(actions))
        world.grant(CUSTOM, PRINCIPAL, scope, **properties)

    return change


def contributor(scope: str) -> Change:
    return both(identity(INSTANCE), lambda world: world.grant(CONTRIBUTOR, PRINCIPAL, scope))


def assigned(world: World) -> None:
    """The instance has a user-assigned identity only, which is Contributor on the workspace."""
    ids = {
        f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id": {"principalId": PRINCIPAL}
    }
    world.put(INSTANCE, "identity", {"type": "UserAssigned", "userAssignedIdentities": ids})
    world.grant(CONTRIBUTOR, PRINCIPAL, WORKSPACE)


def scheduled(**stated: object) -> Change:
    return put(INSTANCE, (IDLE, ...), (SCHEDULES, [{**STOP, **stated}]))


def fails(name: str, change: Change, says: str) -> Case:
    return Case(name=name, about=INSTANCE, status="fail", change=change, severity=Severity.LOW, says=says)


CASES = (
    Case(name="set", about=INSTANCE, status="pass", seen=((IDLE, "PT30M"),)),
    *(
        Case(name=f"set-{value}", about=INSTANCE, status="pass", change=put(INSTANCE, (IDLE, value)))
        for value in ("PT15M", "P3D", "PT1H30M", "P1DT12H", "pt30m")
    ),
    *(
        Case(
            name=f"never-{value!r}",
            about=INSTANCE,
            status="fail",
            change=put(INSTANCE, (IDLE, value)),
            severity=Severity.LOW,
            says="no idle time is set",
            seen=((IDLE, ABSENT if value is ... else value),),
        )
        for value in (..., None, "")
    ),
    *(
        Case(
            name=f"no-duration-{value}",
            about=INSTANCE,
            status="unknown",
            change=put(INSTANCE, (IDLE, value)),
            reason=Reason.UNEXPECTED_VALUE,
        )
        for value in ("30", "P", "PT", "soon")
    ),
    Case(
        name="stopped-by-schedule",
        about=INSTANCE,
        status="pass",
        change=scheduled(),
        says="an enabled schedule stops the instance",
    ),
    fails("schedule-off", scheduled(status="Disabled"), "no idle time"),
    fails("schedule-starts-only", scheduled(action="Start"), "no idle time"),
    fails("schedule-in-a-new-way", scheduled(action="Pause"), "no idle time"),
    fails("identity-without-a-role", identity(INSTANCE), "may not manage the workspace"),
    fails(
        "identity-may-stop-but-not-write",
        granted(WORKSPACE, f"{ML}/computes/stop/action"),
        f"nothing grants {ML}/write",
    ),
    fails("contributor-elsewhere", contributor(f"{GROUP}-other"), "may not manage the workspace"),
    Case(name="contributor", about=INSTANCE, status="pass", change=contributor(WORKSPACE), says="PT30M"),
    Case(name="contributor-above", about=INSTANCE, status="pass", change=contributor(GROUP), says="wider"),
    Case(
        name="custom-role",
        about=INSTANCE,
        status="pass",
        change=granted(WORKSPACE, f"{ML}/write", f"{ML}/computes/*"),
    ),
    Case(name="user-assigned", about=INSTANCE, status="pass", change=assigned),
    Case(
        name="under-a-condition",
        about=INSTANCE,
        status="unknown",
        change=granted(WORKSPACE, "*", condition="@Resource[x] StringEquals 'y'"),
        reason=Reason.CONDITIONAL,
    ),
    Case(
        name="identity-without-an-object-id",
        about=INSTANCE,
        status="unknown",
        change=identity(INSTANCE, None),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="no-identity-said-so",
        about=INSTANCE,
        status="pass",
        change=put(INSTANCE, ("identity", {"type": "None"})),
    ),
    Case(
        name="assignments-refused",
        about=INSTANCE,
        status="unknown",
        change=both(identity(INSTANCE), refuse("Microsoft.Authorization/roleAssignments")),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="computes-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse(f"{WORKSPACE}/computes"),
        reason=Reason.NO_PERMISSION,
    ),
    refused_workspaces(),
    Case(name="cluster", about=CLUSTER, status="not_applicable", reason=Reason.KIND),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_compute_idle_shutdown(case: Case) -> None:
    case.check(workspace_compute_idle_shutdown)


def test_workspace_compute_idle_shutdown_sample_has_one_restless_instance() -> None:
    found = company().judge(workspace_compute_idle_shutdown)
    assert [one.resource.rsplit("/", 1)[1] for one in found if one.status == "fail"] == ["ci-oskar"]


def test_workspace_compute_idle_shutdown_remedy_grants_on_the_workspace() -> None:
    world = mended()
    identity(INSTANCE)(world)
    (found,) = (r for r in world.judge(workspace_compute_idle_shutdown) if r.resource == INSTANCE)
    assert found.remedy is not None
    assert found.remedy.az is not None
    assert found.remedy.az.endswith(f"--role {CONTRIBUTOR} --scope {WORKSPACE}")
    assert PRINCIPAL in found.remedy.az
