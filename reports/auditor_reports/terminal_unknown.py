"""What could not be judged: missing permissions first, then what could not be read, then the undecidable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.model.finding import Gap, Unknown
from auditor.model.result import AuditResult, Result
from auditor_reports.terminal_page import Page, counted
from auditor_reports.visible import shortened

_SCOPES_SHOWN = 5
_RULES_SHOWN = 8
_MESSAGE_LIMIT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unread:
    """All that one cause keeps from being read: gaps by scope, and the verdicts that need them."""

    gaps: dict[str, Gap] = field(default_factory=dict)
    verdicts: dict[str, list[Result]] = field(default_factory=dict)

    @property
    def gap(self) -> Gap:
        """Any of its gaps: they differ in scope only."""
        return next(iter(self.gaps.values()))

    @property
    def results(self) -> list[Result]:
        return [found for results in self.verdicts.values() for found in results]


def write_unknown(page: Page, result: AuditResult) -> None:
    unknown = [found for found in result.results if found.status == "unknown" and not found.waiver]
    causes = _causes(unknown, result.gaps)
    undecided = [found for found in unknown if _gap_of(found) is None]
    if not causes and not undecided:
        return
    page.heading(f"Could not be judged ({len(unknown)})" if unknown else "Could not be read")
    for refused in _refusals(causes):
        page.blank()
        _write_refusal(page, refused, result.subscription_names)
    for cause in causes:
        if not cause.gap.action:
            page.blank()
            _write_cause(page, cause, result.subscription_names)
    for block in _blocks(undecided):
        page.blank()
        _write_undecided(page, block)
    if any(cause.gap.action for cause in causes):
        page.blank()
        page.line(
            "To get a role with every permission that is needed: ", ("auditor permissions", "bold"), indent=2
        )


def _gap_of(found: Result) -> Gap | None:
    return found.verdict.gap if isinstance(found.verdict, Unknown) else None


def _causes(unknown: Iterable[Result], gaps: Iterable[Gap]) -> list[_Unread]:
    """Gaps by what is missing, those that cost most verdicts first, permissions before all others."""
    causes: dict[tuple[str, ...], _Unread] = {}
    for found in unknown:
        if gap := _gap_of(found):
            cause = causes.setdefault(_cause_key(gap), _Unread())
            cause.gaps.setdefault(gap.scope.key, gap)
            cause.verdicts.setdefault(gap.scope.key, []).append(found)
    for gap in gaps:
        causes.setdefault(_cause_key(gap), _Unread()).gaps.setdefault(gap.scope.key, gap)
    return [causes[key] for key in sorted(causes, key=lambda key: _urgency(key, causes[key]))]


def _cause_key(gap: Gap) -> tuple[str, ...]:
    if gap.action:
        return "permission", gap.action.lower()
    return "other", gap.what.lower(), gap.reason, str(gap.http_status or "")


def _urgency(key: tuple[str, ...], cause: _Unread) -> tuple[bool, int, tuple[str, ...]]:
    return key[0] != "permission", -len(cause.results), key


def _refusals(causes: Iterable[_Unread]) -> list[list[_Unread]]:
    """Missing permissions, those together that are missing on the same scopes: one role would mend them."""
    together: dict[tuple[str, ...], list[_Unread]] = {}
    for cause in causes:
        if cause.gap.action:
            together.setdefault(tuple(sorted(cause.gaps)), []).append(cause)
    return sorted(together.values(), key=lambda refused: -sum(len(cause.results) for cause in refused))


def _write_refusal(page: Page, refused: Sequence[_Unread], names: Mapping[str, str]) -> None:
    results = [found for cause in refused for found in cause.results]
    needed = [cause for cause in refused if cause.results]
    idle = [cause.gap.action or "" for cause in refused if not cause.results]
    missing = counted(len(refused), "permission")
    cost = f"{counted(len(results), 'verdict')} unknown" if results else "no verdict waits for it"
    page.line((f"{missing} missing", "bold"), f": {cost}", indent=2)
    _write_scopes(page, refused[0], names)
    for cause in needed:
        page.line(f"{cause.gap.action}: {counted(len(cause.results), 'verdict')}", indent=6)
    if idle:
        page.paragraph(", ".join(idle), indent=6, style="dim", label="refused too, no verdict waits for it: ")
    if results:
        page.paragraph(_rules(results), indent=4, label="rules: ")


def _write_cause(page: Page, cause: _Unread, names: Mapping[str, str]) -> None:
    gap, results = cause.gap, cause.results
    cost = counted(len(results), "verdict") if results else "no verdict waits for it"
    status = f", HTTP {gap.http_status}" if gap.http_status else ""
    page.line("not read: ", (gap.what, "bold"), f" ({gap.reason}{status}): {cost}", indent=2)
    _write_scopes(page, cause, names)
    if gap.detail:
        page.paragraph(shortened(gap.detail, _MESSAGE_LIMIT), indent=4, style="dim")
    if results:
        page.paragraph(_rules(results), indent=4, label="rules: ")


def _write_scopes(page: Page, cause: _Unread, names: Mapping[str, str]) -> None:
    scopes = sorted(cause.gaps, key=lambda scope: (-len(cause.verdicts.get(scope, ())), scope))
    for scope in scopes[:_SCOPES_SHOWN]:
        asked = cause.gaps[scope].scope
        name = names.get(asked.subscription_id or "", "") if asked == asked.subscription else ""
        page.line("on ", (asked.text, "dim"), f"  {name}" if name else "", indent=4)
    if len(scopes) > _SCOPES_SHOWN:
        page.line(f"and on {len(scopes) - _SCOPES_SHOWN} more, in the JSON report under gaps", indent=4)


def _rules(results: Sequence[Result]) -> str:
    rules = list(dict.fromkeys(found.rule for found in results))
    more = f" and {len(rules) - _RULES_SHOWN} more" if len(rules) > _RULES_SHOWN else ""
    return ", ".join(rules[:_RULES_SHOWN]) + more


def _blocks(undecided: Iterable[Result]) -> list[list[Result]]:
    """Undecidable verdicts, those of one rule and reason together."""
    blocks: dict[tuple[str, str], list[Result]] = {}
    for found in undecided:
        reason = found.verdict.reason if isinstance(found.verdict, Unknown) else ""
        blocks.setdefault((found.rule, reason), []).append(found)
    return list(blocks.values())


def _write_undecided(page: Page, block: Sequence[Result]) -> None:
    verdict = block[0].verdict
    reason = f" ({verdict.reason})" if isinstance(verdict, Unknown) else ""
    page.line((block[0].rule, "bold"), f"{reason}: {counted(len(block), 'verdict')}", indent=2)
    by_message: dict[str, list[Result]] = {}
    for found in block:
        by_message.setdefault(found.verdict.message, []).append(found)
    for message, alike in by_message.items():
        page.paragraph(shortened(message, _MESSAGE_LIMIT), indent=4)
        for found in alike:
            page.line((found.resource, "dim"), indent=6)
    for note in dict.fromkeys(note for found in block for note in found.verdict.notes):
        page.paragraph(shortened(note, _MESSAGE_LIMIT), indent=4, style="dim", label="note: ")
