"""role-workspace-file-data."""

from __future__ import annotations

from auditor.model.reasons import Reason
from auditor.model.resources.workspace import Datastore, Workspace
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement, assignments_of
from auditor.rule import NotApplicable, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.role.grants import Holder, Need, called, judge_grant
from auditor_rules.role.linked_storage import EachLinkedStorage, LinkedStorage, identity_of

_FILES = "Microsoft.Storage/storageAccounts/fileServices"
NEED = Need(
    requirement=Requirement(
        data_actions=(
            f"{_FILES}/fileshares/files/read",
            f"{_FILES}/fileshares/files/write",
            f"{_FILES}/fileshares/files/delete",
            f"{_FILES}/readFileBackupSemantics/action",
            f"{_FILES}/writeFileBackupSemantics/action",
        )
    ),
    to_do="read and write files of the storage account with backup semantics",
    role="69566ab7-960f-475b-8e7c-b3118f30c6bd",
    role_name="Storage File Data Privileged Contributor",
)


@rule(
    id="role-workspace-file-data",
    title="The workspace may use the file shares of its storage account",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=EachLinkedStorage(),
    reads=PERMISSION_READS,
    profiles=("prompt-flow", "compute-session"),
    remedy=NEED.remedy(),
    sources=(
        Source(
            title="Network isolation in prompt flow",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-secure-prompt-flow",
        ),
        Source(
            title="Configure a private link for a hub",
            url="https://learn.microsoft.com/azure/ai-foundry/how-to/hub-configure-private-link",
        ),
    ),
    controls=controls(mcsb=("IM-3",)),
)
def role_workspace_file_data(link: LinkedStorage, view: View) -> Verdict:
    """The workspace's identity may read and write files of the storage account that the workspace names.

    Why
        Prompt flow keeps its flows as files in a share of the workspace's storage account and opens them with
        the workspace's identity. Without the grant flows cannot be listed, opened or run in a workspace
        whose network is isolated.
    Pass when
        The identity holds the data actions `files/read`, `files/write` and `files/delete` and both
        `readFileBackupSemantics` and `writeFileBackupSemantics` on the storage account, by any roles
        together, made there or above, directly or through a group.
    Fail when
        Part of it is missing, or a deny assignment takes it away. Storage File Data SMB Share Contributor
        holds the files but not the backup semantics, and so fails. Low where it is granted on single shares
        only.
    Unknown when
        It is granted only under an ABAC condition; the primary user-assigned identity is not among those of
        the workspace; the storage account, the hub, the datastores, assignments, definitions or deny
        assignments could not be read.
    Not applicable when
        Nothing speaks for prompt flow: no datastore `workspaceworkingdirectory`, and the workload is not
        declared as prompt flow. The workspace names no storage account, is a hub (its projects are judged by
        their own identities), or has no identity. With data isolation, where an assignment under a condition
        shows that the service made the grants itself.
    Evidence
        The workspace's `properties.storageAccount` (of its hub where a project states none) and identity:
        the principal of `properties.primaryUserAssignedIdentity` where that is set, else the system-assigned
        one. Role assignments that reach it (`assignedTo()`), their role definitions and deny assignments,
        api-version 2022-04-01. Eligible-only assignments do not count; roles are known by their GUID.
    Remedy
        Assign Storage File Data Privileged Contributor to the workspace's identity on the storage account.
    """
    workspace, storage = link.workspace, link.storage
    if (excluded := _unconcerned(workspace, view)) is not None:
        return excluded
    holder = identity_of(workspace, called(view.estate, workspace))
    if isinstance(holder, NotApplicable):
        return holder
    verdict = judge_grant(view, storage, holder.name, holder.principal, NEED)
    if verdict.status in ("fail", "unknown") and _is_isolated(link, holder, view):
        return NotApplicable(
            message="with data isolation the service itself grants each project its part of the storage",
            reason=Reason.SERVED_OTHERWISE,
            evidence=(workspace.data_isolation.evidence(),),
        )
    return verdict


def _unconcerned(workspace: Workspace, view: View) -> NotApplicable | None:
    if workspace.kind.value == "Hub":
        return NotApplicable(
            message="a hub runs no flows itself: its projects are judged by their own identities",
            reason=Reason.KIND,
            evidence=(workspace.kind.evidence(),),
        )
    known = view.relations.workloads_of(workspace.id)
    ours = [found for found in known if found.declared is not None or found.anchor == workspace.id]
    if any(found.kind == "prompt-flow" for found in ours):
        return None
    view.estate.children(Datastore, workspace.id)
    said = f"nothing speaks for prompt flow in {called(view.estate, workspace)}"
    return NotApplicable(message=said, reason=Reason.NOT_USED)


def _is_isolated(link: LinkedStorage, holder: Holder, view: View) -> bool:
    """Whether the service divided the storage account among projects, by grants under its own condition."""
    subscription = link.storage.id.subscription
    if not link.workspace.data_isolation.value or subscription is None:
        return False
    return any(
        row.condition.is_stated and row.assigned_at.value == link.storage.id
        for row in assignments_of(view.estate, holder.principal, subscription)
    )
