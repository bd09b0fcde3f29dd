"""What lies below workspaces, and the workspace whose settings govern it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from auditor.model.finding import Undecided
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.compute import Compute
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.rule import Subject, View

R = TypeVar("R", bound=Resource)


@dataclass(frozen=True, slots=True, kw_only=True)
class EachBelow(Generic[R]):
    """Every resource of a type that lies below workspaces; `above` are the types on the way to it.

    Where one of these could not be listed, the engine says so.
    """

    of: type[R]
    above: tuple[type[Resource], ...] = (Workspace,)

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (self.of, *self.above)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return ()

    def __call__(self, view: View, /) -> Iterator[Subject[R]]:
        for row in view.estate.listed(self.of):
            yield Subject(resource=row, judged=row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runners:
    """Every compute; and every workspace whose serverless compute starts in a subnet of the customer's."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (Compute, Workspace)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return ()

    def __call__(self, view: View, /) -> Iterator[Subject[Compute | Workspace]]:
        for compute in view.estate.listed(Compute):
            yield Subject(resource=compute, judged=compute)
        for workspace in view.estate.listed(Workspace):
            if workspace.serverless_subnet.is_stated:
                yield Subject(resource=workspace, judged=workspace)


def holder_of(view: View, row: Resource) -> Workspace:
    """The workspace that holds a resource. Raises Undecided where it cannot be seen."""
    for scope in row.id.scopes():
        if same_text(scope.resource_type or "", Workspace.ARM_TYPE):
            return _seen(view, scope, f"the workspace of {row.name}")
    raise Undecided(f"the id of {row.name} names no workspace", Reason.MALFORMED)


def governing(view: View, workspace: Workspace) -> Workspace:
    """The workspace whose network and dependencies serve this one: a project's hub, else itself.

    Raises Undecided where the hub cannot be seen.
    """
    hub = workspace.hub.value if workspace.kind.value == "Project" else None
    return workspace if hub is None else _seen(view, hub, f"the hub of {workspace.name}")


def _seen(view: View, rid: ArmId, what: str) -> Workspace:
    found = view.estate.find(Workspace, rid)
    if found is None:
        raise Undecided(f"{what} cannot be seen: deleted, or hidden from Reader", Reason.HIDDEN)
    return found
