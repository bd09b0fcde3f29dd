"""storage-shared-key-access."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.relate.workloads import READS
from auditor.rule import (
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Verdict,
    View,
    rule,
)
from auditor_rules.controls import controls
from auditor_rules.subjects import RELATED_STORAGE

DISALLOW = "az storage account update --ids {id} --allow-shared-key-access false"
UNBLOCK = (
    "az ml workspace update --name {{workspace_{n}}} --resource-group {{group_{n}}}"
    " --subscription {{subscription_{n}}} --system-datastores-auth-mode identity"
)


@rule(
    id="storage-shared-key-access",
    title="Storage shared key access disabled",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=RELATED_STORAGE,
    reads=READS,
    profiles=("on-your-data", "prompt-flow", "model-catalog", "compute-session", "foundry"),
    remedy=Remedy(
        summary="Disallow shared keys once the logs show that no client signs with a key or an account SAS.",
        az=DISALLOW,
    ),
    controls=controls(
        policy=("8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54",), mcsb=("IM-1",), cis=("9.3.1.3",), nist=("IA-2",)
    ),
    sources=(
        Source(
            title="Prevent shared key authorization for a storage account",
            url="https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent",
        ),
        Source(
            title="Disable shared key access for a workspace's storage account",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-disable-local-auth-storage",
        ),
        Source(
            title="Create a compute instance",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-create-compute-instance",
        ),
    ),
)
def storage_shared_key_access(account: StorageAccount, view: View) -> Verdict:
    """The storage account takes Microsoft Entra tokens only, no account keys.

    Why
        An account key is all of the account, for anybody who has it, without a name in the logs and without
        an end. Whoever may list keys (plain Contributor may) reads every document past all data roles.
    Pass when
        `allowSharedKeyAccess` is false.
    Fail when
        It is true, or absent or null, which mean allowed. Medium; low where a workspace keeps its system
        datastores on this account and opens them with the account's key, since disallowing keys first would
        break that workspace. The workspace is named.
    Unknown when
        The property is neither true nor false, or the account could not be read.
    Not applicable when
        Never. Storage accounts that serve no AI workload yield no result.
    Evidence
        `properties.allowSharedKeyAccess` of `Microsoft.Storage/storageAccounts`, api-version 2023-05-01;
        `properties.storageAccount` and `properties.systemDatastoresAuthMode` (absent means AccessKey) of
        `Microsoft.MachineLearningServices/workspaces`, api-version 2024-10-01. Microsoft's pages contradict
        each other: "Create a compute instance" says that creating one needs key access, "Disable shared key
        access" that it works without once the datastores use identities. The second is followed here.
    Remedy
        Move the workspace's system datastores to identities first where it is named, then disallow keys. The
        browser upload of some studios signs with an account SAS and stops working.
    """
    keys = account.allow_shared_key_access
    if not keys.value:
        return Pass(message="shared key access is disabled", evidence=(keys.evidence(),))
    said = "shared key access is allowed" + ("" if keys.is_stated else ": the property is not set")
    blockers = tuple(_blockers(account, view))
    if not blockers:
        return Fail(message=said, evidence=(keys.evidence(),), notes=_unseen(account, view))
    names = ", ".join(workspace.name for workspace in blockers)
    modes = tuple(workspace.system_datastores_auth_mode.evidence() for workspace in blockers)
    return Fail(
        message=f"{said}; the system datastores of workspace {names} still need the key",
        evidence=(keys.evidence(), *modes),
        severity=Severity.LOW,
        remedy=_unblocking(len(blockers)),
        fills=tuple(fill for number, row in enumerate(blockers) for fill in _fills(number, row)),
    )


def _blockers(account: StorageAccount, view: View) -> Iterator[Workspace]:
    """Workspaces known to open this account with its key; one that cannot be decided lowers no severity."""
    for workspace in view.estate.listed(Workspace):
        mode = workspace.system_datastores_auth_mode.meaning
        if workspace.storage_account.meaning == account.id and mode == "AccessKey":
            yield workspace


def _unseen(account: StorageAccount, view: View) -> tuple[str, ...]:
    gaps = view.estate.gaps(Workspace)
    return tuple(
        f"a workspace in {gap.scope}, which could not be read, might still need the key" for gap in gaps
    )


def _unblocking(workspaces: int) -> Remedy:
    first = " && ".join(UNBLOCK.format(n=number) for number in range(workspaces))
    return Remedy(
        summary="Let the workspace open its datastores with identities (they need Storage Blob Data"
        " Contributor and Storage File Data Privileged Contributor), then disallow shared keys.",
        az=f"{first} && {DISALLOW}",
    )


def _fills(number: int, workspace: Workspace) -> Iterator[tuple[str, str]]:
    yield f"workspace_{number}", workspace.name
    yield f"group_{number}", workspace.id.resource_group or ""
    yield f"subscription_{number}", workspace.id.subscription_id or ""
