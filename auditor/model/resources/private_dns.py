"""Private DNS: zones with their network links and A records, and what forwards queries to Azure DNS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Part, Resource, arm_id, choice, flag, number, parts, text, texts

LINK = "https://learn.microsoft.com/azure/dns/private-dns-virtual-network-links"
FALLBACK = "https://learn.microsoft.com/azure/dns/private-dns-fallback"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrivateDnsZone(Resource):
    """`Microsoft.Network/privateDnsZones`. `name` is the domain; several zones may bear one name."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/privateDnsZones"

    provisioning_state: Fact[str | None] = text("properties.provisioningState")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ZoneLink(Resource):
    """`privateDnsZones/{z}/virtualNetworkLinks/{name}`: a network that asks this zone. `scope` is the zone.

    Live links are InProgress beside a provisioningState of Succeeded, and say no resolutionPolicy when old.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/privateDnsZones/virtualNetworkLinks"

    network: Fact[ArmId | None] = arm_id("properties.virtualNetwork.id")
    state: Fact[str | None] = choice("properties.virtualNetworkLinkState", "InProgress", "Completed")
    resolution_policy: Fact[str] = choice(
        "properties.resolutionPolicy", "Default", "NxDomainRedirect", absent="Default", source=FALLBACK
    )
    registers: Fact[bool] = flag("properties.registrationEnabled", absent=False, source=LINK)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ARecordSet(Resource):
    """`privateDnsZones/{z}/A/{name}`. `name` is relative to the zone, `@` its top; `scope` is the zone."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/privateDnsZones/A"

    addresses: Fact[tuple[str, ...]] = texts("properties.aRecords[].ipv4Address")
    ttl_s: Fact[int | None] = number("properties.ttl")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ListeningAddress(Part):
    """One address on which a resolver or a firewall takes queries; they spell its property in two ways."""

    resolver_address: Fact[str | None] = text("privateIpAddress")
    firewall_address: Fact[str | None] = text("properties.privateIPAddress")
    resolver_subnet: Fact[ArmId | None] = arm_id("subnet.id")
    firewall_subnet: Fact[ArmId | None] = arm_id("properties.subnet.id")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DnsResolver(Resource):
    """`Microsoft.Network/dnsResolvers`: Azure DNS Private Resolver."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/dnsResolvers"

    network: Fact[ArmId | None] = arm_id("properties.virtualNetwork.id")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InboundEndpoint(Resource):
    """`dnsResolvers/{r}/inboundEndpoints/{name}`. `scope` is the resolver."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/dnsResolvers/inboundEndpoints"

    listens: Fact[tuple[ListeningAddress, ...]] = parts("properties.ipConfigurations", ListeningAddress)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AzureFirewall(Resource):
    """`Microsoft.Network/azureFirewalls`; one of a virtual WAN hub has no configuration of its own."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/azureFirewalls"

    listens: Fact[tuple[ListeningAddress, ...]] = parts("properties.ipConfigurations", ListeningAddress)
    policy: Fact[ArmId | None] = arm_id("properties.firewallPolicy.id")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FirewallPolicy(Resource):
    """`Microsoft.Network/firewallPolicies`. Without servers its DNS proxy asks Azure DNS."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/firewallPolicies"

    is_proxy: Fact[bool] = flag("properties.dnsSettings.enableProxy", absent=False)
    servers: Fact[tuple[str, ...]] = texts("properties.dnsSettings.servers")
