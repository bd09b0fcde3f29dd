"""The storage account that each workspace names as its own, and how its flows sign in to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import NotApplicable, Undecided, Unknown
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Fact, Resource
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Excluded, Subject, View, unknown_of


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
            found = _storage_of(view.estate, workspace)
            if isinstance(found, StorageAccount):
                judged = LinkedStorage(workspace=workspace, storage=found)
                yield Subject(resource=found, judged=judged, related=(workspace.id.text,))
            else:
                yield Excluded(resource=workspace, verdict=found)


def _storage_of(estate: Estate, workspace: Workspace) -> StorageAccount | NotApplicable | Unknown:
    try:
        named = _link(estate, workspace)
        if named.value is None:
            said = f"{workspace.name} names no storage account"
            return NotApplicable(message=said, reason=Reason.NOT_USED, evidence=(named.evidence(),))
        storage = estate.find(StorageAccount, named.value)
    except Undecided as undecided:
        return unknown_of(undecided)
    if storage is None:
        said = f"{workspace.name} names a storage account that cannot be seen: deleted, or hidden from Reader"
        return Unknown(message=said, reason=Reason.HIDDEN, evidence=(named.evidence(),))
    return storage


def _link(estate: Estate, workspace: Workspace) -> Fact[ArmId | None]:
    """The workspace's own link; a project that states none has its hub's. Raises Undecided."""
    if workspace.storage_account.value is not None or workspace.hub.value is None:
        return workspace.storage_account
    hub = estate.find(Workspace, workspace.hub.value)
    if hub is None:
        said = f"the hub of {workspace.name} cannot be seen"
        raise Undecided(said, Reason.HIDDEN, evidence=(workspace.hub.evidence(),))
    return hub.storage_account
