"""workspace-compute-idle-shutdown."""

from __future__ import annotations

import re
from dataclasses import replace

from auditor.model.finding import Undecided
from auditor.model.reasons import Reason
from auditor.model.resources.compute import Compute
from auditor.model.resources.workspace import Workspace
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Unknown,
    Verdict,
    View,
    rule,
)
from auditor_rules.controls import controls
from auditor_rules.role.grants import ASSIGN, Need, best_of, judge_grant
from auditor_rules.workspace.parts import EachBelow, holder_of

_DURATION = re.compile(r"P(?=[\dT])(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?", re.IGNORECASE)
_NEED = Need(
    requirement=Requirement(
        actions=(
            "Microsoft.MachineLearningServices/workspaces/write",
            "Microsoft.MachineLearningServices/workspaces/computes/stop/action",
        )
    ),
    to_do="manage the workspace, without which idle shutdown never happens",
    role="b24988ac-6180-42a0-ab88-20f7382dd24c",
    role_name="Contributor",
)
_GRANT = Remedy(
    summary="Assign Contributor on the workspace to the compute instance's identity, or take the identity"
    " away from the instance: least privilege and idle shutdown exclude each other here.",
    az=ASSIGN.replace("{id}", "{workspace}"),
)


@rule(
    id="workspace-compute-idle-shutdown",
    title="Idle shutdown set and able to work",
    severity=Severity.LOW,
    rule_class="function",
    subjects=EachBelow(of=Compute),
    reads=PERMISSION_READS,
    profiles=("compute-session",),
    remedy=Remedy(
        summary="Let the instance shut down after half an hour without use (15 minutes to 3 days).",
        az="az rest --method post --url {id}/updateIdleShutdownSetting'?api-version=2024-10-01'"
        ' --body \'{{"idleTimeBeforeShutdown": "PT30M"}}\'',
    ),
    controls=controls(policy=("679ddf89-ab8f-48a5-9029-e76054077449",)),
    sources=(
        Source(
            title="Create a compute instance",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-create-compute-instance",
        ),
        Source(
            title="Manage prompt flow compute session",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-manage-compute-session",
        ),
    ),
)
def workspace_compute_idle_shutdown(compute: Compute, view: View) -> Verdict:
    """A compute instance shuts down when nobody uses it, and is able to.

    Why
        An instance that is left on costs money and stays attackable, with a signed-in user's tokens in it.
        Prompt flow sessions on an instance end only with the instance.
    Pass when
        `idleTimeBeforeShutdown` is set; where the instance has a managed identity, that identity must hold
        Contributor on the workspace. An enabled schedule that stops the instance passes too, with a note.
    Fail when
        It is absent, null or empty, which mean never. It is set, but none of the instance's identities may
        write the workspace and stop computes in it: Azure documents that the shutdown then does not happen.
    Unknown when
        The value is no ISO 8601 duration, the identity holds the permission under a condition only or its
        object id is not stated, or role assignments or computes could not be read.
    Not applicable when
        The compute is no compute instance. Serverless sessions have no idle time that ARM shows.
    Evidence
        `properties.properties.idleTimeBeforeShutdown`, `properties.properties.schedules.computeStartStop` and
        `identity` of the compute, api-version 2024-10-01; role assignments that reach the identity
        (`assignedTo()`) with their definitions and deny assignments, api-version 2022-04-01. Azure names the
        role, not the permission: tested are `workspaces/write` and `workspaces/computes/stop/action`, which
        Contributor holds and smaller machine learning roles do not. role-over-privileged-identity may object
        to the same grant.
    Remedy
        Set the idle time, which works on an existing instance by REST only; or grant the identity its role.
    """
    kind, idle = compute.kind, compute.idle_before_shutdown
    if (kind.value or "").casefold() != "computeinstance":
        return NotApplicable(
            message=f"not a compute instance ({kind.value or 'no type stated'})",
            reason=Reason.KIND,
            evidence=(kind.evidence(),),
        )
    verdict = _idle(compute, view)
    if verdict.status == "fail" and _is_stopped_by_schedule(compute):
        return Pass(
            message="an enabled schedule stops the instance",
            evidence=(compute.schedules.evidence(), idle.evidence()),
            notes=(f"idle shutdown does not work by itself: {verdict.message}",),
        )
    return verdict


def _idle(compute: Compute, view: View) -> Verdict:
    idle = compute.idle_before_shutdown
    if not idle.value:
        said = "the instance never shuts down by itself: no idle time is set"
        return Fail(message=said, evidence=(idle.evidence(),))
    if not _DURATION.fullmatch(idle.value):
        said = "the idle time is not an ISO 8601 duration such as PT30M"
        return Unknown(message=said, reason=Reason.UNEXPECTED_VALUE, evidence=(idle.evidence(),))
    said = f"the instance shuts down after {idle.value} without use"
    if not compute.identity.type.value - {"None"}:
        return Pass(message=said, evidence=(idle.evidence(),))
    workspace = holder_of(view, compute)
    verdict = best_of(_may_stop(compute, workspace, principal, view) for principal in _principals(compute))
    if isinstance(verdict, Fail):
        at = (("workspace", workspace.id.text),)
        return replace(verdict, remedy=_GRANT, fills=(*verdict.fills, *at), severity=None)
    if isinstance(verdict, Pass):
        return replace(verdict, message=said, evidence=(idle.evidence(), *verdict.evidence))
    return verdict


def _may_stop(compute: Compute, workspace: Workspace, principal: str, view: View) -> Verdict:
    return judge_grant(view, workspace, f"the identity of {compute.name}", principal, _NEED)


def _principals(compute: Compute) -> list[str]:
    """The object ids of its identities; raises Undecided where none is stated."""
    identity = compute.identity
    facts = (identity.principal_id, *(one.principal_id for one in identity.user_assigned.value))
    found = [fact.value for fact in facts if fact.value]
    if not found:
        said = f"{compute.name} has an identity whose object id is not stated"
        raise Undecided(said, Reason.MALFORMED, evidence=(identity.type.evidence(),))
    return found


def _is_stopped_by_schedule(compute: Compute) -> bool:
    if isinstance(compute.schedules.meaning, Exception):
        return False
    return any(
        one.action.meaning == "Stop" and one.status.meaning == "Enabled" for one in compute.schedules.value
    )
