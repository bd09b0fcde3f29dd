"""How surely two resources belong together: the catalogue's confidence (section 5), rivals considered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from auditor.model.ids import ArmId
from auditor.relate.evidence import Edge

Tie = Literal["confirmed", "probable", "suggested"]
Role = Literal["openai", "search", "storage", "web_app", "workspace"]
Pair = tuple[ArmId, ArmId]

TIES: tuple[Tie, ...] = ("confirmed", "probable", "suggested")
MOST_SUGGESTED = 3


def pair_of(one: ArmId, other: ArmId) -> Pair:
    return (one, other) if one.key <= other.key else (other, one)


def ties_of(
    edges: Sequence[Edge], roles: Mapping[ArmId, Role], blind: Collection[ArmId | None]
) -> dict[Pair, Tie]:
    """How surely each two resources belong together: the catalogue's confidence, rivals considered.

    A weaker tie is dropped where either end has a stronger one to another resource of the same role, and
    where its search service or storage account already serves something: subsets, not cliques. Beyond
    MOST_SUGGESTED candidates nearness says nothing and the operator is asked. Nor does it in a subscription
    where something was not read (`blind`): the tie that speaks against it may be just that.
    """
    by_pair: dict[Pair, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.source != edge.target and edge.source in roles and edge.target in roles:
            by_pair[pair_of(edge.source, edge.target)].append(edge)
    ties = {pair: tie for pair, found in by_pair.items() if (tie := _strong_tie(found)) is not None}
    weak = {pair: min(edge.tier for edge in found) for pair, found in by_pair.items() if pair not in ties}
    for tier in (4, 5):
        claimed = {claim for pair in ties for claim in _claims(pair, roles)}
        serving = {end for pair in ties for end in pair if roles[end] in ("search", "storage")}
        fresh = [
            pair
            for pair, at in weak.items()
            if at == tier
            and claimed.isdisjoint(_claims(pair, roles))
            and serving.isdisjoint(pair)
            and not any(end.subscription in blind for end in pair)
        ]
        rivals = Counter(claim for pair in fresh for claim in _claims(pair, roles))
        for pair in fresh:
            most = max(rivals[claim] for claim in _claims(pair, roles))
            if most <= MOST_SUGGESTED:
                ties[pair] = "probable" if tier == 4 and most == 1 else "suggested"
    return ties


def _claims(pair: Pair, roles: Mapping[ArmId, Role]) -> tuple[tuple[ArmId, Role], tuple[ArmId, Role]]:
    """Which role each end has filled by the other."""
    return (pair[0], roles[pair[1]]), (pair[1], roles[pair[0]])


def _strong_tie(edges: Sequence[Edge]) -> Tie | None:
    if any(edge.tier <= 1 for edge in edges):
        return "confirmed"
    authorised = {(edge.source, edge.target, edge.kind) for edge in edges if edge.tier == 2}
    if len(authorised) >= 2:
        return "confirmed"
    return "probable" if authorised or any(edge.tier == 3 for edge in edges) else None


def weaker(one: Tie, other: Tie) -> Tie:
    return max(one, other, key=TIES.index)
