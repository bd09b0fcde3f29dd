"""network-client-path."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.agents import ACCOUNT as FOUNDRY
from auditor.sandbox.sample.company import child
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.fraud_hub import FRAUD_HUB, PROJECT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.network import HUB_VNET
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.network.network_client_path import network_client_path
from tests.rules.cases import Case
from tests.rules.network.settings import (
    CLIENTS,
    GATEWAY,
    HUB_BASTION_SUBNET,
    HUB_SUBSCRIPTION,
    bastion,
    gateway_connection,
    without_gateway,
)
from tests.rules.world import World

PEERING = "properties.virtualNetworkPeerings[0].properties"


def no_point_to_site(world: World) -> World:
    return world.cut(GATEWAY, CLIENTS)


def in_own_resource_group(world: World) -> None:
    """The gateway stands in another group than its network; only its subnet says where."""
    elsewhere = GATEWAY.replace("/rg-hub-network/", "/rg-hub-gateways/")
    world.body(GATEWAY)["id"] = elsewhere
    subnets = world.body(HUB_VNET)["properties"]["subnets"]
    gateway_subnet = next(one for one in subnets if one["name"] == "GatewaySubnet")
    gateway_subnet["properties"]["ipConfigurations"] = [{"id": f"{elsewhere}/ipConfigurations/default"}]


CASES = (
    Case(
        name="gateway-of-the-hub", about=SPOKE, status="pass", says="point-to-site VPN by vpng-norrland-hub"
    ),
    Case(name="gateway-in-another-group", about=SPOKE, status="pass", change=in_own_resource_group),
    Case(
        name="nothing",
        about=SPOKE,
        status="fail",
        change=without_gateway,
        severity=Severity.MEDIUM,
        says="actuarial-ml",
    ),
    Case(
        name="gateway-without-clients-or-tunnels",
        about=SPOKE,
        status="fail",
        change=no_point_to_site,
        severity=Severity.MEDIUM,
    ),
    Case(
        name="site-to-site",
        about=SPOKE,
        status="pass",
        change=lambda world: no_point_to_site(world).add(gateway_connection("IPsec")),
        says="site-to-site VPN",
    ),
    Case(
        name="expressroute",
        about=SPOKE,
        status="pass",
        change=lambda world: no_point_to_site(world).add(gateway_connection("expressroute")),
        says="ExpressRoute",
    ),
    Case(
        name="network-to-network-leads-nobody-in",
        about=SPOKE,
        status="fail",
        change=lambda world: no_point_to_site(world).add(gateway_connection("Vnet2Vnet")),
    ),
    Case(
        name="tunnel-of-another-gateway",
        about=SPOKE,
        status="fail",
        change=lambda world: no_point_to_site(world).add(gateway_connection("IPsec", f"{GATEWAY}0")),
    ),
    Case(
        name="bastion-in-the-hub",
        about=SPOKE,
        status="pass",
        change=lambda world: without_gateway(world).add(bastion(subnet=HUB_BASTION_SUBNET)),
        says="Bastion",
    ),
    Case(
        name="developer-bastion-in-the-network",
        about=SPOKE,
        status="pass",
        change=lambda world: without_gateway(world).add(bastion(network=SPOKE, beside=SPOKE)),
    ),
    Case(
        name="developer-bastion-in-a-peer-serves-only-it",
        about=SPOKE,
        status="fail",
        change=lambda world: without_gateway(world).add(bastion(network=HUB_VNET)),
    ),
    Case(
        name="bastion-of-a-network-with-a-longer-name",
        about=SPOKE,
        status="fail",
        change=lambda world: without_gateway(world).add(
            bastion(subnet=child(f"{HUB_VNET}0", "subnets", "AzureBastionSubnet"))
        ),
    ),
    Case(
        name="certificates-only",
        about=SPOKE,
        status="fail",
        change=lambda world: world.put(GATEWAY, f"{CLIENTS}.vpnAuthenticationTypes", ["Certificate"]),
        severity=Severity.LOW,
        says="Certificate",
    ),
    Case(
        name="certificates-and-entra",
        about=SPOKE,
        status="pass",
        change=lambda world: world.put(GATEWAY, f"{CLIENTS}.vpnAuthenticationTypes", ["Certificate", "aad"]),
    ),
    Case(
        name="entra-without-a-tenant",
        about=SPOKE,
        status="fail",
        change=lambda world: world.put(GATEWAY, f"{CLIENTS}.aadTenant", None),
        severity=Severity.LOW,
        says="no Microsoft Entra tenant",
    ),
    Case(
        name="peering-down",
        about=SPOKE,
        status="fail",
        change=lambda world: world.put(SPOKE, f"{PEERING}.peeringState", "Disconnected"),
    ),
    Case(
        name="peers-gateway-not-used",
        about=SPOKE,
        status="fail",
        change=lambda world: world.put(SPOKE, f"{PEERING}.useRemoteGateways", False),
    ),
    Case(
        name="gateways-refused",
        about=SPOKE,
        status="unknown",
        change=lambda world: world.refuse("virtualNetworkGateways"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="gateways-refused-while-public-access-is-on",
        about=SPOKE,
        status="unknown",
        change=lambda world: world.put(CLAIMS_OPENAI, "properties.publicNetworkAccess", "Enabled").refuse(
            "virtualNetworkGateways"
        ),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="gateways-refused-beside-machines-only",
        about=SPOKE,
        status="unknown",
        change=lambda world: world.drop(WORKSPACE, FOUNDRY, FRAUD_HUB, PROJECT).refuse(
            "virtualNetworkGateways"
        ),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="connections-refused-matters-not-beside-point-to-site",
        about=SPOKE,
        status="unknown",
        change=lambda world: no_point_to_site(world).refuse("Microsoft.Network/connections"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="hub-out-of-sight",
        about=SPOKE,
        status="unknown",
        change=lambda world: world.refuse(f"^{HUB_SUBSCRIPTION}/providers/Microsoft.Network/virtualNetworks"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="peered-with-a-virtual-wan",
        about=SPOKE,
        status="unknown",
        change=lambda world: world.put(
            SPOKE,
            f"{PEERING}.remoteVirtualNetwork.id",
            HUB_VNET.replace(HUB_SUBSCRIPTION, "/subscriptions/0b1c2d3e-4f50-4162-8374-95a6b7c8d9e0"),
        ),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="public-access-still-on",
        about=SPOKE,
        status="not_applicable",
        change=lambda world: without_gateway(world).put(
            CLAIMS_OPENAI, "properties.publicNetworkAccess", "Enabled"
        ),
        reason=Reason.PUBLIC_ACCESS_OPEN,
    ),
    Case(
        name="machines-only",
        about=SPOKE,
        status="not_applicable",
        change=lambda world: without_gateway(world).drop(WORKSPACE, FOUNDRY, FRAUD_HUB, PROJECT),
        reason=Reason.NOT_USED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_network_client_path(case: Case) -> None:
    case.check(network_client_path)
