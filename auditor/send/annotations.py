"""What a pipeline shows beside the run: one annotation a finding, in the words of its service.

GitHub shows ten errors and ten warnings of a step, so the worst come first and the last one counts the rest.
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from auditor.model.finding import Severity
from auditor.model.fix import Fix
from auditor.model.plaintext import one_line
from auditor.model.result import AuditResult, Result
from auditor.pipeline_log import Service

MOST_SHOWN: Final = 10
_LONGEST_MESSAGE: Final = 500

# In this order: the percent sign is what the others are written with.
_GITHUB_DATA: Final = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_GITHUB_PROPERTY: Final = (*_GITHUB_DATA, (":", "%3A"), (",", "%2C"))
_AZURE: Final = (("%", "%AZP25"), ("\r", "%0D"), ("\n", "%0A"))


class Annotation(NamedTuple):
    """`level` decides the colour. Both texts may hold anything: `written` escapes them."""

    level: Literal["error", "warning"]
    title: str
    message: str


def annotate(result: AuditResult, fail_on: str, min_severity: str) -> Iterator[Annotation]:
    """Errors for what nothing may pass with, warnings for the rest; at most ten of each."""
    if result.unaudited:
        yield Annotation("error", "nothing was audited", result.unaudited)
        return
    failed = [one for one in result.results if one.status == "fail" and one.waiver is None]
    gate = -1 if fail_on == "never" else Severity(fail_on).rank
    lowest = Severity(min_severity).rank
    # First what went wrong under our own hands.
    errors = [_of_fix(one) for one in result.fixes if one.outcome.is_failure]
    errors += [_of(one, "error") for one in failed if one.severity.rank <= gate]
    milder = [_of(one, "warning") for one in failed if gate < one.severity.rank <= lowest]
    yield from _bounded(errors, "error")
    yield from _bounded([*_unread(result), *milder], "warning")


def written(annotation: Annotation, service: Service) -> str:
    """One logging command of the service, on one line."""
    title, message = one_line(annotation.title), _shortened(one_line(annotation.message))
    if service is Service.GITHUB_ACTIONS:
        name = _escaped(f"auditor: {title}", _GITHUB_PROPERTY)
        return f"::{annotation.level} title={name}::{_escaped(message, _GITHUB_DATA)}"
    said = _escaped(f"auditor: {title}: {message}", _AZURE)
    return f"##vso[task.logissue type={annotation.level}]{said}"


def _of(found: Result, level: Literal["error", "warning"]) -> Annotation:
    name = found.resource.rpartition("/")[2]
    return Annotation(level, f"{found.severity} {found.rule}", f"{name}: {found.verdict.message}")


def _of_fix(fix: Fix) -> Annotation:
    name = (fix.connection or fix.target).rpartition("/")[2]
    return Annotation("error", f"{fix.kind} {fix.outcome}", f"{name}: {fix.message}")


def _unread(result: AuditResult) -> list[Annotation]:
    unknown = sum(one.status == "unknown" for one in result.results)
    if not unknown:
        return []
    actions = sorted({gap.action for gap in result.gaps if gap.action})
    missing = f" Missing permissions: {', '.join(actions)}." if actions else ""
    verdicts = "1 verdict is" if unknown == 1 else f"{unknown} verdicts are"
    return [Annotation("warning", "incomplete", f"{verdicts} unknown.{missing}")]


def _bounded(found: Sequence[Annotation], level: Literal["error", "warning"]) -> Iterator[Annotation]:
    if len(found) <= MOST_SHOWN:
        yield from found
        return
    yield from found[: MOST_SHOWN - 1]
    rest = len(found) - MOST_SHOWN + 1
    yield Annotation(level, f"{rest} more", f"{rest} more findings are in the report.")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 1]}…"


def _escaped(text: str, replaced: tuple[tuple[str, str], ...]) -> str:
    for character, code in replaced:
        text = text.replace(character, code)
    return text
