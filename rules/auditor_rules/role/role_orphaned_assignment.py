"""role-orphaned-assignment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.access import PrincipalAssignment, RoleAssignment
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.actions import unstated
from auditor.relate.identities import principals
from auditor.relate.owners import known
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Pass, Remedy, Severity, Source, Subject, Unknown, Verdict, View, rule
from auditor_rules.controls import controls

_TARGETS: tuple[type[Resource], ...] = (CognitiveAccount, SearchService, StorageAccount, Workspace)
# A new identity takes its time to be known everywhere, so its first assignments look orphaned.
_SETTLES_IN = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """One role assignment, and how people call its principal; None where nothing tells of that."""

    assignment: RoleAssignment
    belongs_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectAssignments:
    """Every role assignment made on an AI resource itself, but for those of the last day; related: whose.

    Of storage accounts only those of workloads count, all with `--all-resources`.
    """

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (RoleAssignment,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (*_TARGETS, PrincipalAssignment, *RELATION_READS)

    def __call__(self, view: View, /) -> Iterator[Subject[Owned]]:
        targets, names = _targets(view), _names(view)
        for row in view.estate.listed(RoleAssignment):
            created = known(row.created_on)
            if created is not None and view.now - created < _SETTLES_IN:
                continue
            at, principal = known(row.assigned_at), known(row.principal_id)
            if at is not None and at in targets:
                owned = Owned(assignment=row, belongs_to=names.get((principal or "").lower()))
                related = (f"principal:{principal}",) if principal else ()
                yield Subject(resource=row, judged=owned, related=related)


def _targets(view: View) -> frozenset[ArmId]:
    return frozenset(
        row.id
        for of in _TARGETS
        for row in view.estate.listed(of)
        if of is not StorageAccount or view.all_resources or view.relations.workloads_of(row.id)
    )


def _names(view: View) -> dict[str, str]:
    """How people call each principal that is known to exist, by its object id in lower case."""
    groups = (known(row.principal_id) for row in view.estate.listed(PrincipalAssignment))
    found = {group.lower(): "a group of an identity or a declared principal" for group in groups if group}
    for workload in view.declared.workloads:
        for person in (*workload.developers, *workload.prompt_flow_users):
            found[person.lower()] = f"a principal that the workload {workload.name} declares"
    for principal, carriers in principals(view.estate).items():
        found[principal] = f"the identity of {', '.join(sorted({row.name for row in carriers}))}"
    return found


@rule(
    id="role-orphaned-assignment",
    title="Role assignments belong to somebody who is still there",
    severity=Severity.LOW,
    rule_class="exposure",
    subjects=DirectAssignments(),
    profiles=("private-openai", "on-your-data", "prompt-flow", "compute-session", "foundry"),
    remedy=Remedy(
        summary="Look the principal up in Microsoft Entra ID; delete the assignment where it is gone.",
        az="az role assignment delete --ids {id}",
    ),
    sources=(
        Source(
            title="Troubleshoot Azure RBAC",
            url="https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
        ),
    ),
    controls=controls(mcsb=("PA-3",), nist=("AC-2",)),
)
def role_orphaned_assignment(owned: Owned, view: View) -> Verdict:
    """The principal of each role assignment that was made on an AI resource is known to exist.

    Why
        Assignments outlive the identities they were made for. Making a system-assigned identity again gives
        it a new object id, so that its old grants serve nobody and the new one has none. What is left hides
        which grants are real.
    Pass when
        The principal is an identity of the estate, a principal that a workload declares, or a group through
        which one of these holds something.
    Fail when
        Never. Only Microsoft Graph knows which principals are gone, and it is not asked.
    Unknown when
        Nothing that was read tells of the principal; it is absent, null or malformed; or assignments could
        not be read.
    Not applicable when
        Never. Assignments of the last 24 hours, and those made on a wider scope, on a part of a resource or
        on other resources, yield no result.
    Evidence
        `properties.principalId` of the assignment, api-version 2022-04-01, held against the identities of AI
        accounts, search services, workspaces, web apps and container apps, the declared developers and
        prompt-flow users, and the groups that `assignedTo()` names for any of these. `createdOn` absent or
        null counts as old.
    Remedy
        `az ad sp show --id PRINCIPAL`, or `az ad user show`, or `az ad group show`, says whether it is there.
    """
    fact = owned.assignment.principal_id
    if not fact.value:
        raise unstated(fact)
    evidence = (fact.evidence(), owned.assignment.principal_type.evidence())
    if owned.belongs_to is not None:
        return Pass(message=f"it was made to {owned.belongs_to}", evidence=evidence)
    kind = known(owned.assignment.principal_type) or "principal"
    return Unknown(
        message=f"whether the {kind} {fact.value} still exists does not show in ARM: look it up in Entra ID",
        reason=Reason.NOT_IN_ARM,
        evidence=evidence,
    )
