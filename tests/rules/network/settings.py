"""Pieces of the sample company that the network tests change."""

from __future__ import annotations

from typing import Any

from auditor.sandbox.sample.company import child, within
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.network import HUB_VNET
from tests.rules.world import World

HUB_GROUP = HUB_VNET.split("/providers/")[0]
HUB_SUBSCRIPTION = "/".join(HUB_VNET.split("/")[:3])
AI_PROD_SUBSCRIPTION = "/".join(SPOKE.split("/")[:3])
GATEWAY = within(HUB_GROUP, "Microsoft.Network/virtualNetworkGateways", "vpng-norrland-hub")
CONNECTION = within(HUB_GROUP, "Microsoft.Network/connections", "cn-norrland-offices")
CLIENTS = "properties.vpnClientConfiguration"


def bastion(
    *, subnet: str | None = None, network: str | None = None, beside: str = HUB_VNET
) -> dict[str, Any]:
    """A Bastion host in a subnet, or of the Developer SKU in a network; in the resource group of `beside`."""
    rid = within(beside.split("/providers/", maxsplit=1)[0], "Microsoft.Network/bastionHosts", "bas-norrland")
    properties: dict[str, Any] = {"provisioningState": "Succeeded", "ipConfigurations": []}
    if subnet:
        properties["ipConfigurations"] = [{"name": "ip", "properties": {"subnet": {"id": subnet}}}]
    if network:
        properties["virtualNetwork"] = {"id": network}
    return {
        "id": rid,
        "name": "bas-norrland",
        "type": "Microsoft.Network/bastionHosts",
        "location": "swedencentral",
        "sku": {"name": "Developer" if network else "Standard"},
        "properties": properties,
    }


def gateway_connection(kind: str, gateway: str = GATEWAY) -> dict[str, Any]:
    return {
        "id": CONNECTION,
        "name": CONNECTION.rpartition("/")[2],
        "type": "Microsoft.Network/connections",
        "location": "swedencentral",
        "properties": {
            "connectionType": kind,
            "virtualNetworkGateway1": {"id": gateway, "properties": {}},
            "localNetworkGateway2": {"id": f"{gateway}-local", "properties": {}},
        },
    }


def without_gateway(world: World) -> World:
    return world.drop(GATEWAY)


def restriction(address: str, action: str = "Allow", priority: int = 100) -> dict[str, Any]:
    return {"ipAddress": address, "action": action, "priority": priority, "name": f"{action}-{address}"}


HUB_BASTION_SUBNET = child(HUB_VNET, "subnets", "AzureBastionSubnet")
