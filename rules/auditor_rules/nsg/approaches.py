"""Who comes to the private endpoints of a subnet, and from where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.finding import Gap, NotApplicable, Undecided, Unknown, describe
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.app import ContainerApp, ManagedEnvironment, Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.compute import Compute
from auditor.model.resources.network import PrivateEndpoint, Subnet, VirtualNetwork
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.consumers import (
    Consumer,
    callers,
    occupants,
    unread_consumers,
    workloads_using,
)
from auditor.relate.prefixes import Prefix, all_parsed
from auditor.relate.ties import TIES, Tie
from auditor.relate.workloads import Workload
from auditor.rule import Excluded, Subject, View
from auditor_rules.nsg.subnets import EndpointSubnet, EndpointSubnets, group_ids, places
from auditor_rules.private_endpoint.linked import Linked
from auditor_rules.subjects import CONFIDENCE

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
class Approach:
    """One consumer subnet with the endpoints that it needs to reach in an endpoint subnet."""

    place: EndpointSubnet
    consumer: Consumer
    guests: tuple[Linked, ...]
    tie: Tie

    @property
    def endpoints(self) -> tuple[PrivateEndpoint, ...]:
        return tuple(guest.endpoint for guest in self.guests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approached:
    """An endpoint subnet with all its known consumers."""

    place: EndpointSubnet
    approaches: tuple[Approach, ...]


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
        for found in _approached(view):
            if isinstance(found, Excluded):
                yield found
                continue
            for approach in found.approaches:
                yield Subject(
                    resource=found.place.subnet,
                    judged=approach,
                    related=(*group_ids(found.place.subnet), approach.consumer.subnet.text),
                    confidence=CONFIDENCE[approach.tie],
                    serves=tuple(target for guest in approach.guests for target in guest.targets),
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
        for found in _approached(view):
            if isinstance(found, Excluded):
                yield found
                continue
            related = tuple(approach.consumer.subnet.text for approach in found.approaches)
            subnet = found.place.subnet
            yield Subject(resource=subnet, judged=found, related=(*group_ids(subnet), *related))


def _approached(view: View) -> Iterator[Approached | Excluded]:
    """Each endpoint subnet with its consumers; excluded where none is known."""
    for place in places(view):
        if isinstance(place, Excluded):
            yield place
        elif found := approaches(view, place):
            yield Approached(place=place, approaches=found)
        else:
            yield unused(view, place)


def approaches(view: View, place: EndpointSubnet) -> tuple[Approach, ...]:
    """The known consumers of the subnet's endpoints, each subnet once with its strongest tie, by id."""
    found: dict[ArmId, Approach] = {}
    for guest in place.guests:
        for consumer, tie in _callers(view, guest):
            before = found.get(consumer.subnet)
            guests = dict.fromkeys(before.guests if before else ())
            ties = (before.tie, tie) if before else (tie,)
            found[consumer.subnet] = Approach(
                place=place,
                consumer=before.consumer if before else consumer,
                guests=tuple(guests | {guest: None}),
                tie=min(ties, key=TIES.index),
            )
    return tuple(found[rid] for rid in sorted(found))


def _callers(view: View, guest: Linked) -> Iterator[tuple[Consumer, Tie]]:
    for target in guest.targets:
        yield from callers(view.estate, view.relations, target)


def unused(view: View, place: EndpointSubnet) -> Excluded:
    """What is said where no consumer is known: not applicable, unless one might have been missed."""
    related = group_ids(place.subnet)
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


def strays(view: View, approached: Approached) -> tuple[Consumer, ...]:
    """Those that stand in a subnet which no workload behind these endpoints is known to be used from.

    Their own workload may have been lost with the grant that was all that tied them to it.
    """
    known_ones = {approach.consumer.subnet for approach in approached.approaches}
    return tuple(one for one in occupants(view.estate) if one.subnet not in known_ones)


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


def _workloads(view: View, place: EndpointSubnet) -> tuple[Workload, ...]:
    targets = (target for guest in place.guests for target in guest.targets)
    found = (one for target in targets for one in workloads_using(view.estate, view.relations, target))
    return tuple({workload.id: workload for workload in found}.values())
