"""Which workload a result is reported under, where its resource is no member itself."""

from __future__ import annotations

from typing import Any

import pytest

from auditor import engine
from auditor.model.declared import Declared
from auditor.model.ids import ArmId
from auditor.model.result import Result
from auditor.relate.workloads import discover
from auditor.rule import Rule, View
from auditor.sandbox.sample.company import AI_NETWORK, AI_PROD, HUB
from auditor.sandbox.sample.endpoints import SPOKE, zone_id
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, HR_APP
from auditor_rules.dns.dns_records_match import dns_records_match
from auditor_rules.dns.dns_zone_group import dns_zone_group
from auditor_rules.dns.dns_zone_linked import dns_zone_linked
from auditor_rules.nsg.nsg_consumer_allowed import nsg_consumer_allowed
from auditor_rules.private_endpoint.private_endpoint_health import private_endpoint_health
from auditor_rules.private_endpoint.private_endpoint_pending import private_endpoint_pending
from auditor_rules.role.role_over_privileged_identity import role_over_privileged_identity
from tests.rules.world import NOW, World, company, mended

OPENAI_ZONE = zone_id("privatelink.openai.azure.com")


def test_connection_belongs_to_the_workloads_of_its_target() -> None:
    results = company().judge(private_endpoint_pending)
    connections = [one for one in results if one.resource.startswith(f"{CLAIMS_OPENAI}/")]
    assert connections
    assert all(one.workloads for one in connections)


def test_endpoint_belongs_to_the_workloads_of_its_related_ends() -> None:
    results = company().judge(private_endpoint_health)
    assert all(one.workloads for one in results if CLAIMS_OPENAI in one.related)
    assert any(CLAIMS_OPENAI in one.related for one in results)


def test_assignment_belongs_to_the_workloads_of_whoever_holds_it() -> None:
    results = company().judge(role_over_privileged_identity)
    failed = [one for one in results if one.status == "fail" and HR_APP in one.related]
    assert failed
    assert all(one.workloads for one in failed)


@pytest.mark.parametrize("rule", [dns_records_match, dns_zone_group], ids=lambda rule: rule.id)
def test_endpoint_whose_related_ends_are_zones_belongs_to_the_workloads_of_its_targets(
    rule: Rule[Any],
) -> None:
    (failed,) = [one for one in company().judge(rule) if one.status == "fail"]
    assert names_of(company(), failed) == {"oai-norrland-hr"}


def test_subnet_belongs_to_the_workloads_that_the_denied_consumer_uses() -> None:
    (failed,) = [one for one in company().judge(nsg_consumer_allowed) if one.status == "fail"]
    assert names_of(company(), failed) == {"oai-norrland-hr"}


def unlinked() -> World:
    """The zone of the hub is not linked to the network that the applications stand in."""
    return mended().drop(f"{OPENAI_ZONE}/virtualNetworkLinks/link-vnet-norrland-ai-prod")


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ((f"/subscriptions/{AI_PROD}", f"/subscriptions/{HUB}"), True),
        ((f"/subscriptions/{AI_PROD}",), True),
        ((f"/subscriptions/{HUB}",), True),
        ((AI_NETWORK,), False),
    ],
    ids=["both", "without-the-hub", "hub-alone", "one-group"],
)
def test_zone_of_a_hub_that_is_not_audited_is_reported_where_it_serves_what_is(
    scope: tuple[str, ...], seen: bool
) -> None:
    world = unlinked()
    estate = world.estate(dns_zone_linked.all_reads)
    view = View(estate=estate, relations=discover(estate, Declared()), declared=Declared(), now=NOW)
    results = engine.run([dns_zone_linked], view, [ArmId.parse(one) for one in scope])
    failed = [(one.resource, one.related) for one in results if one.status == "fail"]
    assert failed == ([(OPENAI_ZONE, (SPOKE,))] if seen else [])


def names_of(world: World, result: Result) -> set[str]:
    relations = discover(world.estate(dns_records_match.all_reads), Declared())
    return {workload.name for workload in relations.workloads if workload.id in result.workloads}
