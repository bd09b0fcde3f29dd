"""workspace-datastore-auth-mode."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.finding import Undecided
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Fact
from auditor.relate.dependencies import link_of
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.subjects import WORKSPACES
from auditor_rules.workspace.parts import governing

_NEEDS = (
    "people who use the data need Storage Blob Data Contributor and Storage File Data Privileged Contributor"
    " on the storage account"
)


@rule(
    id="workspace-datastore-auth-mode",
    title="Storage access mode coherent",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=WORKSPACES,
    reads=(StorageAccount,),
    profiles=("prompt-flow",),
    remedy=Remedy(
        summary="Let the workspace open its own datastores with identities, once the people who use the data"
        " hold Storage Blob Data Contributor and Storage File Data Privileged Contributor on the account.",
        az="az ml workspace update --name {workspace} --resource-group {workspace_group} --subscription"
        " {subscription} --system-datastores-auth-mode identity",
    ),
    controls=controls(mcsb=("IM-1",), nist=("IA-5",)),
    sources=(
        Source(
            title="Disable shared key access for a workspace's storage account",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-disable-local-auth-storage",
        ),
    ),
)
def workspace_datastore_auth_mode(workspace: Workspace, view: View) -> Verdict:
    """The workspace opens its own datastores in a way that its storage account allows, best with identities.

    Why
        In access key mode the workspace keeps the account's key and hands out what the key opens: everybody
        who may use the workspace reads all its data, without a name in the storage logs. And where the
        account refuses keys, that mode does not work at all.
    Pass when
        `systemDatastoresAuthMode` is Identity or UserDelegationSAS.
    Fail when
        It is AccessKey, or absent or null, which mean AccessKey: low where the account takes keys, high where
        it refuses them, since the workspace's datastores are then broken.
    Unknown when
        The mode has another value; the workspace, or the hub of a project that states no mode, could not be
        read. An unread storage account leaves a low failure, with a note.
    Not applicable when
        Never.
    Evidence
        `properties.systemDatastoresAuthMode` of the workspace (of its hub where a project states none),
        api-version 2024-10-01; `properties.allowSharedKeyAccess` of the storage account that the workspace or
        hub names (absent or null: keys are taken), api-version 2023-05-01.
    Remedy
        Change the mode; grant the people who use the data their roles first.
    """
    holder = workspace if workspace.system_datastores_auth_mode.is_stated else governing(view, workspace)
    mode = holder.system_datastores_auth_mode
    if mode.value != "AccessKey":
        said = f"the workspace opens its own datastores with {_way(mode.value)}"
        notes = (_NEEDS,) if mode.value == "Identity" else ()
        return Pass(message=said, evidence=(mode.evidence(),), notes=notes)
    fills = (("workspace", holder.name), ("workspace_group", holder.id.resource_group or ""))
    said = "the workspace opens its own datastores with the storage account's key"
    unset = "" if mode.is_stated else " (systemDatastoresAuthMode is not set)"
    try:
        keys = _shared_keys(workspace, view)
        refused = keys is not None and not keys.value
    except Undecided as undecided:
        unread = f"if the account refuses keys this is broken, which cannot be told: {undecided.message}"
        low = Fail(message=f"{said}{unset}", evidence=(mode.evidence(),), severity=Severity.LOW, fills=fills)
        return replace(low, notes=(unread,))
    seen = (mode.evidence(), *((keys.evidence(),) if keys is not None else ()))
    if refused:
        broken = f"{said}{unset}, but the account refuses keys: its datastores cannot be opened"
        return Fail(message=broken, evidence=seen, severity=Severity.HIGH, fills=fills)
    return Fail(message=f"{said}{unset}", evidence=seen, severity=Severity.LOW, fills=fills)


def _shared_keys(workspace: Workspace, view: View) -> Fact[bool] | None:
    """Whether the linked account takes keys; None where it is not there. Raises Undecided."""
    named = link_of(view.estate, workspace, "storage_account").value
    storage = view.estate.find(StorageAccount, named) if named is not None else None
    return storage.allow_shared_key_access if storage is not None else None


def _way(mode: str) -> str:
    return "identities" if mode == "Identity" else "shared access signatures that Entra delegates"
