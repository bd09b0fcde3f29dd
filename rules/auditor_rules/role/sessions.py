"""What the identities of prompt flow's compute sessions need: on which resource, and whether they hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, TypeVar

from auditor.model.finding import NotApplicable, Undecided, Unknown
from auditor.model.guided import AssignRole
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.compute import Compute
from auditor.model.resources.user_assigned_identity import ManagedIdentity
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.dependencies import Link, link_of
from auditor.relate.permissions import Requirement
from auditor.relate.session_identities import SessionIdentity, identities_of, instances_of, principal_of
from auditor.rule import (
    Excluded,
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Subject,
    Verdict,
    View,
    attempt,
    unknown_of,
    worst,
)
from auditor_rules.role.grants import ASSIGN, Need, judge_grant
from auditor_rules.verdicts import united

R = TypeVar("R", bound=Resource)

SESSIONS = Source(
    title="Manage a prompt flow compute session",
    url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-manage-compute-session",
)
IDENTITIES = Source(
    title="Set up authentication between Azure Machine Learning and other services",
    url="https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication",
)
PROFILES = ("prompt-flow", "compute-session")
_ASSIGN = (
    "az role assignment create --assignee-object-id {principal} --assignee-principal-type ServicePrincipal"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionGrant(Generic[R]):
    """A resource that sessions use, the workspace they belong to, and an identity that they may run as."""

    target: R
    workspace: Workspace
    identity: SessionIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionGrants(Generic[R]):
    """The workspace itself (`link` None) or what it links, with each session identity; related is that.

    Identities are those attached to the workspace and to its compute instances. A workspace without one, or
    without the linked resource, is told of under its own id, and so is what could not be read.
    """

    of: type[R]
    link: Link | None
    called: str

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (Workspace,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (self.of, Compute, ManagedIdentity)

    def __call__(self, view: View, /) -> Iterator[Subject[SessionGrant[R]] | Excluded]:
        seen = set[tuple[ArmId, ArmId]]()
        for workspace in view.estate.listed(Workspace):
            identities, excluded = session_identities(view, workspace)
            yield from excluded
            target = self._target(view, workspace) if identities else None
            for identity in identities:
                related = (identity.id.text,)
                if isinstance(target, NotApplicable | Unknown):
                    yield Excluded(resource=workspace, verdict=target, related=related)
                elif target is not None and (target.id, identity.id) not in seen:
                    seen.add((target.id, identity.id))
                    grant = SessionGrant(target=target, workspace=workspace, identity=identity)
                    yield Subject(resource=target, judged=grant, related=related, serves=(workspace.id,))

    def _target(self, view: View, workspace: Workspace) -> R | NotApplicable | Unknown | None:
        try:
            rid = workspace.id
            evidence = (workspace.identity.type.evidence(),)
            if self.link is not None:
                named = link_of(view.estate, workspace, self.link)
                evidence = (named.evidence(),)
                if named.value is None:
                    said = f"{workspace.name} names no {self.called}"
                    return NotApplicable(message=said, reason=Reason.NOT_USED, evidence=evidence)
                rid = named.value
            found = view.estate.find(self.of, rid)
        except Undecided as undecided:
            return unknown_of(undecided)
        said = f"the {self.called} of {workspace.name} cannot be seen: deleted, or hidden from Reader"
        return found or Unknown(message=said, reason=Reason.HIDDEN, evidence=evidence)


def session_identities(
    view: View, workspace: Workspace
) -> tuple[tuple[SessionIdentity, ...], tuple[Excluded, ...]]:
    """The identities that sessions of a workspace may run as, and what is said where there is none.

    Where compute instances could not be read, their identities are unknown and the workspace's own stay.
    """
    own = attached_identities(workspace)
    if isinstance(own, NotApplicable | Unknown):
        return (), (Excluded(resource=workspace, verdict=own),)
    found = {identity.id: identity for identity in own}
    try:
        for instance in instances_of(view.estate, workspace):
            for identity in identities_of(instance):
                found.setdefault(identity.id, identity)
    except Undecided as undecided:
        return own, (Excluded(resource=workspace, verdict=unknown_of(undecided)),)
    none = () if found else (Excluded(resource=workspace, verdict=no_session_identity(workspace)),)
    return tuple(found.values()), none


def attached_identities(workspace: Workspace) -> tuple[SessionIdentity, ...] | NotApplicable | Unknown:
    """The workspace's own, or why they do not matter or cannot be told."""
    try:
        kind = workspace.kind
        if kind.value in ("Hub", "FeatureStore"):
            said = f"sessions do not run in a workspace of kind {kind.value}"
            return NotApplicable(message=said, reason=Reason.KIND, evidence=(kind.evidence(),))
        return identities_of(workspace)
    except Undecided as undecided:
        return unknown_of(undecided)


