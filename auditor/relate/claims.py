"""What each assignment of a principal gives of a requirement, on a target and below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from auditor.model.estate import Estate
from auditor.model.finding import NotRead, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.access import PrincipalAssignment, RoleAssignment, RoleDefinition
from auditor.relate.actions import (
    ANYTHING,
    Bounds,
    Needed,
    Reach,
    complaint,
    complaint_of,
    covered,
    under_condition,
    unstated,
)
from auditor.relate.denies import principal_scope
from auditor.relate.scopes import depth, holds_on

_DEFINITIONS = ("providers", *RoleDefinition.ARM_TYPE.split("/"))


class Level(IntEnum):
    """The best that a set of assignments amounts to. More assignments never lower it."""

    MISSING = 0
    CONDITIONED_PART = 1
    PART = 2
    CONDITIONED = 3
    HELD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """May this principal do all that is needed on the target, which stands in this subscription?"""

    estate: Estate
    principal_id: str
    target: ArmId
    subscription: ArmId
    needs: tuple[Needed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one assignment gives of each needed action, in their order.

    `doubt` is why bounds differ, None where none do. `at` is None where the assignment does not say; then
    it may be the target.
    """

    assignment: RoleAssignment
    at: ArmId | None
    is_below: bool
    is_direct: bool
    bounds: tuple[Bounds, ...]
    doubt: Undecided | None

    def holds_at(self, place: ArmId) -> bool:
        """Whether it holds on the target or, for a place below it, there."""
        return not self.is_below or (self.at is not None and holds_on(self.at, place))

    def gives(self, indexes: Iterable[int], reach: Reach) -> bool:
        """Whether it surely gives any of these needed actions that far."""
        return any(self.bounds[index].low >= reach for index in indexes)


def claims_of(question: Question, rows: Iterable[RoleAssignment]) -> tuple[Claim, ...]:
    """Those on the target, above and below it; narrow before wide, direct before group, then by id."""
    found = [claim for row in rows if (claim := _claim(question, row)) is not None]

    def order(claim: Claim) -> tuple[int, bool, str]:
        return (-depth(claim.at) if claim.at else 0, not claim.is_direct, claim.assignment.id.key)

    return tuple(sorted(found, key=order))


def covers(claims: Iterable[Claim], indexes: Iterable[int], reach: Reach) -> bool:
    """Whether together they give all of these needed actions that far."""
    rows = tuple(claims)
    return all(any(claim.gives((index,), reach) for claim in rows) for index in indexes)


def parts_held(claims: Sequence[Claim], count: int, reach: Reach) -> Iterator[ArmId]:
    """The scopes below the target on which all needed actions are given that far, narrowest first."""
    places = dict.fromkeys(claim.at for claim in claims if claim.is_below and claim.at is not None)
    for place in places:
        if covers((claim for claim in claims if claim.holds_at(place)), range(count), reach):
            yield place


def level_of(claims: Sequence[Claim], count: int) -> Level:
    whole = [claim for claim in claims if not claim.is_below]
    if covers(whole, range(count), Reach.FREE):
        return Level.HELD
    if covers(whole, range(count), Reach.CONDITIONED):
        return Level.CONDITIONED
    if any(parts_held(claims, count, Reach.FREE)):
        return Level.PART
    return Level.CONDITIONED_PART if any(parts_held(claims, count, Reach.CONDITIONED)) else Level.MISSING


def settled_level(claims: Sequence[Claim], count: int) -> Level:
    """The level, if what could not be read would not raise it. Raises the first doubt otherwise."""
    level = level_of(claims, count)
    doubts = [c.doubt for c in claims if c.doubt is not None and any(b.is_unsure for b in c.bounds)]
    if not doubts:
        return level
    at_most = [
        replace(claim, bounds=tuple(replace(bounds, low=bounds.high) for bounds in claim.bounds))
        for claim in claims
    ]
    if level_of(at_most, count) is not level:
        raise doubts[0]
    return level


