"""Workload discovery: which accounts, search services, storage accounts, workspaces and apps work together.

From what the operator declared and from ARM evidence (catalogue, section 5). Roles alone are never the only
evidence that is asked for: a missing role is what rules look for, so one edge of any kind establishes a
pair and every other relation of the pair is then tested.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.estate import Estate
from auditor.model.finding import Gap
from auditor.model.ids import ArmId
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Datastore, Workspace
from auditor.model.wire import Resource
from auditor.relate.deeper_evidence import READS as DEEPER_READS
from auditor.relate.deeper_evidence import gather_deeper
from auditor.relate.evidence import READS as EVIDENCE_READS
from auditor.relate.evidence import Edge, gather
from auditor.relate.ties import TIES, Pair, Role, Tie, pair_of, ties_of, weaker

READS: tuple[type[Resource], ...] = (*EVIDENCE_READS, Datastore)

_ROLE_OF: Mapping[type[Resource], Role] = {
    CognitiveAccount: "openai",
    SearchService: "search",
    StorageAccount: "storage",
    Site: "web_app",
    ContainerApp: "web_app",
    Workspace: "workspace",
}
MEMBER_TYPES: Mapping[str, type[Resource]] = {of.ARM_TYPE: of for of in _ROLE_OF}
PROMPT_FLOW_DATASTORE = "workspaceworkingdirectory"


def deepened(reads: Collection[type[Resource]]) -> frozenset[type[Resource]]:
    """The types that rules read, and where relations are among them what the steps beyond Reader add to them.

    What a step adds speaks for a relation and never against one, so its gaps make no relation less sure.
    """
    return frozenset(reads).union(DEEPER_READS if frozenset(reads).issuperset(READS) else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Resources that make one application.

    `anchor` is its OpenAI account or workspace. `ties` say how surely two members belong together, keyed by
    the pair in id order; `confidence` is the weakest of the ties that made a member one.
    """

    id: str
    kind: str
    name: str
    confidence: Tie
    anchor: ArmId
    members: Mapping[Role, tuple[ArmId, ...]]
    ties: Mapping[Pair, Tie]
    edges: tuple[Edge, ...]
    declared: DeclaredWorkload | None = None

    def tie(self, one: ArmId, other: ArmId) -> Tie | None:
        return self.ties.get(pair_of(one, other))


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """All workloads, and the ties between any two resources.

    `partners_of` holds, by resource, what it is tied to and how surely; `by_member` the workloads it is in.
    `unread` are the gaps that discovery would have had to look into.
    """

    workloads: tuple[Workload, ...] = ()
    roles: Mapping[ArmId, Role] = field(default_factory=dict)
    partners_of: Mapping[ArmId, Mapping[ArmId, Tie]] = field(default_factory=dict)
    by_member: Mapping[ArmId, tuple[Workload, ...]] = field(default_factory=dict)
    unread: tuple[Gap, ...] = ()

    def partners(self, of: ArmId, role: Role) -> tuple[tuple[ArmId, Tie], ...]:
        """The resources of a role that are tied to this one, with how surely, ordered by id."""
        found = self.partners_of.get(of, {}).items()
        wanted = ((other, tie) for other, tie in found if self.roles.get(other) == role)
        return tuple(sorted(wanted, key=lambda item: item[0].key))

    def workloads_of(self, rid: ArmId) -> tuple[Workload, ...]:
        return self.by_member.get(rid, ())

    def unread_near(self, rid: ArmId) -> tuple[Gap, ...]:
        """Gaps of the resource's own subscription: a partner there might have been missed."""
        return tuple(gap for gap in self.unread if gap.scope.subscription_id == rid.subscription_id)

    def unread_elsewhere(self, rid: ArmId) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.unread if gap.scope.subscription_id != rid.subscription_id)


def discover(estate: Estate, declared: Declared) -> Relations:
    """Find the workloads of an estate. Reads nothing that was not collected, and never raises."""
    found_edges = (*gather(estate), *gather_deeper(estate)) if declared.discover else ()
    edges = (*_declared_edges(declared), *found_edges)
    roles = {row.id: role for of, role in _ROLE_OF.items() for row in estate.listed(of)}
    unread = tuple(gap for of in READS for gap in estate.gaps(of))
    half_read = (gap for of in READS for gap in estate.malformed(of))
    ties = ties_of(edges, roles, {gap.scope.subscription for gap in (*unread, *half_read)})
    found = tuple(_declared_workloads(declared, roles, edges))
    taken = {workload.anchor for workload in found}
    if declared.discover:
        found += tuple(_found_workloads(estate, ties, roles, edges, taken))
    return Relations(
        workloads=found,
        roles=roles,
        partners_of=_partners(ties, found),
        by_member=_by_member(found),
        unread=unread,
    )


def _partners(ties: Mapping[Pair, Tie], workloads: Sequence[Workload]) -> dict[ArmId, dict[ArmId, Tie]]:
    found: dict[ArmId, dict[ArmId, Tie]] = defaultdict(dict)
    for some in (ties, *(workload.ties for workload in workloads)):
        for (one, other), tie in some.items():
            strongest = min(found[one].get(other, tie), tie, key=TIES.index)
            found[one][other] = found[other][one] = strongest
    return dict(found)


def _by_member(workloads: Sequence[Workload]) -> dict[ArmId, tuple[Workload, ...]]:
    found: dict[ArmId, tuple[Workload, ...]] = {}
    for workload in workloads:
        for rid in dict.fromkeys(rid for ids in workload.members.values() for rid in ids):
            found[rid] = (*found.get(rid, ()), workload)
    return found


