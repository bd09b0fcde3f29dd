"""auditor/relate/maps.py: what each workload's map holds, and what it says of what was not read."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.declared import Declared
from auditor.model.ids import ArmId
from auditor.model.map import INTERNET, MapEdge, MapNode, WorkloadMap
from auditor.relate.maps import maps
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import discover
from auditor.sandbox.sample import private_app
from auditor.sandbox.sample.company import AI_PROD, HUB
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.learning_dependencies import VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.network import CLAIMS_APPS_SUBNET
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI, HR_OPENAI, HR_SEARCH, HR_STORAGE
from auditor.sandbox.sample.shared_services import REGISTRY
from tests.meta.whole_audit import READS
from tests.rules.world import World, company, mended


def drawn(world: World, anchor: str, reads: tuple[Any, ...] = READS) -> WorkloadMap:
    """The map of the workload around `anchor`."""
    estate = world.estate(reads)
    relations = discover(estate, Declared())
    (found,) = (one for one in relations.workloads if one.anchor == ArmId.parse(anchor))
    return next(one for one in maps(estate, relations) if one.workload == found.id)


def node(found: WorkloadMap, rid: str) -> MapNode:
    (one,) = (node for node in found.nodes if node.id.lower() == rid.lower())
    return one


def edges(found: WorkloadMap, kind: str) -> list[MapEdge]:
    return [edge for edge in found.edges if edge.kind == kind]


def pairs(found: WorkloadMap, kind: str) -> set[tuple[str, str, str]]:
    """Last segments of both ends, and the label."""
    return {
        (edge.source.rpartition("/")[2], edge.target.rpartition("/")[2], edge.label)
        for edge in edges(found, kind)
    }


def test_map_of_a_workload_puts_endpoints_in_subnets_and_subnets_in_networks() -> None:
    found = drawn(mended(), CLAIMS_OPENAI)
    (endpoint,) = (one for one in found.nodes if one.label == "pe-claims-openai")
    assert endpoint.parent is not None
    assert node(found, node(found, endpoint.parent).parent or "").id == SPOKE
    assert ("pe-claims-openai", "oai-norrland-claims", "account, Approved") in pairs(found, "private-link")


def test_map_of_a_workload_holds_every_kind_of_thing_that_leads_somewhere() -> None:
    found = drawn(mended(), WORKSPACE)
    kinds = {edge.kind for edge in found.edges}
    assert kinds >= {"private-link", "shared-private-link", "managed-private-endpoint", "dns-link"}
    assert kinds >= {"dns-zone-group", "identity", "role", "uses"}
    assert {node(found, VAULT).kind, node(found, REGISTRY).kind} == {"key-vault", "registry"}


def test_map_of_any_workload_joins_only_what_is_on_it_and_each_thing_once() -> None:
    estate = company().estate(READS)
    for found in maps(estate, discover(estate, Declared())):
        ids = [one.id.lower() for one in found.nodes]
        assert len(ids) == len(set(ids))
        ends = {end for edge in found.edges for end in (edge.source, edge.target)}
        assert ends <= {one.id for one in found.nodes}
        assert {one.parent.lower() for one in found.nodes if one.parent} <= set(ids)


@pytest.mark.parametrize("order", [1, 2])
def test_maps_of_the_same_tenant_in_another_order_are_the_same(order: int) -> None:
    one, other = company(), company()
    other.order = order
    first, second = one.estate(READS), other.estate(READS)
    assert maps(first, discover(first, Declared())) == maps(second, discover(second, Declared()))


def test_map_of_an_app_with_integration_leads_into_its_subnet() -> None:
    (edge,) = edges(drawn(mended(), CLAIMS_OPENAI), "integration")
    assert (edge.source, edge.target) == (CLAIMS_APP, CLAIMS_APPS_SUBNET)
    assert (edge.resource, edge.path) == (CLAIMS_APP, "properties.virtualNetworkSubnetId")


def test_map_of_an_open_service_shows_the_internet_and_how_far_it_is_open() -> None:
    world = mended()
    assert INTERNET not in {one.id for one in drawn(world, HR_OPENAI).nodes}
    world.put(HR_OPENAI, "properties.publicNetworkAccess", "Enabled")
    world.put(HR_OPENAI, "properties.networkAcls.defaultAction", "Deny")
    assert pairs(drawn(world, HR_OPENAI), "public-access") == {
        (INTERNET, "oai-norrland-hr", "from what its firewall lists")
    }
    world.put(HR_OPENAI, "properties.networkAcls.defaultAction", "Allow")
    assert pairs(drawn(world, HR_OPENAI), "public-access") == {
        (INTERNET, "oai-norrland-hr", "from any network")
    }
    world.put(HR_OPENAI, "properties.networkAcls.defaultAction", 7)
    assert pairs(drawn(world, HR_OPENAI), "public-access") == {
        (INTERNET, "oai-norrland-hr", "public, its firewall cannot be read")
    }


def test_map_of_a_service_whose_access_cannot_be_read_does_not_take_it_for_closed() -> None:
    world = mended()
    world.put(HR_SEARCH, "properties.publicNetworkAccess", 1)
    assert pairs(drawn(world, HR_OPENAI), "public-access") == {
        (INTERNET, "srch-norrland-hr", "public access cannot be read")
    }


def test_map_of_a_pending_connection_says_its_state_and_whence_it_is() -> None:
    (edge,) = (
        edge for edge in edges(drawn(company(), HR_OPENAI), "private-link") if edge.target == HR_STORAGE
    )
    assert edge.label == "blob, Pending"
    assert edge.resource.lower().startswith(f"{HR_STORAGE}/privateEndpointConnections/".lower())


def test_map_of_a_stranger_s_connection_shows_its_endpoint_as_unread() -> None:
    (stranger,) = (one for one in drawn(company(), CLAIMS_OPENAI).nodes if one.label == "pe-claims-openai-2")
    assert stranger.kind == "private-endpoint"
    assert "not visible" in stranger.unread[0]


def test_map_of_networks_that_were_refused_shows_them_as_unread() -> None:
    world = mended()
    world.refuse(f"{AI_PROD}/providers/Microsoft.Network/virtualNetworks")
    found = drawn(world, CLAIMS_OPENAI)
    assert "Microsoft.Network/virtualNetworks/read" in node(found, SPOKE).unread[0]
    assert node(found, CLAIMS_APPS_SUBNET).unread
    assert found.not_read == ()


def test_map_of_children_that_were_refused_marks_their_parent_as_unread() -> None:
    world = mended()
    world.refuse("oai-norrland-claims/privateEndpointConnections")
    assert "privateEndpointConnections" in node(drawn(world, CLAIMS_OPENAI), CLAIMS_OPENAI).unread[0]


def test_map_of_a_malformed_service_is_marked_as_unread() -> None:
    world = mended()
    world.put(CLAIMS_OPENAI, "properties.disableLocalAuth", "yes")
    assert "properties.disableLocalAuth" in node(drawn(world, CLAIMS_OPENAI), CLAIMS_OPENAI).unread[0]


def test_map_of_few_rules_says_what_it_does_not_show() -> None:
    found = drawn(mended(), CLAIMS_OPENAI, RELATION_READS)
    assert {"private DNS zones", "virtual networks"} <= set(found.not_read)
    assert "private endpoints" not in found.not_read
    assert not edges(found, "dns-link")
    assert "no selected rule reads it" in node(found, SPOKE).unread[0]


def test_map_of_a_role_on_a_group_leads_to_that_scope() -> None:
    world = mended()
    group = CLAIMS_OPENAI.partition("/providers/")[0]
    world.grant("b24988ac-6180-42a0-ab88-20f7382dd24c", world.principal(CLAIMS_APP), group)
    found = drawn(world, CLAIMS_OPENAI)
    assert ("app-norrland-claims", "rg-claims-chat", "Contributor") in pairs(found, "role")
    assert node(found, group).kind == "scope"


def test_map_of_a_role_on_a_part_of_a_service_leads_to_the_service_and_names_the_part() -> None:
    world = mended()
    container = f"{HR_STORAGE}/blobServices/default/containers/policies"
    world.grant("ba92f5b4-2d11-453d-a403-e96b0029c9fe", world.principal(HR_SEARCH), container)
    labels = {label for _, to, label in pairs(drawn(world, HR_OPENAI), "role") if to == "stnorrlandhr"}
    assert "Storage Blob Data Contributor on policies" in labels


def test_map_of_a_role_elsewhere_is_not_drawn() -> None:
    world = mended()
    elsewhere = f"/subscriptions/{HUB}/resourceGroups/rg-elsewhere"
    world.grant("b24988ac-6180-42a0-ab88-20f7382dd24c", world.principal(CLAIMS_APP), elsewhere)
    assert elsewhere not in {one.id for one in drawn(world, CLAIMS_OPENAI).nodes}


def test_map_of_an_endpoint_without_zone_group_still_shows_the_zone_its_network_asks() -> None:
    found = drawn(company(), HR_OPENAI)
    groups = {edge.source.rpartition("/")[2] for edge in edges(found, "dns-zone-group")}
    assert "pe-hr-search" not in groups
    assert "privatelink.search.windows.net" in {one.label for one in found.nodes}


def test_map_of_an_app_that_pulls_from_a_registry_shows_it() -> None:
    found = drawn(mended(), private_app.OPENAI)
    assert ("pulls from") in {label for _, to, label in pairs(found, "uses") if to == "crnorrlandai"}