def assignments_of(estate: Estate, principal_id: str, subscription: ArmId) -> tuple[RoleAssignment, ...]:
    """All assignments that reach the principal in a subscription, its own and its groups', ordered by id.

    Raises NotRead where the principal's list was not read. That list holds its own assignments too, so it
    suffices alone, and an assignment whose principal is unreadable reaches nobody whose list lacks it.
    """
    try:
        reaching = estate.children(PrincipalAssignment, principal_scope(subscription, principal_id))
    except NotRead:
        estate.children(RoleAssignment, subscription)  # where neither was read, this gap is the cause
        raise
    own = direct(estate, principal_id, subscription)
    found: dict[ArmId, RoleAssignment] = {row.id: row for row in (*reaching, *own)}
    return tuple(found[rid] for rid in sorted(found))


def direct(estate: Estate, principal_id: str, subscription: ArmId) -> tuple[RoleAssignment, ...]:
    """The principal's own assignments as far as they were read: the principal's list decides what is not."""
    try:
        rows = estate.children(RoleAssignment, subscription)
    except NotRead:
        return ()
    wanted = principal_id.lower()
    return tuple(row for row in rows if is_principal(row, wanted))


def is_principal(row: RoleAssignment, wanted: str) -> bool:
    """Whether the assignment was made to this object id (lower case) itself."""
    fact = row.principal_id
    return not fact.is_malformed and (fact.value or "").lower() == wanted


def _claim(question: Question, row: RoleAssignment) -> Claim | None:
    doubt = complaint(row.assigned_at)
    at = None if doubt else row.assigned_at.value
    if at is None:
        doubt = doubt or unstated(row.assigned_at)
    elif not holds_on(at, question.target) and not at.is_within(question.target):
        return None
    bounds, role_doubt = _role_bounds(question, row)
    if at is None:
        bounds = tuple(replace(found, low=Reach.NONE) for found in bounds)
    return Claim(
        assignment=row,
        at=at,
        is_below=at is not None and not holds_on(at, question.target),
        is_direct=is_principal(row, question.principal_id.lower()),
        bounds=bounds,
        doubt=doubt or role_doubt,
    )


def _role_bounds(question: Question, row: RoleAssignment) -> tuple[tuple[Bounds, ...], Undecided | None]:
    try:
        permissions = role_of(question, row).permissions
    except Undecided as hidden:
        found = [ANYTHING for _ in question.needs]
        doubt: Undecided | None = hidden
    else:
        found = [covered(permissions, needed) for needed in question.needs]
        doubt = complaint_of(permissions)
    pairs = zip(found, question.needs, strict=True)
    bounds = tuple(under_condition(each, row.condition, needed) for each, needed in pairs)
    return bounds, doubt or complaint(row.condition)


def role_of(question: Question, row: RoleAssignment) -> RoleDefinition:
    """The role of an assignment, by GUID: built-in roles may have been listed under one subscription only.

    Raises NotRead where the definitions were not read, Undecided where they were and do not hold it.
    """
    role = row.role_definition.value
    if role is None:
        raise unstated(row.role_definition)
    bases = (question.subscription, *question.estate.audited)
    usual = [role, ArmId.parse("/").child(*_DEFINITIONS, role.name)]
    usual += [base.child(*_DEFINITIONS, role.name) for base in bases]
    for rid in usual:
        try:
            if (found := question.estate.find(RoleDefinition, rid)) is not None:
                return found
        except NotRead:
            continue  # it may stand elsewhere; if nowhere, the list below raises
    for found in question.estate.listed(RoleDefinition):
        if found.guid == role.name.lower():
            return found
    question.estate.children(RoleDefinition, question.subscription)
    question.estate.every(RoleDefinition)  # a built-in role may stand in any list that was not read
    said = f"the role definition {role} of {row.id} is not among those that could be read"
    raise Undecided(said, Reason.HIDDEN, evidence=(row.role_definition.evidence(),))
