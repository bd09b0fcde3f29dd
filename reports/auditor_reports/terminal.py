"""Format `terminal`: the report for people, made to be read in a minute."""

from __future__ import annotations

from datetime import UTC

from auditor.model.ids import ArmId, MalformedId
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult, Marks
from auditor_reports.terminal_changes import write_changes, write_summary
from auditor_reports.terminal_failing import shown_failures, write_failing
from auditor_reports.terminal_fixes import write_fixes
from auditor_reports.terminal_page import Page, counted
from auditor_reports.terminal_tail import write_hidden, write_notices, write_tables, write_waived
from auditor_reports.terminal_unknown import write_unknown
from auditor_reports.visible import shortened

_GRADE_STYLES = {"A": "bold green", "B": "bold green", "C": "bold yellow", "D": "bold red", "F": "bold red"}
_SCOPES_SHOWN = 4


def render(result: AuditResult, sheet: Sheet) -> str:
    """Grade and interval, what fails, what could not be judged, what is waived, and what is not shown."""
    page = Page(sheet)
    if result.unaudited is not None:
        _write_unaudited(page, result, result.unaudited)
        return page.text()
    _write_headline(page, result)
    write_fixes(page, result)
    if result.changes is not None:
        page.heading("Since the last run")
        write_summary(page, result.changes, "  ")
        write_changes(page, result.changes, result.subscription_names)
    failures = shown_failures(result, sheet)
    write_failing(page, result, failures)
    write_unknown(page, result)
    write_waived(page, result)
    write_notices(page, result)
    write_tables(page, result)
    write_hidden(page, result, shown=len(failures))
    return page.text()


def _write_unaudited(page: Page, result: AuditResult, why: str) -> None:
    page.line(("Nothing was audited", "bold red"))
    page.paragraph(why)
    page.blank()
    _write_circumstances(page, result)
    write_unknown(page, result)
    write_notices(page, result)


def _write_headline(page: Page, result: AuditResult) -> None:
    score = result.score
    # Rounded down: 99.9 % must not read as everything.
    covered = f"coverage {int(score.coverage * 100 + 1e-9)} %"
    page.line(*_headline(score.marks), "   ", covered)
    statuses = score.by_status
    page.line((f"{statuses.get('fail', 0)} failed", "bold"), _severities(result))
    page.line(
        f"{statuses.get('unknown', 0)} unknown, {statuses.get('pass', 0)} passed, "
        f"{statuses.get('not_applicable', 0)} not applicable, {score.waived} waived"
    )
    page.blank()
    _write_circumstances(page, result)


def _headline(marks: Marks) -> tuple[str | tuple[str, str], ...]:
    if marks.value is None:
        return (("No grade", "bold"), "   nothing could be judged")
    interval = "" if marks.low is None or marks.high is None else f" ({marks.low:.1f}–{marks.high:.1f})"
    grade = (f"Grade {marks.grade}", _GRADE_STYLES.get(marks.grade, "bold"))
    return (grade, "   ", (f"{marks.value:.1f}{interval}", "bold"), " of 100")


def _severities(result: AuditResult) -> str:
    counts = [f"{count} {name}" for name, count in result.score.fails_by_severity.items() if count]
    return f": {', '.join(counts)}" if counts else ""


def _write_circumstances(page: Page, result: AuditResult) -> None:
    run = result.run
    seconds = (run.finished_at - run.started_at).total_seconds()
    page.paragraph(f"{run.tenant_id or 'not known'} in {run.cloud}", label="tenant   ")
    page.paragraph(_scope(result), label="scope    ")
    page.paragraph(f"{run.profile}, {counted(len(result.rules), 'rule')}", label="profile  ")
    started = run.started_at.astimezone(UTC)
    page.paragraph(f"{started:%Y-%m-%d %H:%M:%S} UTC, took {seconds:.1f} s", label="when     ")


def _scope(result: AuditResult) -> str:
    scopes = result.run.scope
    if not scopes:
        return "nothing"
    names = [shortened(_scope_name(scope, result), 80) for scope in scopes[:_SCOPES_SHOWN]]
    more = f" and {len(scopes) - _SCOPES_SHOWN} more" if len(scopes) > _SCOPES_SHOWN else ""
    return ", ".join(names) + more


def _scope_name(scope: str, result: AuditResult) -> str:
    """`Contoso AI`, or `rg-chat in Contoso AI`; the id itself for what has no name here."""
    try:
        parsed = ArmId.parse(scope)
    except MalformedId:
        return scope
    subscription = parsed.subscription_id
    if subscription is None:
        return scope
    name = result.subscription_names.get(subscription, subscription)
    return f"{parsed.resource_group} in {name}" if parsed.resource_group else name
