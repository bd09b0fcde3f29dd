"""Role assignments that reach the identities of the estate, directly or through a group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import Gap, Unknown, describe
from auditor.model.ids import ArmId
from auditor.model.resources.access import PrincipalAssignment, RoleAssignment
from auditor.model.wire import Resource
from auditor.relate.identities import CARRIERS, Carrier, principals
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Excluded, Subject, View

Holders = dict[str, tuple[Carrier, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityAssignment:
    """One role assignment and whom of the estate it reaches.

    `holders` are the resources that act as each principal, by its object id. `is_direct`: made to the
    identity itself, not to a group that it is in.
    """

    assignment: RoleAssignment
    holders: Holders
    is_direct: bool

    @property
    def carriers(self) -> tuple[Carrier, ...]:
        """The resources that hold the assignment, each once, ordered by id."""
        found = {row.id: row for rows in self.holders.values() for row in rows}
        return tuple(found[rid] for rid in sorted(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityAssignments:
    """Every role assignment that reaches an identity of the estate; related are the resources that carry it.

    Assignments to other principals yield nothing. Where carriers could not be listed, whose assignments are
    missed is not known, and the engine says so for each such list. Where what an identity has through groups
    could not be read, that is said of the resource that carries it.
    """

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (RoleAssignment, *CARRIERS)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return RELATION_READS

    def __call__(self, view: View, /) -> Iterator[Subject[IdentityAssignment] | Excluded]:
        known: Holders = principals(view.estate)
        through = _through_groups(view.estate)
        for row in view.estate.listed(RoleAssignment):
            direct = _principal(row)
            reached = [direct] if direct in known else sorted(through.get(row.id, set()) & known.keys())
            if not reached:
                continue
            found = IdentityAssignment(
                assignment=row,
                holders={principal: known[principal] for principal in reached},
                is_direct=direct in known,
            )
            related = tuple(carrier.id.text for carrier in found.carriers)
            yield Subject(resource=row, judged=found, related=related)
        yield from _unread_groups(view.estate, known)


def _principal(row: RoleAssignment) -> str:
    return "" if row.principal_id.is_malformed else (row.principal_id.value or "").lower()


def _through_groups(estate: Estate) -> dict[ArmId, set[str]]:
    """The principals that each assignment reaches, by its id."""
    found: dict[ArmId, set[str]] = defaultdict(set)
    for scope, rows in estate.lists(PrincipalAssignment).items():
        for row in rows:
            found[row.id].add(scope.name.lower())
    return found


def _unread_groups(estate: Estate, known: Holders) -> Iterator[Excluded]:
    for gap in estate.gaps(PrincipalAssignment):
        carriers = known.get(gap.scope.name.lower(), ())
        if carriers and _is_all_that_lacks(estate, gap):
            message = f"{describe(gap)}; what its groups hold is not known"
            related = (f"principal:{gap.scope.name}",)
            unread = Unknown(message=message, reason=gap.reason, gap=gap)
            yield Excluded(resource=carriers[0], verdict=unread, related=related)


def _is_all_that_lacks(estate: Estate, gap: Gap) -> bool:
    """Whether the subscription's own list was read; where it was not, that has been said already."""
    subscription = gap.scope.subscription
    return subscription is not None and estate.was_read(RoleAssignment, subscription)
