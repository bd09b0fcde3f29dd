"""dns-zone-exists."""

from __future__ import annotations

from functools import partial

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import HUB
from auditor.sandbox.sample.endpoints import zone_id
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE
from auditor_rules.dns.dns_zone_exists import dns_zone_exists
from tests.rules.cases import Case, Change
from tests.rules.dns.places import (
    OPENAI_ZONE,
    RESOLVER_ADDRESS,
    SEARCH_ZONE,
    endpoint,
    interface,
    own_servers,
    pending,
    resolver,
)
from tests.rules.world import World, mended

ZONES = r"/providers/Microsoft\.Network/privateDnsZones\?"


def without(zone: str, *more: Change) -> Change:
    def change(world: World) -> None:
        world.drop(zone)
        for other in more:
            other(world)

    return change


def of_kind(kind: str) -> Change:
    return lambda world: world.put(CLAIMS_OPENAI, "kind", kind)


def without_third_zone(kind: str) -> Change:
    return without(zone_id("privatelink.services.ai.azure.com"), of_kind(kind))


def only_openai_names(world: World) -> None:
    """As an endpoint of kind OpenAI looks that serves its openai name alone."""
    name, openai = "pe-claims-openai", "oai-norrland-claims.openai.azure.com"
    configs = [{"fqdn": openai, "ipAddresses": ["10.40.1.10"]}]
    world.put(endpoint(name), "properties.customDnsConfigs", configs)
    world.drop(zone_id("privatelink.cognitiveservices.azure.com"))


def unread_zones(world: World) -> None:
    world.refuse(f"^/subscriptions/{HUB}{ZONES}")


def forgotten_hub(world: World) -> None:
    """The zone group names a zone in a subscription that nobody sees."""
    world.drop(SEARCH_ZONE)
    group = f"{endpoint('pe-claims-search')}/privateDnsZoneGroups/default"
    hidden = SEARCH_ZONE.replace(HUB, "00000000-0000-4000-8000-000000000001")
    world.put(group, "properties.privateDnsZoneConfigs[0].properties.privateDnsZoneId", hidden)


def served(fqdn: str) -> Change:
    def change(world: World) -> None:
        configs = [{"fqdn": fqdn, "ipAddresses": ["10.40.1.11"]}]
        world.put(endpoint("pe-claims-search"), "properties.customDnsConfigs", configs)

    return change


def asks_resolver(world: World) -> None:
    resolver(world)
    own_servers(world, RESOLVER_ADDRESS)


def unread_names(world: World) -> None:
    world.put(endpoint("pe-claims-search"), "properties.customDnsConfigs", [])
    world.refuse(r"/providers/Microsoft\.Network/networkInterfaces\?")


on_openai = partial(Case, about=CLAIMS_OPENAI, to="pe-claims-openai")
on_search = partial(Case, about=CLAIMS_SEARCH, to="pe-claims-search")
CASES = (
    on_openai(name="both zones", status="pass", says="privatelink.openai.azure.com"),
    Case(name="workspace", about=WORKSPACE, status="pass", says="privatelink.notebooks.azure.net"),
    on_openai(
        name="openai zone gone",
        status="fail",
        change=without(OPENAI_ZONE),
        severity=Severity.HIGH,
        says="no private DNS zone privatelink.openai.azure.com was found",
    ),
    Case(
        name="second zone of a workspace gone",
        about=WORKSPACE,
        status="fail",
        change=without(zone_id("privatelink.notebooks.azure.net")),
    ),
    on_openai(
        name="AIServices lacks its third zone",
        status="fail",
        change=without_third_zone("AIServices"),
        says="privatelink.services.ai.azure.com",
    ),
    on_openai(name="kind in another case", status="fail", change=without_third_zone("aiservices")),
    on_openai(name="AIServices with all three", status="pass", change=of_kind("AIServices")),
    on_openai(
        name="openai name alone needs no cognitiveservices zone", status="pass", change=only_openai_names
    ),
    on_search(
        name="zones unread but found", status="unknown", change=unread_zones, reason=Reason.NO_PERMISSION
    ),
    on_search(name="zone out of sight", status="unknown", change=forgotten_hub, reason=Reason.HIDDEN),
    on_search(
        name="custom DNS",
        status="unknown",
        change=lambda world: own_servers(world, "10.9.9.9"),
        reason=Reason.CUSTOM_DNS,
        says="10.9.9.9",
    ),
    on_search(
        name="zone gone and custom DNS",
        status="unknown",
        change=without(SEARCH_ZONE, lambda world: own_servers(world, "10.9.9.9")),
        reason=Reason.CUSTOM_DNS,
        says="no private DNS zone",
    ),
    on_search(
        name="known resolver",
        status="pass",
        change=asks_resolver,
    ),
    on_search(
        name="unknown suffix",
        status="unknown",
        change=served("srch.example.org"),
        reason=Reason.AMBIGUOUS,
        says="srch.example.org",
    ),
    on_search(name="names unread", status="pass", change=unread_names),
    Case(
        name="names from the interface",
        about=CLAIMS_STORAGE,
        to="pe-claims-blob",
        status="fail",
        change=without(zone_id("privatelink.blob.core.windows.net")),
    ),
    Case(
        name="partitioned names",
        about=CLAIMS_STORAGE,
        to="pe-claims-blob",
        status="unknown",
        change=lambda world: world.put(CLAIMS_STORAGE, "properties.dnsEndpointType", "azurednszone"),
        reason=Reason.AMBIGUOUS,
    ),
    on_search(
        name="not approved",
        status="not_applicable",
        change=lambda world: pending(world, "pe-claims-search", CLAIMS_SEARCH),
        reason=Reason.NOT_USED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_zone_exists_case_gives_verdict(case: Case) -> None:
    case.check(dns_zone_exists)


@pytest.mark.parametrize(
    ("fqdn", "status"),
    [("srch.search.azure.us", "fail"), ("srch.search.windows.us", "fail"), (None, "unknown")],
)
def test_government_search_zone_is_decided_by_the_name(fqdn: str | None, status: str) -> None:
    world = mended()
    world.cloud = "AzureUSGovernment"
    if fqdn:
        served(fqdn)(world)
    else:
        unread_names(world)
    found = [one for one in world.judge(dns_zone_exists) if one.resource.lower() == CLAIMS_SEARCH.lower()]
    assert [one.verdict.status for one in found] == [status]
    zone = f"privatelink.{fqdn.partition('.')[2]}" if fqdn else "privatelink.search.windows.us or "
    assert zone in found[0].verdict.message


def test_interface_unread_leaves_its_names_unread_but_the_table_decides() -> None:
    world = mended()
    world.drop(interface(world, "pe-claims-blob"))
    assert {one.verdict.status for one in world.judge(dns_zone_exists)} == {"pass"}
