"""Which findings of a saved report are meant, and whether they have a remedy that can be applied."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.errors import UsageError
from auditor.model.result import AuditResult, Result

# As short as a fingerprint may be cut: eight digits of it are unique in any report.
_LEAST = 8


def chosen(report: AuditResult, fingerprints: Sequence[str]) -> tuple[Result, ...]:
    """The findings, each once, in the order asked for.

    Raises UsageError for a fingerprint that is not in the report or is that of several results, and for a
    result that is no failure or has no remedy that could be applied.
    """
    found = (_applicable(_found(report, wish)) for wish in fingerprints)
    return tuple({result.fingerprint: result for result in found}.values())


def _found(report: AuditResult, wish: str) -> Result:
    wanted = wish.strip().lower()
    if len(wanted) < _LEAST:
        raise UsageError(f"{wish} is no fingerprint", f"Give at least {_LEAST} digits of one.")
    found = [result for result in report.results if result.fingerprint.startswith(wanted)]
    if not found:
        hint = "The fingerprints are under `results` of the report."
        raise UsageError(f"the report has no finding {wish}", hint)
    if len(found) > 1:
        raise UsageError(f"{wish} begins the fingerprints of {len(found)} findings", "Give more digits.")
    return found[0]


def _applicable(result: Result) -> Result:
    if result.fix is not None:
        return result
    name = f"{result.rule} on {result.resource}"
    if result.status != "fail":
        raise UsageError(f"{name} is {result.status.replace('_', ' ')}, not a failure", "There is no remedy.")
    remedy = result.remedy
    by_hand = f"By hand: {remedy.az or remedy.summary}" if remedy else ""
    raise UsageError(f"the remedy of {name} is not one that is applied for you", by_hand)
