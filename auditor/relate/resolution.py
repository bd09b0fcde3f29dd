"""Which virtual networks' zone links decide what a caller is answered: who asks, and whom it asks.

Azure DNS answers a private name by the zones that are linked to the network a query comes from. Where a
network names DNS servers of its own, that is the network of the server, if the server is one that is seen to
ask Azure DNS: an inbound endpoint of a private resolver, or an Azure Firewall with its DNS proxy on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import Evidence, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.network import PrivateEndpoint, VirtualNetwork
from auditor.model.resources.private_dns import (
    AzureFirewall,
    DnsResolver,
    FirewallPolicy,
    InboundEndpoint,
)
from auditor.model.wire import Resource
from auditor.relate.consumers import READS as CONSUMER_READS
from auditor.relate.consumers import callers
from auditor.relate.owners import known
from auditor.relate.ties import TIES, Tie
from auditor.relate.workloads import Relations

READS: tuple[type[Resource], ...] = (
    *CONSUMER_READS,
    PrivateEndpoint,
    VirtualNetwork,
    DnsResolver,
    InboundEndpoint,
    AzureFirewall,
    FirewallPolicy,
)
AZURE_DNS = "168.63.129.16"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """A network from which a target's names are asked for.

    `tie` says how surely its users belong to the target. Not `is_consumer`: it only holds the endpoint, and
    stands in where no consumer is known.
    """

    network: ArmId
    tie: Tie
    users: tuple[ArmId, ...]
    evidence: Evidence
    is_consumer: bool = True


def consuming_networks(estate: Estate, relations: Relations, target: ArmId) -> tuple[Asker, ...]:
    """The networks that a target is used from, each once with its strongest tie, ordered by id."""
    found: dict[ArmId, list[tuple[Tie, ArmId, Evidence]]] = {}
    for one, tie in callers(estate, relations, target):
        if one.network is not None:
            found.setdefault(one.network, []).append((tie, one.user, one.evidence))
    return tuple(
        Asker(
            network=network,
            tie=min((tie for tie, _, _ in rows), key=TIES.index),
            users=tuple(dict.fromkeys(user for _, user, _ in rows)),
            evidence=rows[0][2],
        )
        for network, rows in sorted(found.items())
    )


def asking_networks(
    estate: Estate, relations: Relations, target: ArmId, endpoint: PrivateEndpoint
) -> tuple[Asker, ...]:
    """The networks that surely or probably use the target; the endpoint's own where none is known.

    Empty where the endpoint names no subnet either. Raises Undecided where its subnet is malformed.
    """
    solid = [one for one in consuming_networks(estate, relations, target) if one.tie != "suggested"]
    if solid:
        return tuple(solid)
    network = endpoint.virtual_network
    if network is None:
        return ()
    seen = endpoint.subnet.evidence()
    return (Asker(network=network, tie="confirmed", users=(), evidence=seen, is_consumer=False),)


def custom_servers(network: VirtualNetwork) -> tuple[str, ...]:
    """The DNS servers that a network names beside Azure's own; empty where that is malformed."""
    return tuple(server for server in known(network.dns_servers) or () if server.strip() != AZURE_DNS)


def answering_networks(estate: Estate, network: ArmId) -> tuple[ArmId, ...]:
    """The networks whose zone links decide what this one is answered: itself, or its known forwarders'.

    Raises NotRead where the network was not read, Undecided(custom-dns) where a server of its own is not
    seen to ask Azure DNS, Undecided(hidden) where the network is not there.
    """
    found = estate.find(VirtualNetwork, network)
    if found is None:
        said = f"the network {network} is not in its subscription's list: deleted, or hidden"
        raise Undecided(said, Reason.HIDDEN)
    servers = found.dns_servers.value
    if not custom_servers(found):
        return (network,)
    forwarders = dict(_forwarders(estate))
    through = [
        network if server.strip() == AZURE_DNS else forwarders.get(server.strip()) for server in servers
    ]
    if None in through:
        strange = ", ".join(s for s, via in zip(servers, through, strict=True) if via is None)
        said = f"{network.name} asks the DNS servers {strange}, and what these answer cannot be seen"
        raise Undecided(said, Reason.CUSTOM_DNS, evidence=(found.dns_servers.evidence(),))
    return tuple(dict.fromkeys(via for via in through if via is not None))


def _forwarders(estate: Estate) -> Iterator[tuple[str, ArmId]]:
    """Address and network of every resolver and firewall that asks Azure DNS; none that several share."""
    found: dict[str, set[ArmId]] = {}
    for address, network in (*_inbound(estate), *_proxies(estate)):
        found.setdefault(address, set()).add(network)
    usual = {row.id for row in estate.listed(VirtualNetwork) if not custom_servers(row)}
    for address, networks in found.items():
        if len(networks) == 1 and networks <= usual:
            yield address, next(iter(networks))


def _inbound(estate: Estate) -> Iterator[tuple[str, ArmId]]:
    for row in estate.listed(InboundEndpoint):
        for one in known(row.listens) or ():
            address, subnet = known(one.resolver_address), known(one.resolver_subnet)
            if address and subnet and subnet.parent:
                yield address, subnet.parent


def _proxies(estate: Estate) -> Iterator[tuple[str, ArmId]]:
    policies = {row.id: row for row in estate.listed(FirewallPolicy)}
    for row in estate.listed(AzureFirewall):
        named = known(row.policy)
        policy = policies.get(named) if named is not None else None
        if policy is None or not known(policy.is_proxy) or not _asks_azure(policy):
            continue
        for one in known(row.listens) or ():
            address, subnet = known(one.firewall_address), known(one.firewall_subnet)
            if address and subnet and subnet.parent:
                yield address, subnet.parent


def _asks_azure(policy: FirewallPolicy) -> bool:
    servers = known(policy.servers)
    return servers is not None and all(server.strip() == AZURE_DNS for server in servers)
