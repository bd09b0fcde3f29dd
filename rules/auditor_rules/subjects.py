"""Where rules find their subjects: every resource of a type, related storage, connections, pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from auditor.model.estate import Estate
from auditor.model.finding import Confidence, NotApplicable, Unknown, describe
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.targets import CONNECTION_TYPES, TARGET_OF
from auditor.relate.ties import TIES, Role, Tie
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import Workload
from auditor.rule import Excluded, Subject, View

R = TypeVar("R", bound=Resource)
P = TypeVar("P", bound=Resource)

CONFIDENCE: dict[Tie, Confidence] = {
    "confirmed": Confidence.HIGH,
    "probable": Confidence.MEDIUM,
    "suggested": Confidence.LOW,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Each(Generic[R]):
    """Every resource of a type; `excludes` says which of them the rule does not apply to, and why."""

    of: type[R]
    excludes: Callable[[R], NotApplicable | None] = lambda _row: None

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (self.of,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return ()

    def __call__(self, view: View, /) -> Iterator[Subject[R] | Excluded]:
        for row in view.estate.listed(self.of):
            excluded = self.excludes(row)
            yield Excluded(resource=row, verdict=excluded) if excluded else Subject(resource=row, judged=row)


def not_judged(account: CognitiveAccount) -> NotApplicable | None:
    """Accounts that are going, and Bing resources, which have no network settings to judge."""
    state, kind = account.provisioning_state, account.kind
    if not state.is_malformed and account.is_being_deleted:
        said = "the account is being deleted"
        return NotApplicable(message=said, reason=Reason.BEING_DELETED, evidence=(state.evidence(),))
    if not kind.is_malformed and (kind.value or "").casefold().startswith("bing."):
        said = f"an account of kind {kind.value} has no network settings"
        return NotApplicable(message=said, reason=Reason.KIND, evidence=(kind.evidence(),))
    return None


AI_ACCOUNTS = Each(of=CognitiveAccount, excludes=not_judged)
SEARCH_SERVICES = Each(of=SearchService)
WORKSPACES = Each(of=Workspace)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedStorage:
    """Storage accounts of AI workloads; all of them with `--all-resources`. Others yield no result."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (StorageAccount,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return RELATION_READS

    def __call__(self, view: View, /) -> Iterator[Subject[StorageAccount] | Excluded]:
        for account in view.estate.listed(StorageAccount):
            if view.all_resources or view.relations.workloads_of(account.id):
                yield Subject(resource=account, judged=account)


RELATED_STORAGE = RelatedStorage()


@dataclass(frozen=True, slots=True, kw_only=True)
class Connections:
    """Every private endpoint connection of the given types; related is the endpoint it names.

    Where a target's connections could not be listed, the engine says so for that target.
    """

    types: tuple[type[PrivateEndpointConnection], ...] = CONNECTION_TYPES

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (*self.types, *(TARGET_OF[of] for of in self.types))

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return RELATION_READS

    def __call__(self, view: View, /) -> Iterator[Subject[PrivateEndpointConnection] | Excluded]:
        for of in self.types:
            for connection in view.estate.listed(of):
                named = connection.private_endpoint
                related = () if named.is_malformed or named.value is None else (named.value.text,)
                yield Subject(resource=connection, judged=connection, related=related)


