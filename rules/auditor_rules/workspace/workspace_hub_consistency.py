"""workspace-hub-consistency."""

from __future__ import annotations

from functools import partial

from auditor.model.finding import Evidence, describe
from auditor.model.reasons import Reason
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Fact
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
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.subjects import WORKSPACES

# From lax to strict.
ACCESS = ("Enabled", "Disabled")
ISOLATION = ("Disabled", "AllowInternetOutbound", "AllowOnlyApprovedOutbound")
UPDATE = "az ml workspace update --name {name} --resource-group {group} --subscription {subscription}"
REMAKE = Remedy(
    summary="Make the project anew below its hub, without a managed network of its own: it has the hub's.",
    az=None,
)
SEPARATE = Remedy(
    summary="Data isolation is chosen when a workspace is created: make a new one with it, or give each"
    " workspace a storage account and vault of its own.",
    az=None,
    url="https://learn.microsoft.com/azure/machine-learning/concept-hub-workspace",
)


@rule(
    id="workspace-hub-consistency",
    title="Projects are as closed as their hub",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=WORKSPACES,
    profiles=("prompt-flow", "model-catalog", "foundry"),
    remedy=Remedy(
        summary="Set the project's public network access as its hub has it.",
        az=f"{UPDATE} --public-network-access {{access}}",
    ),
    controls=controls(mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="What is an Azure Machine Learning hub workspace?",
            url="https://learn.microsoft.com/azure/machine-learning/concept-hub-workspace",
        ),
        Source(
            title="Configure a private link for a hub",
            url="https://learn.microsoft.com/azure/ai-foundry/how-to/hub-configure-private-link",
        ),
        Source(
            title="Set up service authentication",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication",
        ),
    ),
)
def workspace_hub_consistency(workspace: Workspace, view: View) -> Verdict:
    """A project states nothing laxer than its hub; workspaces that share storage keep their data apart.

    Why
        Projects use the network, the storage and the vault of their hub, so the hub's rules are what is
        audited. A project that is open itself goes round them. Workspaces that share a storage account read
        each other's data unless data isolation divides it.
    Pass when
        Of a project: what it states of `publicNetworkAccess` and `managedNetwork.isolationMode` is at least
        as strict as what its hub has; absent and null mean that the hub's holds. Of a workspace of kind
        Default that shares its storage account or vault with another: `enableDataIsolation` is true.
    Fail when
        The project states Enabled where the hub has Disabled, or a laxer isolation mode than the hub's. Low:
        a workspace of kind Default shares its storage account or vault with another and data isolation is
        false, absent or null, which mean off.
    Unknown when
        The hub cannot be read, the project names none, or a property has a value that is not documented.
    Not applicable when
        The workspace is a hub, which is judged by the network rules and which its projects are compared
        with; it is neither, and shares neither storage account nor vault with another of kind Default.
    Evidence
        `kind`, `properties.hubResourceId`, `properties.publicNetworkAccess`,
        `properties.managedNetwork.isolationMode`, `properties.enableDataIsolation`,
        `properties.storageAccount` and `properties.keyVault` of
        `Microsoft.MachineLearningServices/workspaces`, api-version 2024-10-01. Projects have identities of
        their own: their grants are judged by role-workspace-file-data and
        role-workspace-reads-storage-endpoints.
    Remedy
        Close the project as its hub is closed.
    """
    kind = workspace.kind
    if kind.value == "Hub":
        said = "a hub is what its projects are compared with"
        return NotApplicable(message=said, reason=Reason.KIND, evidence=(kind.evidence(),))
    return _project(workspace, view) if kind.value == "Project" else _alone(workspace, view)


def _project(project: Workspace, view: View) -> Verdict:
    named = project.hub
    if named.value is None:
        return Unknown(
            message="the project names no hub", reason=Reason.MALFORMED, evidence=(named.evidence(),)
        )
    hub = view.estate.find(Workspace, named.value)
    if hub is None:
        said = f"the hub {named.value} is not among the workspaces that can be read: deleted, or hidden"
        return Unknown(message=said, reason=Reason.HIDDEN, evidence=(named.evidence(),))
    checks = [attempt(partial(_access, project, hub)), attempt(partial(_isolation, project, hub))]
    found = worst(checks, own=Severity.MEDIUM)
    if not isinstance(found, Pass):
        return found
    seen = tuple(one for check in checks if isinstance(check, Pass) for one in check.evidence)
    return Pass(message=f"the project is as closed as its hub {hub.name}", evidence=(named.evidence(), *seen))


def _access(project: Workspace, hub: Workspace) -> Verdict:
    own, hubs = project.public_network_access, hub.public_network_access
    seen = (own.evidence(), hubs.evidence())
    if _is_no_laxer(own, hubs, ACCESS):
        return Pass(message="public network access is as the hub has it", evidence=seen)
    said = f"the project's own public network access is {own.value}, that of its hub {hub.name} {hubs.value}"
    return Fail(message=said, evidence=seen, fills=(("access", hubs.value),))


def _isolation(project: Workspace, hub: Workspace) -> Verdict:
    own, hubs = project.isolation_mode, hub.isolation_mode
    seen = (own.evidence(), hubs.evidence())
    if _is_no_laxer(own, hubs, ISOLATION):
        return Pass(message="the network is the hub's", evidence=seen)
    said = f"the project's own isolation mode is {own.value}, that of its hub {hub.name} {hubs.value}"
    return Fail(message=said, evidence=seen, remedy=REMAKE)


def _is_no_laxer(own: Fact[str], hubs: Fact[str], order: tuple[str, ...]) -> bool:
    """What a project does not state is its hub's."""
    return not own.is_stated or order.index(own.value) >= order.index(hubs.value)


def _alone(workspace: Workspace, view: View) -> Verdict:
    shared = _shared_with(workspace, view)
    if not shared:
        unread = tuple(f"not compared: {describe(gap)}" for gap in view.estate.gaps(Workspace))
        said = "the workspace has no hub and shares neither storage account nor vault with another"
        return NotApplicable(message=said, reason=Reason.NOT_RELATED, notes=unread)
    isolation = workspace.data_isolation
    names = ", ".join(dict.fromkeys(one.resource.rpartition("/")[2] for one in shared))
    if isolation.value:
        said = f"data isolation keeps its data apart from that of {names}"
        return Pass(message=said, evidence=(isolation.evidence(), *shared))
    return Fail(
        message=f"it shares storage account or vault with {names}, and data isolation is off",
        evidence=(isolation.evidence(), *shared),
        severity=Severity.LOW,
        remedy=SEPARATE,
    )


def _shared_with(workspace: Workspace, view: View) -> tuple[Evidence, ...]:
    """What other workspaces of kind Default state of the same storage account or vault."""
    if workspace.kind.value != "Default":
        return ()
    others = [one for one in view.estate.listed(Workspace) if one.id != workspace.id]
    return tuple(
        theirs.evidence()
        for other in others
        if not other.kind.is_stated or str(other.kind.raw).casefold() == "default"
        for ours, theirs in (
            (workspace.storage_account, other.storage_account),
            (workspace.key_vault, other.key_vault),
        )
        if ours.value is not None and not theirs.is_malformed and theirs.value == ours.value
    )
