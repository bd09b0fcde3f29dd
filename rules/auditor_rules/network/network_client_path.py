"""network-client-path."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.model.finding import Evidence
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.gateway import VirtualNetworkGateway
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Fact, Resource
from auditor.relate.consumers import consumers
from auditor.relate.gateways import POINT_TO_SITE, READS, Way, Ways, ways_into
from auditor.relate.workloads import Workload
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
    rule,
    unknown_of,
)
from auditor_rules.controls import controls
from auditor_rules.network.homes import Home, HomeNetworks

ENTRA_VPN = "https://learn.microsoft.com/azure/vpn-gateway/point-to-site-entra-gateway"
_WITH_ACCESS: Mapping[str, type[Resource]] = {
    of.ARM_TYPE.lower(): of for of in (CognitiveAccount, SearchService, StorageAccount, Workspace)
}
_PEOPLE = frozenset({"prompt-flow", "machine-learning", "foundry"})
_SIGN_IN = Remedy(
    summary="Let VPN clients sign in with Microsoft Entra ID: add AAD to the gateway's authentication types"
    " and set tenant, audience and issuer. Keep the other types until every client has changed over.",
    az=None,
    url=ENTRA_VPN,
)


@rule(
    id="network-client-path",
    title="People can reach the private network",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=HomeNetworks(),
    reads=(*READS, CognitiveAccount, SearchService, StorageAccount, Workspace),
    profiles=("on-your-data", "model-catalog", "foundry"),
    remedy=Remedy(
        summary="Build a way in: a VPN gateway with point-to-site and Microsoft Entra sign-in, a"
        " site-to-site VPN, ExpressRoute, or Bastion with a jump box; in this network, or in a hub whose"
        " gateway it uses.",
        az=None,
        url=ENTRA_VPN,
    ),
    controls=controls(mcsb=("NS-9",)),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Use Model Catalog collections with workspace managed virtual network",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-network-isolation-model-catalog",
        ),
        Source(
            title="Configure a private link for Foundry",
            url="https://learn.microsoft.com/azure/ai-foundry/how-to/configure-private-link",
        ),
    ),
)
def network_client_path(home: Home, view: View) -> Verdict:
    """Somebody who works with the workload can reach the network of its private endpoints.

    Why
        With public access off, the studio, the web app and the APIs are reachable from inside the network
        only. Without a VPN, ExpressRoute or Bastion nobody gets in, and sooner or later public access is
        turned on again to get work done.
    Pass when
        A point-to-site or site-to-site VPN, ExpressRoute or Bastion leads into the network: a gateway in it,
        or in a connected peer whose gateway it uses; Bastion in it or in a connected peer (the Developer SKU
        only in it).
    Fail when
        There is none, while public access of all that has endpoints here is off. Low where a point-to-site
        gateway does not offer Microsoft Entra sign-in: AAD is not among its authentication types, or no
        tenant is set.
    Unknown when
        None was found, and a peer, its gateways or Bastion hosts could not be read, such as a virtual WAN
        hub; or the endpoints or the network could not be read.
    Not applicable when
        No way in was found, and either the workloads here are used by web apps, container apps or computes
        alone, or public access to one of their resources is still on.
    Evidence
        `virtualNetworkGateways` (`gatewayType`, `ipConfigurations[].properties.subnet.id`,
        `vpnClientConfiguration`), `connections` and `bastionHosts`, api-version 2024-05-01. ARM lists
        gateways and connections by resource group only: asked are the groups of networks that hold a
        GatewaySubnet, and those of the gateways that such a subnet names. SecuredByPerimeter counts as off. A
        virtual machine to jump from behind Bastion, and whether a tunnel is up, are not looked at.
    Remedy
        Build a gateway or Bastion.
    """
    ways = ways_into(view.estate, home.network)
    if ways.found:
        return _found(ways.found)
    if ways.doubts:
        return _doubtful(ways)
    if home.workloads and all(_is_for_machines(view, workload) for workload in home.workloads):
        return NotApplicable(
            message="the workloads here are used by apps and computes in the network, and there is no"
            " gateway",
            reason=Reason.NOT_USED,
        )
    public = _public_access(view, home)
    if open_facts := [fact for fact in public if fact.value == "Enabled"]:
        said = f"public access to {', '.join(fact.resource.name for fact in open_facts)} is still on"
        seen = tuple(fact.evidence() for fact in open_facts)
        return NotApplicable(message=said, reason=Reason.PUBLIC_ACCESS_OPEN, evidence=seen)
    return _none(home, view, tuple(fact.evidence() for fact in public))


def _found(found: tuple[Way, ...]) -> Verdict:
    said = ", ".join(f"{way.kind} by {way.by.name} in {way.network.name}" for way in found)
    for way in found:
        gateway = way.by
        if (
            isinstance(gateway, VirtualNetworkGateway)
            and way.kind == POINT_TO_SITE
            and not _signs_in(gateway)
        ):
            return _without_entra(gateway)
    return Pass(message=said, evidence=tuple(seen for way in found for seen in way.evidence))


def _signs_in(gateway: VirtualNetworkGateway) -> bool:
    offered = {name.casefold() for name in gateway.authentication.value}
    return "aad" in offered and bool(gateway.aad_tenant.value)


def _without_entra(gateway: VirtualNetworkGateway) -> Fail:
    offered = ", ".join(gateway.authentication.value) or "none stated"
    unset = "" if gateway.aad_tenant.value else ", no Microsoft Entra tenant set"
    return Fail(
        message=f"point-to-site clients of {gateway.name} do not sign in with Microsoft Entra ID"
        f" (authentication types: {offered}{unset})",
        evidence=(gateway.authentication.evidence(), gateway.aad_tenant.evidence()),
        severity=Severity.LOW,
        remedy=_SIGN_IN,
    )


def _doubtful(ways: Ways) -> Unknown:
    first = unknown_of(ways.doubts[0])
    return Unknown(
        message=f"no way in was found, but {first.message}",
        reason=first.reason,
        gap=first.gap,
        evidence=first.evidence,
    )


def _none(home: Home, view: View, public: tuple[Evidence, ...]) -> Fail:
    needy = [workload.name for workload in home.workloads if not _is_for_machines(view, workload)]
    whose = f" (needed for {', '.join(needy)})" if needy else ""
    return Fail(
        message="no VPN, ExpressRoute or Bastion leads into this network, and public access is off: people"
        f" cannot reach what is here{whose}",
        evidence=(home.network.peerings.evidence(), *public),
    )


def _is_for_machines(view: View, workload: Workload) -> bool:
    """Whether everybody known to use it is an app or a compute in some network: studios are for people."""
    declared = workload.declared
    if workload.kind in _PEOPLE or (declared and (declared.developers or declared.prompt_flow_users)):
        return False
    users = consumers(view.estate, view.relations, workload)
    return bool(users) and all(one.user != one.subnet for one in users)


def _public_access(view: View, home: Home) -> tuple[Fact[str], ...]:
    """publicNetworkAccess of all that has endpoints here. Raises NotRead where one was not read."""
    found: list[Fact[str]] = []
    for target in home.targets:
        of = _WITH_ACCESS.get((target.resource_type or "").lower())
        row = view.estate.find(of, target) if of is not None else None
        if isinstance(row, CognitiveAccount | SearchService | StorageAccount | Workspace):
            found.append(row.public_network_access)
    return tuple(found)
