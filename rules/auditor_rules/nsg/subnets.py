"""The subnets that hold private endpoints of AI resources, and the addresses of these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.finding import Evidence, NotApplicable, NotRead, Undecided
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.app import Site
from auditor.model.resources.network import NetworkInterface, PrivateEndpoint, Subnet, VirtualNetwork
from auditor.model.wire import Resource
from auditor.relate.consumers import READS as CONSUMER_READS
from auditor.relate.owners import known
from auditor.relate.prefixes import Prefix, all_parsed
from auditor.rule import Excluded, Subject, View, unknown_of
from auditor_rules.private_endpoint.linked import Linked, LinkedEndpoints

_LINKED = LinkedEndpoints()
_EFFECTIVE = frozenset({"Enabled", "NetworkSecurityGroupEnabled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSubnet:
    """A subnet with the private endpoints in it that lead to AI resources; those to web apps are left out."""

    subnet: Subnet
    guests: tuple[Linked, ...]

    @property
    def is_guarded(self) -> bool:
        """Whether it has a security group that acts on private endpoints. Raises Undecided."""
        policies = self.subnet.private_endpoint_network_policies.value
        return self.subnet.network_security_group.value is not None and policies in _EFFECTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSubnets:
    """Each subnet that holds private endpoints; with `beside`, its network's other subnets as excluded.

    An endpoint whose subnet cannot be read is unknown itself.
    """

    beside: bool = False

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (Subnet, *_LINKED.listing)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (VirtualNetwork, *_LINKED.reads, *CONSUMER_READS)

    def __call__(self, view: View, /) -> Iterator[Subject[EndpointSubnet] | Excluded]:
        networks = set[ArmId]()
        found = set[ArmId]()
        for place in places(view):
            if isinstance(place, Excluded):
                yield place
                continue
            networks.add(place.subnet.scope)
            found.add(place.subnet.id)
            yield Subject(resource=place.subnet, judged=place, related=group_ids(place.subnet))
        if self.beside:
            yield from _beside(view, networks, found)


def places(view: View) -> Iterator[EndpointSubnet | Excluded]:
    """Every subnet that holds an endpoint to an AI resource, ordered by id, then what could not be placed."""
    guests: dict[ArmId, list[Linked]] = {}
    subnets: dict[ArmId, Subnet] = {}
    lost: list[Excluded] = []
    for subject in _LINKED(view):
        linked = _without_sites(subject.judged)
        if linked is None:
            continue
        try:
            subnet = _subnet_of(view, linked.endpoint)
        except NotRead as unread:
            if unread.gap not in view.estate.gaps(Subnet):  # the engine already tells of those
                lost.append(Excluded(resource=linked.endpoint, verdict=unknown_of(unread)))
        except Undecided as undecided:
            lost.append(Excluded(resource=linked.endpoint, verdict=unknown_of(undecided)))
        else:
            subnets[subnet.id] = subnet
            guests.setdefault(subnet.id, []).append(linked)
    for rid in sorted(subnets):
        yield EndpointSubnet(subnet=subnets[rid], guests=tuple(guests[rid]))
    yield from lost


def addresses_of(view: View, endpoint: PrivateEndpoint) -> tuple[Prefix, ...]:
    """The private addresses of an endpoint. Raises Undecided where none can be read."""
    said: list[str] = []
    for rid in endpoint.interfaces.value:
        interface = view.estate.find(NetworkInterface, rid)
        configurations = interface.ip_configurations.value if interface else ()
        said.extend(one.private_ip_address.value or "" for one in configurations)
    if not (found := all_parsed(said)):
        configs = endpoint.custom_dns_configs.value
        found = all_parsed(text for config in configs for text in config.ip_addresses.value)
    if not found:
        seen = (endpoint.interfaces.evidence(),)
        raise Undecided(f"{endpoint.name} shows no private address", Reason.HIDDEN, evidence=seen)
    return tuple(dict.fromkeys(found))


def policies_evidence(subnet: Subnet) -> tuple[Evidence, ...]:
    return (subnet.network_security_group.evidence(), subnet.private_endpoint_network_policies.evidence())


def not_guarded(place: EndpointSubnet) -> NotApplicable:
    return NotApplicable(
        message="no security group acts on the private endpoints here: nsg-effective-on-private-endpoints",
        reason=Reason.NOT_USED,
        evidence=policies_evidence(place.subnet),
    )


def _subnet_of(view: View, endpoint: PrivateEndpoint) -> Subnet:
    rid = endpoint.subnet.value
    if rid is None:
        raise Undecided(
            f"{endpoint.name} names no subnet", Reason.MALFORMED, evidence=(endpoint.subnet.evidence(),)
        )
    found = view.estate.find(Subnet, rid)
    if found is None:
        said = f"the subnet {rid} of {endpoint.name} is not in its network's list: deleted, or hidden"
        raise Undecided(said, Reason.HIDDEN, evidence=(endpoint.subnet.evidence(),))
    return found


def _without_sites(linked: Linked) -> Linked | None:
    """Web apps are what people come to, from anywhere in the network: their endpoints are not judged here."""
    targets = tuple(rid for rid in linked.targets if not same_text(rid.resource_type or "", Site.ARM_TYPE))
    return Linked(endpoint=linked.endpoint, targets=targets) if targets else None


def _beside(view: View, networks: set[ArmId], found: set[ArmId]) -> Iterator[Excluded]:
    said = NotApplicable(
        message="the subnet holds no private endpoint of an AI resource", reason=Reason.NOT_USED
    )
    for subnet in view.estate.listed(Subnet):
        if subnet.scope in networks and subnet.id not in found:
            yield Excluded(resource=subnet, verdict=said, related=group_ids(subnet))


def group_ids(subnet: Subnet) -> tuple[str, ...]:
    """The security group, as a related end; empty where there is none or it cannot be told."""
    group = known(subnet.network_security_group)
    return (group.text,) if group else ()
