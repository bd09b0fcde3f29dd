"""The private ways into a virtual network, its own or a peer's: VPN, ExpressRoute, Bastion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import Evidence, Undecided
from auditor.model.ids import ArmId, same_text
from auditor.model.resources.gateway import BastionHost, GatewayConnection, VirtualNetworkGateway
from auditor.model.resources.network import Subnet, VirtualNetwork
from auditor.model.wire import Resource

READS: tuple[type[Resource], ...] = (
    VirtualNetwork,
    Subnet,
    VirtualNetworkGateway,
    GatewayConnection,
    BastionHost,
)
GATEWAY_SUBNET = "GatewaySubnet"
POINT_TO_SITE = "point-to-site VPN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way in: what it is, the gateway or Bastion, the network that this stands in, and what shows it."""

    kind: str
    by: Resource
    network: ArmId
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways that were found, and what could not be read and may hold another."""

    found: tuple[Way, ...]
    doubts: tuple[Undecided, ...]


def is_gateway_subnet(subnet: Subnet) -> bool:
    return same_text(subnet.name, GATEWAY_SUBNET)


def gateway_groups(subnet: Subnet) -> Iterator[ArmId]:
    """The resource groups in which the gateway of this subnet can stand; none unless it is a GatewaySubnet.

    Its network's, and those of the gateways that the subnet itself names. Malformed ids add nothing.
    """
    if not is_gateway_subnet(subnet):
        return
    holders = [subnet.scope]
    if not subnet.ip_configurations.is_malformed:
        holders += [gateway for rid in subnet.ip_configurations.value if (gateway := rid.parent) is not None]
    for holder in holders:
        if holder.resource_group and holder.parent is not None:
            yield holder.parent


def ways_into(estate: Estate, network: VirtualNetwork) -> Ways:
    """Gateways of the network, of peers whose gateways it uses, and Bastion in it or in a peer.

    Touches READS. Raises Undecided where a peering of the network is malformed.
    """
    found: list[Way] = []
    doubts: list[Undecided] = []
    peers = [peer for peer in network.peerings.value if peer.state.value == "Connected"]
    remotes = [(peer.remote.value, peer.uses_remote_gateways.value) for peer in peers]

    def look(read: Callable[[Estate, ArmId], Iterator[Way]], where: ArmId) -> None:
        try:
            found.extend(read(estate, where))
        except Undecided as undecided:
            doubts.append(undecided)

    look(_gateways, network.id)
    look(_own_bastions, network.id)
    for remote, uses_gateways in remotes:
        if remote is None:
            continue
        if uses_gateways:
            look(_gateways, remote)
        look(_peer_bastions, remote)
    return Ways(found=tuple(found), doubts=tuple(doubts))


def _gateways(estate: Estate, network: ArmId) -> Iterator[Way]:
    """Raises NotRead where the network, its subnets or a group that may hold its gateway were not read."""
    estate.find(VirtualNetwork, network)
    for subnet in estate.children(Subnet, network):
        groups = dict.fromkeys(gateway_groups(subnet))
        for group in groups:
            for gateway in estate.children(VirtualNetworkGateway, group):
                if subnet.id in gateway.subnets.value:
                    yield from _ways_of(estate, gateway, network, tuple(groups))


def _ways_of(
    estate: Estate, gateway: VirtualNetworkGateway, network: ArmId, groups: tuple[ArmId, ...]
) -> Iterator[Way]:
    kind = gateway.kind
    if kind.value == "Vpn" and gateway.serves_clients:
        seen = (gateway.client_pool.evidence(), gateway.authentication.evidence())
        yield Way(kind=POINT_TO_SITE, by=gateway, network=network, evidence=(kind.evidence(), *seen))
    for group in groups:
        for connection in estate.children(GatewayConnection, group):
            if gateway.id in (connection.gateway.value, connection.other_gateway.value):
                yield from _way_of(connection, gateway, network)


def _way_of(connection: GatewayConnection, gateway: VirtualNetworkGateway, network: ArmId) -> Iterator[Way]:
    """A connection between two gateways of Azure leads nobody in from outside."""
    said = {"IPsec": "site-to-site VPN", "ExpressRoute": "ExpressRoute"}.get(connection.kind.value or "")
    if said is not None:
        seen = (connection.kind.evidence(), connection.gateway.evidence())
        yield Way(kind=said, by=gateway, network=network, evidence=seen)


def _own_bastions(estate: Estate, network: ArmId) -> Iterator[Way]:
    yield from _bastions(estate, network, reaches_peers=False)


def _peer_bastions(estate: Estate, network: ArmId) -> Iterator[Way]:
    yield from _bastions(estate, network, reaches_peers=True)


def _bastions(estate: Estate, network: ArmId, *, reaches_peers: bool) -> Iterator[Way]:
    """The Developer SKU serves its own network only. Raises NotRead where hosts were not read."""
    subscription = network.subscription or network
    for host in estate.children(BastionHost, subscription):
        parents = {subnet.parent for subnet in host.subnets.value}
        if network in parents:
            yield Way(kind="Bastion", by=host, network=network, evidence=(host.subnets.evidence(),))
        elif not reaches_peers and host.developer_network.value == network:
            yield Way(kind="Bastion", by=host, network=network, evidence=(host.developer_network.evidence(),))


__all__ = [
    "GATEWAY_SUBNET",
    "POINT_TO_SITE",
    "READS",
    "Way",
    "Ways",
    "gateway_groups",
    "is_gateway_subnet",
    "ways_into",
]