ALL_CONNECTIONS = Connections()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair(Generic[R, P]):
    """A target on which a grant must hold, and the resource whose identity needs it."""

    target: R
    partner: P
    tie: Tie
    workload: Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs(Generic[R, P]):
    """Target and partner of each workload of the given kinds; each pair once, by its strongest tie.

    `also` are further types of partners that fill the same role. A target without a partner is excluded and
    says so, or is unknown where a partner might have been missed.
    """

    targets: type[R]
    target_role: Role
    partners: type[P]
    also: tuple[type[P], ...] = ()
    partner_role: Role
    kinds: tuple[str, ...] = ("on-your-data",)
    lone: str

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (self.targets,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (self.partners, *self.also, *RELATION_READS)

    def __call__(self, view: View, /) -> Iterator[Subject[Pair[R, P]] | Excluded]:
        for target in view.estate.listed(self.targets):
            workloads = view.relations.workloads_of(target.id)
            if self.target_role == "storage" and not workloads and not view.all_resources:
                continue
            pairs = list(self._pairs(view.estate, target, workloads))
            if not pairs:
                elsewhere = bool(workloads) and all(known.kind not in self.kinds for known in workloads)
                yield alone(view, target, self.lone, elsewhere)
            for pair in pairs:
                yield Subject(
                    resource=target,
                    judged=pair,
                    related=(pair.partner.id.text,),
                    confidence=CONFIDENCE[pair.tie],
                )

    def _pairs(self, estate: Estate, target: R, workloads: Iterable[Workload]) -> Iterator[Pair[R, P]]:
        best: dict[ArmId, Pair[R, P]] = {}
        for workload in workloads:
            if workload.kind not in self.kinds:
                continue
            for rid in workload.members.get(self.partner_role, ()):
                tie = workload.tie(target.id, rid)
                known = best.get(rid)
                partner = _read(estate, (self.partners, *self.also), rid)
                if tie and partner and (known is None or _stronger(tie, known.tie)):
                    best[rid] = Pair(target=target, partner=partner, tie=tie, workload=workload)
        yield from (pair for _, pair in sorted(best.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Partnered(Generic[R]):
    """A resource with what it is tied to in the asked roles, and how surely, ordered by role, then id."""

    resource: R
    partners: tuple[tuple[ArmId, Tie], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithPartners(Generic[R]):
    """Every resource of a type, once, with its partners of the given roles: related are the partners.

    The confidence is that of the strongest tie. A resource without a partner is excluded and says so, or is
    unknown where a partner might have been missed; `lone_notes` may add to what is said of it. One that
    `excludes` names is excluded for that reason. Storage accounts of no workload yield nothing, unless all
    resources are asked for.
    """

    of: type[R]
    roles: tuple[Role, ...]
    lone: str
    lone_notes: Callable[[R, View], tuple[str, ...]] = lambda _row, _view: ()
    excludes: Callable[[R], NotApplicable | None] = lambda _row: None

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (self.of,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return RELATION_READS

    def __call__(self, view: View, /) -> Iterator[Subject[Partnered[R]] | Excluded]:
        for row in view.estate.listed(self.of):
            if self._is_not_ours(view, row):
                continue
            partners = tuple(end for role in self.roles for end in view.relations.partners(row.id, role))
            if (excluded := self.excludes(row)) is not None:
                yield Excluded(resource=row, verdict=excluded)
            elif not partners:
                yield alone(view, row, self.lone, notes=self.lone_notes(row, view))
            else:
                yield self._subject(row, partners)

    def _is_not_ours(self, view: View, row: R) -> bool:
        return (
            self.of is StorageAccount and not view.all_resources and not view.relations.workloads_of(row.id)
        )

    def _subject(self, row: R, partners: tuple[tuple[ArmId, Tie], ...]) -> Subject[Partnered[R]]:
        strongest = min((tie for _, tie in partners), key=TIES.index)
        return Subject(
            resource=row,
            judged=Partnered(resource=row, partners=partners),
            related=tuple(rid.text for rid, _ in partners),
            confidence=CONFIDENCE[strongest],
        )


def alone(
    view: View, target: Resource, said: str, elsewhere: bool = False, notes: tuple[str, ...] = ()
) -> Excluded:
    """What is said of a resource that has no partner: not applicable, unless one might have been missed."""
    for gap in view.relations.unread_near(target.id):
        return Excluded(
            resource=target,
            verdict=Unknown(message=f"{said}, but {describe(gap)}", reason=gap.reason, gap=gap, notes=notes),
        )
    scopes = dict.fromkeys(gap.scope.text for gap in view.relations.unread_elsewhere(target.id))
    notes += tuple(f"not looked for in {scope}, which could not be read" for scope in scopes)
    reason = Reason.SERVED_OTHERWISE if elsewhere else Reason.NOT_RELATED
    return Excluded(resource=target, verdict=NotApplicable(message=said, reason=reason, notes=notes))


def _stronger(one: Tie, other: Tie) -> bool:
    order: tuple[Tie, ...] = ("confirmed", "probable", "suggested")
    return order.index(one) < order.index(other)


def _read(estate: Estate, types: tuple[type[P], ...], rid: ArmId) -> P | None:
    return next((row for of in types for row in estate.listed(of) if row.id == rid), None)