def no_session_identity(workspace: Workspace) -> NotApplicable:
    said = f"sessions of {workspace.name} run as their users: no user-assigned identity is attached"
    evidence = (workspace.identity.type.evidence(), workspace.identity.user_assigned.evidence())
    return NotApplicable(message=said, reason=Reason.NO_IDENTITY, evidence=evidence)


def contributor(of: type[Resource], called: str) -> Need:
    """Everything that can be done to a resource of this type on the control plane, as Contributor may."""
    return Need(
        requirement=Requirement(actions=(f"{of.ARM_TYPE}/*",)),
        to_do=f"manage the {called}",
        role="b24988ac-6180-42a0-ab88-20f7382dd24c",
        role_name="Contributor",
    )


def judge_needs(view: View, grant: SessionGrant[R], needs: Sequence[Need]) -> Verdict:
    """Whether the session identity holds every need on the target; a failure names each one that it lacks.

    Raises Undecided where its object id cannot be told.
    """
    principal = principal_of(view.estate, grant.identity)
    return together(checks_of(view, grant, principal, needs), principal)


def checks_of(
    view: View, grant: SessionGrant[R], principal: str, needs: Sequence[Need]
) -> tuple[tuple[Verdict, Need], ...]:
    """One verdict for each need."""
    name = grant.identity.name
    return tuple(
        (attempt(partial(judge_grant, view, grant.target, name, principal, need)), need) for need in needs
    )


def together(checks: Sequence[tuple[Verdict, Need]], principal: str) -> Verdict:
    """One verdict of several needs: the worst, with a remedy for each that is lacking."""
    verdict = worst((each for each, _ in checks), own=Severity.MEDIUM)
    if isinstance(verdict, Pass):
        return united([each for each, _ in checks if isinstance(each, Pass)])
    if not isinstance(verdict, Fail):
        return verdict
    lacking = [need for each, need in checks if isinstance(each, Fail)]
    fills = (("principal", principal), *((f"role{i}", need.role) for i, need in enumerate(lacking)))
    return replace(verdict, remedy=assigning(lacking), fills=fills, fix=grants_of(each for each, _ in checks))


def grants_of(checks: Iterable[Verdict]) -> AssignRole | None:
    """Every grant that would mend one of the checks; None where none would."""
    fixes = (each.fix for each in checks if isinstance(each, Fail))
    grants = tuple(grant for fix in fixes if isinstance(fix, AssignRole) for grant in fix.grants)
    return AssignRole(grants=grants) if grants else None


def assigning(needs: Sequence[Need]) -> Remedy:
    """Assign the role of each need on the resource; the roles fill `{role0}`, `{role1}` and so on."""
    names = ", ".join(need.role_name for need in needs)
    commands = (ASSIGN.replace("{role}", f"{{role{i}}}") for i in range(len(needs)))
    return Remedy(
        summary=f"Assign on the resource itself to the session identity: {names}.",
        az=" && ".join(commands),
    )
