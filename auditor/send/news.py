"""What is worth a message: what is new or worse since the last run, and what can no longer be judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.changes import Change, ChangeKind, Changes, RunMark
from auditor.model.finding import Severity
from auditor.model.plaintext import one_line
from auditor.model.result import AuditResult


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a message says of one audit.

    `worse` and `unseen` are in the order in which they are told, the worst first. `since` is the run that was
    compared with; None where there was none, and then `worse` is everything that is open. `fixed` counts.
    `page` is the address of the pipeline's run, where the reports are.
    """

    audit: AuditResult
    since: RunMark | None
    worse: tuple[Change, ...]
    unseen: tuple[Change, ...]
    fixed: int
    score_change: float | None
    page: str | None

    @property
    def is_worth_telling(self) -> bool:
        """Nothing new and nothing lost sight of: silence. An audit that never ran is always told."""
        return bool(self.worse or self.unseen or self.audit.unaudited)

    @property
    def told(self) -> tuple[Change, ...]:
        return (*self.worse, *self.unseen)


def news(audit: AuditResult, min_severity: str, page: str | None = None) -> News:
    """What the report says of changes, as far as somebody must be told."""
    changes = audit.changes
    lowest = Severity(min_severity).rank
    worse = changes.worsened if changes else tuple(_open(audit))
    unseen = changes.of(ChangeKind.UNKNOWN_NOW) if changes else ()
    return News(
        audit=audit,
        since=changes.old if changes else None,
        worse=_worst_first(worse, lowest),
        unseen=_worst_first(unseen, lowest),
        fixed=len(changes.of(ChangeKind.FIXED)) if changes else 0,
        score_change=_score_change(changes),
        page=page,
    )


def headline(of: News) -> str:
    """One sentence, none of its words the tenant's."""
    if of.audit.unaudited:
        return "auditor: nothing was audited"
    parts = [_counted(len(of.worse), "finding")]
    parts[0] += " open" if of.since is None else " new or worse"
    if of.unseen:
        parts.append(f"{len(of.unseen)} no longer judged")
    if of.fixed:
        parts.append(f"{of.fixed} fixed")
    return f"auditor: {', '.join(parts)}"


def facts(of: News) -> Iterator[tuple[str, str]]:
    """Names and values that every message shows, each on one line."""
    marks, run = of.audit.score.marks, of.audit.run
    if marks.value is not None:
        change = f", {of.score_change:+g}" if of.score_change is not None else ""
        interval = f"{marks.low:g} to {marks.high:g}"
        yield "Score", f"{marks.grade}, {marks.value:g} of 100 ({interval}){change}"
    yield "Coverage", f"{of.audit.score.coverage:.0%} of the verdicts could be judged"
    yield "Tenant", one_line(run.tenant_id or "unknown")[:100]
    yield "Run", f"{run.finished_at:%Y-%m-%d %H:%M} UTC"
    if of.since:
        yield "Compared with", f"the run of {of.since.started_at:%Y-%m-%d %H:%M} UTC"
    elif not of.audit.unaudited:
        yield "Compared with", "nothing: there is no earlier run, so everything open is listed"


def line(change: Change, longest: int) -> tuple[str, str]:
    """A change in two lines: what became of which rule, and where; the second of them is the tenant's."""
    resource = change.resource.rpartition("/")[2]
    said = one_line(f"{resource}: {change.message}")
    said = said if len(said) <= longest else f"{said[: longest - 1]}…"
    return one_line(f"{change.severity.upper()} {change.rule} ({change.kind})"), said


def _open(audit: AuditResult) -> Iterator[Change]:
    for one in audit.results:
        if one.status == "fail" and one.waiver is None:
            yield Change(
                kind=ChangeKind.NEW,
                rule=one.rule,
                severity=one.severity,
                resource=one.resource,
                resource_type=one.resource_type,
                related=one.related,
                fingerprint=one.fingerprint,
                was=None,
                now=one.status,
                message=one.verdict.message,
            )


def _worst_first(changes: tuple[Change, ...], lowest: int) -> tuple[Change, ...]:
    shown = (one for one in changes if one.severity.rank <= lowest)
    return tuple(sorted(shown, key=lambda one: (one.severity.rank, one.sort_key)))


def _score_change(changes: Changes | None) -> float | None:
    found = changes.score_change if changes else None
    return found[0] if found else None


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
