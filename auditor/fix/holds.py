"""What keeps a fix off a resource, whoever asks: locks, a tag, the scope, an earlier rejection (row 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.fix.known import Known
from auditor.model.finding import Evidence, NotRead, Undecided
from auditor.model.ids import ArmId, same_text
from auditor.model.resources.access import ManagementLock
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.relate.dependencies import in_use
from auditor.relate.owners import endpoint_of
from auditor.relate.targets import TARGET_OF

TAG = "no-autofix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """`said` completes "the request …"."""

    said: str
    evidence: tuple[Evidence, ...]


def hold_on(known: Known, connection: PrivateEndpointConnection) -> Hold | None:
    """The first thing that keeps fixes off this connection. What could not be read holds as well."""
    try:
        return next(_holds(known, connection), None)
    except Undecided as undecided:
        evidence = undecided.evidence or (connection.private_endpoint.evidence(),)
        return Hold(said=f"may be held back: {undecided.message}", evidence=evidence)


def _holds(known: Known, connection: PrivateEndpointConnection) -> Iterator[Hold]:
    target = connection.scope
    seen = (connection.private_endpoint.evidence(),)
    if not any(target.is_within(scope) for scope in known.wanted):
        yield Hold(said="leads to a resource outside the selected scope", evidence=seen)
    if not known.declared.discover and not _is_declared(known, target):
        yield Hold(said="leads to a resource outside the declared workloads", evidence=seen)
    yield from _tags(known, connection)
    yield from locks_on(known, target, connection.id)
    endpoint = endpoint_of(connection)
    if endpoint is not None and endpoint in known.rejected:
        yield Hold(said="comes from an endpoint that was rejected before, says the journal", evidence=seen)


def _is_declared(known: Known, target: ArmId) -> bool:
    return bool(known.relations.workloads_of(target)) or target in in_use(known.estate, known.relations)


def _tags(known: Known, connection: PrivateEndpointConnection) -> Iterator[Hold]:
    row = known.estate.find(TARGET_OF[type(connection)], connection.scope)
    if row is None:
        said = "leads to a resource that could not be found"
        yield Hold(said=said, evidence=(connection.private_endpoint.evidence(),))
        return
    tags = row.tags.raw
    if row.tags.is_stated and not isinstance(tags, dict):
        yield Hold(said=f"leads to {row.name}, whose tags cannot be read", evidence=(row.tags.evidence(),))
    elif isinstance(tags, dict) and any(same_text(str(name), TAG) for name in tags):
        yield Hold(said=f"leads to {row.name}, which is tagged {TAG}", evidence=(row.tags.evidence(),))


def locks_on(known: Known, target: ArmId, *objects: ArmId) -> Iterator[Hold]:
    """Locks on the target, on what holds it, or on one of the objects that would be written.

    Raises NotRead where the locks of its subscription, or one of them, could not be read.
    """
    subscription = target.subscription or target
    locks = known.estate.children(ManagementLock, subscription)
    for gap in known.estate.gaps(ManagementLock):
        if gap.scope.is_within(subscription):
            raise NotRead(gap)
    for lock in locks:
        locked = lock.locked
        if locked is None or target.is_within(locked) or locked in objects:
            level = lock.level.raw if isinstance(lock.level.raw, str) else "of unknown level"
            said = f"leads to a resource under the lock {lock.name} ({level}) of {locked}"
            yield Hold(said=said, evidence=(lock.level.evidence(),))
