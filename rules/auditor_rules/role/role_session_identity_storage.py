"""role-session-identity-storage."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.resources.storage_account import StorageAccount
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Severity, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.role.grants import Need
from auditor_rules.role.role_workspace_file_data import NEED as FILES
from auditor_rules.role.sessions import (
    IDENTITIES,
    PROFILES,
    SESSIONS,
    SessionGrant,
    SessionGrants,
    assigning,
    contributor,
    judge_needs,
)

_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers"
NEEDS = (
    contributor(StorageAccount, "storage account"),
    Need(
        requirement=Requirement(
            actions=(f"{_BLOBS}/read", f"{_BLOBS}/write"),
            data_actions=(
                f"{_BLOBS}/blobs/read",
                f"{_BLOBS}/blobs/write",
                f"{_BLOBS}/blobs/delete",
                f"{_BLOBS}/blobs/add/action",
            ),
        ),
        to_do="read and write its blobs",
        role="ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        role_name="Storage Blob Data Contributor",
    ),
    replace(FILES, to_do="read and write its files with backup semantics"),
)


@rule(
    id="role-session-identity-storage",
    title="Session identity may use the storage account",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=SessionGrants(of=StorageAccount, link="storage_account", called="storage account"),
    reads=PERMISSION_READS,
    profiles=PROFILES,
    remedy=assigning(NEEDS),
    sources=(SESSIONS, IDENTITIES),
    controls=controls(mcsb=("IM-3",)),
)
def role_session_identity_storage(grant: SessionGrant[StorageAccount], view: View) -> Verdict:
    """The user-assigned identity of compute sessions may manage the storage account, its blobs and files.

    Why
        Flows lie as files in a share of the workspace's storage account, their data and outputs as blobs. A
        session opens and writes both as this identity; what it lacks fails at the first run.
    Pass when
        The identity holds, by any roles together, made on the storage account or above, directly or through a
        group: every action of the control plane (`Microsoft.Storage/storageAccounts/*`); read, write, delete
        and add of blobs with read and write of containers; and read, write and delete of files with both
        backup semantics.
    Fail when
        One of the three is missing, or a deny assignment takes it away: the message names each. Low where all
        that is missing is granted on a part of the account, such as one container.
    Unknown when
        It is granted only under an ABAC condition, the identity's object id is not stated, or the storage
        account, the compute instances, assignments, definitions or deny assignments could not be read.
    Not applicable when
        No user-assigned identity is attached to the workspace or a compute instance of it: sessions then run
        as their users. The workspace names no storage account. The workspace is a hub or a feature store, in
        which no sessions run.
    Evidence
        The storage account is `properties.storageAccount` of the workspace, or of the hub of a project that
        names none. Sources disagree: "Manage a prompt flow compute session" asks for both data roles; "Set up
        authentication between Azure Machine Learning and other services" calls the one for blobs optional and
        does not name the one for files. Flow drafts lie in the file share, so both are asked for. Identities
        in `identity.userAssignedIdentities` of the workspace and of its compute instances, with the object id
        that stands there or on the identity itself. Role assignments that reach it (`assignedTo()`), their
        role definitions and deny assignments, api-version 2022-04-01. Eligible-only assignments do not count;
        roles are known by their GUID.
    Remedy
        Assign the roles that are lacking: Contributor, Storage Blob Data Contributor, Storage File Data
        Privileged Contributor.
    """
    return judge_needs(view, grant, NEEDS)
