"""Which exit code an audit ends with, as the contract defines them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.exitcodes import ExitCode, choose
from auditor.model.finding import Severity, Unknown
from auditor.model.fix import Fix
from auditor.model.plaintext import one_line
from auditor.model.result import AuditResult, Result
from auditor.options import ScanOptions

NOTHING_OF_INTEREST = (
    "no resource of interest in scope. Widen the scope or the rules, or accept it with --allow-empty."
)


def exit_code(result: AuditResult, options: ScanOptions) -> ExitCode:
    return choose(_holding(result, options))


def explanation(result: AuditResult, options: ScanOptions) -> str:
    """One line for people: why the exit code is what it is. Empty where there is nothing to explain."""
    if result.unaudited:
        return one_line(result.unaudited)
    if failed := _failed_fixes(result):
        return f"exit 5: {_counted(len(failed), 'change')} failed or could not be verified"
    if _is_under_minimum(result, options):
        return f"exit 1: the score {result.score.marks.value} is below --min-score {options.min_score:g}"
    if gated := _at_gate(result, options):
        return f"exit 1: {_counted(len(gated), 'finding')} at or above --fail-on {options.fail_on}"
    if not options.allow_incomplete and (unread := _unread(result)):
        verdicts = _counted(len(unread), "verdict")
        return f"exit 4: {verdicts} unknown, for something could not be read (see --allow-incomplete)"
    return ""


def is_incomplete(result: AuditResult) -> bool:
    """Whether any verdict is unknown because something could not be read."""
    return bool(_unread(result))


def audited_nothing(result: AuditResult, options: ScanOptions) -> bool:
    """Whether there was no audit, and nobody has said that there may be none."""
    return bool(result.unaudited) and not (options.allow_empty and result.unaudited == NOTHING_OF_INTEREST)


def _holding(result: AuditResult, options: ScanOptions) -> Iterator[ExitCode]:
    if audited_nothing(result, options):
        yield ExitCode.NOTHING_AUDITED
    if _failed_fixes(result):
        yield ExitCode.FIX_FAILED
    if _is_under_minimum(result, options) or _at_gate(result, options):
        yield ExitCode.FINDINGS
    if not options.allow_incomplete and is_incomplete(result):
        yield ExitCode.INCOMPLETE


def _failed_fixes(result: AuditResult) -> Sequence[Fix]:
    return [fix for fix in result.fixes if fix.outcome.is_failure]


def _is_under_minimum(result: AuditResult, options: ScanOptions) -> bool:
    value = result.score.marks.value
    return options.min_score is not None and value is not None and value < options.min_score


def _at_gate(result: AuditResult, options: ScanOptions) -> Sequence[Result]:
    """The failures that nobody has accepted and that are severe enough to fail the run."""
    if options.fail_on == "never":
        return ()
    bound = Severity(options.fail_on).rank
    failed = (one for one in result.results if one.status == "fail" and one.waiver is None)
    return [one for one in failed if one.severity.rank <= bound]


def _unread(result: AuditResult) -> Sequence[Result]:
    return [
        one for one in result.results if isinstance(one.verdict, Unknown) and one.verdict.reason.means_unread
    ]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
