"""What the history says of a new run: the last one of its series, and since when each failure is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from auditor.diff.side import Judged, Side, indexed
from auditor.history.schema import gaps, results, rules, runs
from auditor.model.changes import RunMark
from auditor.model.finding import Gap, Severity
from auditor.model.ids import ArmId
from auditor.model.plaintext import one_line
from auditor.model.reasons import Reason
from auditor.model.result import Marks, Run

# SQLite's default limit of parameters is 32766 since 3.32; older builds stop at 999.
_BATCH: Final = 500


def last_of(connection: Connection, series: str, before: datetime) -> Side | None:
    """The last run of the series that audited anything and began before; None where there is none."""
    chosen = runs.c.series == series, runs.c.unaudited.is_(None), runs.c.started_at < before
    query = select(runs).where(*chosen).order_by(runs.c.started_at.desc(), runs.c.id.desc()).limit(1)
    found = connection.execute(query).one_or_none()
    return _side(connection, found) if found is not None else None


def first_seen(connection: Connection, run: Run, fingerprints: Iterable[str]) -> Mapping[str, datetime]:
    """For each failure that was known before: when the run began that first saw it without a pass since.

    All earlier runs of the tenant count, whatever they asked. A verdict of pass or not applicable ends a
    failure's time; an unknown one, or none, does not. What is not in the answer is seen for the first time.
    """
    found: dict[str, datetime] = {}
    wanted = list(fingerprints)
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        for row in connection.execute(_last_verdicts(run, batch)):
            if row.status == "fail" and row.first_seen is not None:
                found[row.fingerprint] = row.first_seen
    return found


def _last_verdicts(run: Run, fingerprints: Sequence[str]) -> Any:
    """The last verdict before the run on each fingerprint that was no unknown."""
    tenant = None if run.tenant_id is None else one_line(run.tenant_id)
    place = func.row_number().over(
        partition_by=results.c.fingerprint,
        order_by=(results.c.seen_at.desc(), (results.c.status != "fail")),
    )
    inner = (
        select(results.c.fingerprint, results.c.status, results.c.first_seen, place.label("place"))
        .join(runs, runs.c.id == results.c.run_id)
        .where(
            results.c.fingerprint.in_(fingerprints),
            results.c.seen_at < run.started_at,
            results.c.status != "unknown",
            runs.c.cloud == one_line(run.cloud),
            runs.c.tenant_id.is_not_distinct_from(tenant),
        )
        .subquery()
    )
    return select(inner).where(inner.c.place == 1)


def _side(connection: Connection, row: Row[Any]) -> Side:
    found = connection.execute(select(results).where(results.c.run_id == row.id))
    index = indexed(_judged(one) for one in found)
    unread = connection.execute(select(gaps).where(gaps.c.run_id == row.id).order_by(gaps.c.number))
    marks = Marks(value=row.score, low=row.score_low, high=row.score_high, grade=row.grade)
    return Side(
        mark=RunMark(id=row.id, started_at=row.started_at, marks=marks),
        tool_version=row.tool_version,
        cloud=row.cloud,
        tenant_id=row.tenant_id,
        profile=row.profile,
        scope=tuple(row.scope),
        rules=frozenset(connection.scalars(select(rules.c.id).where(rules.c.run_id == row.id))),
        gaps=tuple(_gap(one) for one in unread),
        by_fingerprint=index.by_fingerprint,
        unread=index.unread,
        resources=index.resources,
    )


def _judged(row: Row[Any]) -> Judged:
    return Judged(
        fingerprint=row.fingerprint,
        rule=row.rule,
        status=row.status,
        severity=Severity(row.severity),
        resource=row.resource,
        resource_type=row.resource_type,
        related=tuple(row.related),
        is_waived=row.is_waived,
        is_unread=row.status == "unknown" and _reason(row.reason).means_unread,
        message=row.message,
    )


def _gap(row: Row[Any]) -> Gap:
    return Gap(
        scope=ArmId.parse(row.scope),
        what=row.what,
        reason=_reason(row.reason),
        http_status=row.http_status,
        action=row.action,
        detail=row.detail,
    )


def _reason(text: str | None) -> Reason:
    """A reason that another version of the auditor gave and this one does not know still hides something."""
    try:
        return Reason(text or "")
    except ValueError:
        return Reason.HIDDEN
