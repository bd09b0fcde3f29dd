"""Which actions a role definition or a deny assignment covers: patterns, exclusions, conditions.

Every reading is a pair of bounds, since a malformed property leaves open what the role grants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from typing import Any

from auditor.model.finding import Undecided
from auditor.model.reasons import Reason
from auditor.model.resources.access import Permission, RoleDefinition
from auditor.model.wire import Fact
from auditor.relate.conditions import always_true, matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """One action of the control plane, or of the data plane."""

    action: str
    is_data: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Actions that must all be granted. A `*` in one is taken as it stands, as a name that nobody has.

    That is how the breadth of a role is probed, and how an operation is named whose published name holds a
    `*` (`userAssignedIdentities/*/assign/action`). Raises ValueError where nothing is needed.
    """

    actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.actions and not self.data_actions:
            raise ValueError("a requirement that needs no action is met by everybody")

    @property
    def needs(self) -> tuple[Needed, ...]:
        plain = (Needed(action=action, is_data=False) for action in self.actions)
        return (*plain, *(Needed(action=action, is_data=True) for action in self.data_actions))


class Reach(IntEnum):
    """How far an action is granted. The greater includes the smaller."""

    NONE = 0
    CONDITIONED = 1
    FREE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is granted at least and at most; they differ only where something could not be read."""

    low: Reach
    high: Reach

    @property
    def is_unsure(self) -> bool:
        return self.low < self.high


NOTHING = Bounds(low=Reach.NONE, high=Reach.NONE)
ANYTHING = Bounds(low=Reach.NONE, high=Reach.FREE)


def grants(definition: RoleDefinition, need: Requirement) -> bool:
    """Whether one role alone grants all of the requirement, surely and without a condition."""
    return all(covered(definition.permissions, needed).low is Reach.FREE for needed in need.needs)


def covered(permissions: Fact[tuple[Permission, ...]], needed: Needed) -> Bounds:
    """How far the permissions of a role (or of a deny assignment) cover one action.

    Exclusions take away only within their own element: what one element leaves out another may grant.
    """
    if permissions.is_malformed:
        return ANYTHING
    found = [_element(permission, needed) for permission in permissions.value]
    return Bounds(
        low=max((bounds.low for bounds in found), default=Reach.NONE),
        high=max((bounds.high for bounds in found), default=Reach.NONE),
    )


def under_condition(bounds: Bounds, condition: Fact[str | None], needed: Needed) -> Bounds:
    """The same, where it is granted under a condition that has a say over the action."""
    if condition.is_malformed:
        return Bounds(low=min(bounds.low, Reach.CONDITIONED), high=bounds.high)
    said = (condition.value or "").strip()
    if not said or always_true(said, needed.action):
        return bounds
    return Bounds(low=min(bounds.low, Reach.CONDITIONED), high=min(bounds.high, Reach.CONDITIONED))


def complaint(*facts: Fact[Any]) -> Undecided | None:
    """What the first malformed of these facts says of itself; None where all are well."""
    for fact in facts:
        try:
            _ = fact.value
        except Undecided as undecided:
            return undecided
    return None


def complaint_of(permissions: Fact[tuple[Permission, ...]]) -> Undecided | None:
    """The same of a whole list of permissions."""
    if (found := complaint(permissions)) is not None:
        return found
    return complaint(*chain.from_iterable(_facts(permission) for permission in permissions.value))


def unstated(fact: Fact[Any]) -> Undecided:
    """What to raise where a property that Azure always writes is absent or null."""
    said = f"{fact.path} of {fact.resource} is not stated"
    return Undecided(said, Reason.MALFORMED, evidence=(fact.evidence(),))


def _element(permission: Permission, needed: Needed) -> Bounds:
    allowed, excluded = (
        (permission.data_actions, permission.not_data_actions)
        if needed.is_data
        else (permission.actions, permission.not_actions)
    )
    if not _may_name(allowed, needed) or _surely_names(excluded, needed):
        return NOTHING
    surely = _surely_names(allowed, needed) and not _may_name(excluded, needed)
    bounds = Bounds(low=Reach.FREE if surely else Reach.NONE, high=Reach.FREE)
    return under_condition(bounds, permission.condition, needed)


def _surely_names(patterns: Fact[tuple[str, ...]], needed: Needed) -> bool:
    return not patterns.is_malformed and _any_matches(patterns.value, needed)


def _may_name(patterns: Fact[tuple[str, ...]], needed: Needed) -> bool:
    return patterns.is_malformed or _any_matches(patterns.value, needed)


def _any_matches(patterns: Iterable[str], needed: Needed) -> bool:
    return any(matches(pattern, needed.action) for pattern in patterns)


def _facts(permission: Permission) -> Iterator[Fact[Any]]:
    yield permission.actions
    yield permission.not_actions
    yield permission.data_actions
    yield permission.not_data_actions
    yield permission.condition
