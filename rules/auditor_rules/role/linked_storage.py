"""The storage account that each workspace names as its own, and the identity that it signs in with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from auditor.model.estate import Estate
from auditor.model.finding import NotApplicable, Undecided, Unknown
from auditor.model.reasons import Reason
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.dependencies import link_of
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Excluded, Subject, View, unknown_of
from auditor_rules.role.grants import Holder, called, no_identity, system_identity


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedStorage:
    """A workspace and the storage account that it, or the hub it is a project of, names."""

    workspace: Workspace
    storage: StorageAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class EachLinkedStorage:
    """Every workspace's storage account; related is the workspace.

    A workspace that names none, or one that cannot be seen, is told of under its own id.
    """

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (Workspace,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (StorageAccount, *RELATION_READS)

    def __call__(self, view: View, /) -> Iterator[Subject[LinkedStorage] | Excluded]:
        for workspace in view.estate.listed(Workspace):
            found = storage_of(view.estate, workspace)
            if isinstance(found, StorageAccount):
                judged = LinkedStorage(workspace=workspace, storage=found)
                yield Subject(resource=found, judged=judged, related=(workspace.id.text,))
            else:
                yield Excluded(resource=workspace, verdict=found)


def identity_of(workspace: Workspace, name: str) -> Holder | NotApplicable:
    """The identity that the workspace signs in with. Raises Undecided where its object id is not stated."""
    primary = workspace.primary_identity.value
    if primary is None:
        if (without := no_identity(workspace, workspace.identity)) is not None:
            return replace(without, message=f"{name} has no system-assigned identity")
        return replace(system_identity(workspace, workspace.identity), name=f"the identity of {name}")
    for assigned in workspace.identity.user_assigned.value:
        if assigned.key.lower().rstrip("/") == primary.key and assigned.principal_id.value:
            said = f"the identity {primary.name} of {name}"
            return Holder(name=said, principal=assigned.principal_id.value)
    said = f"the primary identity of {name} is not among the identities that the workspace states"
    evidence = (workspace.primary_identity.evidence(), workspace.identity.user_assigned.evidence())
    raise Undecided(said, Reason.MALFORMED, evidence=evidence)


def storage_of(estate: Estate, workspace: Workspace) -> StorageAccount | NotApplicable | Unknown:
    """The storage account that the workspace, or the hub it is a project of, names, or why there is none."""
    try:
        named = link_of(estate, workspace, "storage_account")
        if named.value is None:
            said = f"{called(estate, workspace)} names no storage account"
            return NotApplicable(message=said, reason=Reason.NOT_USED, evidence=(named.evidence(),))
        storage = estate.find(StorageAccount, named.value)
    except Undecided as undecided:
        return unknown_of(undecided)
    if storage is None:
        said = f"{called(estate, workspace)} names a storage account that cannot be seen: deleted, or hidden"
        return Unknown(message=said, reason=Reason.HIDDEN, evidence=(named.evidence(),))
    return storage
