"""The subnets that hold private endpoints of AI resources, and who comes to them from where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.model.finding import Evidence, Gap, NotApplicable, NotRead, Undecided, Unknown, describe
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.app import ContainerApp, ManagedEnvironment, Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.compute import Compute
from auditor.model.resources.network import NetworkInterface, PrivateEndpoint, Subnet, VirtualNetwork
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.consumers import READS as CONSUMER_READS
from auditor.relate.consumers import Consumer, consumers, unread_consumers, weaker, workloads_using
from auditor.relate.owners import known
from auditor.relate.prefixes import Prefix, all_parsed
from auditor.relate.ties import TIES, Tie
from auditor.relate.workloads import Workload
from auditor.rule import Excluded, Subject, View, unknown_of
from auditor_rules.private_endpoint.linked import Linked, LinkedEndpoints
from auditor_rules.subjects import CONFIDENCE

_LINKED = LinkedEndpoints()
_EFFECTIVE = frozenset({"Enabled", "NetworkSecurityGroupEnabled"})
_CALLERS: tuple[type[Resource], ...] = (
    CognitiveAccount,
    Site,
    ContainerApp,
    ManagedEnvironment,
    Workspace,
    Compute,
)
NO_CONSUMER = "no consumer of the endpoints in this subnet is known"


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
class Approach:
    """One consumer subnet with the endpoints that it needs to reach in an endpoint subnet."""

    place: EndpointSubnet
    consumer: Consumer
    endpoints: tuple[PrivateEndpoint, ...]
    tie: Tie


@dataclass(frozen=True, slots=True, kw_only=True)
class Approached:
    """An endpoint subnet with all its known consumers."""

    place: EndpointSubnet
    approaches: tuple[Approach, ...]


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
            yield Subject(resource=place.subnet, judged=place, related=_group(place.subnet))
        if self.beside:
            yield from _beside(view, networks, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerApproaches:
    """Each endpoint subnet with each of its consumers: related are the security group and the consumer."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return EndpointSubnets().listing

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return EndpointSubnets().reads

    def __call__(self, view: View, /) -> Iterator[Subject[Approach] | Excluded]:
        for place in places(view):
            if isinstance(place, Excluded):
                yield place
                continue
            found = approaches(view, place)
            if not found:
                yield unused(view, place)
            for approach in found:
                yield Subject(
                    resource=place.subnet,
                    judged=approach,
                    related=(*_group(place.subnet), approach.consumer.subnet.text),
                    confidence=CONFIDENCE[approach.tie],
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproachedSubnets:
    """Each endpoint subnet with all its consumers: related are the security group and the consumers."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return EndpointSubnets().listing

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return EndpointSubnets().reads

    def __call__(self, view: View, /) -> Iterator[Subject[Approached] | Excluded]:
        for place in places(view):
            if isinstance(place, Excluded):
                yield place
                continue
            found = approaches(view, place)
            if not found:
                yield unused(view, place)
                continue
            related = tuple(approach.consumer.subnet.text for approach in found)
            yield Subject(
                resource=place.subnet,
                judged=Approached(place=place, approaches=found),
                related=(*_group(place.subnet), *related),
            )


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


def approaches(view: View, place: EndpointSubnet) -> tuple[Approach, ...]:
    """The known consumers of the subnet's endpoints, each subnet once with its strongest tie, by id."""
    found: dict[ArmId, Approach] = {}
    for guest in place.guests:
        for consumer, tie in _consumers_of(view, guest.targets):
            before = found.get(consumer.subnet)
            endpoints = dict.fromkeys(before.endpoints if before else ())
            ties = (before.tie, tie) if before else (tie,)
            found[consumer.subnet] = Approach(
                place=place,
                consumer=before.consumer if before else consumer,
                endpoints=tuple(endpoints | {guest.endpoint: None}),
                tie=min(ties, key=TIES.index),
            )
    return tuple(found[rid] for rid in sorted(found))


def unused(view: View, place: EndpointSubnet) -> Excluded:
    """What is said where no consumer is known: not applicable, unless one might have been missed."""
    related = _group(place.subnet)
    if (gap := missed(view, place)) is not None:
        said = f"{NO_CONSUMER}, but {describe(gap)}"
        verdict = Unknown(message=said, reason=gap.reason, gap=gap)
        return Excluded(resource=place.subnet, verdict=verdict, related=related)
    none = NotApplicable(message=NO_CONSUMER, reason=Reason.NOT_USED)
    return Excluded(resource=place.subnet, verdict=none, related=related)


def missed(view: View, place: EndpointSubnet) -> Gap | None:
    """What was not read and may hold one more consumer of the endpoints, or its tie; None: nothing."""
    targets = {target for guest in place.guests for target in guest.targets}
    near = {target.subscription for target in targets}
    workloads = _workloads(view, place)
    half = (gap for of in _CALLERS for gap in view.estate.malformed(of) if gap.scope.subscription in near)
    unread = (
        *(gap for found in workloads for gap in unread_consumers(view.estate, view.relations, found)),
        *(gap for target in sorted(targets) for gap in view.relations.unread_near(target)),
        *half,
    )
    return next(iter(unread), None)


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


def prefixes_of(view: View, consumer: Consumer) -> tuple[Prefix, ...]:
    """The prefixes of a consumer's subnet, or of its network where that is declared. Raises Undecided."""
    rid = consumer.subnet
    texts: tuple[str, ...] | None
    if same_text(rid.resource_type or "", VirtualNetwork.ARM_TYPE):
        network = view.estate.find(VirtualNetwork, rid)
        texts = network.address_prefixes.value if network else None
    else:
        subnet = view.estate.find(Subnet, rid)
        texts = subnet.prefixes if subnet else None
    if texts is None:
        said = f"the consumer's subnet {rid} is not in its network's list: deleted, or hidden"
        raise Undecided(said, Reason.HIDDEN, evidence=(consumer.evidence,))
    if not (prefixes := all_parsed(texts)):
        said = f"the consumer's subnet {rid} states no address prefix"
        raise Undecided(said, Reason.MALFORMED, evidence=(consumer.evidence,))
    return prefixes


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


def _consumers_of(view: View, targets: Iterable[ArmId]) -> Iterator[tuple[Consumer, Tie]]:
    for target in targets:
        for workload in workloads_using(view.estate, view.relations, target):
            own = "confirmed" if target == workload.anchor else workload.tie(workload.anchor, target)
            for consumer in consumers(view.estate, view.relations, workload):
                yield consumer, weaker(consumer.tie, own or "confirmed")


def _workloads(view: View, place: EndpointSubnet) -> tuple[Workload, ...]:
    targets = (target for guest in place.guests for target in guest.targets)
    found = (one for target in targets for one in workloads_using(view.estate, view.relations, target))
    return tuple({workload.id: workload for workload in found}.values())


def _beside(view: View, networks: set[ArmId], found: set[ArmId]) -> Iterator[Excluded]:
    said = NotApplicable(
        message="the subnet holds no private endpoint of an AI resource", reason=Reason.NOT_USED
    )
    for subnet in view.estate.listed(Subnet):
        if subnet.scope in networks and subnet.id not in found:
            yield Excluded(resource=subnet, verdict=said, related=_group(subnet))


def _group(subnet: Subnet) -> tuple[str, ...]:
    group = known(subnet.network_security_group)
    return (group.text,) if group else ()
