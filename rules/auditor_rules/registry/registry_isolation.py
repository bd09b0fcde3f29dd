"""registry-isolation."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.resources.container_registry import Registry, RegistryConnection
from auditor.relate.actions import unstated
from auditor.rule import (
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.dependencies import USED_REGISTRIES
from auditor_rules.private_link import READS, judge_private_endpoint

_UPDATE = "az acr update --name {name} --resource-group {group} --subscription {subscription}"
_CLOSE = Remedy(
    summary="Create an approved private endpoint for the group registry, then disable public network access:"
    " in the other order every client is locked out.",
    az=f"{_UPDATE} --public-network-enabled false",
)
_PREMIUM = Remedy(
    summary="Change the registry to the Premium SKU, which alone has private endpoints (it costs more), then"
    " create one for the group registry and disable public network access.",
    az=f"{_UPDATE} --sku Premium",
)
_BYPASS = Remedy(
    summary="Let trusted Azure services in, Azure Machine Learning among them.",
    az=f"{_UPDATE} --allow-trusted-services true",
)
_ENDPOINT = Remedy(
    summary="Create a private endpoint for the group registry in the network of the clients.", az=None
)


@rule(
    id="registry-isolation",
    title="Registry reachable by private endpoint only",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=USED_REGISTRIES,
    reads=(RegistryConnection, *READS),
    profiles=("private-openai", "prompt-flow", "compute-session"),
    remedy=_CLOSE,
    controls=controls(policy=("0fdf0491-d080-4575-b627-ad0e843cba0f",), mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Secure an Azure Machine Learning workspace with virtual networks",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet",
        ),
        Source(
            title="Allow trusted services to access a network-restricted container registry",
            url="https://learn.microsoft.com/azure/container-registry/allow-access-trusted-services",
        ),
    ),
)
def registry_isolation(registry: Registry, view: View) -> Verdict:
    """The registry is Premium, closed to public networks, and reached through an approved private endpoint.

    Why
        The registry holds the images that the workspace's compute and the apps run: code, and often what was
        built into it. Open to public networks, a leaked password or token is enough to read the images or to
        replace one from anywhere.
    Pass when
        The SKU is Premium, `publicNetworkAccess` is Disabled, a private endpoint of a customer network for
        the group `registry` is approved, and `networkRuleBypassOptions` is AzureServices, or absent or null,
        which mean AzureServices.
    Fail when
        The SKU is Basic, Standard or Classic, which can have no private endpoint; public network access is
        Enabled, or absent or null, which mean Enabled; or no private endpoint is approved. Medium where only
        the bypass is None: nothing is exposed, but Azure Machine Learning, a trusted service, may be kept
        out.
    Unknown when
        The SKU or another property is absent or not one that is known, the only approved connections are from
        endpoints that cannot be read, or the registry or its connections could not be read. A related
        container app pulls from an Azure registry that is in no audited subscription.
    Not applicable when
        A workspace has no registry yet: one is made when the first image is built.
    Evidence
        `sku.name`, `properties.publicNetworkAccess`, `properties.networkRuleSet.defaultAction` and
        `properties.networkRuleBypassOptions` of `Microsoft.ContainerRegistry/registries` and its
        `privateEndpointConnections`, api-version 2025-11-01. App Service is not among the trusted services: a
        web app pulls over the network or not at all.
    Remedy
        Change to Premium, create the private endpoint, then disable public network access.
    """
    tier = attempt(lambda: _tier(registry))
    public = attempt(lambda: _public(registry))
    if isinstance(tier, Fail):
        return worst((tier, public), own=Severity.HIGH)
    checks = (public, attempt(lambda: _reached(registry, view)), attempt(lambda: _bypass(registry)), tier)
    found = worst(checks, own=Severity.HIGH)
    if not isinstance(found, Pass):
        return found
    passes = (check for check in checks if isinstance(check, Pass))
    return replace(found, evidence=tuple(seen for each in passes for seen in each.evidence))


def _tier(registry: Registry) -> Verdict:
    sku = registry.sku
    if sku.value is None:
        raise unstated(sku)
    if sku.value == "Premium":
        return Pass(message="Premium", evidence=(sku.evidence(),))
    said = f"the SKU is {sku.value}, which can have no private endpoint"
    return Fail(message=said, evidence=(sku.evidence(),), remedy=_PREMIUM)


def _public(registry: Registry) -> Verdict:
    access, action = registry.public_network_access, registry.default_action
    if access.value == "Disabled":
        said = "Premium, closed to public networks and reached by an approved private endpoint"
        return Pass(message=said, evidence=(access.evidence(),))
    stated = "" if access.is_stated else ": the property is not set, which means enabled"
    firewall = "its firewall denies by default" if action.value == "Deny" else "its firewall lets in all"
    said = f"public network access is enabled{stated}; {firewall}"
    return Fail(message=said, evidence=(access.evidence(), action.evidence()), remedy=_CLOSE)


def _reached(registry: Registry, view: View) -> Verdict:
    verdict = judge_private_endpoint(view, registry, RegistryConnection, "registry")
    return replace(verdict, remedy=_ENDPOINT) if isinstance(verdict, Fail) else verdict


def _bypass(registry: Registry) -> Verdict:
    bypass = registry.bypass
    if bypass.value == "AzureServices":
        return Pass(message="trusted services may come in", evidence=(bypass.evidence(),))
    said = "trusted Azure services are kept out: Azure Machine Learning may be unable to pull images"
    return Fail(message=said, evidence=(bypass.evidence(),), severity=Severity.MEDIUM, remedy=_BYPASS)
