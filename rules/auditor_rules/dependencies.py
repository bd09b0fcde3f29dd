"""Subjects: the key vaults and registries of AI workloads, each once, with those that use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from auditor.model.finding import NotApplicable, Undecided, Unknown
from auditor.model.reasons import Reason
from auditor.model.resources.container_registry import Registry
from auditor.model.resources.key_vault import Vault
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.dependencies import (
    Link,
    Users,
    link_of,
    linked,
    registry_users,
    related_apps,
    unseen_hosts,
)
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Excluded, Subject, View, unknown_of

R = TypeVar("R", bound=Resource)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies(Generic[R]):
    """Every resource of a type that a workload uses, all with `--all-resources`; related are its users.

    A workspace that names none, or one that cannot be seen, is told of under its own id. Where the type
    itself could not be listed, the engine says so for that list.
    """

    of: type[R]
    called: str
    link: Link
    users: Callable[[View], Users]
    none: str
    also: tuple[type[Resource], ...] = ()
    """What `users` looks at besides workspaces."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (self.of, Workspace)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return self.also

    def __call__(self, view: View, /) -> Iterator[Subject[R] | Excluded]:
        users = self.users(view)
        for row in view.estate.listed(self.of):
            if view.all_resources or row.id in users:
                related = sorted(user.id.text for user in users.get(row.id, ()))
                yield Subject(resource=row, judged=row, related=tuple(related))
        for workspace in view.estate.listed(Workspace):
            verdict = self._unseen(view, workspace)
            if verdict is not None:
                yield Excluded(resource=workspace, verdict=verdict)
        if issubclass(self.of, Registry):
            yield from _unseen_of_apps(view)

    def _unseen(self, view: View, workspace: Workspace) -> NotApplicable | Unknown | None:
        """What is said of a workspace whose dependency is no subject; None where it is one."""
        try:
            named = link_of(view.estate, workspace, self.link)
            if named.value is None:
                said = f"{workspace.name} {self.none}"
                return NotApplicable(message=said, reason=Reason.NOT_USED, evidence=(named.evidence(),))
            found = view.estate.find(self.of, named.value)
        except Undecided as undecided:
            is_told = undecided.gap is not None and undecided.gap in view.estate.gaps(self.of)
            return None if is_told else unknown_of(undecided)
        if found is not None:
            return None
        said = f"{workspace.name} names a {self.called} that cannot be seen: deleted, or hidden from Reader"
        return Unknown(message=said, reason=Reason.HIDDEN, evidence=(named.evidence(),))


def _unseen_of_apps(view: View) -> Iterator[Excluded]:
    """Apps whose registry is in none of the lists; where a list is missing, that has been said of it."""
    if view.estate.gaps(Registry):
        return
    for app in related_apps(view.estate, view.relations):
        if hosts := unseen_hosts(view.estate, app):
            said = f"{app.name} pulls from {', '.join(hosts)}, which no audited subscription holds"
            evidence = (app.registries.evidence(),)
            verdict = Unknown(message=said, reason=Reason.OUT_OF_SCOPE, evidence=evidence)
            yield Excluded(resource=app, verdict=verdict)


LINKED_VAULTS = Dependencies(
    of=Vault,
    called="key vault",
    link="key_vault",
    users=lambda view: linked(view.estate, "key_vault"),
    none="names no key vault",
)
USED_REGISTRIES = Dependencies(
    of=Registry,
    called="container registry",
    link="container_registry",
    users=lambda view: registry_users(view.estate, view.relations),
    also=RELATION_READS,
    none="has no container registry yet: one is made with the first image",
)
