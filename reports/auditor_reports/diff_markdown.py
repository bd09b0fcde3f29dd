"""Format `markdown` of `auditor diff`: for a pull request, a ticket or a job summary."""

from __future__ import annotations

import re

from auditor.model.changes import Change, ChangeKind, Changes
from auditor.model.pack import Sheet
from auditor_reports.terminal_changes import score_change, spoken, status, summary
from auditor_reports.times import moment
from auditor_reports.visible import shortened, visible

# Whatever Markdown, its tables or the HTML inside it give a meaning to.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&:@/$])")
_LIMIT = 500
_COLUMNS = ("severity", "rule", "resource", "what is said", "fingerprint")


def render(changes: Changes, sheet: Sheet) -> str:
    """A summary, then a table for each kind of change. Every text is escaped: it may be the tenant's."""
    lines = [
        "## What changed",
        "",
        f"**{_escaped(summary(changes))}**",
        "",
        f"- {_escaped(score_change(changes))}",
        f"- from {_escaped(moment(changes.old.started_at))}, run {_escaped(changes.old.id)}",
        f"- to {_escaped(moment(changes.new.started_at))}, run {_escaped(changes.new.id)}",
        *(f"- {_escaped(note)}" for note in changes.notes),
    ]
    for kind in ChangeKind:
        if found := changes.of(kind):
            lines += ["", f"### {spoken(kind).capitalize()} ({len(found)})", "", *_table(found)]
    if changes.gone_resources:
        lines += ["", f"### Resources gone ({len(changes.gone_resources)})", ""]
        lines += [f"- {_escaped(resource)}" for resource in changes.gone_resources]
    return "\n".join(lines) + "\n"


def _table(found: tuple[Change, ...]) -> list[str]:
    head = [" | ".join(("", *_COLUMNS, "")).strip(), "|---" * len(_COLUMNS) + "|"]
    return head + ["| " + " | ".join(_cells(change)) + " |" for change in found]


def _cells(change: Change) -> tuple[str, ...]:
    why = f" ({change.why})" if change.why else ""
    said = f"{status(change)}{why}: {change.message}"
    texts = (change.severity, change.rule, change.resource, shortened(said, _LIMIT), change.fingerprint[:12])
    return tuple(_escaped(text) for text in texts)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", visible(text))
