"""One row of a collected estate read anew from another body, as the collectors would read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from auditor import engine
from auditor.model.declared import Declared
from auditor.model.estate import Estate, Table
from auditor.model.finding import Gap
from auditor.model.reasons import Reason
from auditor.model.result import Result
from auditor.model.wire import Misfit, Resource, decode
from auditor.relate.workloads import discover
from auditor.rule import Rule, View
from tests.meta.payloads import Body, Payload
from tests.rules.world import NOW


def judged(estate: Estate, rules: Iterable[Rule[Any]]) -> tuple[Result, ...]:
    known = Declared()
    view = View(estate=estate, relations=discover(estate, known), declared=known, now=NOW)
    return engine.run(rules, view, estate.audited)


def substituted(estate: Estate, payload: Payload, body: Body) -> Estate:
    """The estate in which the payload's row was read from this body."""
    table = estate.tables[payload.record]
    try:
        decoded = decode(payload.record, body, payload.row.scope, known_id=payload.row.id)
    except Misfit:
        changed = _without(table, payload)
    else:
        changed = _with(table, payload, decoded.resource)
        if decoded.malformed:
            changed.malformed[payload.row.id] = _gap(payload, ", ".join(decoded.malformed))  # type: ignore[index]
    return replace(estate, tables={**estate.tables, payload.record: changed})


def _with(table: Table[Resource], payload: Payload, row: Resource) -> Table[Resource]:
    old = payload.row.id
    lists = {
        scope: tuple(row if found.id == old else found for found in rows)
        for scope, rows in table.by_scope.items()
    }
    rows = {rid: found for rid, found in table.rows.items() if rid != old}
    return Table({**rows, row.id: row}, lists, dict(table.gaps), dict(table.malformed))


def _without(table: Table[Resource], payload: Payload) -> Table[Resource]:
    """A body that cannot be read at all is a gap beside the list."""
    old = payload.row.id
    lists = {
        scope: tuple(found for found in rows if found.id != old) for scope, rows in table.by_scope.items()
    }
    rows = {rid: found for rid, found in table.rows.items() if rid != old}
    gap = _gap(payload, "the whole body")
    at = payload.row.scope.child(payload.record.ARM_TYPE.rpartition("/")[2], "[0]")
    return Table(rows, lists, {**table.gaps, at: replace(gap, scope=at)}, dict(table.malformed))


def _gap(payload: Payload, what: str) -> Gap:
    said = f"unexpected form of {what}"
    return Gap(scope=payload.row.id, what=payload.record.ARM_TYPE, reason=Reason.MALFORMED, detail=said)
