"""The virtual networks that hold private endpoints of AI resources, and the workloads these belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.model.finding import Undecided
from auditor.model.ids import ArmId
from auditor.model.resources.network import PrivateEndpoint, Subnet, VirtualNetwork
from auditor.model.wire import Resource
from auditor.relate.consumers import Consumer, consumers, workloads_using
from auditor.relate.prefixes import Prefix, all_parsed, difference
from auditor.relate.surroundings import network_at
from auditor.relate.targets import CONNECTION_TYPES
from auditor.relate.ties import Role
from auditor.relate.workloads import Workload
from auditor.rule import Excluded, Subject, View, unknown_of
from auditor_rules.nsg.subnets import EndpointSubnet, EndpointSubnets, places
from auditor_rules.private_endpoint.networks import homes_of

CALLED: tuple[Role, ...] = ("openai", "search", "storage")
NEW_SUBNET = (
    "az network vnet subnet create --resource-group {network_group} --subscription {network_subscription}"
    " --vnet-name {network_name} --name {new_subnet} --address-prefixes {prefix} --delegations {service}"
)
ROOM_READS: tuple[type[Resource], ...] = (VirtualNetwork, Subnet, PrivateEndpoint, *CONNECTION_TYPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One network, the subnets in it that hold endpoints, what these lead to, and whose they are."""

    network: VirtualNetwork
    places: tuple[EndpointSubnet, ...]
    targets: tuple[ArmId, ...]
    workloads: tuple[Workload, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeNetworks:
    """Every network that holds a private endpoint to an AI resource."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (VirtualNetwork, *EndpointSubnets().listing)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (*EndpointSubnets().reads, Subnet)

    def __call__(self, view: View, /) -> Iterator[Subject[Home] | Excluded]:
        by_network: dict[ArmId, list[EndpointSubnet]] = {}
        for place in places(view):
            if isinstance(place, Excluded):
                yield place
            else:
                by_network.setdefault(place.subnet.scope, []).append(place)
        for rid, found in sorted(by_network.items()):
            try:
                network = network_at(view.estate, rid)
            except Undecided as undecided:
                yield Excluded(resource=found[0].subnet, verdict=unknown_of(undecided))
            else:
                yield Subject(resource=network, judged=_home(view, network, tuple(found)))


def consumers_in(view: View, home: Home) -> tuple[tuple[Workload, Consumer], ...]:
    """The consumers of the home's workloads that stand in this very network."""
    return tuple(
        (workload, consumer)
        for workload in home.workloads
        for consumer in consumers(view.estate, view.relations, workload)
        if consumer.network == home.network.id
    )


def free_prefix(network: VirtualNetwork, subnets: Iterable[Subnet], length: int = 27) -> Prefix | None:
    """The first IPv4 prefix of that length that no subnet takes; None where the network is full."""
    taken = all_parsed(text for subnet in subnets for text in subnet.prefixes)
    for prefix in difference(all_parsed(network.address_prefixes.value), taken):
        if prefix.version == 4 and prefix.prefixlen <= length:
            return next(iter(prefix.subnets(new_prefix=length)))
    return None


def room_for(view: View, app: ArmId) -> tuple[VirtualNetwork, Prefix] | None:
    """A network with endpoints of the app's workloads, and a free prefix in it; None where none is readable.

    For remedies only, so that what cannot be read costs the command and not the verdict.
    """
    for workload in view.relations.workloads_of(app):
        for target in (rid for role in CALLED for rid in workload.members.get(role, ())):
            try:
                for home in sorted(homes_of(view, target).networks):
                    network = network_at(view.estate, home)
                    prefix = free_prefix(network, view.estate.children(Subnet, home))
                    if prefix is not None:
                        return network, prefix
            except Undecided:
                continue
    return None


def room_fills(network: VirtualNetwork, prefix: Prefix) -> tuple[tuple[str, str], ...]:
    return (
        ("network", network.id.text),
        ("network_name", network.name),
        ("network_group", network.id.resource_group or ""),
        ("network_subscription", network.id.subscription_id or ""),
        ("prefix", str(prefix)),
    )


def _home(view: View, network: VirtualNetwork, found: tuple[EndpointSubnet, ...]) -> Home:
    guests = (guest for place in found for guest in place.guests)
    targets = tuple(dict.fromkeys(target for guest in guests for target in guest.targets))
    using = (one for target in targets for one in workloads_using(view.estate, view.relations, target))
    workloads = {workload.id: workload for workload in using}
    return Home(network=network, places=found, targets=targets, workloads=tuple(workloads.values()))
