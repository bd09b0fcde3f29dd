"""role-session-identity-workspace."""

from __future__ import annotations

from auditor.model.resources.workspace import Workspace
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.rule import Severity, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.role.sessions import (
    PROFILES,
    SESSIONS,
    SessionGrant,
    SessionGrants,
    assigning,
    contributor,
    judge_needs,
)

NEED = contributor(Workspace, "workspace")


@rule(
    id="role-session-identity-workspace",
    title="Session identity may manage the workspace",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=SessionGrants(of=Workspace, link=None, called="workspace"),
    reads=PERMISSION_READS,
    profiles=PROFILES,
    remedy=assigning((NEED,)),
    sources=(SESSIONS,),
    controls=controls(mcsb=("IM-3",)),
)
def role_session_identity_workspace(grant: SessionGrant[Workspace], view: View) -> Verdict:
    """The user-assigned identity of compute sessions is Contributor of the workspace.

    Why
        A serverless session starts as this identity: it makes the compute, reads the environment and the
        connections of the workspace, and records the run there. Without the grant the session does not start.
    Pass when
        The identity holds every action of the control plane on the workspace
        (`Microsoft.MachineLearningServices/workspaces/*`), by any roles together, made there or above,
        directly or through a group.
    Fail when
        Part of it is missing, or a deny assignment takes it away. AzureML Data Scientist does not suffice.
        Low where it is granted on a part of the workspace only.
    Unknown when
        It is granted only under an ABAC condition, the identity's object id is not stated, or the workspace,
        the compute instances, assignments, definitions or deny assignments could not be read.
    Not applicable when
        No user-assigned identity is attached to the workspace or a compute instance of it: sessions then run
        as their users. The workspace is a hub or a feature store, in which no sessions run.
    Evidence
        Identities in `identity.userAssignedIdentities` of the workspace and of its compute instances, with
        the object id that stands there or on the identity itself. Role assignments that reach it
        (`assignedTo()`), their role definitions and deny assignments, api-version 2022-04-01. Eligible-only
        assignments do not count; roles are known by their GUID.
    Remedy
        Assign Contributor to the identity on the workspace.
    """
    return judge_needs(view, grant, (NEED,))
