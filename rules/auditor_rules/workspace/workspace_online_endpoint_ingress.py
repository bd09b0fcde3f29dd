"""workspace-online-endpoint-ingress."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.finding import Undecided
from auditor.model.reasons import Reason
from auditor.model.resources.compute import BatchEndpoint, OnlineEndpoint
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.rule import (
    Excluded,
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Subject,
    Verdict,
    View,
    rule,
)
from auditor_rules.controls import controls
from auditor_rules.workspace.parts import EachBelow, governing, holder_of

_ONLINE = EachBelow(of=OnlineEndpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Every online endpoint; batch endpoints are excluded and say so."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return _ONLINE.listing

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (BatchEndpoint,)

    def __call__(self, view: View, /) -> Iterator[Subject[OnlineEndpoint] | Excluded]:
        yield from _ONLINE(view)
        for batch in view.estate.listed(BatchEndpoint):
            said = "a batch endpoint has no network switch of its own: it follows its workspace"
            yield Excluded(resource=batch, verdict=NotApplicable(message=said, reason=Reason.KIND))


@rule(
    id="workspace-online-endpoint-ingress",
    title="Online endpoint ingress private",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=Endpoints(),
    profiles=("prompt-flow", "model-catalog"),
    remedy=Remedy(
        summary="Disable the endpoint's public network access: callers then come through the workspace's"
        " private endpoint.",
        az="az ml online-endpoint update --name {name} --workspace-name {workspace} --resource-group {group}"
        " --subscription {subscription} --set public_network_access=disabled",
    ),
    controls=controls(mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Network isolation with managed online endpoints",
            url="https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint",
        ),
        Source(
            title="Configure a private endpoint for a workspace",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link",
        ),
    ),
)
def workspace_online_endpoint_ingress(endpoint: OnlineEndpoint, view: View) -> Verdict:
    """A managed online endpoint takes scoring requests from private networks only.

    Why
        An online endpoint has a switch of its own. One that was made with public access answers the internet
        even where its workspace is private: a leaked key or token is then enough to call the model.
    Pass when
        `publicNetworkAccess` of the endpoint is Disabled.
    Fail when
        It is Enabled, or absent or null, which mean Enabled. Medium where the workspace (or the hub of a
        project) admits selected addresses only: its public access is on and its firewall's default action is
        Deny. The endpoint fails in a public workspace too: closing the workspace would not close it.
    Unknown when
        The property has another value, or endpoints could not be read.
    Not applicable when
        The endpoint runs on a Kubernetes cluster, whose router lets callers in: see
        workspace-kubernetes-inference. Batch endpoints have no such switch and follow their workspace.
    Evidence
        `properties.publicNetworkAccess` of the endpoint, and `properties.publicNetworkAccess` and
        `properties.networkAcls.defaultAction` of the workspace, api-version 2024-10-01. The firewall of a
        workspace is documented for previews only; where the answer has none, nothing is softened.
    Remedy
        Disable public access of the endpoint. Clients outside the network lose it at once.
    """
    if endpoint.compute.value is not None:
        return NotApplicable(
            message="the endpoint runs on an attached cluster, whose router decides who may call",
            reason=Reason.SERVED_OTHERWISE,
            evidence=(endpoint.compute.evidence(),),
        )
    access = endpoint.public_network_access
    if access.value == "Disabled":
        return Pass(message="the endpoint's public network access is disabled", evidence=(access.evidence(),))
    said = "the endpoint answers scoring requests from the internet"
    unset = "" if access.is_stated else ": publicNetworkAccess is not set, which means Enabled"
    workspace = _governing(endpoint, view)
    fills = (("workspace", endpoint.scope.name),)
    if workspace is None:
        return Fail(message=f"{said}{unset}", evidence=(access.evidence(),), fills=fills)
    outer, firewall = workspace.public_network_access, workspace.firewall_default_action
    seen = (access.evidence(), outer.evidence())
    if outer.meaning == "Enabled" and firewall.meaning == "Deny":
        said = "the endpoint answers scoring requests from the addresses that the workspace's firewall admits"
        admitted = (*seen, firewall.evidence())
        return Fail(message=f"{said}{unset}", evidence=admitted, severity=Severity.MEDIUM, fills=fills)
    beside = ", although its workspace is private" if outer.meaning == "Disabled" else ""
    return Fail(message=f"{said}{beside}{unset}", evidence=seen, fills=fills)


def _governing(endpoint: OnlineEndpoint, view: View) -> Workspace | None:
    """None where it cannot be told: an open endpoint fails without it."""
    try:
        return governing(view, holder_of(view, endpoint))
    except Undecided:
        return None
