"""network-subnet-layout."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.endpoints import ENDPOINT_SUBNET, SPOKE
from auditor.sandbox.sample.network import (
    AGENTS_SUBNET,
    CLAIMS_APPS_SUBNET,
    CONTAINER_APPS_SUBNET,
    HR_APPS_SUBNET,
)
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, HR_APP
from auditor.sandbox.sample.private_app import ENVIRONMENT
from auditor_rules.network.network_subnet_layout import network_subnet_layout
from tests.rules.cases import Case
from tests.rules.nsg.rules_of_groups import in_subnet
from tests.rules.world import World

NETWORK = SPOKE.split("/providers/")[0]
WEB = [{"name": "delegation", "properties": {"serviceName": "microsoft.web/serverfarms"}}]
NIC = f"{NETWORK}/providers/Microsoft.Network/networkInterfaces/nic-vm/ipConfigurations/ipconfig1"
SCALE_SET = (
    f"{NETWORK}/providers/Microsoft.Compute/virtualMachineScaleSets/aks/virtualMachines/0"
    "/networkInterfaces/nic/ipConfigurations/ipconfig1"
)


def no_apps(world: World) -> None:
    for rid in (CLAIMS_APPS_SUBNET, HR_APPS_SUBNET, CONTAINER_APPS_SUBNET, AGENTS_SUBNET):
        in_subnet(rid, delegations=[])(world)
    for app in (CLAIMS_APP, HR_APP):
        world.put(app, "properties.virtualNetworkSubnetId", None)
    world.put(ENVIRONMENT, "properties.vnetConfiguration", None)


CASES = (
    Case(name="separate", about=SPOKE, status="pass", says="separate subnets: private-endpoints"),
    Case(
        name="endpoints-in-a-delegated-subnet",
        about=SPOKE,
        status="fail",
        change=in_subnet(delegations=WEB),
        severity=Severity.LOW,
        says="private-endpoints holds private endpoints and is delegated",
    ),
    Case(
        name="endpoints-in-an-apps-subnet",
        about=SPOKE,
        status="fail",
        change=lambda world: world.put(CLAIMS_APP, "properties.virtualNetworkSubnetId", ENDPOINT_SUBNET),
        says="holds private endpoints",
    ),
    Case(
        name="two-kinds-of-apps",
        about=SPOKE,
        status="fail",
        change=lambda world: world.put(
            CLAIMS_APP, "properties.virtualNetworkSubnetId", CONTAINER_APPS_SUBNET
        ),
        says="microsoft.app/containerapps and microsoft.web/sites",
    ),
    Case(
        name="machines-beside-the-app",
        about=SPOKE,
        status="fail",
        change=in_subnet(CLAIMS_APPS_SUBNET, ipConfigurations=[{"id": NIC}]),
        says="network interfaces of machines (1)",
    ),
    Case(
        name="the-platforms-own-machines",
        about=SPOKE,
        status="pass",
        change=in_subnet(CONTAINER_APPS_SUBNET, ipConfigurations=[{"id": SCALE_SET}]),
    ),
    Case(
        name="dockers-bridge",
        about=SPOKE,
        status="fail",
        change=lambda world: world.put(
            SPOKE, "properties.addressSpace.addressPrefixes", ["10.40.0.0/20", "172.16.0.0/12"]
        ),
        says="172.16.0.0/12 overlaps 172.17.0.0/16",
    ),
    Case(
        name="beside-dockers-bridge",
        about=SPOKE,
        status="pass",
        change=lambda world: world.put(
            SPOKE, "properties.addressSpace.addressPrefixes", ["10.40.0.0/20", "172.18.0.0/16"]
        ),
    ),
    Case(
        name="no-app-no-gateway", about=SPOKE, status="not_applicable", change=no_apps, reason=Reason.NOT_USED
    ),
    Case(
        name="malformed",
        about=SPOKE,
        status="unknown",
        change=in_subnet(CLAIMS_APPS_SUBNET, privateEndpoints="none"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="networks-refused",
        about="/".join(SPOKE.split("/")[:3]),
        status="unknown",
        to="virtualNetworks",
        change=lambda world: world.refuse("Microsoft.Network/virtualNetworks"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_network_subnet_layout(case: Case) -> None:
    case.check(network_subnet_layout)
