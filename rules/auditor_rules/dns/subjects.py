"""What the DNS rules look at: our approved endpoints, the zones they need, the networks that ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import NotApplicable, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.network import PrivateEndpoint, VirtualNetwork
from auditor.model.resources.private_dns import PrivateDnsZone
from auditor.model.wire import Resource
from auditor.relate.dns import READS as DNS_READS
from auditor.relate.dns import (
    NeededZone,
    ServedName,
    link_to,
    needed_zones,
    served_names,
    zone_configs,
    zones_named,
)
from auditor.relate.owners import known
from auditor.relate.resolution import READS as RESOLUTION_READS
from auditor.relate.resolution import Asker, asking_networks, consuming_networks
from auditor.relate.ties import TIES
from auditor.rule import Excluded, Subject, View
from auditor_rules.private_endpoint.linked import CONNECTIONS, LinkedEndpoints, requests_to, type_of
from auditor_rules.subjects import CONFIDENCE

_LINKED = LinkedEndpoints()
READS: tuple[type[Resource], ...] = (*_LINKED.reads, *DNS_READS, *RESOLUTION_READS)
"""What the sources below, and the judgements of this area, touch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """An endpoint of ours and one audited resource that it leads to. `is_approved` as either side says."""

    endpoint: PrivateEndpoint
    target: Resource
    is_approved: bool

    @property
    def kind(self) -> str | None:
        return known(self.target.kind) if isinstance(self.target, CognitiveAccount) else None

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups it asks of the target. Raises Undecided where they are malformed."""
        asked = requests_to(self.endpoint, self.target.id)
        return tuple(dict.fromkeys(group for request in asked for group in request.groups.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """An endpoint of ours with all the audited resources that it serves."""

    endpoint: PrivateEndpoint
    leading: tuple[Leading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkNeed:
    """A network that must be answered from a zone: `zones` are all of its name, `zone` the likeliest."""

    zone: PrivateDnsZone
    zones: tuple[PrivateDnsZone, ...]
    asker: Asker
    endpoints: tuple[PrivateEndpoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEndpoints:
    """Each audited resource with each endpoint of ours that leads to it: related is the endpoint."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (PrivateEndpoint,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return READS

    def __call__(self, view: View, /) -> Iterator[Subject[Leading] | Excluded]:
        for leading in leading_endpoints(view):
            related = (leading.endpoint.id.text,)
            if leading.is_approved:
                yield Subject(resource=leading.target, judged=leading, related=related)
            else:
                yield Excluded(resource=leading.target, verdict=_waiting(leading), related=related)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingEndpoints:
    """Each endpoint of ours that leads to an audited resource; excluded where it is approved on none."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (PrivateEndpoint,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return READS

    def __call__(self, view: View, /) -> Iterator[Subject[Serving] | Excluded]:
        by_endpoint: dict[ArmId, list[Leading]] = {}
        for leading in leading_endpoints(view):
            by_endpoint.setdefault(leading.endpoint.id, []).append(leading)
        for found in by_endpoint.values():
            approved = tuple(leading for leading in found if leading.is_approved)
            endpoint, serves = found[0].endpoint, tuple(leading.target.id for leading in found)
            if approved:
                serving = Serving(endpoint=endpoint, leading=approved)
                yield Subject(resource=endpoint, judged=serving, serves=serves)
            else:
                yield Excluded(resource=endpoint, verdict=_waiting(found[0]), serves=serves)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonesAndNetworks:
    """Each zone that our approved endpoints need, with each network that uses their targets: its related end.

    A zone that is not there yields nothing: dns-zone-exists says so.
    """

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (PrivateEndpoint, PrivateDnsZone)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return READS

    def __call__(self, view: View, /) -> Iterator[Subject[LinkNeed] | Excluded]:
        needs: dict[str, list[tuple[Leading, tuple[Asker, ...]]]] = {}
        for leading in leading_endpoints(view):
            if leading.is_approved:
                askers = consuming_networks(view.estate, view.relations, leading.target.id)
                for need in needs_of(view, leading):
                    for name in need.names:
                        needs.setdefault(name.lower(), []).append((leading, askers))
        for name, found in sorted(needs.items()):
            zones = zones_named(view.estate, name)
            if zones:
                yield from _links(view.estate, zones, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingNetworks:
    """Each network that the names of our approved endpoints are asked from, and that could be read."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (VirtualNetwork,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return READS

    def __call__(self, view: View, /) -> Iterator[Subject[VirtualNetwork] | Excluded]:
        asked = set[ArmId]()
        for leading in leading_endpoints(view):
            if leading.is_approved and not leading.endpoint.subnet.is_malformed:
                args = (view.estate, view.relations, leading.target.id)
                networks = (*asking_networks(*args, leading.endpoint), *consuming_networks(*args))
                asked |= {asker.network for asker in networks}
        for network in view.estate.listed(VirtualNetwork):
            if network.id in asked:
                yield Subject(resource=network, judged=network)


