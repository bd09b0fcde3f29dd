"""What fails: worst workload first, worst severity first inside it, with the evidence and the fix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from auditor.model.finding import Evidence, Severity
from auditor.model.ids import ArmId, MalformedId
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult, Result
from auditor_reports.terminal_page import Page, counted
from auditor_reports.times import seen_since
from auditor_reports.visible import shortened, shown_value

SEVERITY_STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "bold yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
_NAME_LIMIT = 80
_MESSAGE_LIMIT = 2000
_OTHER = "Other resources"


def shown_failures(result: AuditResult, sheet: Sheet) -> list[Result]:
    """Failures that no waiver covers and that are severe enough for this sheet, in the report's order."""
    return [
        found
        for found in result.results
        if found.status == "fail" and not found.waiver and found.severity.rank <= sheet.min_severity.rank
    ]


def write_failing(page: Page, result: AuditResult, failures: Sequence[Result]) -> None:
    if not failures:
        page.heading("Failing")
        page.line(_nothing_fails(result), indent=2)
        return
    page.heading(f"Failing ({len(failures)})")
    names = {workload.id: workload.name for workload in result.workloads}
    for workload, found in _by_workload(failures):
        page.blank()
        title = (_workload_title(workload, result), "bold underline")
        page.line(title, f"  {_workload_summary(workload, found, failures, result)}", indent=2)
        for block in _blocks(found):
            page.blank()
            _write_block(page, block, names, result)


def short_name(resource: str, subscription_names: Mapping[str, str]) -> str:
    """The last part of the id, shortened where it is beyond reason; a subscription by its name."""
    try:
        parsed = ArmId.parse(resource)
    except MalformedId:
        return shortened(resource, _NAME_LIMIT)
    if parsed.resource_type is None and len(parsed.segments) == 2:
        return shortened(subscription_names.get(parsed.name.lower(), parsed.name), _NAME_LIMIT)
    return shortened(parsed.name or resource, _NAME_LIMIT)


def _nothing_fails(result: AuditResult) -> str:
    if below := sum(result.score.fails_by_severity.values()):
        return f"Nothing at this severity; {counted(below, 'failure')} below it."
    if result.score.by_status.get("unknown", 0):
        return "Nothing among what could be judged."
    return "Nothing."


def _by_workload(failures: Sequence[Result]) -> list[tuple[str | None, list[Result]]]:
    """Each failure once, under its first workload, the workload with the worst failures first."""
    found: dict[str | None, list[Result]] = {}
    for failure in failures:
        found.setdefault(failure.workloads[0] if failure.workloads else None, []).append(failure)
    return sorted(found.items(), key=lambda item: _badness(item[1], item[0]))


def _badness(failures: Sequence[Result], workload: str | None) -> tuple[int, int, bool, str]:
    worst = min(failure.severity.rank for failure in failures)
    return worst, -sum(failure.severity.weight for failure in failures), workload is None, workload or ""


def _workload_title(workload: str | None, result: AuditResult) -> str:
    for summary in result.workloads:
        if summary.id == workload:
            return f"{shortened(summary.name, _NAME_LIMIT)} ({summary.kind}, {summary.confidence})"
    return workload or _OTHER


def _workload_summary(
    workload: str | None, found: Sequence[Result], failures: Sequence[Result], result: AuditResult
) -> str:
    grades = [f"grade {group.marks.grade}, " for group in result.score.by_workload if group.id == workload]
    elsewhere = sum(workload in failure.workloads[1:] for failure in failures)
    also = f", {elsewhere} more elsewhere" if elsewhere else ""
    return "".join(grades) + f"{len(found)} failing{also}"


def _blocks(failures: Iterable[Result]) -> list[list[Result]]:
    """Failures that differ in their resource only stand together under one heading."""
    blocks: dict[tuple[str, str, str, str], list[Result]] = {}
    for failure in failures:
        key = (failure.severity, failure.rule, failure.resource_type.lower(), failure.verdict.message)
        blocks.setdefault(key, []).append(failure)
    return list(blocks.values())


def _write_block(page: Page, block: Sequence[Result], names: Mapping[str, str], report: AuditResult) -> None:
    first, subscription_names = block[0], report.subscription_names
    subject = short_name(first.resource, subscription_names) if len(block) == 1 else f"{len(block)} resources"
    page.line(
        (first.severity.upper(), SEVERITY_STYLES[first.severity]),
        "  ",
        (first.rule, "bold"),
        f"  {subject}  ",
        (f"({first.resource_type})", "dim"),
        indent=2,
    )
    page.paragraph(shortened(first.verdict.message, _MESSAGE_LIMIT), indent=4)
    for failure in block:
        if len(block) > 1:
            page.line((short_name(failure.resource, subscription_names), "bold"), indent=4)
        _write_failure(page, failure, names)
        seen = f", {seen_since(failure.first_seen, report.run.started_at)}" if failure.first_seen else ""
        page.line((f"fingerprint {failure.fingerprint[:12]}{seen}", "dim"), indent=4)


def _write_failure(page: Page, failure: Result, names: Mapping[str, str]) -> None:
    seen = _by_resource(failure)
    for resource, evidence in seen:
        page.line((resource, "dim"), indent=4)
        for piece in evidence:
            page.line(f"{piece.path} = ", (shown_value(piece.value), "bold"), indent=6)
    shown = {resource.lower() for resource, _ in seen}
    for other in failure.related:
        if other.lower() not in shown:
            page.line(("with ", "dim"), (other, "dim"), indent=4)
    _write_remedy(page, failure)
    if failure.confidence != "high":
        page.paragraph(f"confidence {failure.confidence}", indent=4, style="dim")
    if others := [names.get(workload, workload) for workload in failure.workloads[1:]]:
        page.paragraph(f"also in {', '.join(others)}", indent=4, style="dim")
    for note in failure.verdict.notes:
        page.paragraph(shortened(note, _MESSAGE_LIMIT), indent=4, style="dim", label="note: ")


def _by_resource(failure: Result) -> list[tuple[str, list[Evidence]]]:
    """The evidence by the resource that it was seen on, the failing resource first even without any."""
    found: dict[str, tuple[str, list[Evidence]]] = {failure.resource.lower(): (failure.resource, [])}
    for piece in failure.verdict.evidence:
        found.setdefault(piece.resource.lower(), (piece.resource, []))[1].append(piece)
    return list(found.values())


def _write_remedy(page: Page, failure: Result) -> None:
    """What to do, then the command: the sentence holds the caution that a copied command would lose."""
    if failure.remedy is None:
        return
    page.paragraph(failure.remedy.summary, indent=4, label="to do: ")
    if failure.remedy.az is not None:
        page.line(("fix: ", "green"), failure.remedy.az, indent=4)
    if failure.fix is not None:
        page.line(("or: ", "green"), f"auditor fix REPORT.json {failure.fingerprint[:12]}", indent=4)
