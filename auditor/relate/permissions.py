"""Effective permissions: what a principal may do on a resource, and through which role assignments.

Roles are known by the GUID of their definition and judged by what they permit, never by their name: names
change, and custom roles and supersets serve as well. Direct, inherited and group-derived assignments count,
deny assignments take away. Eligible assignments of Privileged Identity Management stand in none of the lists
that are read here, so they never count until somebody activates them.
Source: https://learn.microsoft.com/azure/role-based-access-control/overview
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import Gap, NotRead, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.access import DenyAssignment, PrincipalAssignment, RoleAssignment, RoleDefinition
from auditor.model.wire import Resource
from auditor.relate.actions import Reach, Requirement, covered, grants
from auditor.relate.claims import (
    Claim,
    Level,
    Question,
    assignments_of,
    claims_of,
    covers,
    direct,
    level_of,
    parts_held,
    role_of,
    settled_level,
)
from auditor.relate.denies import denial, principal_scope
from auditor.relate.scopes import depth, looks_like

__all__ = [
    "READS",
    "Conditional",
    "Denied",
    "Grant",
    "Held",
    "Missing",
    "OnPart",
    "Requirement",
    "assignments_of",
    "effective",
    "grants",
    "principal_scope",
]

READS: tuple[type[Resource], ...] = (RoleAssignment, PrincipalAssignment, RoleDefinition, DenyAssignment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Granted on the whole target without a condition.

    `assignments`: none of them can be left out; the narrowest scopes are taken where there is a choice.
    `inherited`: the widest scope used above the target, None where all were made on the target itself.
    """

    assignments: tuple[RoleAssignment, ...]
    via_group: bool
    inherited: ArmId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPart:
    """Granted, but some of it only on scopes below the target (a container, an index): `lacking`."""

    assignments: tuple[RoleAssignment, ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """Granted only with the help of `assignments`, which carry a condition, or whose roles do."""

    assignments: tuple[RoleAssignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """Granted, and taken away by deny assignments."""

    denies: tuple[DenyAssignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """`lacking`: the actions that nothing grants on the whole target without a condition.

    `near`: assignments of the principal that grant a part of the requirement on the target, above or below
    it, or that grant of it on a scope that looks like one of those and is not.
    """

    lacking: tuple[str, ...]
    near: tuple[RoleAssignment, ...]


Grant = Held | OnPart | Conditional | Denied | Missing


def effective(
    estate: Estate, principal_id: str, target: ArmId, need: Requirement, *, direct_only: bool = False
) -> Grant:
    """What the principal (an object id of Entra) holds of a requirement on a resource.

    Raises NotRead where a list that could change the answer was not read, and Undecided where a malformed
    property, a hidden role definition, or a deny assignment that cannot be judged could. What the principal's
    own assignments hold is not put in doubt by an unread list of what its groups hold. With `direct_only`
    that list is not looked at: ARM does not tell what a group has through other groups.
    """
    subscription = target.subscription
    if subscription is None:
        raise NotRead(Gap(scope=target, what=RoleAssignment.ARM_TYPE, reason=Reason.OUT_OF_SCOPE))
    question = Question(
        estate=estate, principal_id=principal_id, target=target, subscription=subscription, needs=need.needs
    )
    if direct_only:
        estate.children(RoleAssignment, subscription)  # nothing else would tell that it was not read
    rows = direct(estate, principal_id, subscription)
    claims = claims_of(question, rows)
    if level_of(claims, len(question.needs)) is not Level.HELD and not direct_only:
        rows = assignments_of(estate, principal_id, subscription)
        claims = claims_of(question, rows)
    level = settled_level(claims, len(question.needs))
    if level is Level.MISSING:
        lacking = tuple(question.needs[index].action for index in _short(question, claims))
        return Missing(lacking=lacking, near=_near(question, claims, rows))
    if level in (Level.PART, Level.CONDITIONED_PART):
        return _on_part(question, claims, level)
    return _on_whole(question, claims, level)


def _on_whole(question: Question, claims: tuple[Claim, ...], level: Level) -> Grant:
    found = denial(
        question.estate, question.principal_id, question.subscription, question.target, question.needs
    )
    if found.sure:
        return Denied(denies=found.sure)
    whole = tuple(claim for claim in claims if not claim.is_below)
    if level is Level.CONDITIONED:
        chosen = _needed_of(whole, _short(question, claims), Reach.CONDITIONED)
        return Conditional(assignments=_assignments(chosen))
    if found.doubt is not None:
        raise found.doubt
    chosen = _needed_of(whole, range(len(question.needs)), Reach.FREE)
    above = [claim.at for claim in chosen if claim.at is not None and claim.at != question.target]
    return Held(
        assignments=_assignments(chosen),
        via_group=not all(claim.is_direct for claim in chosen),
        inherited=min(above, key=depth, default=None),
    )


def _on_part(question: Question, claims: tuple[Claim, ...], level: Level) -> Grant:
    """A deny assignment takes away only the parts on which it holds."""
    reach = Reach.FREE if level is Level.PART else Reach.CONDITIONED
    short = _short(question, claims)
    denies: dict[ArmId, DenyAssignment] = {}
    doubts: list[Undecided] = []
    chosen: list[Claim] = []
    for place in parts_held(claims, len(question.needs), reach):
        found = denial(question.estate, question.principal_id, question.subscription, place, question.needs)
        denies.update((deny.id, deny) for deny in found.sure)
        if found.doubt is not None and not found.sure and reach is Reach.FREE:
            doubts.append(found.doubt)
        elif not found.sure:
            here = tuple(claim for claim in claims if claim.holds_at(place))
            chosen += _needed_of(here, short, reach)
    if chosen and reach is Reach.CONDITIONED:
        return Conditional(assignments=_assignments(chosen))
    if chosen:
        lacking = tuple(question.needs[index].action for index in short)
        return OnPart(assignments=_assignments(chosen), lacking=lacking)
    if doubts:
        raise doubts[0]
    return Denied(denies=tuple(denies[rid] for rid in sorted(denies)))


def _short(question: Question, claims: Iterable[Claim]) -> tuple[int, ...]:
    """The needed actions that nothing gives on the whole target without a condition."""
    whole = [claim for claim in claims if not claim.is_below]
    return tuple(i for i in range(len(question.needs)) if not covers(whole, (i,), Reach.FREE))


def _needed_of(claims: Sequence[Claim], indexes: Sequence[int], reach: Reach) -> tuple[Claim, ...]:
    """Claims of which none can be left out; the widest and the groups' are left out first."""
    kept = [claim for claim in claims if claim.gives(indexes, reach)]
    for claim in reversed(tuple(kept)):
        rest = [other for other in kept if other is not claim]
        if covers(rest, indexes, reach):
            kept = rest
    return tuple(kept)


def _assignments(claims: Iterable[Claim]) -> tuple[RoleAssignment, ...]:
    rows = {claim.assignment.id: claim.assignment for claim in claims}
    return tuple(rows[rid] for rid in sorted(rows))


def _near(
    question: Question, claims: Iterable[Claim], rows: Iterable[RoleAssignment]
) -> tuple[RoleAssignment, ...]:
    helping = [c.assignment for c in claims if c.gives(range(len(question.needs)), Reach.CONDITIONED)]
    known = {claim.assignment.id for claim in claims}
    elsewhere = [row for row in rows if row.id not in known and _looks_helpful(question, row)]
    return tuple(sorted((*helping, *elsewhere), key=lambda row: row.id.key))


def _looks_helpful(question: Question, row: RoleAssignment) -> bool:
    at = row.assigned_at.value
    if at is None or not looks_like(at, question.target):
        return False
    try:
        permissions = role_of(question, row).permissions
    except Undecided:
        return False
    return any(covered(permissions, needed).low is not Reach.NONE for needed in question.needs)
