"""What is read, from where, and in which api-version: the declarations that the runner carries out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.collect.arm import Endpoint, Method
from auditor.collect.refusal import ReadFailed
from auditor.model.declared import Declared
from auditor.model.estate import Estate
from auditor.model.finding import Gap
from auditor.model.ids import ArmId
from auditor.model.reach import Reach
from auditor.model.wire import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What the operator chose that decides what is asked for. `reach` are the steps beyond Reader."""

    declared: Declared
    all_resources: bool = False
    reach: frozenset[Reach] = frozenset()


def _unexplained(failure: ReadFailed) -> ReadFailed:
    return failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing to read.

    `scope` is what its rows are stored under. `paths` are paths of the source's endpoint, each a list; their
    rows are united by id. With `single` the one path answers one object, whose id is `scope`. `explain` may
    say of a failure what the endpoint's answer alone does not tell.
    """

    scope: ArmId
    paths: tuple[str, ...]
    single: bool = False
    explain: Callable[[ReadFailed], ReadFailed] = _unexplained


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """Objects with ids of their own that stand inside another type's answer."""

    record: type[Resource]
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where one type is read.

    `asks` says what to read, given what was read before; where it can tell that asking is of no use, it says
    so by a Gap. `requires` are types it cannot do without, which are read too; `after` are types it waits for
    where they are read anyway. A `late` source adds single resources that others led to, so nothing waits
    for it. `why` explains the api-version. `names` calls those rows that the endpoint gives no id: each
    becomes a child of that name of what was asked. `endpoint` is where it is read. A source with a `step` is
    read only where the operator asked for that step. `method` is POST for an action that lists.
    """

    record: type[Resource]
    api_version: str
    why: str
    asks: Callable[[Estate, Selection], Iterable[Ask | Gap]]
    requires: tuple[type[Resource], ...] = ()
    after: tuple[type[Resource], ...] = ()
    embeds: tuple[Embedded, ...] = ()
    late: bool = False
    names: Callable[[Mapping[str, Any]], str] | None = None
    endpoint: Endpoint = "arm"
    step: Reach | None = None
    method: Method = "GET"

    @property
    def records(self) -> tuple[type[Resource], ...]:
        return (self.record, *(embedded.record for embedded in self.embeds))


def in_each_subscription(of: type[Resource], *queries: str) -> Callable[[Estate, Selection], Iterable[Ask]]:
    """One list of the type for each audited subscription; several where `queries` are given."""
    namespace, _, rest = of.ARM_TYPE.partition("/")

    def asks(estate: Estate, _selection: Selection) -> Iterable[Ask]:
        for subscription in estate.audited:
            path = f"{subscription}/providers/{namespace}/{rest}"
            yield Ask(scope=subscription, paths=tuple(f"{path}{query}" for query in queries or ("",)))

    return asks


def below_each(of: type[Resource], *parents: type[Resource]) -> Callable[[Estate, Selection], Iterable[Ask]]:
    """One list of children for each resource that was read of the parent types."""
    segment = of.ARM_TYPE.rpartition("/")[2]

    def asks(estate: Estate, _selection: Selection) -> Iterable[Ask]:
        for parent in parents:
            for row in estate.listed(parent):
                yield Ask(scope=row.id, paths=(f"{row.id}/{segment}",))

    return asks
