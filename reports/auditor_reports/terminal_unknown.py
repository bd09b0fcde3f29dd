"""What could not be judged: missing permissions first, then what could not be read, then the undecidable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    def results(self) -> list[Result]:
        return [found for results in self.verdicts.values() for found in results]


def write_unknown(page: Page, result: AuditResult) -> None:
    unknown = [found for found in result.results if found.status == "unknown" and not found.waiver]
    causes = _causes(unknown, result.gaps)
    undecided = [found for found in unknown if _gap_of(found) is None]
    if not causes and not undecided:
        return
    page.heading(f"Could not be judged ({len(unknown)})" if unknown else "Could not be read")
    for cause in causes:
        page.blank()
        _write_cause(page, cause)
    for block in _blocks(undecided):
        page.blank()
        _write_undecided(page, block)
    if any(gap.action for cause in causes for gap in cause.gaps.values()):
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


def _write_cause(page: Page, cause: _Unread) -> None:
    gap = next(iter(cause.gaps.values()))
    results = cause.results
    cost = counted(len(results), "verdict") if results else "no verdict needs it"
    if gap.action:
        page.line("missing ", (gap.action, "bold"), f": {cost}", indent=2)
    else:
        status = f", HTTP {gap.http_status}" if gap.http_status else ""
        page.line("not read: ", (gap.what, "bold"), f" ({gap.reason}{status}): {cost}", indent=2)
    scopes = sorted(cause.gaps, key=lambda scope: (-len(cause.verdicts.get(scope, ())), scope))
    for scope in scopes[:_SCOPES_SHOWN]:
        share = f"  ({len(cause.verdicts.get(scope, ()))})" if len(scopes) > 1 else ""
        page.line("on ", (cause.gaps[scope].scope.text, "dim"), share, indent=4)
    if len(scopes) > _SCOPES_SHOWN:
        page.line(f"and on {len(scopes) - _SCOPES_SHOWN} more, in the JSON report under gaps", indent=4)
    if gap.detail and not gap.action:
        page.paragraph(shortened(gap.detail, _MESSAGE_LIMIT), indent=4, style="dim")
    if results:
        page.paragraph(_rules(results), indent=4, label="rules: ")


def _rules(results: Sequence[Result]) -> str:
    rules = list(dict.fromkeys(found.rule for found in results))
    more = f" and {len(rules) - _RULES_SHOWN} more" if len(rules) > _RULES_SHOWN else ""
    return ", ".join(rules[:_RULES_SHOWN]) + more


def _blocks(undecided: Iterable[Result]) -> list[list[Result]]:
    blocks: dict[tuple[str, str], list[Result]] = {}
    for found in undecided:
        blocks.setdefault((found.rule, found.verdict.message), []).append(found)
    return list(blocks.values())


def _write_undecided(page: Page, block: Sequence[Result]) -> None:
    verdict = block[0].verdict
    reason = f" ({verdict.reason})" if isinstance(verdict, Unknown) else ""
    page.line((block[0].rule, "bold"), f"{reason}: {counted(len(block), 'verdict')}", indent=2)
    page.paragraph(shortened(verdict.message, _MESSAGE_LIMIT), indent=4)
    for found in block:
        page.line((found.resource, "dim"), indent=4)
    for note in dict.fromkeys(note for found in block for note in found.verdict.notes):
        page.paragraph(shortened(note, _MESSAGE_LIMIT), indent=4, style="dim", label="note: ")
