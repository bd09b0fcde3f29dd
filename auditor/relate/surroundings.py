"""What the service tag VirtualNetwork stands for in one virtual network."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.estate import Estate
from auditor.model.finding import NotRead, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.network import Peering, Subnet, VirtualNetwork
from auditor.model.resources.security_group import RouteTable
from auditor.model.wire import Resource
from auditor.relate.gateways import is_gateway_subnet
from auditor.relate.prefixes import EVERYTHING, PRIVATE, Prefix, all_parsed
from auditor.relate.service_tags import Surroundings

READS: tuple[type[Resource], ...] = (VirtualNetwork, Subnet, RouteTable)


def surroundings_of(estate: Estate, network: ArmId) -> Surroundings:
    """The network's own space and that of its connected peers; beyond a gateway and by routes, perhaps more.

    https://learn.microsoft.com/azure/virtual-network/service-tags-overview: the tag also holds connected
    networks on premises and the prefixes of user-defined routes, which may be default routes. Touches READS.
    Raises NotRead where the network was not read, Undecided where it is gone.
    """
    found = network_at(estate, network)
    own = all_parsed(found.address_prefixes.value)
    peers = [peering for peering in found.peerings.value if is_open(peering)]
    spaces = [(peering, peer_space(estate, peering)) for peering in peers]
    subnets = estate.children(Subnet, found.id)
    is_joined = any(is_gateway_subnet(subnet) for subnet in subnets)
    is_joined |= any(p.uses_remote_gateways.value or not space for p, space in spaces)
    return Surroundings(
        known=(*own, *(prefix for _, space in spaces for prefix in space)),
        possible=((*PRIVATE,) if is_joined else ()) + tuple(_routes(estate, subnets)),
    )


def network_at(estate: Estate, network: ArmId) -> VirtualNetwork:
    """Raises NotRead where it was not read, Undecided where it is not in its subscription's list."""
    found = estate.find(VirtualNetwork, network)
    if found is None:
        raise Undecided(f"{network} is not in its subscription's list: deleted, or hidden", Reason.HIDDEN)
    return found


def is_open(peering: Peering) -> bool:
    """Whether the peering is connected and lets the two networks talk."""
    return peering.state.value == "Connected" and peering.allows_access.value


def peer_space(estate: Estate, peering: Peering) -> tuple[Prefix, ...]:
    """The address space of the other network, by itself or else by the peering; empty: not known."""
    if (remote := peering.remote.value) is not None:
        try:
            other = estate.find(VirtualNetwork, remote)
        except NotRead:
            other = None  # the peering's own copy of the space serves as well
        if other is not None and other.address_prefixes.value:
            return all_parsed(other.address_prefixes.value)
    return all_parsed(peering.remote_prefixes.value)


def _routes(estate: Estate, subnets: tuple[Subnet, ...]) -> Iterator[Prefix]:
    for table in sorted({rid for subnet in subnets if (rid := subnet.route_table.value) is not None}):
        try:
            found = estate.find(RouteTable, table)
        except NotRead:
            found = None
        if found is None:
            yield from EVERYTHING
        else:
            yield from all_parsed(route.prefix.value or "" for route in found.routes.value)
