"""Format `markdown` of `auditor diff`: for a pull request, a ticket or a job summary."""

from __future__ import annotations

from auditor.model.changes import Change, ChangeKind, Changes
from auditor.model.pack import Sheet
from auditor_reports.findings import sentence
from auditor_reports.markdown_text import SEVERITY_MARKS, code, within
from auditor_reports.terminal_changes import score_change, spoken, status, summary
from auditor_reports.times import moment

# A comment on a pull request holds 65,536 characters, which the twelve kinds and what is gone share.
_KIND_BYTES = 4_500


def render(changes: Changes, sheet: Sheet) -> str:
    """A summary, then a list for each kind of change. What may be the tenant's stands in code only."""
    blocks = [
        "## What changed",
        f"**{summary(changes)}**",
        "\n".join(
            (
                f"- {score_change(changes)}",
                f"- from {moment(changes.old.started_at)}, run {code(changes.old.id)}",
                f"- to {moment(changes.new.started_at)}, run {code(changes.new.id)}",
                *(f"- {code(sentence(note))}" for note in changes.notes),
            )
        ),
    ]
    for kind in ChangeKind:
        if found := changes.of(kind):
            lines = within([_line(change) for change in found], _KIND_BYTES)
            blocks += [f"### {spoken(kind).capitalize()} ({len(found)})", "\n".join(lines)]
    if gone := changes.gone_resources:
        lines = within([f"- {code(resource)}" for resource in gone], _KIND_BYTES)
        blocks += [f"### Resources gone ({len(gone)})", "\n".join(lines)]
    return "\n\n".join(blocks) + "\n"


def _line(change: Change) -> str:
    severity = f"{SEVERITY_MARKS[change.severity]} {change.severity}"
    why = f", {code(sentence(change.why))}" if change.why else ""
    said = f"{status(change)}{why}: {code(sentence(change.message))} ({code(change.fingerprint[:12])})"
    return f"- {severity} {code(change.rule)} on {code(change.resource)}: {said}"
