"""dns-zone-group."""

from __future__ import annotations

from copy import deepcopy

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_NETWORK
from auditor.sandbox.sample.endpoints import zone_id
from auditor.sandbox.sample.on_your_data import HR_STORAGE
from auditor_rules.dns.dns_zone_group import dns_zone_group
from tests.rules.cases import Case, Change
from tests.rules.dns.places import SEARCH_ZONE, endpoint, pending, second_zone
from tests.rules.world import World, company

SEARCH = endpoint("pe-claims-search")
GROUP = f"{SEARCH}/privateDnsZoneGroups/default"
OPENAI_GROUP = f"{endpoint('pe-claims-openai')}/privateDnsZoneGroups/default"
CONFIGS = "properties.privateDnsZoneConfigs"


def twin(world: World, *, zone: str = SEARCH_ZONE, group_id: str = "searchService") -> None:
    """A second endpoint for the same search service, whose zone group writes into this zone."""
    body, group = deepcopy(world.body(SEARCH)), deepcopy(world.body(GROUP))
    body["id"] = endpoint("pe-claims-search-2")
    body["properties"]["privateLinkServiceConnections"][0]["properties"]["groupIds"] = [group_id]
    group["id"] = GROUP.replace("pe-claims-search", "pe-claims-search-2")
    group["properties"]["privateDnsZoneConfigs"][0]["properties"]["privateDnsZoneId"] = zone
    world.add(body, group)


def split(world: World) -> None:
    twin(world, zone=second_zone(world, SEARCH_ZONE, group=AI_NETWORK))


def configured(**properties: object) -> Change:
    def change(world: World) -> None:
        world.body(GROUP)["properties"]["privateDnsZoneConfigs"][0]["properties"].update(properties)

    return change


CASES = (
    Case(name="managed", about=SEARCH, to="privatelink.search.windows.net", status="pass"),
    Case(name="several zones", about=endpoint("pe-actuarial-workspace"), status="pass"),
    Case(
        name="no group",
        about=SEARCH,
        status="fail",
        change=lambda world: world.drop(GROUP),
        severity=Severity.LOW,
        says="no zone group",
    ),
    Case(name="group without zones", about=SEARCH, status="fail", change=lambda w: w.put(GROUP, CONFIGS, [])),
    Case(
        name="group's zones null", about=SEARCH, status="fail", change=lambda w: w.put(GROUP, CONFIGS, None)
    ),
    Case(
        name="needed zone left out",
        about=endpoint("pe-claims-openai"),
        status="fail",
        change=lambda world: world.cut(OPENAI_GROUP, f"{CONFIGS}[1]"),
        severity=Severity.LOW,
        says="leaves out privatelink.openai.azure.com",
    ),
    Case(
        name="another zone",
        about=SEARCH,
        status="fail",
        change=configured(privateDnsZoneId=zone_id("www.norrland.example")),
        says="leaves out privatelink.search.windows.net",
    ),
    Case(
        name="no records written",
        about=SEARCH,
        status="fail",
        change=configured(recordSets=[]),
        says="writes no record",
    ),
    Case(name="records absent", about=SEARCH, status="fail", change=configured(recordSets=None)),
    Case(
        name="zone id in another case",
        about=SEARCH,
        status="pass",
        change=configured(privateDnsZoneId=SEARCH_ZONE.lower()),
    ),
    Case(
        name="two endpoints, one zone",
        about=SEARCH,
        status="fail",
        change=twin,
        severity=Severity.MEDIUM,
        says="one overwrites the other's record",
    ),
    Case(
        name="group in another case",
        about=SEARCH,
        status="fail",
        change=lambda world: twin(world, group_id="SEARCHSERVICE"),
        severity=Severity.MEDIUM,
    ),
    Case(
        name="two endpoints, two zones", about=SEARCH, status="pass", change=split, says="2 zones are named"
    ),
    Case(
        name="another group of the target",
        about=endpoint("pe-actuarial-blob"),
        status="pass",
        says="privatelink.blob.core.windows.net",
    ),
    Case(
        name="groups unread",
        about=SEARCH,
        status="unknown",
        change=lambda world: world.refuse("/pe-claims-search/privateDnsZoneGroups"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="not approved",
        about=endpoint("pe-hr-blob"),
        status="not_applicable",
        change=lambda world: pending(world, "pe-hr-blob", HR_STORAGE),
        reason=Reason.NOT_USED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_zone_group_case_gives_verdict(case: Case) -> None:
    case.check(dns_zone_group)


def test_hand_made_record_of_the_sample_company_is_found() -> None:
    failing = [one for one in company().judge(dns_zone_group) if one.verdict.status == "fail"]
    assert [one.resource.rsplit("/", 1)[1] for one in failing] == ["pe-hr-search"]
    assert failing[0].remedy is not None
    assert SEARCH_ZONE in (failing[0].remedy.az or "")
