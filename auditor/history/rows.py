"""A report as rows of the tables. Text of the tenant goes in with no character that a viewer obeys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from auditor.history import schema
from auditor.history.series import series_of
from auditor.model.changes import ChangeKind
from auditor.model.finding import NotApplicable, Unknown
from auditor.model.plaintext import one_line
from auditor.model.result import AuditResult, GroupMarks, Result

Row = dict[str, Any]


def rows_of(result: AuditResult) -> Iterator[tuple[Table, Sequence[Row]]]:
    """The rows of the run by table, in an order in which they can be inserted."""
    run_id, seen_at = result.run.id, result.run.started_at
    yield schema.runs, [_run(result)]
    yield schema.results, [_result(run_id, seen_at, n, one) for n, one in enumerate(result.results)]
    yield schema.changes, list(_changes(result))
    yield schema.gaps, list(_gaps(result))
    yield schema.rules, list(_rules(result))
    yield schema.scores, list(_scores(result))
    yield schema.fixes, list(_fixes(result))


def mean_age_days(result: AuditResult) -> float | None:
    """Over the open findings; None where nothing is open."""
    at = result.run.started_at
    seen = [one.first_seen for one in result.results if one.first_seen and one.waiver is None]
    return sum((at - first).total_seconds() for first in seen) / 86400 / len(seen) if seen else None


def _run(result: AuditResult) -> Row:
    run, score, changes = result.run, result.score, result.changes
    statuses, failed = score.by_status, score.fails_by_severity
    counts = {schema.change_column(kind): changes.counts[kind] if changes else None for kind in ChangeKind}
    return {
        "id": run.id,
        "series": series_of(run),
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "tool_version": result.tool_version,
        "cloud": one_line(run.cloud),
        "tenant_id": _optional(run.tenant_id),
        "principal_id": _optional(run.principal_id),
        "profile": run.profile,
        "scope": _plain(run.scope),
        "options": _plain(run.options),
        "unaudited": _optional(result.unaudited),
        "grade": score.marks.grade,
        "score": score.marks.value,
        "score_low": score.marks.low,
        "score_high": score.marks.high,
        "coverage": score.coverage,
        "passed": statuses["pass"],
        "failed": statuses["fail"],
        "unknown": statuses["unknown"],
        "not_applicable": statuses["not_applicable"],
        "waived": score.waived,
        **{f"failed_{severity}": count for severity, count in failed.items()},
        "mean_age_days": mean_age_days(result),
        "previous_run_id": changes.old.id if changes else None,
        **counts,
    }


def _result(run_id: str, seen_at: datetime, number: int, found: Result) -> Row:
    verdict, waiver = found.verdict, found.waiver
    return {
        "run_id": run_id,
        "number": number,
        "seen_at": seen_at,
        "fingerprint": found.fingerprint,
        "rule": found.rule,
        "status": found.status,
        "severity": found.severity.value,
        "confidence": found.confidence.value,
        "resource": one_line(found.resource),
        "resource_type": one_line(found.resource_type),
        "subscription_id": _optional(found.subscription_id),
        "location": _optional(found.location),
        "related": _plain(found.related),
        "workloads": _plain(found.workloads),
        "message": one_line(verdict.message),
        "reason": verdict.reason.value if isinstance(verdict, Unknown | NotApplicable) else None,
        "is_waived": waiver is not None,
        "waiver_owner": one_line(waiver.owner) if waiver else None,
        "waiver_expires": waiver.expires if waiver else None,
        "first_seen": found.first_seen,
    }


def _changes(result: AuditResult) -> Iterator[Row]:
    for number, change in enumerate(result.changes.changes if result.changes else ()):
        yield {
            "run_id": result.run.id,
            "number": number,
            "seen_at": result.run.started_at,
            "kind": change.kind.value,
            "fingerprint": change.fingerprint,
            "rule": change.rule,
            "severity": change.severity.value,
            "resource": one_line(change.resource),
            "resource_type": one_line(change.resource_type),
            "was": change.was,
            "now": change.now,
            "message": one_line(change.message),
            "why": one_line(change.why),
        }


def _gaps(result: AuditResult) -> Iterator[Row]:
    for number, gap in enumerate(result.gaps):
        yield {
            "run_id": result.run.id,
            "number": number,
            "scope": one_line(gap.scope.text),
            "what": one_line(gap.what),
            "reason": gap.reason.value,
            "http_status": gap.http_status,
            "action": _optional(gap.action),
            "detail": one_line(gap.detail),
        }


def _rules(result: AuditResult) -> Iterator[Row]:
    for rule in result.rules:
        yield {
            "run_id": result.run.id,
            "id": rule.id,
            "title": one_line(rule.title),
            "severity": rule.severity.value,
            "class": rule.rule_class,
            "url": one_line(rule.url),
        }


def _scores(result: AuditResult) -> Iterator[Row]:
    workloads = {one.id: one.name for one in result.workloads}
    groups: list[tuple[str, GroupMarks, Mapping[str, str]]] = [
        *(("workload", group, workloads) for group in result.score.by_workload),
        *(("subscription", group, result.subscription_names) for group in result.score.by_subscription),
    ]
    for number, (kind, group, names) in enumerate(groups):
        yield {
            "run_id": result.run.id,
            "number": number,
            "kind": kind,
            "of": one_line(group.id),
            "name": one_line(names.get(group.id, group.id)),
            "grade": group.marks.grade,
            "score": group.marks.value,
            "score_low": group.marks.low,
            "score_high": group.marks.high,
        }


def _fixes(result: AuditResult) -> Iterator[Row]:
    for number, fix in enumerate(result.fixes):
        yield {
            "run_id": result.run.id,
            "number": number,
            "kind": fix.kind.value,
            "target": one_line(fix.target),
            "connection": _optional(fix.connection),
            "private_endpoint": _optional(fix.private_endpoint),
            "decision": fix.decision,
            "decision_row": fix.row,
            "action": fix.action,
            "outcome": fix.outcome.value,
            "state_before": _optional(fix.before),
            "state_after": _optional(fix.after),
            "message": one_line(fix.message),
            "revert": _optional(fix.revert),
        }


def _optional(text: str | None) -> str | None:
    return None if text is None else one_line(text)


def _plain(value: object) -> Any:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, Mapping):
        return {one_line(str(key)): _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, list | tuple) else value
