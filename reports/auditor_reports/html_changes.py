"""What changed since the last run, and what a fix run did, for the page's template."""

from __future__ import annotations

from typing import Any

from auditor.model.changes import Change, ChangeKind, Changes
from auditor.model.fix import Fix
from auditor_reports.html_data import legible
from auditor_reports.terminal_changes import score_change, spoken, status
from auditor_reports.times import moment

_SHOWN = 25
_WHY_LIMIT = 300
_TONES = {
    **dict.fromkeys((ChangeKind.NEW, ChangeKind.REGRESSED, ChangeKind.WORSE, ChangeKind.UNWAIVED), "fail"),
    **dict.fromkeys((ChangeKind.UNKNOWN_NOW, ChangeKind.KNOWN_AGAIN, ChangeKind.NOT_JUDGED_NOW), "unknown"),
    **dict.fromkeys((ChangeKind.FIXED, ChangeKind.MILDER), "pass"),
    ChangeKind.WAIVED: "waived",
}
_ALWAYS = (ChangeKind.NEW, ChangeKind.REGRESSED, ChangeKind.FIXED, ChangeKind.UNKNOWN_NOW)


def changes(found: Changes) -> dict[str, Any]:
    """Counts of each kind, those that matter most also where they are zero, and the changes behind them."""
    counts = found.counts
    kinds = [kind for kind in ChangeKind if counts[kind] or kind in _ALWAYS]
    return {
        "since": moment(found.old.started_at),
        "score": score_change(found),
        "notes": [legible(note) for note in found.notes],
        "kinds": [
            {
                "name": spoken(kind),
                "tone": _TONES.get(kind, "none"),
                "count": counts[kind],
                "rows": [_row(change) for change in found.of(kind)[:_SHOWN]],
                "more": max(counts[kind] - _SHOWN, 0),
            }
            for kind in kinds
        ],
        "gone": list(found.gone_resources[:_SHOWN]),
        "gone_more": max(len(found.gone_resources) - _SHOWN, 0),
    }


def _row(change: Change) -> dict[str, Any]:
    return {
        "severity": change.severity.value,
        "rule": change.rule,
        "resource": change.resource,
        "name": legible(change.resource.rpartition("/")[2] or change.resource, 120),
        "fingerprint": change.fingerprint if change.now is not None else "",
        "status": status(change),
        "why": legible(change.why, _WHY_LIMIT),
    }


def fixes(found: tuple[Fix, ...]) -> list[dict[str, Any]]:
    return [
        {
            "kind": fix.kind.value,
            "outcome": spoken_outcome(fix),
            "target": fix.connection or fix.target,
            "name": legible(fix.target.rpartition("/")[2], 120),
            "message": legible(fix.message),
            "before": legible(fix.before or "not known", 120),
            "after": legible(fix.after or "not known", 120),
            "revert": fix.revert or "",
        }
        for fix in found
    ]


def spoken_outcome(fix: Fix) -> str:
    return fix.outcome.value.replace("-", " ")
