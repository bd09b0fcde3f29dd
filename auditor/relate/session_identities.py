"""The user-assigned identities that prompt flow's compute sessions may run as.

A serverless session takes one of the workspace's own, a session on a compute instance that of the instance.
Source: https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-manage-compute-session
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import Undecided
from auditor.model.ids import ArmId, MalformedId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.compute import Compute
from auditor.model.resources.identity import UserAssignedIdentity
from auditor.model.resources.user_assigned_identity import ManagedIdentity
from auditor.model.resources.workspace import Workspace

COMPUTE_INSTANCE = "ComputeInstance"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionIdentity:
    """One identity, and the workspace or compute instance that it is attached to."""

    id: ArmId
    carrier: Workspace | Compute
    attached: UserAssignedIdentity

    @property
    def name(self) -> str:
        return f"the session identity {self.id.name} of {self.carrier.name}"


def identities_of(carrier: Workspace | Compute) -> tuple[SessionIdentity, ...]:
    """The identities attached to a workspace or compute, ordered by id. Raises Undecided where malformed."""
    attached = carrier.identity.user_assigned
    try:
        found = {ArmId.parse(each.key): each for each in attached.value}
    except MalformedId:
        said = f"the identities of {carrier.name} are not all named by an ARM id"
        raise Undecided(said, Reason.MALFORMED, evidence=(attached.evidence(),)) from None
    return tuple(SessionIdentity(id=rid, carrier=carrier, attached=found[rid]) for rid in sorted(found))


def instances_of(estate: Estate, workspace: Workspace) -> tuple[Compute, ...]:
    """The workspace's compute instances. Raises Undecided where they were not read."""
    rows = estate.children(Compute, workspace.id)
    return tuple(row for row in rows if same_text(row.kind.value or "", COMPUTE_INSTANCE))


def principal_of(estate: Estate, identity: SessionIdentity) -> str:
    """The identity's object id: as its carrier states it, else as the identity itself does.

    Raises Undecided where neither does or the identity cannot be seen.
    """
    stated = identity.attached.principal_id
    if stated.value:
        return stated.value
    row = estate.find(ManagedIdentity, identity.id)
    if row is None or not row.principal_id.value:
        said = f"the object id of {identity.name} is not stated"
        raise Undecided(said, Reason.HIDDEN, evidence=(stated.evidence(),))
    return row.principal_id.value


def session_principals(estate: Estate) -> Iterator[tuple[Workspace, SessionIdentity, str]]:
    """Every workspace with its session identities and their object ids. Silent about what cannot be read."""
    for workspace in estate.listed(Workspace):
        instances = [row for row in estate.listed(Compute) if row.scope == workspace.id and _is_instance(row)]
        for identity in (*_readable(workspace), *(each for row in instances for each in _readable(row))):
            try:
                yield workspace, identity, principal_of(estate, identity)
            except Undecided:
                continue


def _is_instance(compute: Compute) -> bool:
    fact = compute.kind
    return not fact.is_malformed and same_text(fact.value or "", COMPUTE_INSTANCE)


def _readable(carrier: Workspace | Compute) -> tuple[SessionIdentity, ...]:
    try:
        return identities_of(carrier)
    except Undecided:
        return ()
