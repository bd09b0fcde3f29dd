"""dns-records-match."""

from __future__ import annotations

from copy import deepcopy

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_NETWORK, HUB, entry
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.network import HUB_VNET
from auditor_rules.dns.dns_records_match import dns_records_match
from tests.rules.cases import Case, Change
from tests.rules.dns.places import (
    CLAIMS_FROM_HUB,
    OPENAI_ZONE,
    RECORD,
    SEARCH_ZONE,
    endpoint,
    interface,
    link,
    own_servers,
    record,
    second_zone,
)
from tests.rules.world import World, company

SEARCH = endpoint("pe-claims-search")
SEARCH_RECORD = record(SEARCH_ZONE, "srch-norrland-claims")
BLOB = endpoint("pe-claims-blob")


def at(*addresses: str) -> Change:
    return lambda world: world.put(SEARCH_RECORD, RECORD, [{"ipv4Address": one} for one in addresses])


def wildcard(address: str) -> Change:
    def change(world: World) -> None:
        world.drop(SEARCH_RECORD)
        body = {"aRecords": [{"ipv4Address": address}], "ttl": 10}
        world.add(entry(record(SEARCH_ZONE, "*"), properties=body))

    return change


def by_hand(world: World) -> None:
    world.drop(f"{SEARCH}/privateDnsZoneGroups/default")
    world.put(SEARCH_RECORD, "properties.metadata", None)


def sibling(world: World) -> None:
    """A second endpoint for the same search service has written its own address."""
    body = deepcopy(world.body(SEARCH))
    body["id"] = endpoint("pe-claims-search-2")
    body["properties"]["customDnsConfigs"][0]["ipAddresses"] = ["10.40.1.99"]
    world.add(body)
    at("10.40.1.99")(world)


def split(linked_to: str) -> Change:
    """A second zone of the name, without the record, linked instead of the first."""

    def change(world: World) -> None:
        second_zone(world, SEARCH_ZONE, group=AI_NETWORK, linked_to=linked_to)
        world.drop(link(SEARCH_ZONE))

    return change


def unlinked_and_unread(world: World) -> None:
    world.drop(link(SEARCH_ZONE), SEARCH_RECORD)
    world.tenant["subscriptions"].append(
        {**world.tenant["subscriptions"][0], "subscriptionId": "00000000-0000-4000-8000-000000000002"}
    )
    world.refuse("^/subscriptions/00000000-0000-4000-8000-000000000002/providers/.*privateDnsZones")


CASES = (
    Case(
        name="equal",
        about=SEARCH,
        status="pass",
        says="srch-norrland-claims.search.windows.net → zone privatelink.search.windows.net"
        " → record srch-norrland-claims → 10.40.1.11",
        seen=(("properties.aRecords[].ipv4Address", ["10.40.1.11"]),),
    ),
    Case(name="names from the interface", about=BLOB, status="pass", says="10.40.1.12"),
    Case(name="several labels", about=endpoint("pe-actuarial-workspace"), status="pass", says="cert"),
    Case(name="made by hand", about=SEARCH, status="pass", change=by_hand),
    Case(
        name="stale",
        about=SEARCH,
        status="fail",
        change=at("10.40.1.7"),
        severity=Severity.HIGH,
        says="→ 10.40.1.7, but pe-claims-search is at 10.40.1.11",
    ),
    Case(name="one of two is stale", about=SEARCH, status="fail", change=at("10.40.1.11", "10.40.1.7")),
    Case(name="no address", about=SEARCH, status="fail", change=at(), says="no address"),
    Case(
        name="addresses absent",
        about=SEARCH,
        status="fail",
        change=lambda world: world.cut(SEARCH_RECORD, RECORD),
        says="no address",
    ),
    Case(
        name="addresses null",
        about=SEARCH,
        status="fail",
        change=lambda world: world.put(SEARCH_RECORD, RECORD, None),
    ),
    Case(
        name="missing",
        about=SEARCH,
        status="fail",
        change=lambda world: world.drop(SEARCH_RECORD),
        says="no A record",
    ),
    Case(name="wildcard", about=SEARCH, status="pass", change=wildcard("10.40.1.11"), says="record *"),
    Case(name="stale wildcard", about=SEARCH, status="fail", change=wildcard("10.40.1.7")),
    Case(
        name="one of two names is missing",
        about=endpoint("pe-claims-openai"),
        status="fail",
        change=lambda world: world.drop(record(OPENAI_ZONE, "oai-norrland-claims")),
        says="oai-norrland-claims.openai.azure.com",
    ),
    Case(name="another endpoint's", about=SEARCH, status="pass", change=sibling, says="another endpoint"),
    Case(name="linked twin lacks it", about=SEARCH, status="fail", change=split(SPOKE)),
    Case(name="twin linked elsewhere", about=SEARCH, status="pass", change=split(HUB_VNET)),
    Case(
        name="unlinked, unread elsewhere",
        about=SEARCH,
        status="unknown",
        change=unlinked_and_unread,
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="records unread",
        about=SEARCH,
        status="unknown",
        change=lambda world: world.refuse(r"privatelink\.search\.windows\.net/A\?"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="links unread",
        about=SEARCH,
        status="unknown",
        change=lambda world: world.refuse(r"privatelink\.search\.windows\.net/virtualNetworkLinks"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="interface unread",
        about=BLOB,
        status="unknown",
        change=lambda world: world.refuse(r"/networkInterfaces\?"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="interface gone",
        about=BLOB,
        status="unknown",
        change=lambda world: world.drop(interface(world, "pe-claims-blob")),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="custom DNS",
        about=SEARCH,
        status="unknown",
        change=lambda world: own_servers(world, "10.9.9.9"),
        reason=Reason.CUSTOM_DNS,
    ),
    Case(
        name="declared consumer in the hub",
        about=SEARCH,
        status="fail",
        change=at("10.40.1.7"),
        declared=CLAIMS_FROM_HUB,
    ),
    Case(
        name="zone gone",
        about=SEARCH,
        status="not_applicable",
        change=lambda world: world.drop(SEARCH_ZONE),
        reason=Reason.SERVED_OTHERWISE,
    ),
    Case(
        name="malformed address",
        about=SEARCH,
        status="unknown",
        change=lambda world: world.put(SEARCH_RECORD, RECORD, "10.40.1.11"),
        reason=Reason.MALFORMED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_records_match_case_gives_verdict(case: Case) -> None:
    case.check(dns_records_match)


def test_stale_record_of_the_sample_company_names_both_addresses_and_a_fix() -> None:
    results = [one for one in company().judge(dns_records_match) if one.verdict.status == "fail"]
    assert [one.resource.rsplit("/", 1)[1] for one in results] == ["pe-hr-search"]
    (stale,) = results
    assert "10.40.1.18, but pe-hr-search is at 10.40.1.21" in stale.verdict.message
    assert stale.related == (SEARCH_ZONE,)
    assert stale.remedy is not None
    command = stale.remedy.az or ""
    assert all(said in command for said in ("add-record", "10.40.1.21", "remove-record", "10.40.1.18", HUB))
