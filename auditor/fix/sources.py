"""What a fix run reads beside what the rules do: locks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.collect.source import Ask, Selection, Source
from auditor.model.estate import Estate
from auditor.model.resources.access import ManagementLock
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.wire import Resource
from auditor.relate.owners import known
from auditor.relate.requesters import READS as REQUESTER_READS
from auditor.relate.targets import CONNECTION_TYPES, TARGET_OF
from auditor.relate.workloads import READS as RELATION_READS

LOCKS_API_VERSION = "2016-09-01"

# What `auditor.fix.decision` touches.
READS: tuple[type[Resource], ...] = tuple(
    dict.fromkeys((*REQUESTER_READS, *RELATION_READS, *TARGET_OF.values(), ManagementLock))
)


def listed_connections(estate: Estate) -> Iterator[PrivateEndpointConnection]:
    """Every connection that was read, of every target type, ordered by type and id."""
    for of in CONNECTION_TYPES:
        yield from estate.listed(of)


def _where_something_waits(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    """Locks matter only where something could be approved."""
    waiting = (row for row in listed_connections(estate) if known(row.status) in ("Pending", None))
    for subscription in sorted({row.scope.subscription for row in waiting if row.scope.subscription}):
        yield Ask(scope=subscription, paths=(f"{subscription}/providers/{ManagementLock.ARM_TYPE}",))


SOURCES = (
    Source(
        record=ManagementLock,
        api_version=LOCKS_API_VERSION,
        why="the version that every cloud offers; a lock's level and place have not changed since",
        asks=_where_something_waits,
        requires=CONNECTION_TYPES,
    ),
)
