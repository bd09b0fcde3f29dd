"""network-container-apps-environment."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.network import CONTAINER_APPS_SUBNET, HUB_VNET
from auditor.sandbox.sample.private_app import CONTAINER_APP, ENVIRONMENT
from auditor_rules.network.network_container_apps_environment import network_container_apps_environment
from tests.rules.cases import Case
from tests.rules.world import World, mended

SUBNET = "properties.vnetConfiguration.infrastructureSubnetId"
PEERING = "properties.virtualNetworkPeerings[0].properties"


def in_hub(world: World) -> World:
    return world.put(ENVIRONMENT, SUBNET, f"{HUB_VNET}/subnets/management")


CASES = (
    Case(name="in-the-network", about=ENVIRONMENT, status="pass", seen=((SUBNET, CONTAINER_APPS_SUBNET),)),
    Case(
        name="null",
        about=ENVIRONMENT,
        status="fail",
        change=lambda world: world.put(ENVIRONMENT, SUBNET, None),
        severity=Severity.HIGH,
        seen=((SUBNET, None),),
    ),
    Case(
        name="absent",
        about=ENVIRONMENT,
        status="fail",
        change=lambda world: world.cut(ENVIRONMENT, "properties.vnetConfiguration"),
        seen=((SUBNET, ABSENT),),
    ),
    Case(name="in-a-peer", about=ENVIRONMENT, status="pass", change=in_hub, says="vnet-norrland-hub"),
    Case(
        name="in-a-network-apart",
        about=ENVIRONMENT,
        status="fail",
        change=lambda world: in_hub(world).put(SPOKE, f"{PEERING}.peeringState", "Disconnected"),
        says="does not meet vnet-norrland-ai-prod",
    ),
    Case(
        name="malformed",
        about=ENVIRONMENT,
        status="unknown",
        change=lambda world: world.put(ENVIRONMENT, SUBNET, "subnet"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="networks-refused",
        about=ENVIRONMENT,
        status="unknown",
        change=lambda world: in_hub(world).refuse("Microsoft.Network/virtualNetworks"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="no-app-of-a-workload",
        about=ENVIRONMENT,
        status="not_applicable",
        change=lambda world: world.drop(CONTAINER_APP),
        reason=Reason.NOT_RELATED,
    ),
    Case(
        name="environments-refused",
        about="/".join(SPOKE.split("/")[:3]),
        to="managedEnvironments",
        status="unknown",
        change=lambda world: world.refuse("managedEnvironments"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_network_container_apps_environment(case: Case) -> None:
    case.check(network_container_apps_environment)


def test_network_container_apps_environment_remedy_names_a_new_subnet_beside_the_endpoints() -> None:
    world = mended().put(ENVIRONMENT, SUBNET, None)
    (found,) = [r for r in world.judge(network_container_apps_environment) if r.resource == ENVIRONMENT]
    assert found.remedy is not None
    az = found.remedy.az or ""
    assert "--delegations Microsoft.App/environments && az containerapp env create" in az
    assert f"--infrastructure-subnet-resource-id {SPOKE}/subnets/cae-norrland-underwriting-2" in az
