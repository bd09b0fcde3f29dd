"""What changed since an earlier run: a line for the headline, and the lists that stand behind it."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.model.changes import Change, ChangeKind, Changes
from auditor_reports.terminal_failing import SEVERITY_STYLES, short_name
from auditor_reports.terminal_page import Page, counted
from auditor_reports.times import moment
from auditor_reports.visible import shortened

_WHY_LIMIT = 300
_SHOWN = 25
_WORSE = (ChangeKind.NEW, ChangeKind.REGRESSED, ChangeKind.WORSE, ChangeKind.UNWAIVED)
_UNSURE = (ChangeKind.UNKNOWN_NOW, ChangeKind.KNOWN_AGAIN, ChangeKind.NOT_JUDGED_NOW)
_BETTER = (ChangeKind.FIXED, ChangeKind.MILDER)
_KIND_STYLES = {
    **dict.fromkeys(_WORSE, "bold red"),
    **dict.fromkeys(_UNSURE, "bold yellow"),
    **dict.fromkeys(_BETTER, "bold green"),
}


def write_summary(page: Page, changes: Changes, label: str) -> None:
    """Since when, how many of each kind, and what the score did."""
    page.paragraph(f"{moment(changes.old.started_at)}: {summary(changes)}", label=label)
    page.paragraph(score_change(changes), label=" " * len(label))
    for note in changes.notes:
        page.paragraph(note, label=" " * len(label))


def summary(changes: Changes) -> str:
    """`2 new, 1 fixed`; the kinds that matter most are named even where there are none."""
    always = (ChangeKind.NEW, ChangeKind.REGRESSED, ChangeKind.FIXED, ChangeKind.UNKNOWN_NOW)
    counts = changes.counts
    parts = [f"{counts[kind]} {spoken(kind)}" for kind in ChangeKind if counts[kind] or kind in always]
    if changes.gone_resources:
        parts.append(f"{counted(len(changes.gone_resources), 'resource')} gone")
    return ", ".join(parts)


def spoken(kind: ChangeKind) -> str:
    return kind.value.replace("-", " ")


def score_change(changes: Changes) -> str:
    """The two scores and their difference, with what the unknowns leave open."""
    moved = changes.score_change
    if moved is None:
        return "no score to compare"
    old, new = changes.old.marks, changes.new.marks
    value, least, most = moved
    if not changes.changes and old == new:
        return f"score {new.value:.1f}, grade {new.grade}, as before"
    grades = f"grade {old.grade} to {new.grade}" if old.grade != new.grade else f"grade {new.grade} as before"
    return f"score {old.value:.1f} to {new.value:.1f}: {value:+.1f} ({least:+.1f} to {most:+.1f}), {grades}"


def write_changes(page: Page, changes: Changes, subscription_names: Mapping[str, str]) -> None:
    """The changes by kind, each on a line; of many of one kind only the first ones."""
    for kind in ChangeKind:
        found = changes.of(kind)
        if not found:
            continue
        page.blank()
        page.line((f"{spoken(kind)} ({len(found)})", _KIND_STYLES.get(kind, "bold")), indent=2)
        for change in found[:_SHOWN]:
            _write_change(page, change, subscription_names)
        _write_more(page, len(found))
    if changes.gone_resources:
        page.blank()
        page.line((f"resources gone ({len(changes.gone_resources)})", "bold"), indent=2)
        for resource in changes.gone_resources[:_SHOWN]:
            page.line((resource, "dim"), indent=4)
        _write_more(page, len(changes.gone_resources))


def _write_change(page: Page, change: Change, subscription_names: Mapping[str, str]) -> None:
    name = short_name(change.resource, subscription_names)
    page.line(
        (change.severity.upper(), SEVERITY_STYLES[change.severity]),
        "  ",
        (change.rule, "bold"),
        f"  {name}  ",
        (f"({change.resource_type})", "dim"),
        indent=4,
    )
    said = [status(change)] if change.kind is ChangeKind.KNOWN_AGAIN or change.was == "unknown" else []
    if change.why:
        said.append(shortened(change.why, _WHY_LIMIT))
    if said:
        page.paragraph("; ".join(said), indent=6, style="dim")
    page.line((change.fingerprint[:12], "dim"), "  ", (change.resource, "dim"), indent=6)


def status(change: Change) -> str:
    """`unknown before, fails now`."""
    was = {None: "not seen", "fail": "failed", "pass": "passed", "not_applicable": "did not apply"}
    now = {None: "not seen", "fail": "fails", "pass": "passes", "not_applicable": "does not apply"}
    return f"{was.get(change.was, change.was)} before, {now.get(change.now, change.now)} now"


def _write_more(page: Page, count: int) -> None:
    if count > _SHOWN:
        page.line((f"and {count - _SHOWN} more", "dim"), indent=4)
