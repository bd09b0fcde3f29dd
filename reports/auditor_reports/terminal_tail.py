"""The end of the terminal report: accepted risks, notices, scores by group, and what is not shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from auditor.model.result import AuditResult, GroupMarks, Marks, Result
from auditor_reports.terminal_page import Page, Part, counted
from auditor_reports.visible import shortened

_NAME_LIMIT = 60


def write_waived(page: Page, result: AuditResult) -> None:
    waived = [(found, found.waiver) for found in result.results if found.waiver]
    if not waived:
        return
    page.heading(f"Waived ({len(waived)})")
    for found, waiver in waived:
        page.line((found.rule, "bold"), f"  {found.severity}, {found.status.replace('_', ' ')}", indent=2)
        page.line((found.resource, "dim"), indent=4)
        page.paragraph(f"accepted by {waiver.owner} until {waiver.expires}: {waiver.reason}", indent=4)


def write_notices(page: Page, result: AuditResult) -> None:
    if not result.notices:
        return
    page.heading(f"Notices ({len(result.notices)})")
    for notice in result.notices:
        page.paragraph(notice, indent=2, label="- ")


def write_tables(page: Page, result: AuditResult) -> None:
    """Grades by workload, and by subscription where there are several."""
    failures = [found for found in result.results if found.status == "fail" and not found.waiver]
    names = {workload.id: shortened(workload.name, _NAME_LIMIT) for workload in result.workloads}
    if result.score.by_workload:
        page.heading("Workloads")
        counts = _failing(failures, lambda found: found.workloads)
        rows = _rows(result.score.by_workload, names, counts)
        page.table(("workload", "grade", "score", "failing"), rows)
    if len(result.score.by_subscription) > 1:
        page.heading("Subscriptions")
        counts = _failing(failures, lambda found: (found.subscription_id or "",))
        groups = result.score.by_subscription
        known = {
            key: f"{shortened(name, _NAME_LIMIT)}  {key}" for key, name in result.subscription_names.items()
        }
        page.table(("subscription", "grade", "score", "failing"), _rows(groups, known, counts))


def _failing(failures: Iterable[Result], of: Callable[[Result], tuple[str, ...]]) -> Counter[str]:
    return Counter(group for found in failures for group in of(found))


def _rows(
    groups: Sequence[GroupMarks], names: Mapping[str, str], counts: Counter[str]
) -> list[tuple[Part, ...]]:
    return [
        (
            names.get(group.id, group.id),
            (group.marks.grade, "bold"),
            _interval(group.marks),
            str(counts[group.id]),
        )
        for group in groups
    ]


def _interval(marks: Marks) -> str:
    if marks.value is None or marks.low is None or marks.high is None:
        return "not judged"
    return f"{marks.value:.1f} ({marks.low:.1f}–{marks.high:.1f})"


def write_hidden(page: Page, result: AuditResult, *, shown: int) -> None:
    """What the report counts and does not show, and how to see it."""
    statuses = result.score.by_status
    below = sum(found.status == "fail" and not found.waiver for found in result.results) - shown
    hidden = [f"{statuses.get('pass', 0)} passed", f"{statuses.get('not_applicable', 0)} not applicable"]
    if below:
        hidden.append(f"{counted(below, 'failure')} below {page.sheet.min_severity}")
    page.heading("Not shown")
    page.line(", ".join(hidden), indent=2)
    page.line("Everything: ", ("auditor scan --format json=report.json", "bold"), indent=2)
    page.line("One finding accepted: ", ("auditor waive FINGERPRINT", "bold"), indent=2)
    page.line("One rule explained: ", ("auditor rules show RULE", "bold"), indent=2)
