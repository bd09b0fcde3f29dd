"""role-over-privileged-identity."""

from __future__ import annotations

from functools import partial

from auditor.model.finding import Undecided
from auditor.model.ids import ROOT_SCOPE, ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.access import RoleAssignment, RoleDefinition
from auditor.relate.actions import Needed, Reach, complaint, complaint_of, covered, under_condition, unstated
from auditor.relate.claims import Question, role_of
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.relate.scopes import depth
from auditor.relate.workloads import MEMBER_TYPES
from auditor.rule import (
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Unknown,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.role.identity_assignments import IdentityAssignment, IdentityAssignments
from auditor_rules.role.role_app_calls_openai import ON_YOUR_DATA
from auditor_rules.role.role_openai_reads_search_index import NEED as READS_INDEX
from auditor_rules.role.role_openai_writes_blobs import NEED as WRITES_BLOBS
from auditor_rules.role.role_search_calls_openai import NEED as CALLS_EMBEDDINGS
from auditor_rules.role.role_workspace_file_data import NEED as FILE_DATA

_ASSIGNS_ROLES = Needed(action="Microsoft.Authorization/roleAssignments/write", is_data=False)
# A `*` asked for is a name that nobody has: only roles over every provider (Owner, Contributor) cover it.
_EVERYTHING = Needed(action="*", is_data=False)
_REQUIRED_DATA = tuple(
    needed
    for need in (READS_INDEX, WRITES_BLOBS, CALLS_EMBEDDINGS, ON_YOUR_DATA, FILE_DATA)
    for needed in need.requirement.needs
    if needed.is_data
)
_WRITES_DATA = tuple(
    Needed(action=action, is_data=True)
    for action in (
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write",
        "Microsoft.Storage/storageAccounts/fileServices/fileshares/files/write",
        "Microsoft.Storage/storageAccounts/queueServices/queues/messages/write",
        "Microsoft.Storage/storageAccounts/tableServices/tables/entities/write",
        "Microsoft.Search/searchServices/indexes/documents/write",
        "Microsoft.CognitiveServices/accounts/OpenAI/anyother/write",
    )
)
_LEAVE_GROUP = Remedy(
    summary="Assign what the identity needs on the resources themselves, then take it out of the group.",
    az="az ad group member remove --group {group_object} --member-id {member}",
)


@rule(
    id="role-over-privileged-identity",
    title="Identities hold no more than they need",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=IdentityAssignments(),
    reads=PERMISSION_READS,
    profiles=("private-openai", "on-your-data", "prompt-flow", "compute-session", "foundry"),
    remedy=Remedy(
        summary="Assign what the identity needs on the resources themselves, then remove this assignment.",
        az="az role assignment delete --ids {id}",
    ),
    sources=(
        Source(
            title="Azure built-in roles",
            url="https://learn.microsoft.com/azure/role-based-access-control/built-in-roles",
        ),
        Source(
            title="Set up authentication between Azure Machine Learning and other services",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication",
        ),
    ),
    controls=controls(mcsb=("PA-7",), nist=("AC-6",)),
)
def role_over_privileged_identity(held: IdentityAssignment, view: View) -> Verdict:
    """A role assignment of a service's identity reaches no further than its work does.

    Why
        Whoever takes over an app, a model deployment or a compute acts with its identity. An identity that
        may assign roles or manage a whole subscription turns one flaw of one app into a flaw of the
        whole estate.
    Pass when
        The assignment was made on a resource group or below it; or above, and its role neither assigns roles,
        nor manages every type of resource, nor holds a data action that On Your Data or prompt flow needs.
        Assigning roles under a condition passes with a note. The role that a workspace's identity gets on its
        own resource group from the service, and Contributor on the workspace for idle shutdown, pass.
    Fail when
        Made on a subscription, a management group or the root: high where the role may assign roles without a
        condition (Owner, User Access Administrator, Role Based Access Control Administrator, custom roles
        alike); medium where it may manage every type of resource (Contributor), or read or write data that
        should be granted on one resource. Medium too where it writes data of an account, search service or
        storage account outside the workloads of its holder, once those are declared.
    Unknown when
        The scope or the role definition could not be read, or the right is held under a condition, which is
        not evaluated. Where the groups of an identity could not be read, that is said of its resource.
    Not applicable when
        Never. Assignments of people, of pipelines and of resources outside the estate yield no result.
    Evidence
        The assignment's role, scope, principal and condition, and its role definition, api-version
        2022-04-01. Roles are judged by what they permit, deny assignments are left out. Identities are the
        system-assigned and user-assigned ones of AI accounts, search services, workspaces, web apps and
        container apps; assignments to groups count where they reach one.
    Remedy
        First assign what the identity needs on the resources themselves, then remove this assignment; where
        it was made to a group, take the identity out of the group, for others may need it.
    """
    row = held.assignment
    at = row.assigned_at.value
    if at is None:
        raise unstated(row.assigned_at)
    if not _is_wide(at):
        return _judge_narrow(held, at, view)
    role = _role_of(row, view)
    checks = (attempt(partial(check, held, at, role)) for check in (_judge_control, _judge_data))
    return worst(checks, own=Severity.HIGH)


def _judge_control(held: IdentityAssignment, at: ArmId, role: RoleDefinition) -> Verdict:
    assigns = _reach(held.assignment, role, _ASSIGNS_ROLES)
    if assigns is Reach.FREE:
        return _too_much(held, f"may assign any role to anyone on {_named(at)}", None)
    match _reach(held.assignment, role, _EVERYTHING):
        case Reach.FREE:
            return _too_much(held, f"may manage every resource of {_named(at)}", Severity.MEDIUM)
        case Reach.CONDITIONED:
            return _conditional(held, f"may manage every resource of {_named(at)}")
    notes = ("it may assign roles under a condition",) if assigns is Reach.CONDITIONED else ()
    return _enough(held, f"does not manage {_named(at)} as a whole", notes)


def _judge_data(held: IdentityAssignment, at: ArmId, role: RoleDefinition) -> Verdict:
    found = {needed.action: _reach(held.assignment, role, needed) for needed in _REQUIRED_DATA}
    said = f"holds data actions on all of {_named(at)} that should be granted on one resource"
    if Reach.FREE in found.values():
        return _too_much(held, said, Severity.MEDIUM)
    if Reach.CONDITIONED in found.values():
        return _conditional(held, said)
    return _enough(
        held, f"holds no data action on all of {_named(at)} that should be granted on one resource"
    )


def _judge_narrow(held: IdentityAssignment, at: ArmId, view: View) -> Verdict:
    target = _outside(held, at, view)
    if target is None:
        return _enough(held, f"was given a role on {at.name} and no further")
    role = _role_of(held.assignment, view)
    found = [_reach(held.assignment, role, needed) for needed in _WRITES_DATA]
    said = f"may write data of {target.name}, which is in none of its workloads"
    if Reach.FREE in found:
        return _too_much(held, said, Severity.MEDIUM)
    if Reach.CONDITIONED in found:
        return _conditional(held, said)
    return _enough(held, f"may write no data of {target.name}, which is in none of its workloads")


def _outside(held: IdentityAssignment, at: ArmId, view: View) -> ArmId | None:
    """The resource of the assignment, if it is surely none of its holders' business.

    Only a declaration says so: what is found is found from role assignments, too.
    """
    kinds = {of.lower() for of in MEMBER_TYPES}
    target = next((scope for scope in at.scopes() if (scope.resource_type or "").lower() in kinds), None)
    for carrier in held.carriers:
        known = view.relations.workloads_of(carrier.id)
        if not any(workload.declared for workload in known):
            return None
        if any(target in ids for workload in known for ids in workload.members.values()):
            return None
    return target


def _is_wide(at: ArmId) -> bool:
    """Whether it lies above resource groups: a subscription, a management group, the root."""
    return at == at.subscription or depth(at) <= 1


def _named(at: ArmId) -> str:
    if at.key == ROOT_SCOPE:
        return "the whole tenant"
    return f"the {'subscription' if at.subscription_id else 'management group'} {at.name}"


def _role_of(row: RoleAssignment, view: View) -> RoleDefinition:
    """Raises NotRead or Undecided where the definition is not among those that were read."""
    subscription = row.scope.subscription or row.scope
    asked = Question(
        estate=view.estate, principal_id="", target=subscription, subscription=subscription, needs=()
    )
    return role_of(asked, row)


def _reach(row: RoleAssignment, role: RoleDefinition, needed: Needed) -> Reach:
    """How far the assignment gives one action. Raises Undecided where malformed properties leave it open."""
    bounds = under_condition(covered(role.permissions, needed), row.condition, needed)
    if bounds.is_unsure:
        raise complaint_of(role.permissions) or complaint(row.condition) or _unclear(role)
    return bounds.low


def _unclear(role: RoleDefinition) -> Undecided:
    return Undecided(
        f"what {role.id} permits is unclear", Reason.MALFORMED, evidence=(role.permissions.evidence(),)
    )


def _who(held: IdentityAssignment) -> str:
    names = ", ".join(carrier.name for carrier in held.carriers)
    through = "" if held.is_direct else f" through the group {held.assignment.principal_id.value}"
    return f"the identity of {names}{through}"


def _too_much(held: IdentityAssignment, said: str, severity: Severity | None) -> Fail:
    row = held.assignment
    facts = (row.role_definition, row.assigned_at, row.principal_id, row.condition)
    fills = (("group_object", row.principal_id.value or ""), ("member", min(held.holders)))
    return Fail(
        message=f"{_who(held)} {said}",
        evidence=tuple(fact.evidence() for fact in facts),
        severity=severity,
        remedy=None if held.is_direct else _LEAVE_GROUP,
        fills=fills,
    )


def _enough(held: IdentityAssignment, said: str, notes: tuple[str, ...] = ()) -> Pass:
    row = held.assignment
    evidence = (row.role_definition.evidence(), row.assigned_at.evidence())
    return Pass(message=f"{_who(held)} {said}", evidence=evidence, notes=notes)


def _conditional(held: IdentityAssignment, said: str) -> Unknown:
    return Unknown(
        message=f"{_who(held)} {said}, but under a condition, which is not evaluated",
        reason=Reason.CONDITIONAL,
        evidence=(held.assignment.role_definition.evidence(), held.assignment.condition.evidence()),
    )
