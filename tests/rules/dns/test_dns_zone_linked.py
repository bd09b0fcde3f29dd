"""dns-zone-linked."""

from __future__ import annotations

from functools import partial

import pytest

from auditor.model.finding import Confidence, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_NETWORK
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.network import HUB_VNET
from auditor_rules.dns.dns_zone_linked import dns_zone_linked
from tests.rules.cases import Case, Change
from tests.rules.dns.places import (
    API_ZONE,
    CLAIMS_FROM_HUB,
    FIREWALL_ADDRESS,
    OPENAI_ZONE,
    RESOLVER_ADDRESS,
    SEARCH_ZONE,
    firewall,
    link,
    own_servers,
    resolver,
    second_zone,
)
from tests.rules.world import World, mended

HUB_LINK = f"{SEARCH_ZONE}/virtualNetworkLinks/link-vnet-norrland-hub"
LINK = link(SEARCH_ZONE)
SPOKE_NAME = "vnet-norrland-ai-prod"


def stated(path: str, value: object) -> Change:
    return lambda world: world.put(LINK, f"properties.{path}", value)


def unlinked(world: World) -> None:
    world.drop(LINK)


def split(world: World) -> None:
    """A second zone of the name serves the apps' network, the first only the hub."""
    second_zone(world, SEARCH_ZONE, group=AI_NETWORK, linked_to=SPOKE)
    world.drop(LINK)


def through_resolver(*more: str) -> Change:
    def change(world: World) -> None:
        resolver(world)
        own_servers(world, RESOLVER_ADDRESS)
        world.drop(LINK, *more)

    return change


def through_firewall(**dns: object) -> Change:
    def change(world: World) -> None:
        firewall(world, **dns)
        own_servers(world, FIREWALL_ADDRESS)
        world.drop(LINK)

    return change


def asks_hub_that_asks_elsewhere(world: World) -> None:
    through_resolver()(world)
    own_servers(world, "10.9.9.9", network=HUB_VNET)


def unread_elsewhere(world: World) -> None:
    strange = "00000000-0000-4000-8000-000000000002"
    listed = world.tenant["subscriptions"]
    listed.append({**listed[0], "subscriptionId": strange})
    world.refuse(f"^/subscriptions/{strange}/providers/Microsoft.Network/privateDnsZones")


def unlinked_and_unread_elsewhere(world: World) -> None:
    unlinked(world)
    unread_elsewhere(world)


from_spoke = partial(Case, about=SEARCH_ZONE, to=SPOKE_NAME)
CASES = (
    from_spoke(name="linked", status="pass", says="is linked to vnet-norrland-ai-prod"),
    Case(name="container app's zone", about=OPENAI_ZONE, to=SPOKE_NAME, status="pass"),
    from_spoke(
        name="not linked",
        status="fail",
        change=unlinked,
        severity=Severity.HIGH,
        says="privatelink.search.windows.net is not linked to vnet-norrland-ai-prod",
    ),
    from_spoke(
        name="network id in another case",
        status="pass",
        change=stated("virtualNetwork.id", SPOKE.upper().replace("/SUBSCRIPTIONS", "/subscriptions")),
    ),
    from_spoke(
        name="in progress",
        status="unknown",
        change=stated("virtualNetworkLinkState", "InProgress"),
        reason=Reason.AMBIGUOUS,
    ),
    from_spoke(name="state null", status="pass", change=stated("virtualNetworkLinkState", None)),
    from_spoke(
        name="state absent",
        status="pass",
        change=lambda world: world.cut(LINK, "properties.virtualNetworkLinkState"),
    ),
    from_spoke(
        name="state unheard of",
        status="unknown",
        change=stated("virtualNetworkLinkState", "Sleeping"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    from_spoke(
        name="falls back",
        status="fail",
        change=stated("resolutionPolicy", "nxdomainredirect"),
        severity=Severity.LOW,
        says="silently",
    ),
    from_spoke(
        name="policy absent",
        status="pass",
        change=lambda world: world.cut(LINK, "properties.resolutionPolicy"),
    ),
    from_spoke(name="policy null", status="pass", change=stated("resolutionPolicy", None)),
    from_spoke(
        name="links unread",
        status="unknown",
        change=lambda world: world.refuse(r"privatelink\.search\.windows\.net/virtualNetworkLinks"),
        reason=Reason.NO_PERMISSION,
    ),
    from_spoke(
        name="other zones unread",
        status="unknown",
        change=unlinked_and_unread_elsewhere,
        reason=Reason.NO_PERMISSION,
    ),
    from_spoke(name="found, others unread", status="pass", change=unread_elsewhere),
    Case(
        name="zones split by network",
        about=f"{AI_NETWORK}/providers/Microsoft.Network/privateDnsZones/privatelink.search.windows.net",
        to=SPOKE_NAME,
        status="pass",
        change=split,
        says="2 zones bear this name",
    ),
    from_spoke(
        name="custom DNS",
        status="unknown",
        change=lambda world: own_servers(world, "10.9.9.9"),
        reason=Reason.CUSTOM_DNS,
    ),
    from_spoke(name="resolver's network is linked", status="pass", change=through_resolver()),
    from_spoke(
        name="resolver's network is not linked",
        status="fail",
        change=through_resolver(HUB_LINK),
        says="not linked to vnet-norrland-hub asked by vnet-norrland-ai-prod",
    ),
    from_spoke(
        name="resolver's network has servers of its own",
        status="unknown",
        change=asks_hub_that_asks_elsewhere,
        reason=Reason.CUSTOM_DNS,
    ),
    from_spoke(name="firewall proxy", status="pass", change=through_firewall(enableProxy=True)),
    from_spoke(
        name="firewall without proxy",
        status="unknown",
        change=through_firewall(servers=[]),
        reason=Reason.CUSTOM_DNS,
    ),
    from_spoke(
        name="firewall proxy with servers of its own",
        status="unknown",
        change=through_firewall(enableProxy=True, servers=["10.9.9.9"]),
        reason=Reason.CUSTOM_DNS,
    ),
    Case(
        name="declared consumer in the hub",
        about=SEARCH_ZONE,
        to="vnet-norrland-hub",
        status="fail",
        change=lambda world: world.drop(HUB_LINK),
        declared=CLAIMS_FROM_HUB,
    ),
    Case(name="no consumer", about=API_ZONE, status="not_applicable", reason=Reason.NOT_RELATED),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_zone_linked_case_gives_verdict(case: Case) -> None:
    case.check(dns_zone_linked)


def test_zone_linked_result_is_as_sure_as_its_surest_caller() -> None:
    found = {
        (one.resource.rsplit("/", 1)[1], one.confidence)
        for one in mended().judge(dns_zone_linked)
        if one.related
    }
    assert ("privatelink.azurecr.io", Confidence.MEDIUM) in found
    assert ("privatelink.openai.azure.com", Confidence.HIGH) in found


def test_zone_that_is_gone_yields_no_result() -> None:
    world = mended()
    world.drop(SEARCH_ZONE)
    assert not [one for one in world.judge(dns_zone_linked) if "search" in one.resource]
