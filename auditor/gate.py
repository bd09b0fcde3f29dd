"""Which exit code an audit ends with, as the contract defines them."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.exitcodes import ExitCode, choose
from auditor.model.finding import Severity, Unknown
from auditor.model.result import AuditResult
from auditor.options import ScanOptions

NOTHING_OF_INTEREST = "no resource of interest in scope"


def exit_code(result: AuditResult, options: ScanOptions) -> ExitCode:
    return choose(_holding(result, options))


def _holding(result: AuditResult, options: ScanOptions) -> Iterator[ExitCode]:
    if result.unaudited and not (options.allow_empty and result.unaudited == NOTHING_OF_INTEREST):
        yield ExitCode.NOTHING_AUDITED
    if _fails_gate(result, options):
        yield ExitCode.FINDINGS
    if not options.allow_incomplete and is_incomplete(result):
        yield ExitCode.INCOMPLETE


def _fails_gate(result: AuditResult, options: ScanOptions) -> bool:
    value = result.score.marks.value
    if options.min_score is not None and value is not None and value < options.min_score:
        return True
    if options.fail_on == "never":
        return False
    bound = Severity(options.fail_on).rank
    failed = (one for one in result.results if one.status == "fail" and one.waiver is None)
    return any(one.severity.rank <= bound for one in failed)


def is_incomplete(result: AuditResult) -> bool:
    """Whether any verdict is unknown because something could not be read."""
    return any(isinstance(one.verdict, Unknown) and one.verdict.reason.means_unread for one in result.results)
