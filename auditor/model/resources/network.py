"""Private endpoints, their interfaces and DNS zone groups; virtual networks and subnets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Part, Resource, arm_id, arm_ids, choice, flag, parts, text, texts

POLICIES = "https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrivateLinkServiceConnection(Part):
    """What a private endpoint asks for: one target and its groups, with the state of its own side."""

    target: Fact[ArmId | None] = arm_id("properties.privateLinkServiceId")
    groups: Fact[tuple[str, ...]] = texts("properties.groupIds")
    status: Fact[str | None] = choice(
        "properties.privateLinkServiceConnectionState.status",
        "Pending",
        "Approved",
        "Rejected",
        "Disconnected",
        "Timeout",
        "Approving",
        "Rejecting",
        "Disconnecting",
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CustomDnsConfig(Part):
    fqdn: Fact[str | None] = text("fqdn")
    ip_addresses: Fact[tuple[str, ...]] = texts("ipAddresses")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrivateEndpoint(Resource):
    """`Microsoft.Network/privateEndpoints`.

    Its provisioningState says nothing of approval: a Pending endpoint is Succeeded too. Auto-approved
    connections stand under one list, manual ones under the other.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/privateEndpoints"

    provisioning_state: Fact[str | None] = choice(
        "properties.provisioningState",
        "Succeeded",
        "Updating",
        "Deleting",
        "Failed",
        "Creating",
        "Canceled",
    )
    subnet: Fact[ArmId | None] = arm_id("properties.subnet.id")
    interfaces: Fact[tuple[ArmId, ...]] = arm_ids("properties.networkInterfaces[].id")
    automatic: Fact[tuple[PrivateLinkServiceConnection, ...]] = parts(
        "properties.privateLinkServiceConnections", PrivateLinkServiceConnection
    )
    manual: Fact[tuple[PrivateLinkServiceConnection, ...]] = parts(
        "properties.manualPrivateLinkServiceConnections", PrivateLinkServiceConnection
    )
    custom_dns_configs: Fact[tuple[CustomDnsConfig, ...]] = parts(
        "properties.customDnsConfigs", CustomDnsConfig
    )

    @property
    def requests(self) -> tuple[PrivateLinkServiceConnection, ...]:
        """What it connects to, automatic and manual."""
        return (*self.automatic.value, *self.manual.value)

    @property
    def virtual_network(self) -> ArmId | None:
        """The network of its subnet, from the subnet's id alone; None where the endpoint names no subnet."""
        subnet = self.subnet.value
        return subnet.parent if subnet else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IpConfiguration(Part):
    private_ip_address: Fact[str | None] = text("properties.privateIPAddress")
    fqdns: Fact[tuple[str, ...]] = texts("properties.privateLinkConnectionProperties.fqdns")
    group: Fact[str | None] = text("properties.privateLinkConnectionProperties.groupId")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkInterface(Resource):
    ARM_TYPE: ClassVar[str] = "Microsoft.Network/networkInterfaces"

    ip_configurations: Fact[tuple[IpConfiguration, ...]] = parts(
        "properties.ipConfigurations", IpConfiguration
    )
    private_endpoint: Fact[ArmId | None] = arm_id("properties.privateEndpoint.id")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ZoneConfig(Part):
    """One zone a group writes into. A zone that is not the privatelink zone gets no records at all."""

    zone: Fact[ArmId | None] = arm_id("properties.privateDnsZoneId")
    record_fqdns: Fact[tuple[str, ...]] = texts("properties.recordSets[].fqdn")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrivateDnsZoneGroup(Resource):
    """`privateEndpoints/{pe}/privateDnsZoneGroups/{name}`. `scope` is the private endpoint."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"

    zones: Fact[tuple[ZoneConfig, ...]] = parts("properties.privateDnsZoneConfigs", ZoneConfig)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Peering(Part):
    remote: Fact[ArmId | None] = arm_id("properties.remoteVirtualNetwork.id")
    state: Fact[str | None] = choice("properties.peeringState", "Initiated", "Connected", "Disconnected")
    allows_access: Fact[bool] = flag("properties.allowVirtualNetworkAccess", absent=True)
    uses_remote_gateways: Fact[bool] = flag("properties.useRemoteGateways", absent=False)
    remote_prefixes: Fact[tuple[str, ...]] = texts("properties.remoteAddressSpace.addressPrefixes")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VirtualNetwork(Resource):
    ARM_TYPE: ClassVar[str] = "Microsoft.Network/virtualNetworks"

    address_prefixes: Fact[tuple[str, ...]] = texts("properties.addressSpace.addressPrefixes")
    dns_servers: Fact[tuple[str, ...]] = texts("properties.dhcpOptions.dnsServers")
    peerings: Fact[tuple[Peering, ...]] = parts("properties.virtualNetworkPeerings", Peering)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subnet(Resource):
    """One subnet, read from its network's answer. `scope` is the network."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/virtualNetworks/subnets"

    address_prefix: Fact[str | None] = text("properties.addressPrefix")
    address_prefixes: Fact[tuple[str, ...]] = texts("properties.addressPrefixes")
    network_security_group: Fact[ArmId | None] = arm_id("properties.networkSecurityGroup.id")
    route_table: Fact[ArmId | None] = arm_id("properties.routeTable.id")
    private_endpoint_network_policies: Fact[str] = choice(
        "properties.privateEndpointNetworkPolicies",
        "Disabled",
        "Enabled",
        "NetworkSecurityGroupEnabled",
        "RouteTableEnabled",
        absent="Disabled",
        source=POLICIES,
    )
    delegations: Fact[tuple[str, ...]] = texts("properties.delegations[].properties.serviceName")
    private_endpoints: Fact[tuple[ArmId, ...]] = arm_ids("properties.privateEndpoints[].id")
    ip_configurations: Fact[tuple[ArmId, ...]] = arm_ids("properties.ipConfigurations[].id")

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Every CIDR of the subnet, from whichever of the two fields is filled."""
        single = self.address_prefix.value
        return self.address_prefixes.value or ((single,) if single else ())
