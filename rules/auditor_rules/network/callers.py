"""The web apps and container apps of workloads as subjects, and whether names resolve where they run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from auditor.model.ids import ArmId
from auditor.model.resources.app import ContainerApp, ManagedEnvironment, Site
from auditor.model.wire import Resource
from auditor.relate.front_ends import related
from auditor.relate.owners import known
from auditor.relate.ties import TIES, Tie
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Fail, Pass, Severity, Subject, Verdict, View, attempt, worst
from auditor_rules.dns.dns_zone_linked import dns_zone_linked
from auditor_rules.dns.subjects import READS as ZONE_READS
from auditor_rules.dns.subjects import LinkNeed, ZonesAndNetworks
from auditor_rules.subjects import CONFIDENCE

R = TypeVar("R", bound=Resource)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers(Generic[R]):
    """Every app of a type that belongs to a workload; related is what it stands in."""

    types: tuple[type[R], ...]

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return self.types

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (*RELATION_READS, ManagedEnvironment)

    def __call__(self, view: View, /) -> Iterator[Subject[R]]:
        for of in self.types:
            for app in related(view.estate, view.relations, of):
                place = _place(app)
                yield Subject(
                    resource=app,
                    judged=app,
                    related=(place.text,) if place else (),
                    confidence=CONFIDENCE[tie_of(view, app.id)],
                )


def tie_of(view: View, app: ArmId) -> Tie:
    """How surely an app belongs to any workload, its strongest tie."""
    ties = [
        tie
        for workload in view.relations.workloads_of(app)
        if (tie := workload.tie(workload.anchor, app)) is not None
    ]
    return min(ties, key=TIES.index, default="suggested")


def names_resolve(view: View, network: ArmId, users: Iterable[ArmId]) -> Verdict:
    """What dns-zone-linked says of all zones that these apps need in a network; pass where there are none.

    They need those of the endpoints to whatever is in a workload with them. Touches NAME_READS.
    """
    wanted = frozenset(workload.id for user in users for workload in view.relations.workloads_of(user))
    checks: list[Verdict] = [Pass(message="no private zone is needed there")]
    for found in ZonesAndNetworks()(view):
        if not isinstance(found, Subject):
            continue
        need = found.judged
        if need.asker.network == network and not wanted.isdisjoint(_served(view, need)):
            checks.append(attempt(lambda need=need: dns_zone_linked.judge(need, view)))  # type: ignore[misc]
    verdict = worst(checks, Severity.HIGH)
    if isinstance(verdict, Fail):
        return Fail(message=f"names do not resolve: {verdict.message}", evidence=verdict.evidence)
    return verdict


NAME_READS: tuple[type[Resource], ...] = (*ZonesAndNetworks().listing, *ZONE_READS)


def _served(view: View, need: LinkNeed) -> frozenset[str]:
    """The workloads that the zone's endpoints serve."""
    targets = (known(request.target) for endpoint in need.endpoints for request in endpoint.requests)
    found = (view.relations.workloads_of(target) for target in targets if target is not None)
    return frozenset(workload.id for workloads in found for workload in workloads)


def _place(app: Resource) -> ArmId | None:
    if isinstance(app, Site):
        return known(app.subnet)
    return known(app.environment) if isinstance(app, ContainerApp) else None