def members_of(workload: DeclaredWorkload) -> dict[Role, tuple[ArmId, ...]]:
    """The resources that a declared workload names, by role."""
    named: dict[Role, Sequence[str]] = {
        "openai": workload.openai,
        "search": workload.search,
        "storage": workload.storage,
        "web_app": workload.web_app,
        "workspace": workload.workspace,
    }
    return {role: tuple(ArmId.parse(text) for text in texts) for role, texts in named.items() if texts}


def _declared_edges(declared: Declared) -> Iterator[Edge]:
    for workload in declared.workloads:
        members = [rid for ids in members_of(workload).values() for rid in ids]
        for position, one in enumerate(members):
            for other in members[position + 1 :]:
                yield Edge(source=one, target=other, tier=0, kind="declared", path=workload.name)


def _declared_workloads(
    declared: Declared, roles: Mapping[ArmId, Role], edges: Sequence[Edge]
) -> Iterator[Workload]:
    for workload in declared.workloads:
        named = members_of(workload)
        members = {role: tuple(rid for rid in ids if rid in roles) for role, ids in named.items()}
        present = [rid for ids in members.values() for rid in ids]
        first: Role = "workspace" if workload.kind == "prompt-flow" else "openai"
        anchors = [*members.get(first, ()), *present]
        if not anchors:
            continue
        pairs = [pair_of(one, other) for one in present for other in present if one.key < other.key]
        yield Workload(
            id=_stable_id(f"declared:{workload.name}"),
            kind=workload.kind,
            name=workload.name,
            confidence="confirmed",
            anchor=anchors[0],
            members=members,
            ties=dict.fromkeys(pairs, "confirmed"),
            edges=_edges_among(present, edges),
            declared=workload,
        )


def _found_workloads(
    estate: Estate,
    ties: Mapping[Pair, Tie],
    roles: Mapping[ArmId, Role],
    edges: Sequence[Edge],
    declared: Collection[ArmId],
) -> Iterator[Workload]:
    near = _Neighbourhood(ties, roles)
    for account in estate.listed(CognitiveAccount):
        if _serves_openai(account) and account.id not in declared:
            found = _around_account(account.id, near)
            yield _workload(_kind_of(account, found, roles), account.id, found, roles, edges)
    flows = {store.scope for store in estate.listed(Datastore) if store.name.lower() == PROMPT_FLOW_DATASTORE}
    for workspace in estate.listed(Workspace):
        if workspace.id not in declared:
            found = {pair_of(workspace.id, other): tie for other, tie in near.of(workspace.id)}
            kind = "prompt-flow" if workspace.id in flows else "machine-learning"
            yield _workload(kind, workspace.id, found, roles, edges)


class _Neighbourhood:
    """The ties, looked up by one end."""

    def __init__(self, ties: Mapping[Pair, Tie], roles: Mapping[ArmId, Role]) -> None:
        self._roles = roles
        self._by_end: dict[ArmId, list[tuple[ArmId, Tie]]] = defaultdict(list)
        for (one, other), tie in ties.items():
            self._by_end[one].append((other, tie))
            self._by_end[other].append((one, tie))

    def of(self, rid: ArmId, *wanted: Role) -> list[tuple[ArmId, Tie]]:
        found = self._by_end.get(rid, [])
        return [(other, tie) for other, tie in found if not wanted or self._roles[other] in wanted]


def _around_account(account: ArmId, near: _Neighbourhood) -> dict[Pair, Tie]:
    """The account's own ties to search, storage and apps, and the storage that its search services read."""
    found = {pair_of(account, other): tie for other, tie in near.of(account, "search", "storage", "web_app")}
    for search, tie in near.of(account, "search"):
        stores = near.of(search, "storage")
        shared = len(near.of(search, "openai")) > 1 and len(stores) > 1
        for storage, store_tie in stores:
            through: Tie = "suggested" if shared else weaker(tie, store_tie)
            found.setdefault(pair_of(account, storage), through)
            found[pair_of(search, storage)] = store_tie
    return found


def _kind_of(account: CognitiveAccount, found: Iterable[Pair], roles: Mapping[ArmId, Role]) -> str:
    if not account.allows_projects.is_malformed and account.allows_projects.value:
        return "foundry"
    members = {roles[end] for pair in found for end in pair}
    return "on-your-data" if "search" in members else "private-openai"


def _workload(
    kind: str,
    anchor: ArmId,
    ties: Mapping[Pair, Tie],
    roles: Mapping[ArmId, Role],
    edges: Sequence[Edge],
) -> Workload:
    ends = sorted({anchor, *(end for pair in ties for end in pair)})
    members: dict[Role, tuple[ArmId, ...]] = {}
    for end in ends:
        members[roles[end]] = (*members.get(roles[end], ()), end)
    return Workload(
        id=_stable_id(anchor.key),
        kind=kind,
        name=anchor.name,
        confidence=max(ties.values(), key=TIES.index, default="confirmed"),
        anchor=anchor,
        members=members,
        ties=ties,
        edges=_edges_among(ends, edges),
    )


def _serves_openai(account: CognitiveAccount) -> bool:
    return not account.kind.is_malformed and account.serves_openai


def _stable_id(text: str) -> str:
    return f"w-{sha256(text.encode()).hexdigest()[:12]}"


def _edges_among(members: Iterable[ArmId], edges: Sequence[Edge]) -> tuple[Edge, ...]:
    inside = frozenset(members)
    return tuple(edge for edge in edges if edge.source in inside and edge.target in inside)
