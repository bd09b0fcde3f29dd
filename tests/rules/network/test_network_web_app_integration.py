"""network-web-app-integration."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.endpoints import ENDPOINT_SUBNET, SPOKE
from auditor.sandbox.sample.network import CLAIMS_APPS_SUBNET
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_PLAN
from auditor_rules.network.network_web_app_integration import network_web_app_integration
from tests.rules.cases import Case
from tests.rules.nsg.rules_of_groups import in_subnet, subnet_at
from tests.rules.world import World, mended

SUBNET = "properties.virtualNetworkSubnetId"
CONFIG = f"{CLAIMS_APP}/config/web"


def unlinked(world: World) -> None:
    """The zone of the search service is linked to the hub only."""
    for found in list(world.tenant["resources"]):
        zone = "/privatelink.search.windows.net/virtualNetworkLinks/"
        if zone.lower() in found["id"].lower() and found["properties"]["virtualNetwork"]["id"] == SPOKE:
            world.drop(found["id"])


CASES = (
    Case(name="integrated", about=CLAIMS_APP, to="apps", status="pass", says="vnet-norrland-ai-prod"),
    Case(
        name="null",
        about=CLAIMS_APP,
        status="fail",
        change=lambda world: world.put(CLAIMS_APP, SUBNET, None),
        severity=Severity.HIGH,
        seen=((SUBNET, None),),
    ),
    Case(
        name="absent",
        about=CLAIMS_APP,
        status="fail",
        change=lambda world: world.cut(CLAIMS_APP, SUBNET),
        seen=((SUBNET, ABSENT),),
    ),
    Case(
        name="subnet-gone",
        about=CLAIMS_APP,
        status="fail",
        change=lambda world: world.put(CLAIMS_APP, SUBNET, f"{CLAIMS_APPS_SUBNET}0"),
        says="is not there",
    ),
    Case(
        name="another-region",
        about=CLAIMS_APP,
        status="fail",
        change=lambda world: world.put(CLAIMS_APP, "location", "West Europe"),
        says="West Europe",
    ),
    Case(
        name="region-in-another-spelling",
        about=CLAIMS_APP,
        status="pass",
        change=lambda world: world.put(CLAIMS_APP, "location", "SWEDENCENTRAL"),
    ),
    *(
        Case(
            name=f"tier-{tier}",
            about=CLAIMS_APP,
            status=status,
            change=lambda world, tier=tier: world.put(CLAIMS_PLAN, "sku.tier", tier),  # type: ignore[misc]
        )
        for tier, status in (
            ("Free", "fail"),
            ("shared", "fail"),
            ("Dynamic", "fail"),
            ("basic", "pass"),
            ("Standard", "pass"),
            ("ElasticPremium", "pass"),
            ("IsolatedV2", "not_applicable"),
            ("Quantum", "unknown"),
            (None, "unknown"),
        )
    ),
    Case(
        name="plan-refused",
        about=CLAIMS_APP,
        status="unknown",
        change=lambda world: world.refuse("serverfarms"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="plan-refused-but-not-integrated",
        about=CLAIMS_APP,
        status="fail",
        change=lambda world: world.refuse("serverfarms").put(CLAIMS_APP, SUBNET, None),
    ),
    Case(
        name="not-delegated",
        about=CLAIMS_APP,
        status="fail",
        change=in_subnet(CLAIMS_APPS_SUBNET, delegations=[]),
        says="not delegated",
    ),
    Case(
        name="shared-with-endpoints",
        about=CLAIMS_APP,
        status="fail",
        change=in_subnet(CLAIMS_APPS_SUBNET, privateEndpoints=[{"id": f"{SPOKE}/x/y"}]),
        says="also holds",
    ),
    Case(
        name="zone-not-linked",
        about=CLAIMS_APP,
        status="fail",
        change=unlinked,
        says="privatelink.search.windows.net is not linked",
    ),
    Case(
        name="networks-refused",
        about=CLAIMS_APP,
        status="unknown",
        change=lambda world: world.refuse("Microsoft.Network/virtualNetworks"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="routes-private-addresses-only",
        about=CLAIMS_APP,
        status="pass",
        change=lambda world: world.put(CONFIG, "properties.vnetRouteAllEnabled", False),
        says="only private addresses are routed",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_network_web_app_integration(case: Case) -> None:
    case.check(network_web_app_integration)


def test_network_web_app_integration_remedy_makes_a_free_delegated_subnet() -> None:
    world = mended().put(CLAIMS_APP, SUBNET, None)
    (found,) = [r for r in world.judge(network_web_app_integration) if r.resource == CLAIMS_APP]
    assert found.remedy is not None
    az = found.remedy.az or ""
    assert "--delegations Microsoft.Web/serverFarms && az webapp vnet-integration add" in az
    assert f"--vnet {SPOKE} --subnet app-norrland-claims-integration" in az
    assert "--address-prefixes 10.40.0.0/27" in az
    assert subnet_at(world, ENDPOINT_SUBNET)["addressPrefix"] == "10.40.1.0/24"
