"""auditor/relate/consumers.py and resolution.py: who uses a workload, and whom its network asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from auditor.model.declared import Declared
from auditor.model.finding import NotRead, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.network import PrivateEndpoint
from auditor.relate.consumers import READS, consumers, unread_consumers, workloads_using
from auditor.relate.resolution import READS as RESOLUTION_READS
from auditor.relate.resolution import answering_networks, asking_networks, consuming_networks
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import Relations, Workload, discover
from auditor.sandbox.sample import private_app
from auditor.sandbox.sample.company import AI_PROD, HUB
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.learning_dependencies import VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.network import CLAIMS_APPS_SUBNET, CONTAINER_APPS_SUBNET, HUB_VNET
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI
from auditor.sandbox.sample.shared_services import REGISTRY
from tests.rules.dns.places import CLAIMS_FROM_HUB, own_servers
from tests.rules.world import World, mended

ALL = (*READS, *RELATION_READS, *RESOLUTION_READS)


def read(world: World, declared: Declared | None = None) -> tuple[Any, Relations]:
    known = declared or Declared()
    estate = world.estate(ALL, known)
    return estate, discover(estate, known)


def workload_of(relations: Relations, target: str) -> Workload:
    """The workload that is built around the target."""
    anchor = ArmId.parse(target)
    (found,) = (workload for workload in relations.workloads_of(anchor) if workload.anchor == anchor)
    return found


def found_in(world: World, target: str, declared: Declared | None = None) -> list[tuple[str, str, str]]:
    estate, relations = read(world, declared)
    rows = consumers(estate, relations, workload_of(relations, target))
    return [(row.subnet.text, row.user.text, row.tie) for row in rows]


def test_consumers_of_claims_are_its_web_apps_subnet() -> None:
    ((subnet, user, _),) = found_in(mended(), CLAIMS_OPENAI)
    assert (subnet, user) == (CLAIMS_APPS_SUBNET, CLAIMS_APP)


def test_consumers_of_the_private_app_are_its_environments_subnet() -> None:
    ((subnet, user, _),) = found_in(mended(), private_app.OPENAI)
    assert subnet == CONTAINER_APPS_SUBNET
    assert user.lower() == private_app.CONTAINER_APP.lower()


def test_consumers_outside_every_network_are_none() -> None:
    world = mended()
    world.put(CLAIMS_APP, "properties.virtualNetworkSubnetId", None)
    world.put(private_app.ENVIRONMENT, "properties.vnetConfiguration", None)
    assert found_in(world, CLAIMS_OPENAI) == []
    assert found_in(world, private_app.OPENAI) == []


def test_consumers_of_a_workspace_are_its_serverless_and_compute_subnets() -> None:
    world = mended()
    settings = {"serverlessComputeCustomSubnet": CLAIMS_APPS_SUBNET}
    world.put(WORKSPACE, "properties.serverlessComputeSettings", settings)
    assert (CLAIMS_APPS_SUBNET, WORKSPACE, "confirmed") in found_in(world, WORKSPACE)


def test_consumers_declared_by_the_operator_are_confirmed() -> None:
    rows = found_in(mended(), CLAIMS_OPENAI, CLAIMS_FROM_HUB)
    subnet = f"{HUB_VNET}/subnets/management"
    assert (subnet, subnet, "confirmed") in rows


def test_consumer_declared_as_a_network_stands_in_that_network() -> None:
    (workload,) = CLAIMS_FROM_HUB.workloads
    declared = Declared(workloads=(replace(workload, consumers=(HUB_VNET,)),))
    estate, relations = read(mended(), declared)
    rows = consumers(estate, relations, workload_of(relations, CLAIMS_OPENAI))
    assert ArmId.parse(HUB_VNET) in {row.network for row in rows}


def test_consumers_of_tables_that_were_not_read_are_none_and_said() -> None:
    world = mended()
    world.refuse(f"{AI_PROD}/providers/Microsoft.(Web/sites|App/managedEnvironments)")
    assert found_in(world, private_app.OPENAI) == []
    estate, relations = read(world)
    workload = workload_of(relations, private_app.OPENAI)
    gaps = unread_consumers(estate, relations, workload)
    assert {gap.what for gap in gaps} == {"Microsoft.Web/sites", "Microsoft.App/managedEnvironments"}


def test_workloads_using_a_vault_are_those_of_the_workspace_that_links_it() -> None:
    estate, relations = read(mended())
    found = workloads_using(estate, relations, ArmId.parse(VAULT))
    assert [workload.anchor for workload in found] == [ArmId.parse(WORKSPACE)]


def test_workloads_using_a_registry_are_those_of_the_app_that_pulls_from_it() -> None:
    estate, relations = read(mended())
    found = {workload.anchor for workload in workloads_using(estate, relations, ArmId.parse(REGISTRY))}
    assert ArmId.parse(private_app.OPENAI) in found


def endpoint_of(estate: Any, name: str) -> PrivateEndpoint:
    (found,) = (row for row in estate.listed(PrivateEndpoint) if row.name == name)
    assert isinstance(found, PrivateEndpoint)
    return found


def test_consuming_networks_hold_each_network_once_with_its_users() -> None:
    estate, relations = read(mended())
    (asker,) = consuming_networks(estate, relations, ArmId.parse(CLAIMS_OPENAI))
    assert asker.network == ArmId.parse(SPOKE)
    assert asker.users == (ArmId.parse(CLAIMS_APP),)


def test_asking_network_without_consumers_is_the_endpoints_own() -> None:
    estate, relations = read(mended())
    endpoint = endpoint_of(estate, "pe-actuarial-workspace")
    (asker,) = asking_networks(estate, relations, ArmId.parse(WORKSPACE), endpoint)
    assert (asker.network, asker.is_consumer) == (ArmId.parse(SPOKE), False)


@pytest.mark.parametrize("servers", [(), ("168.63.129.16",), (" 168.63.129.16 ",)])
def test_answering_network_with_azure_dns_is_itself(servers: tuple[str, ...]) -> None:
    world = mended()
    own_servers(world, *servers)
    estate, _ = read(world)
    assert answering_networks(estate, ArmId.parse(SPOKE)) == (ArmId.parse(SPOKE),)


def test_answering_network_with_strange_servers_is_undecided() -> None:
    world = mended()
    own_servers(world, "10.9.9.9")
    estate, _ = read(world)
    with pytest.raises(Undecided) as raised:
        answering_networks(estate, ArmId.parse(SPOKE))
    assert raised.value.reason is Reason.CUSTOM_DNS


def test_answering_network_that_was_not_read_raises_not_read() -> None:
    world = mended()
    world.refuse(f"{HUB}/providers/Microsoft.Network/virtualNetworks")
    estate, _ = read(world)
    with pytest.raises(NotRead):
        answering_networks(estate, ArmId.parse(HUB_VNET))


def test_answering_network_that_is_gone_is_hidden() -> None:
    estate, _ = read(mended())
    with pytest.raises(Undecided) as raised:
        answering_networks(estate, ArmId.parse(f"{HUB_VNET}-gone"))
    assert raised.value.reason is Reason.HIDDEN
