"""The judgement that all grant rules share: does this identity hold this permission on that resource?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from auditor.model.estate import Estate
from auditor.model.finding import Evidence, Undecided
from auditor.model.guided import AssignRole, Grant
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.access import RoleAssignment
from auditor.model.resources.identity import Identity
from auditor.model.wire import Resource
from auditor.relate.permissions import Conditional, Denied, Held, Missing, OnPart, Requirement, effective
from auditor.rule import Fail, NotApplicable, Pass, Remedy, Severity, Unknown, Verdict, View

ASSIGN = (
    "az role assignment create --assignee-object-id {principal} --assignee-principal-type ServicePrincipal"
    " --role {role} --scope {id}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A permission that somebody must hold, and the built-in role that is documented for it.

    `to_do` finishes the sentence "the identity may …". `role` is the role's GUID, `role_name` how the
    documentation calls it (for people; nothing is matched by name).
    """

    requirement: Requirement
    to_do: str
    role: str
    role_name: str

    def remedy(self) -> Remedy:
        return Remedy(summary=f"Assign {self.role_name} on the resource itself.", az=ASSIGN)

    def grant(self, scope: ArmId, principal: str) -> Grant:
        """The grant that meets the need, to an identity of Azure's."""
        return Grant(
            scope=scope.text,
            principal_id=principal,
            principal_type="ServicePrincipal",
            role=self.role,
            role_name=self.role_name,
        )


def called(estate: Estate, row: Resource) -> str:
    """How people call a resource: its name, its id where another of its type has the same name."""
    alike = [other for other in estate.listed(type(row)) if same_text(other.name, row.name)]
    return row.name if len(alike) < 2 else row.id.text


def no_identity(holder: Resource, identity: Identity) -> NotApplicable | None:
    """Said of a holder without a system-assigned identity: the rule about that identity fails already."""
    if identity.has_system_identity:
        return None
    return NotApplicable(
        message=f"{holder.name} has no system-assigned identity",
        reason=Reason.NO_IDENTITY,
        evidence=(identity.type.evidence(), identity.principal_id.evidence()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """An identity of which is asked what it may do: how people call it, and its object id."""

    name: str
    principal: str


def system_identity(carrier: Resource, identity: Identity) -> Holder:
    """The system-assigned identity of a resource that has one."""
    return Holder(name=f"the identity of {carrier.name}", principal=identity.principal_id.value or "")


def best_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The best of what several identities of one caller hold: which of them it uses is not to be seen.

    One that cannot be judged leaves the failure of the others open. A failure names what each one lacks, and
    where there are several no grant is offered: which one the caller needs is its owner's to know.
    Raises ValueError where there is no verdict.
    """
    found = list(verdicts)
    best = min(found, key=_badness)
    if not isinstance(best, Fail):
        return best
    failures = [verdict for verdict in found if isinstance(verdict, Fail)]
    return replace(
        best,
        message="; ".join(failure.message for failure in failures),
        evidence=tuple(seen for failure in failures for seen in failure.evidence),
        fix=best.fix if len(failures) == 1 else None,
    )


def holds(
    view: View, target: Resource, principal: str, requirement: Requirement, *, direct_only: bool = False
) -> bool | None:
    """Whether a further permission is held on the whole target, for what a verdict says beside its status.

    None where that cannot be decided, or is so under a condition or on a part only.
    """
    try:
        grant = effective(view.estate, principal, target.id, requirement, direct_only=direct_only)
    except Undecided:
        return None
    match grant:
        case Held():
            return True
        case Missing() | Denied():
            return False
        case _:
            return None


def noted(verdict: Verdict, *notes: str) -> Verdict:
    """The verdict with notes added."""
    return replace(verdict, notes=(*verdict.notes, *notes))


def _badness(verdict: Verdict) -> tuple[int, int]:
    order = {"pass": 0, "not_applicable": 1, "unknown": 2, "fail": 3}
    return order[verdict.status], 0 if isinstance(verdict, Fail) and verdict.severity else 1


def judge_grant(
    view: View,
    target: Resource,
    holder: str,
    principal: str,
    need: Need,
    *,
    at: ArmId | None = None,
    direct_only: bool = False,
) -> Verdict:
    """Whether `principal` (an object id; `holder` is how people call it) holds the need on the target.

    `at` is the scope on which it must hold, where that is not the target itself. With `direct_only` what it
    has through groups is not asked for.
    """
    scope = at or target.id
    grant = effective(view.estate, principal, scope, need.requirement, direct_only=direct_only)
    fills = (("principal", principal), ("role", need.role), ("id", scope.text))
    fix = AssignRole(grants=(need.grant(scope, principal),))
    match grant:
        case Held(assignments=assignments, inherited=inherited):
            return Pass(
                message=f"{holder} may {need.to_do}",
                evidence=evidence_of(assignments),
                notes=_inherited(inherited),
            )
        case OnPart(assignments=assignments):
            return Fail(
                message=f"{holder} may {need.to_do} only on a part of {scope.name}",
                evidence=evidence_of(assignments),
                severity=Severity.LOW,
                fills=fills,
                fix=fix,
            )
        case Conditional(assignments=assignments):
            return Unknown(
                message=f"{holder} may {need.to_do} only under a condition, which is not evaluated",
                reason=Reason.CONDITIONAL,
                evidence=evidence_of(assignments),
            )
        case Denied(denies=denies):
            denied = tuple(
                Evidence(resource=deny.id.text, path="properties.permissions", value=deny.permissions.raw)
                for deny in denies
            )
            said = f"{holder} may not {need.to_do}: a deny assignment takes it away"
            return Fail(message=said, evidence=denied, fills=fills)
        case Missing(lacking=lacking, near=near):
            said = f"{holder} may not {need.to_do}: nothing grants {', '.join(lacking)}"
            return Fail(message=said, evidence=_missing(scope, principal, near), fills=fills, fix=fix)
        case _:
            assert_never(grant)


def evidence_of(assignments: tuple[RoleAssignment, ...]) -> tuple[Evidence, ...]:
    return tuple(assignment.role_definition.evidence() for assignment in assignments)


def _missing(scope: ArmId, principal: str, near: tuple[RoleAssignment, ...]) -> tuple[Evidence, ...]:
    """What was looked for and not found, and the assignments that come nearest."""
    asked = Evidence(
        resource=scope.text,
        path=f"roleAssignments?$filter=assignedTo('{principal}')",
        value=[assignment.id.text for assignment in near],
    )
    return (asked, *evidence_of(near))


def _inherited(scope: ArmId | None) -> tuple[str, ...]:
    return (f"granted at {scope}, wider than the resource",) if scope is not None else ()
