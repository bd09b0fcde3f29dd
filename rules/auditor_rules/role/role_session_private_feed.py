"""role-session-private-feed."""

from __future__ import annotations

from auditor.model.reasons import Reason
from auditor.model.resources.key_vault import Vault
from auditor.model.resources.workspace import Workspace
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import NotApplicable, Severity, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.role.grants import Need, noted
from auditor_rules.role.sessions import (
    PROFILES,
    SESSIONS,
    SessionGrant,
    SessionGrants,
    assigning,
    judge_needs,
)

NEED = Need(
    requirement=Requirement(actions=(f"{Vault.ARM_TYPE}/read",)),
    to_do="read the key vault",
    role="acdd72a7-3385-48ef-bd42-f606fba81ae7",
    role_name="Reader",
)
_MEMBERSHIP = "whether the identity is a member of the Azure DevOps organisation is not in ARM"


@rule(
    id="role-session-private-feed",
    title="Session identity may read the vault of a private feed",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=SessionGrants(of=Vault, link="key_vault", called="key vault"),
    reads=(*PERMISSION_READS, *RELATION_READS),
    profiles=PROFILES,
    remedy=assigning((NEED,)),
    sources=(SESSIONS,),
    controls=controls(mcsb=("IM-3",)),
)
def role_session_private_feed(grant: SessionGrant[Vault], view: View) -> Verdict:
    """Where packages come from a private feed, the session's identity may read the workspace's key vault.

    Why
        Packages from a private Azure DevOps feed are installed with the session's identity. The service first
        looks up the workspace's key vault with it; without that read the installation fails.
    Pass when
        The workload is declared with `private_feed = true`, and the identity holds
        `Microsoft.KeyVault/vaults/read` on the vault, by any role, made there or above, directly or through a
        group. A note reminds of what ARM cannot tell: whether the identity is a member of the DevOps
        organisation.
    Fail when
        It is missing, or a deny assignment takes it away.
    Unknown when
        It is granted only under an ABAC condition, the identity's object id is not stated, or the key vault,
        the compute instances, assignments, definitions or deny assignments could not be read.
    Not applicable when
        No user-assigned identity is attached to the workspace or a compute instance of it: sessions then run
        as their users. No workload of the workspace is declared with a private feed. The workspace names no
        key vault. The workspace is a hub or a feature store, in which no sessions run.
    Evidence
        The vault is `properties.keyVault` of the workspace, or of the hub of a project that names none;
        `private_feed` of the declared workload. Identities in `identity.userAssignedIdentities` of the
        workspace and of its compute instances, with the object id that stands there or on the identity
        itself. Role assignments that reach it (`assignedTo()`), their role definitions and deny assignments,
        api-version 2022-04-01. Eligible-only assignments do not count; roles are known by their GUID.
    Remedy
        Assign Reader to the identity on the vault. (Key Vault Reader reads what lies below the vault, not the
        vault.)
    """
    if not _is_declared(view, grant.workspace):
        said = f"no workload of {grant.workspace.name} is declared with a private feed"
        return NotApplicable(message=said, reason=Reason.NOT_DECLARED)
    return noted(judge_needs(view, grant, (NEED,)), _MEMBERSHIP)


def _is_declared(view: View, workspace: Workspace) -> bool:
    known = view.relations.workloads_of(workspace.id)
    return any(found.declared is not None and found.declared.private_feed for found in known)