def leading_endpoints(view: View) -> Iterator[Leading]:
    """Every endpoint of an audited subscription with every audited resource it names that is there."""
    for found in _LINKED(view):
        endpoint = found.judged.endpoint
        for target in found.judged.targets:
            rows = (row for row in view.estate.listed(type_of(target)) if row.id == target)
            for row in rows:
                yield Leading(endpoint=endpoint, target=row, is_approved=_is_approved(view, endpoint, target))


def names_of(view: View, leading: Leading) -> tuple[ServedName, ...] | None:
    """The names that the endpoint serves; None where they could not be read."""
    try:
        return served_names(view.estate, leading.endpoint)
    except Undecided:
        return None


def needs_of(view: View, leading: Leading) -> tuple[NeededZone, ...]:
    """The zones that the endpoint needs; of its names alone where its groups are malformed."""
    try:
        groups = leading.groups
    except Undecided:
        groups = ()
    return needed_zones(view.cloud, leading.target.id, leading.kind, groups, names_of(view, leading))


def _is_approved(view: View, endpoint: PrivateEndpoint, target: ArmId) -> bool:
    """Either side may lag behind; private-endpoint-health judges where they disagree."""
    if any(known(request.status) == "Approved" for request in requests_to(endpoint, target)):
        return True
    rows = view.estate.lists(CONNECTIONS[type_of(target)]).get(target, ())
    return any(known(row.private_endpoint) == endpoint.id and known(row.status) == "Approved" for row in rows)


def _waiting(leading: Leading) -> NotApplicable:
    asked = requests_to(leading.endpoint, leading.target.id)
    return NotApplicable(
        message=f"{leading.endpoint.name} is not approved on {leading.target.name}: nothing uses its names",
        reason=Reason.NOT_USED,
        evidence=tuple(request.status.evidence() for request in asked),
    )


def _links(
    estate: Estate, zones: tuple[PrivateDnsZone, ...], found: list[tuple[Leading, tuple[Asker, ...]]]
) -> Iterator[Subject[LinkNeed] | Excluded]:
    endpoints = tuple({leading.endpoint.id: leading.endpoint for leading, _ in found}.values())
    by_network: dict[ArmId, list[tuple[Leading, Asker]]] = {}
    for leading, askers in found:
        for asker in askers:
            by_network.setdefault(asker.network, []).append((leading, asker))
    for network, asking in sorted(by_network.items()):
        zone = _likeliest(estate, zones, network, endpoints)
        asker = min((asker for _, asker in asking), key=lambda one: TIES.index(one.tie))
        yield Subject(
            resource=zone,
            judged=LinkNeed(zone=zone, zones=zones, asker=asker, endpoints=endpoints),
            related=(network.text,),
            confidence=CONFIDENCE[asker.tie],
            serves=_targets(leading for leading, _ in asking),
        )
    if not by_network:
        said = "no network is known that uses what this zone names: declare the workload's consumers"
        verdict = NotApplicable(message=said, reason=Reason.NOT_RELATED)
        zone = _likeliest(estate, zones, None, endpoints)
        yield Excluded(resource=zone, verdict=verdict, serves=_targets(leading for leading, _ in found))


def _targets(leading: Iterable[Leading]) -> tuple[ArmId, ...]:
    return tuple(dict.fromkeys(one.target.id for one in leading))


def _likeliest(
    estate: Estate,
    zones: tuple[PrivateDnsZone, ...],
    network: ArmId | None,
    endpoints: tuple[PrivateEndpoint, ...],
) -> PrivateDnsZone:
    """The zone that is linked to the network, else one that an endpoint's zone group writes into."""
    if network is not None:
        for zone in zones:
            try:
                if link_to(estate, zone, network) is not None:
                    return zone
            except Undecided:
                continue
    written = set[ArmId | None]()
    for endpoint in endpoints:
        try:
            written |= {known(config.zone) for config in zone_configs(estate, endpoint)}
        except Undecided:
            continue
    return next((zone for zone in zones if zone.id in written), zones[0])
