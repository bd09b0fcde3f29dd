"""Grants that declared developers and users need: on which resource, and whether they hold them.

A declared object id is a person, a service or a group. Of people and services ARM tells what they hold
through groups, of a group it does not: a group is judged by the assignments that were made to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from auditor.model.declared import DeclaredWorkload
from auditor.model.estate import Estate
from auditor.model.finding import NotApplicable
from auditor.model.guided import AssignRole, GuidedFix
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.access import PrincipalAssignment, RoleAssignment
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.wire import Fact, Resource
from auditor.relate.owners import known
from auditor.relate.permissions import Requirement, principal_scope
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Excluded, Fail, Remedy, Subject, Verdict, View
from auditor_rules.role.grants import Need, holds, judge_grant

R = TypeVar("R", bound=Resource)

Who = Literal["developers", "prompt_flow_users"]
CALLED: dict[Who, str] = {"developers": "developer", "prompt_flow_users": "prompt-flow user"}

# What ARM answers to assignedTo() with a group's object id: the filter takes users and service principals.
_REFUSES_GROUPS = 400
_ASSIGN = "az role assignment create --assignee {principal} --role {role} --scope {id}"
_OF_A_GROUP = "a group: what it may have through groups that it is in does not show in ARM and was not judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grantee(Generic[R]):
    """A resource of a declared workload, and an object id declared for it: `who` says as what."""

    target: R
    principal: str
    who: Who
    workload: DeclaredWorkload


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredPeople(Generic[R]):
    """Each resource of a type in declared workloads with each principal declared there; related is that.

    `kinds` are those of the workloads that count, empty for all. A resource for which nobody is declared is
    excluded and says so; of storage accounts only those of
    workloads, all with `--all-resources`.
    """

    of: type[R]
    who: Who
    kinds: tuple[str, ...] = ()

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (self.of,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return RELATION_READS

    def __call__(self, view: View, /) -> Iterator[Subject[Grantee[R]] | Excluded]:
        for row in view.estate.listed(self.of):
            workloads = view.relations.workloads_of(row.id)
            if self.of is StorageAccount and not workloads and not view.all_resources:
                continue
            named: dict[str, DeclaredWorkload] = {}
            for workload in workloads:
                declared = workload.declared
                if declared is not None and self._counts(declared):
                    named.update({person.lower(): declared for person in getattr(declared, self.who)})
            for principal, declared in sorted(named.items(), key=lambda item: item[0]):
                grantee = Grantee(target=row, principal=principal, who=self.who, workload=declared)
                yield Subject(resource=row, judged=grantee, related=(f"principal:{principal}",))
            if not named:
                yield Excluded(resource=row, verdict=self._nobody())

    def _counts(self, workload: DeclaredWorkload) -> bool:
        return not self.kinds or workload.kind in self.kinds

    def _nobody(self) -> NotApplicable:
        kinds = f" of kind {' or '.join(self.kinds)}" if self.kinds else ""
        said = f"no {CALLED[self.who]} is declared for a workload{kinds} that this resource is part of"
        return NotApplicable(message=said, reason=Reason.NOT_DECLARED)


def judge_person(view: View, grantee: Grantee[R], need: Need, *, at: ArmId | None = None) -> Verdict:
    """Whether the declared principal holds the need on the target, or on `at`."""
    scope = at or grantee.target.id
    is_group = _is_group(view.estate, grantee.principal, scope)
    kind = "group" if is_group else CALLED[grantee.who]
    holder = f"the {kind} {grantee.principal}"
    verdict = judge_grant(view, grantee.target, holder, grantee.principal, need, at=at, direct_only=is_group)
    notes = (*verdict.notes, _OF_A_GROUP) if is_group and verdict.status != "pass" else verdict.notes
    if isinstance(verdict, Fail):
        on = "the resource itself" if at is None else f"{at}"
        remedy = Remedy(summary=f"Assign {need.role_name} on {on}, if the declaration is right.", az=_ASSIGN)
        fix = _for_a_person(verdict.fix, is_group=is_group)
        return replace(verdict, notes=notes, remedy=verdict.remedy or remedy, fix=fix)
    return replace(verdict, notes=notes)


def _for_a_person(fix: GuidedFix | None, *, is_group: bool) -> GuidedFix | None:
    """The same grants to whoever is declared: a group, or somebody whose kind ARM is left to look up."""
    if not isinstance(fix, AssignRole):
        return fix
    kind = "Group" if is_group else None
    return AssignRole(grants=tuple(replace(grant, principal_type=kind) for grant in fix.grants))


def person_holds(view: View, grantee: Grantee[R], requirement: Requirement) -> bool | None:
    """Whether the declared principal holds something more on the target; None where that is not certain."""
    target, principal = grantee.target, grantee.principal
    is_group = _is_group(view.estate, principal, target.id)
    return holds(view, target, principal, requirement, direct_only=is_group)


def judge_convenience(
    view: View, grantee: Grantee[R], need: Need, keys: Fact[bool], *, off: bool, drop: str
) -> Verdict:
    """The same of a grant that only serves to fetch keys: not applicable where the target refuses keys.

    `keys` is the property that says so, `off` the value with which it does; `drop` is noted of a grant that
    is held all the same.
    """
    if keys.value is not off:
        return judge_person(view, grantee, need)
    held = person_holds(view, grantee, need.requirement)
    return NotApplicable(
        message=f"{grantee.target.name} refuses keys, so nobody needs to fetch them",
        reason=Reason.NOT_USED,
        evidence=(keys.evidence(),),
        notes=(drop,) if held else (),
    )


def _is_group(estate: Estate, principal: str, scope: ArmId) -> bool:
    """Whether the object id is a group's: an assignment says so, or ARM refuses to resolve its groups."""
    for row in estate.listed(RoleAssignment):
        named, kind = known(row.principal_id), known(row.principal_type)
        if named and kind and same_text(named, principal) and same_text(kind, "Group"):
            return True
    if scope.subscription is None:
        return False
    asked = principal_scope(scope.subscription, principal)
    return any(
        gap.scope == asked and gap.http_status == _REFUSES_GROUPS for gap in estate.gaps(PrincipalAssignment)
    )
