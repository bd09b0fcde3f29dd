"""How people reach a virtual network: gateways, their connections, and Bastion hosts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Resource, arm_id, arm_ids, choice, text, texts

GATEWAY = "https://learn.microsoft.com/rest/api/network-gateway/virtual-network-gateways/get"
CONNECTION = "https://learn.microsoft.com/rest/api/network-gateway/virtual-network-gateway-connections/get"
BASTION = "https://learn.microsoft.com/azure/bastion/configuration-settings"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VirtualNetworkGateway(Resource):
    """`Microsoft.Network/virtualNetworkGateways`. ARM lists them by resource group only, which is `scope`."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/virtualNetworkGateways"

    kind: Fact[str | None] = choice(
        "properties.gatewayType", "Vpn", "ExpressRoute", "LocalGateway", source=GATEWAY
    )
    provisioning_state: Fact[str | None] = text("properties.provisioningState")
    subnets: Fact[tuple[ArmId, ...]] = arm_ids("properties.ipConfigurations[].properties.subnet.id")
    client_pool: Fact[tuple[str, ...]] = texts(
        "properties.vpnClientConfiguration.vpnClientAddressPool.addressPrefixes"
    )
    authentication: Fact[tuple[str, ...]] = texts("properties.vpnClientConfiguration.vpnAuthenticationTypes")
    aad_tenant: Fact[str | None] = text("properties.vpnClientConfiguration.aadTenant")

    @property
    def serves_clients(self) -> bool:
        """Whether point-to-site is configured: it has an address pool, or a way for clients to sign in."""
        return bool(self.client_pool.value or self.authentication.value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GatewayConnection(Resource):
    """`Microsoft.Network/connections`: one tunnel or circuit of a gateway. `scope` is the resource group."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/connections"

    kind: Fact[str | None] = choice(
        "properties.connectionType", "IPsec", "Vnet2Vnet", "ExpressRoute", "VPNClient", source=CONNECTION
    )
    gateway: Fact[ArmId | None] = arm_id("properties.virtualNetworkGateway1.id")
    other_gateway: Fact[ArmId | None] = arm_id("properties.virtualNetworkGateway2.id")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BastionHost(Resource):
    """`Microsoft.Network/bastionHosts`. The Developer SKU names its network, the others their subnet."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/bastionHosts"

    sku: Fact[str | None] = text("sku.name", source=BASTION)
    subnets: Fact[tuple[ArmId, ...]] = arm_ids("properties.ipConfigurations[].properties.subnet.id")
    developer_network: Fact[ArmId | None] = arm_id("properties.virtualNetwork.id", source=BASTION)
