"""Changes as JSON values and back: `changes` of a report, and the whole of `auditor diff --format json`."""

from __future__ import annotations

from typing import Any

from auditor.model.changes import Change, ChangeKind, Changes, RunMark
from auditor.model.finding import Severity
from auditor.model.json_object import JsonObject, Malformed
from auditor.model.json_value import timestamp
from auditor.model.result import Marks

GRADES = ("A", "B", "C", "D", "F", "–")
STATUSES = ("pass", "fail", "unknown", "not_applicable")


def changes_document(changes: Changes) -> dict[str, Any]:
    """The changes as JSON values, their keys in the order of the schema."""
    return {
        "old": _run_mark(changes.old),
        "new": _run_mark(changes.new),
        **_summary(changes),
        "changes": [_change(change) for change in changes.changes],
        "gone_resources": list(changes.gone_resources),
        "notes": list(changes.notes),
    }


def restored_changes(of: JsonObject) -> Changes:
    """The changes that `changes_document` made the object of. Raises Malformed."""
    changes = Changes(
        old=_restored_mark(of.object("old")),
        new=_restored_mark(of.object("new")),
        changes=tuple(_restored_change(change) for change in of.objects("changes")),
        gone_resources=of.texts("gone_resources"),
        notes=of.texts("notes"),
    )
    for key, wanted in _summary(changes).items():
        _restored_summary(of, key, wanted)
    of.refuse_rest()
    return changes


def _summary(changes: Changes) -> dict[str, dict[str, Any] | None]:
    """What follows from the rest, for readers that count nothing themselves."""
    moved = changes.score_change
    return {
        "score_change": dict(zip(("value", "least", "most"), moved, strict=True)) if moved else None,
        "counts": {kind.value: count for kind, count in changes.counts.items()},
    }


def _restored_summary(of: JsonObject, key: str, wanted: dict[str, Any] | None) -> None:
    """Raises Malformed where the object says other than what follows from the rest."""
    if wanted is None:
        of.exactly(key, None)
        return
    found = of.object(key)
    for name, value in wanted.items():
        found.exactly(name, value)
    found.refuse_rest()


def _run_mark(mark: RunMark) -> dict[str, Any]:
    marks = mark.marks
    return {
        "id": mark.id,
        "started_at": timestamp(mark.started_at),
        "value": marks.value,
        "low": marks.low,
        "high": marks.high,
        "grade": marks.grade,
    }


def _restored_mark(of: JsonObject) -> RunMark:
    marks = Marks(
        value=of.optional_number("value", largest=100),
        low=of.optional_number("low", largest=100),
        high=of.optional_number("high", largest=100),
        grade=of.one_of("grade", GRADES),
    )
    mark = RunMark(id=of.text("id"), started_at=of.moment("started_at"), marks=marks)
    of.refuse_rest()
    return mark


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "rule": change.rule,
        "severity": change.severity.value,
        "resource": change.resource,
        "resource_type": change.resource_type,
        "related": list(change.related),
        "fingerprint": change.fingerprint,
        "was": change.was,
        "now": change.now,
        "message": change.message,
        "why": change.why,
    }


def _restored_change(of: JsonObject) -> Change:
    change = Change(
        kind=of.chosen("kind", ChangeKind),
        rule=of.text("rule"),
        severity=of.chosen("severity", Severity),
        resource=of.text("resource"),
        resource_type=of.text("resource_type"),
        related=of.texts("related"),
        fingerprint=of.text("fingerprint"),
        was=_status(of, "was"),
        now=_status(of, "now"),
        message=of.text("message"),
        why=of.text("why"),
    )
    of.refuse_rest()
    return change


def _status(of: JsonObject, key: str) -> str | None:
    found = of.optional_text(key)
    if found is not None and found not in STATUSES:
        raise Malformed(of.place(key), f"must be one of {', '.join(STATUSES)} or null")
    return found
