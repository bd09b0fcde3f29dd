"""role-openai-writes-blobs."""

from __future__ import annotations

from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.storage_account import StorageAccount
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.rule import Pass, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.role.grants import Need, holds, judge_grant, no_identity, noted, system_identity
from auditor_rules.subjects import Pair, Pairs

_CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers"
NEED = Need(
    requirement=Requirement(
        actions=(f"{_CONTAINERS}/read", f"{_CONTAINERS}/write"),
        data_actions=(
            f"{_CONTAINERS}/blobs/read",
            f"{_CONTAINERS}/blobs/write",
            f"{_CONTAINERS}/blobs/delete",
            f"{_CONTAINERS}/blobs/add/action",
        ),
    ),
    to_do="read, write and delete blobs of the storage account",
    role="ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    role_name="Storage Blob Data Contributor",
)
_OWNS_BLOBS = Requirement(data_actions=(f"{_CONTAINERS}/blobs/manageOwnership/action",))


@rule(
    id="role-openai-writes-blobs",
    title="Azure OpenAI may write blobs of the storage account",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=Pairs(
        targets=StorageAccount,
        target_role="storage",
        partners=CognitiveAccount,
        partner_role="openai",
        lone="no Azure OpenAI account uses this storage account for On Your Data",
    ),
    reads=PERMISSION_READS,
    profiles=("on-your-data",),
    remedy=NEED.remedy(),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Azure built-in roles",
            url="https://learn.microsoft.com/azure/role-based-access-control/built-in-roles",
        ),
    ),
    controls=controls(mcsb=("IM-3",)),
)
def role_openai_writes_blobs(pair: Pair[StorageAccount, CognitiveAccount], view: View) -> Verdict:
    """The system identity of the Azure OpenAI account may write blobs of the storage account.

    Why
        Uploading files and preprocessing read from the input container and write to others with the
        account's own identity. Without the grant adding data fails with 403, and account keys or SAS tokens
        are the usual way out.
    Pass when
        The identity holds the data actions `read`, `write`, `delete` and `add` on blobs and the actions
        `read` and `write` on containers, by any roles together, made on the storage account or above,
        directly or through a group. Storage Blob Data Owner passes with a note: it may also take ownership.
    Fail when
        Part of it is missing, or a deny assignment takes it away. Owner and Contributor hold no data action.
        Low where it is granted on single containers only.
    Unknown when
        It is granted only under an ABAC condition, assignments, definitions or deny assignments could not be
        read, or that the two belong together is only suggested.
    Not applicable when
        No Azure OpenAI account uses the storage account for On Your Data, or the account has no
        system-assigned identity (openai-system-identity says so).
    Evidence
        Role assignments that reach the identity (`assignedTo()`), their role definitions and deny
        assignments, api-version 2022-04-01. Eligible-only assignments do not count; roles are known by their
        GUID.
    Remedy
        Assign Storage Blob Data Contributor to the account's identity on the storage account.
    """
    account = pair.partner
    if (excluded := no_identity(account, account.identity)) is not None:
        return excluded
    holder = system_identity(account, account.identity)
    verdict = judge_grant(view, pair.target, holder.name, holder.principal, NEED)
    if isinstance(verdict, Pass) and holds(view, pair.target, holder.principal, _OWNS_BLOBS):
        return noted(verdict, "it may also take ownership of blobs, which On Your Data does not need")
    return verdict
