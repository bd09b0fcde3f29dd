"""key-vault-isolation."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.finding import Undecided
from auditor.model.reasons import Reason
from auditor.model.resources.key_vault import Vault, VaultConnection
from auditor.model.wire import Fact
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
from auditor_rules.dependencies import LINKED_VAULTS
from auditor_rules.private_link import READS, judge_private_endpoint
from auditor_rules.verdicts import united

_UPDATE = "az keyvault update --name {name} --resource-group {group} --subscription {subscription}"
_CLOSE = Remedy(
    summary="Create an approved private endpoint for the group vault, then disable public network access: in"
    " the other order every client is locked out.",
    az=f"{_UPDATE} --public-network-access Disabled --bypass AzureServices",
)
_BYPASS = Remedy(
    summary="Let trusted Azure services in, Azure Machine Learning among them.",
    az=f"{_UPDATE} --bypass AzureServices",
)
_ENDPOINT = Remedy(
    summary="Create a private endpoint for the group vault in the network of the clients.", az=None
)
_EVERYWHERE = ("0.0.0.0/0", "::/0")


@rule(
    id="key-vault-isolation",
    title="Key vault reachable by private endpoint only",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=LINKED_VAULTS,
    reads=(VaultConnection, *READS),
    profiles=("prompt-flow", "compute-session"),
    remedy=_CLOSE,
    controls=controls(
        policy=("405c5871-3e91-4644-8a63-58e19d68ff5b",),
        mcsb=("NS-2",),
        cis=(
            "8.3.7",
            "8.3.8",
        ),
        nist=("SC-7",),
    ),
    sources=(
        Source(
            title="Secure an Azure Machine Learning workspace with virtual networks",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet",
        ),
        Source(
            title="Configure network security for Azure Key Vault",
            url="https://learn.microsoft.com/azure/key-vault/general/overview-vnet-service-endpoints",
        ),
    ),
)
def key_vault_isolation(vault: Vault, view: View) -> Verdict:
    """The key vault that a workspace links is closed to public networks and has a private endpoint.

    Why
        A workspace keeps the secrets of its connections and datastores in this vault: keys of models, of
        storage, of databases. Open to every network, a stolen token of anybody who may read secrets is enough
        to take them from anywhere.
    Pass when
        `publicNetworkAccess` is Disabled, or the firewall's `defaultAction` is Deny; a private endpoint of a
        customer network for the group `vault` is approved; and `bypass` is AzureServices, or absent or null,
        which mean AzureServices. A note counts the addresses and subnets that a denying firewall lets in.
    Fail when
        Public network access is Enabled, or absent or null, which mean Enabled, and the firewall's default
        action is Allow, or absent or null, which mean Allow, or one of its rules names every address; or no
        private endpoint is approved. Medium where only the bypass is None: nothing is exposed, but Azure
        Machine Learning, a trusted service, may be kept out.
    Unknown when
        Public network access is SecuredByPerimeter, since vaults do not show their perimeters in this
        api-version; a property is not one that is known; the only approved connections are from endpoints
        that cannot be read; the vault that the workspace names, or its connections, could not be read.
    Not applicable when
        The workspace names no key vault.
    Evidence
        `properties.publicNetworkAccess`, `properties.networkAcls.defaultAction`,
        `properties.networkAcls.bypass` and `properties.networkAcls.ipRules` of `Microsoft.KeyVault/vaults`
        and its `privateEndpointConnections`, api-version 2023-07-01. App Service apps are not among the
        trusted services. A project that names no vault has its hub's.
    Remedy
        Create the private endpoint, then disable public network access and let trusted services in.
    """
    checks = (
        attempt(lambda: _public(vault)),
        attempt(lambda: _reached(vault, view)),
        attempt(lambda: _bypass(vault)),
    )
    found = worst(checks, own=Severity.HIGH)
    if not isinstance(found, Pass):
        return found
    return united([check for check in checks if isinstance(check, Pass)])


def _public(vault: Vault) -> Verdict:
    access, action = vault.public_network_access, vault.default_action
    evidence = (access.evidence(), action.evidence())
    match access.value:
        case "Disabled":
            return Pass(message="public network access is disabled", evidence=(access.evidence(),))
        case "SecuredByPerimeter":
            said = "public access is left to a network security perimeter, which vaults do not show here"
            raise Undecided(said, Reason.BLIND_API, evidence=(access.evidence(),))
    if action.value == "Allow":
        said = f"public network access is {_meant(access)} and the firewall lets in every network"
        return Fail(message=f"{said}{_by_default(action)}", evidence=evidence, remedy=_CLOSE)
    if any((rule.value.value or "") in _EVERYWHERE for rule in vault.ip_rules.value):
        said = "the firewall denies by default, but has a rule for every address"
        return Fail(message=said, evidence=(*evidence, vault.ip_rules.evidence()), remedy=_CLOSE)
    return Pass(message="the firewall denies by default", evidence=evidence, notes=_let_in(vault))


def _meant(fact: Fact[str]) -> str:
    return "enabled" if fact.is_stated else "not set, which means enabled,"


def _by_default(fact: Fact[str]) -> str:
    return "" if fact.is_stated else ", since none is set"


def _let_in(vault: Vault) -> tuple[str, ...]:
    counted = (
        (len(vault.ip_rules.value), "address ranges"),
        (len(vault.virtual_network_rules.value), "subnets"),
    )
    named = " and ".join(f"{number} {what}" for number, what in counted if number)
    return (f"public network access is on and the firewall lets in {named or 'trusted services alone'}",)


def _reached(vault: Vault, view: View) -> Verdict:
    verdict = judge_private_endpoint(view, vault, VaultConnection, "vault")
    return replace(verdict, remedy=_ENDPOINT) if isinstance(verdict, Fail) else verdict


def _bypass(vault: Vault) -> Verdict:
    bypass = vault.bypass
    if bypass.value == "AzureServices":
        return Pass(message="trusted services may come in", evidence=(bypass.evidence(),))
    said = "trusted Azure services are kept out: Azure Machine Learning may be unable to use the vault"
    return Fail(message=said, evidence=(bypass.evidence(),), severity=Severity.MEDIUM, remedy=_BYPASS)
