"""Carries out sources: all at once, each as soon as what it builds on is there. What fails becomes a gap."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from graphlib import TopologicalSorter
from typing import Any

from auditor.collect.arm import Reader, Readers
from auditor.collect.refusal import ReadFailed
from auditor.collect.source import Ask, Selection, Source
from auditor.model.estate import Estate, EstateBuilder
from auditor.model.finding import Gap
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.wire import Misfit, Resource, decode

# The provider was never used in the subscription, so it holds nothing there.
_NEVER_USED = "missingsubscriptionregistration"


def closure(sources: Sequence[Source], wanted: Iterable[type[Resource]]) -> tuple[Source, ...]:
    """The sources that bring the wanted types, and those that these require."""
    found: dict[int, Source] = {}
    open_types = list(wanted)
    seen = set[type[Resource]]()
    while open_types:
        of = open_types.pop()
        if of in seen:
            continue
        seen.add(of)
        for source in sources:
            if of in source.records:
                found[id(source)] = source
                open_types.extend(source.requires)
    return tuple(source for source in sources if id(source) in found)


async def collect(
    readers: Readers, sources: Collection[Source], builder: EstateBuilder, selection: Selection
) -> Estate:
    """Read every source into the builder and freeze it, but for those whose step was not asked for.

    `readers` must hold the endpoint of every source that is read. Raises CycleError where sources wait in a
    ring.
    """
    sources = tuple(_within_reach(sources, builder, selection))
    done = {id(source): asyncio.Event() for source in sources}
    waits = {id(source): _waits(source, sources) for source in sources}
    TopologicalSorter(waits).prepare()

    async def run(source: Source) -> None:
        for other in waits[id(source)]:
            await done[other].wait()
        found = list(source.asks(builder.build(), selection))
        for gap in (one for one in found if isinstance(one, Gap)):
            builder.add_gap(source.record, gap)
        asks = [one for one in found if isinstance(one, Ask)]
        await asyncio.gather(*(_read(readers[source.endpoint], source, ask, builder) for ask in asks))
        done[id(source)].set()

    with _quiet_garbage_collector():
        async with asyncio.TaskGroup() as group:
            for source in sources:
                group.create_task(run(source))
    return builder.build()


def _waits(source: Source, sources: Collection[Source]) -> list[int]:
    """The sources that must be through before this one can say what it asks for, by identity."""
    types = {of for of in (*source.requires, *source.after) if of not in source.records}
    return [id(other) for other in sources if not other.late and not types.isdisjoint(other.records)]


def _within_reach(
    sources: Collection[Source], builder: EstateBuilder, selection: Selection
) -> Iterator[Source]:
    for source in sources:
        if source.step is None or source.step in selection.reach:
            yield source
        else:
            for of in source.records:
                builder.leave_out(of, source.step)


async def _read(reader: Reader, source: Source, ask: Ask, builder: EstateBuilder) -> None:
    rows: dict[ArmId, Resource] = {}
    try:
        if ask.single:
            body = await reader.get(ask.paths[0], source.api_version, source.method)
            _keep(source, [body], ask, builder, rows)
        else:
            for path in ask.paths:
                async for page in reader.pages(path, source.api_version):
                    _keep(source, page, ask, builder, rows)
    except ReadFailed as failure:
        if failure.code.lower() != _NEVER_USED:
            for of in source.records:
                builder.add_gap(of, _gap(of, ask.scope, ask.explain(failure)))
            for row in rows.values():
                builder.add_single(source.record, row)
            return
    if ask.single:
        for row in rows.values():
            builder.add_single(source.record, row)
    else:
        builder.add(source.record, ask.scope, rows.values())
        for embedded in source.embeds:
            # The list of the parents was read to its end, so a child that it does not hold is not there.
            builder.add_within(embedded.record, ask.scope, rows)


def _keep(
    source: Source,
    bodies: Sequence[Any],
    ask: Ask,
    builder: EstateBuilder,
    rows: dict[ArmId, Resource],
) -> None:
    def known_id(body: Any) -> ArmId | None:
        if ask.single:
            return ask.scope
        if source.names is None or not isinstance(body, dict):
            return None
        return _named(ask.scope, source.record, source.names(body))

    for row, body in _decoded(source.record, bodies, ask.scope, builder, known_id):
        rows[row.id] = row
        for embedded in source.embeds:
            inner = _member(body, embedded.member)
            if inner is None:
                said = f"properties.{embedded.member} is not a list"
                builder.add_gap(
                    embedded.record,
                    Gap(scope=row.id, what=embedded.record.ARM_TYPE, reason=Reason.MALFORMED, detail=said),
                )
                continue
            found = _decoded(embedded.record, inner, row.id, builder)
            builder.add(embedded.record, row.id, [child for child, _ in found])


def _named(scope: ArmId, of: type[Resource], name: str) -> ArmId | None:
    """The id of a child that was given a name only; None for what can be no segment of an id."""
    segment = of.ARM_TYPE.rpartition("/")[2]
    return scope.child(segment, name) if name and "/" not in name else None


def _member(body: dict[str, Any], name: str) -> list[Any] | None:
    """A list inside the properties; empty where absent or null, None where it is something else."""
    properties = body.get("properties")
    found = (properties.get(name) if isinstance(properties, dict) else None) or []
    return found if isinstance(found, list) else None


def _decoded(
    of: type[Resource],
    bodies: Sequence[Any],
    scope: ArmId,
    builder: EstateBuilder,
    known_id: Callable[[Any], ArmId | None] = lambda _body: None,
) -> Iterator[tuple[Resource, dict[str, Any]]]:
    """Each body that can be read at all; one that cannot is one gap and costs no other."""
    for position, body in enumerate(bodies):
        try:
            decoded = decode(of, body, scope, known_id=known_id(body))
        except Misfit as misfit:
            at = scope.child(of.ARM_TYPE.rpartition("/")[2], f"[{position}]")
            said = f"element {position} of the list is not {misfit.expected}"
            builder.add_gap(of, Gap(scope=at, what=of.ARM_TYPE, reason=Reason.MALFORMED, detail=said))
            continue
        if decoded.malformed:
            said = f"unexpected form of {', '.join(decoded.malformed)}"
            gap = Gap(scope=decoded.resource.id, what=of.ARM_TYPE, reason=Reason.MALFORMED, detail=said)
            builder.add_malformed(of, gap)
        yield decoded.resource, body


def _gap(of: type[Resource], scope: ArmId, failure: ReadFailed) -> Gap:
    action = (failure.action or of.read_action()) if failure.reason is Reason.NO_PERMISSION else None
    return Gap(
        scope=scope,
        what=of.ARM_TYPE,
        reason=failure.reason,
        http_status=failure.status,
        action=action,
        detail=failure.detail,
    )


@contextmanager
def _quiet_garbage_collector() -> Iterator[None]:
    """Decoding makes many small objects that all stay: collecting in between doubles the time (measured)."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
