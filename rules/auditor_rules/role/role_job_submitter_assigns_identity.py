"""role-job-submitter-assigns-identity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.model.declared import DeclaredWorkload
from auditor.model.finding import NotApplicable, Undecided, Unknown
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.user_assigned_identity import ManagedIdentity
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.permissions import Requirement
from auditor.relate.session_identities import SessionIdentity
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Excluded, Remedy, Severity, Subject, Verdict, View, rule, unknown_of
from auditor_rules.role.declared_people import Grantee, judge_person
from auditor_rules.role.grants import Need
from auditor_rules.role.sessions import PROFILES, SESSIONS, attached_identities, no_session_identity

# The published name of the operation itself holds a `*`.
NEED = Need(
    requirement=Requirement(actions=(f"{ManagedIdentity.ARM_TYPE}/*/assign/action",)),
    to_do="assign the session identity to compute",
    role="f1a07417-d97a-45cb-824c-7a7467783830",
    role_name="Managed Identity Operator",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitters:
    """Each identity of a workspace's serverless sessions with each declared user of flows; related is that.

    Identities of compute instances are assigned when the instance is made, so they are none of these. A
    workspace without an identity, and an identity that cannot be seen, is told of under the workspace's id.
    """

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (Workspace,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (ManagedIdentity, *RELATION_READS)

    def __call__(self, view: View, /) -> Iterator[Subject[Grantee[ManagedIdentity]] | Excluded]:
        seen = set[tuple[ArmId, str]]()
        for workspace in view.estate.listed(Workspace):
            own = attached_identities(workspace)
            if isinstance(own, NotApplicable | Unknown):
                yield Excluded(resource=workspace, verdict=own)
            elif not own:
                yield Excluded(resource=workspace, verdict=no_session_identity(workspace))
            else:
                users = _users(view, workspace)
                for identity in own:
                    yield from _grants(view, workspace, identity, users, seen)


def _grants(
    view: View,
    workspace: Workspace,
    identity: SessionIdentity,
    users: Mapping[str, DeclaredWorkload],
    seen: set[tuple[ArmId, str]],
) -> Iterator[Subject[Grantee[ManagedIdentity]] | Excluded]:
    row = _row(view, identity)
    if isinstance(row, Unknown):
        yield Excluded(resource=workspace, verdict=row, related=(identity.id.text,))
        return
    for principal, declared in sorted(users.items(), key=lambda item: item[0]):
        if (row.id, principal) not in seen:
            seen.add((row.id, principal))
            grantee = Grantee(target=row, principal=principal, who="prompt_flow_users", workload=declared)
            yield Subject(resource=row, judged=grantee, related=(f"principal:{principal}",))
    if not users and (row.id, "") not in seen:
        seen.add((row.id, ""))
        said = f"no prompt-flow user is declared for a workload of {workspace.name}"
        yield Excluded(resource=row, verdict=NotApplicable(message=said, reason=Reason.NOT_DECLARED))


def _row(view: View, identity: SessionIdentity) -> ManagedIdentity | Unknown:
    try:
        found = view.estate.find(ManagedIdentity, identity.id)
    except Undecided as undecided:
        return unknown_of(undecided)
    said = f"{identity.name} cannot be seen: deleted, or hidden from Reader"
    evidence = (identity.carrier.identity.user_assigned.evidence(),)
    return found or Unknown(message=said, reason=Reason.HIDDEN, evidence=evidence)


def _users(view: View, workspace: Workspace) -> dict[str, DeclaredWorkload]:
    """The prompt-flow users declared for the workspace's workloads, by object id in lower case."""
    found: dict[str, DeclaredWorkload] = {}
    for workload in view.relations.workloads_of(workspace.id):
        declared = workload.declared
        if declared is not None and workspace.id in workload.members.get("workspace", ()):
            found.update({person.lower(): declared for person in declared.prompt_flow_users})
    return found


@rule(
    id="role-job-submitter-assigns-identity",
    title="Prompt-flow users may assign the session identity",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=Submitters(),
    reads=PERMISSION_READS,
    profiles=PROFILES,
    remedy=Remedy(
        summary="Assign Managed Identity Operator to the user on the identity.",
        az="az role assignment create --assignee {principal} --role {role} --scope {id}",
    ),
    sources=(SESSIONS,),
)
def role_job_submitter_assigns_identity(grantee: Grantee[ManagedIdentity], view: View) -> Verdict:
    """Each declared prompt-flow user may assign the workspace's session identity to compute.

    Why
        Every start of a serverless session assigns the user-assigned identity to the compute that is made for
        it, in the name of whoever starts it. Without the permission the session does not start.
    Pass when
        The user holds `Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action` on the identity, by
        any role, made there or above, directly or through a group. Contributor and Owner suffice, Managed
        Identity Contributor does not.
    Fail when
        It is missing, or a deny assignment takes it away.
    Unknown when
        It is granted only under an ABAC condition; or the identity, assignments, definitions or deny
        assignments could not be read.
    Not applicable when
        No prompt-flow user is declared for a workload of the workspace, or no user-assigned identity is
        attached to it. The workspace is a hub or a feature store, in which no sessions run.
    Evidence
        `identity.userAssignedIdentities` of the workspace and `prompt_flow_users` of the declared workload.
        Role assignments that reach the user (`assignedTo()`), their role definitions and deny assignments,
        api-version 2022-04-01. Of a group only what was assigned to the group itself is known. Eligible-only
        assignments do not count; roles are known by their GUID.
    Remedy
        Assign Managed Identity Operator to the user, or a group of users, on the identity.
    """
    return judge_person(view, grantee, NEED)
