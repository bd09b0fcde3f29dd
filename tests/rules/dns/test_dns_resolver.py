"""dns-resolver."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.network import HUB_VNET
from auditor_rules.dns.dns_resolver import dns_resolver
from tests.rules.cases import Case, Change
from tests.rules.dns.places import (
    CLAIMS_FROM_HUB,
    FIREWALL_ADDRESS,
    RESOLVER_ADDRESS,
    firewall,
    own_servers,
    resolver,
)
from tests.rules.world import World, mended

OPTIONS = "properties.dhcpOptions"


def asks(*servers: str, known: bool = False) -> Change:
    def change(world: World) -> None:
        if known:
            resolver(world)
            firewall(world, enableProxy=True)
        own_servers(world, *servers)

    return change


def unread_resolvers(world: World) -> None:
    asks(RESOLVER_ADDRESS, known=True)(world)
    world.refuse("/dnsResolvers")


CASES = (
    Case(name="options absent", about=SPOKE, status="pass", says="no DNS servers of its own"),
    Case(name="options null", about=SPOKE, status="pass", change=lambda w: w.put(SPOKE, OPTIONS, None)),
    Case(name="no servers", about=SPOKE, status="pass", change=asks()),
    Case(
        name="servers null",
        about=SPOKE,
        status="pass",
        change=lambda world: world.put(SPOKE, OPTIONS, {"dnsServers": None}),
    ),
    Case(name="Azure DNS named", about=SPOKE, status="pass", change=asks("168.63.129.16")),
    Case(
        name="own server",
        about=SPOKE,
        status="fail",
        change=asks("10.9.9.9"),
        severity=Severity.INFO,
        says="10.9.9.9",
    ),
    Case(
        name="own server beside Azure DNS",
        about=SPOKE,
        status="fail",
        change=asks("168.63.129.16", "10.9.9.9"),
    ),
    Case(
        name="resolver",
        about=SPOKE,
        status="pass",
        change=asks(RESOLVER_ADDRESS, known=True),
        says="from vnet-norrland-hub",
    ),
    Case(name="firewall", about=SPOKE, status="pass", change=asks(FIREWALL_ADDRESS, known=True)),
    Case(
        name="resolver beside a stranger",
        about=SPOKE,
        status="fail",
        change=asks(RESOLVER_ADDRESS, "10.9.9.9", known=True),
    ),
    Case(
        name="resolvers unread",
        about=SPOKE,
        status="fail",
        change=unread_resolvers,
    ),
    Case(
        name="malformed",
        about=SPOKE,
        status="unknown",
        change=lambda world: world.put(SPOKE, OPTIONS, {"dnsServers": "10.9.9.9"}),
        reason=Reason.MALFORMED,
    ),
    Case(name="declared network", about=HUB_VNET, status="pass", declared=CLAIMS_FROM_HUB),
    Case(
        name="networks unread",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda world: world.refuse(f"{AI_PROD}/providers/Microsoft.Network/virtualNetworks"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_resolver_case_gives_verdict(case: Case) -> None:
    case.check(dns_resolver)


def test_network_that_nobody_asks_from_yields_no_result() -> None:
    assert {one.resource for one in mended().judge(dns_resolver)} == {SPOKE}


def test_resolver_result_says_what_cannot_be_seen() -> None:
    (result,) = mended().judge(dns_resolver)
    assert "hosts files" in result.verdict.notes[0]
