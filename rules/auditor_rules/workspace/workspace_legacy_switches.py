"""workspace-legacy-switches."""

from __future__ import annotations

import json

from auditor.model.resources.workspace import Workspace
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, attempt, rule, worst
from auditor_rules.subjects import WORKSPACES
from auditor_rules.workspace.networks import API_VERSION

CLOSE = Remedy(
    summary="State publicNetworkAccess: Disabled, once an approved private endpoint exists. The newer setting"
    " overrides the older one.",
    az="az ml workspace update --name {name} --resource-group {group} --subscription {subscription}"
    " --public-network-access Disabled",
)


@rule(
    id="workspace-legacy-switches",
    title="Legacy switches off",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=WORKSPACES,
    profiles=("prompt-flow", "model-catalog", "foundry"),
    remedy=Remedy(
        summary="Switch the legacy mode off. It takes up to an hour, and the control plane of v2 then uses"
        " Azure Resource Manager's public address, where metadata passes.",
        az=f"az rest --method patch --url {{id}}'?api-version={API_VERSION}' --body {{body}}",
    ),
    sources=(
        Source(
            title="Network isolation change with our new API platform on Azure Resource Manager",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-configure-network-isolation-with-v2",
        ),
        Source(
            title="Configure a private endpoint for an Azure Machine Learning workspace",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link",
        ),
    ),
)
def workspace_legacy_switches(workspace: Workspace, view: View) -> Verdict:
    """The two switches of older APIs are off.

    Why
        The legacy mode refuses every call of the v2 API: prompt flow, managed endpoints and the model
        catalog do not work. The other switch opens a workspace that has a private endpoint to public
        networks, unless the newer setting says otherwise.
    Pass when
        `v1LegacyMode` is false, absent or null, which mean off, and `allowPublicAccessWhenBehindVnet` is so
        too, or `publicNetworkAccess` is stated and overrides it.
    Fail when
        `v1LegacyMode` is true. `allowPublicAccessWhenBehindVnet` is true while `publicNetworkAccess` is
        absent or null. Contested: the Azure Policy e413671a-dd10-4cc1-a943-45b598596cb7
        (Workspace_EnableV1LegacyMode) audits for true, so that everything stays in the network of the v1
        API; the page on network isolation with v2, below, has it false for every feature of v2. This rule
        follows the page.
    Unknown when
        A switch is neither true nor false, or the workspaces could not be read.
    Not applicable when
        Never.
    Evidence
        `properties.v1LegacyMode`, `properties.allowPublicAccessWhenBehindVnet` and
        `properties.publicNetworkAccess` of `Microsoft.MachineLearningServices/workspaces`, api-version
        2024-10-01. A change of the legacy mode takes 30 to 60 minutes to act.
    Remedy
        Set `v1LegacyMode` to false. State `publicNetworkAccess`.
    """
    checks = (lambda: _legacy_mode(workspace), lambda: _behind_vnet(workspace))
    return worst([attempt(check) for check in checks], own=Severity.MEDIUM)


def _legacy_mode(workspace: Workspace) -> Verdict:
    mode = workspace.v1_legacy_mode
    if not mode.value:
        return Pass(message="the legacy switches are off", evidence=(mode.evidence(),))
    return Fail(
        message="the v1 legacy mode is on: the v2 API, prompt flow and managed endpoints are refused",
        evidence=(mode.evidence(),),
        fills=(("body", json.dumps({"properties": {"v1LegacyMode": False}})),),
        notes=("Azure Policy e413671a-dd10-4cc1-a943-45b598596cb7 audits for the opposite",),
    )


def _behind_vnet(workspace: Workspace) -> Verdict:
    switch, access = workspace.public_access_behind_vnet, workspace.public_network_access
    seen = (switch.evidence(), access.evidence())
    if not switch.value:
        return Pass(message="the legacy switches are off", evidence=seen)
    if access.is_stated:
        said = f"the older switch allows public access, but publicNetworkAccess ({access.value}) overrides it"
        return Pass(message=said, evidence=seen)
    return Fail(
        message="the older switch allows public access, and publicNetworkAccess is not set to override it",
        evidence=seen,
        remedy=CLOSE,
    )
