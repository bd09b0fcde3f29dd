"""workspace-public-network-access."""

from __future__ import annotations

from auditor.model.resources.workspace import Workspace
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.subjects import WORKSPACES
from auditor_rules.workspace.networks import inherits


@rule(
    id="workspace-public-network-access",
    title="Workspace public network access disabled",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=WORKSPACES,
    profiles=("prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Disable public network access, once workspace-private-endpoint passes: without an approved"
        " private endpoint this locks every user out.",
        az="az ml workspace update --name {name} --resource-group {group} --subscription {subscription}"
        " --public-network-access Disabled",
    ),
    controls=controls(policy=("438c38d2-3772-465a-a9cc-7a6666a275ce",), mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Configure a private endpoint for an Azure Machine Learning workspace",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link",
        ),
        Source(
            title="Network isolation in prompt flow",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-secure-prompt-flow",
        ),
    ),
)
def workspace_public_network_access(workspace: Workspace, view: View) -> Verdict:
    """The workspace refuses requests from public networks.

    Why
        Studio, notebooks, jobs and connections with their secrets answer to a stolen sign-in from anywhere.
        With public access off one must be inside a network that holds a private endpoint of the workspace.
    Pass when
        `publicNetworkAccess` is Disabled, whatever the older `allowPublicAccessWhenBehindVnet` says.
    Fail when
        It is Enabled, or absent or null, which mean Enabled. Medium where `networkAcls.defaultAction` is
        Deny: then only selected addresses come in.
    Unknown when
        A property has a value that is not documented, or the workspaces could not be read.
    Not applicable when
        The workspace is a project: its hub is judged, and workspace-hub-consistency compares the two.
    Evidence
        `properties.publicNetworkAccess` and `properties.networkAcls.defaultAction` of
        `Microsoft.MachineLearningServices/workspaces`, api-version 2024-10-01. Contested: the documentation
        tells of an allow-list of addresses (how-to-configure-private-link), the stable API's model has none,
        only the previews' (azure-mgmt-machinelearningservices). Some stable answers carry networkAcls all
        the same; where it is missing, a list that may exist is not seen and the verdict is high.
    Remedy
        Disable public network access, but only once an approved private endpoint exists.
    """
    if (served := inherits(workspace)) is not None:
        return served
    access, action = workspace.public_network_access, workspace.firewall_default_action
    if access.value == "Disabled":
        return Pass(message="public network access is disabled", evidence=(access.evidence(),))
    seen = (access.evidence(), action.evidence())
    unset = "" if access.is_stated else ": the property is not set, which means enabled"
    if action.value == "Deny":
        said = f"public network access is enabled for selected addresses{unset}"
        return Fail(message=said, evidence=seen, severity=Severity.MEDIUM)
    hidden = () if action.is_stated else ("an allow-list of addresses, if there is one, is not answered",)
    return Fail(message=f"public network access is enabled{unset}", evidence=seen, notes=hidden)
