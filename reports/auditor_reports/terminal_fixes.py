"""What a fix run planned and did: for each connection the decision, what came of it, and how to undo it."""

from __future__ import annotations

from auditor.model.fix import Fix, Outcome
from auditor.model.result import AuditResult
from auditor_reports.terminal_failing import short_name
from auditor_reports.terminal_page import Page
from auditor_reports.visible import shortened, shown_value

_MESSAGE_LIMIT = 2000
_STYLES = {
    Outcome.APPROVED: "bold green",
    Outcome.APPLIED: "bold green",
    Outcome.PLANNED: "bold yellow",
    Outcome.CHANGED_UNDER_US: "bold white on red",
    Outcome.REVERTED: "bold white on red",
    Outcome.FAILED: "bold red",
    Outcome.UNVERIFIED: "bold red",
}


def write_fixes(page: Page, result: AuditResult) -> None:
    """Nothing where the run was no fix run, or found nothing to fix."""
    if not result.fixes:
        return
    page.heading(f"Fixes ({len(result.fixes)})")
    for fix in result.fixes:
        page.blank()
        _write(page, fix, result)


def _write(page: Page, fix: Fix, result: AuditResult) -> None:
    decided = f"  {fix.decision}, row {fix.row}" if fix.row is not None else ""
    page.line(
        (fix.outcome.upper(), _STYLES.get(fix.outcome, "bold")),
        "  ",
        (fix.kind, "bold"),
        f"  {short_name(fix.target, result.subscription_names)}",
        (decided, "dim"),
        indent=2,
    )
    page.paragraph(shortened(fix.message, _MESSAGE_LIMIT), indent=4)
    if fix.before != fix.after:
        page.line(f"{fix.before or 'not known'} → {fix.after or 'not known'}", indent=4)
    page.line((fix.connection or fix.target, "dim"), indent=4)
    if fix.private_endpoint:
        page.line(("from ", "dim"), (fix.private_endpoint, "dim"), indent=4)
    for piece in fix.evidence:
        page.line(f"{piece.path} = ", (shown_value(piece.value), "bold"), indent=6)
    for said in fix.unproven:
        page.paragraph(shortened(said, _MESSAGE_LIMIT), indent=4, style="dim", label="not proven: ")
    if fix.revert:
        page.line(("undo: ", "green"), fix.revert, indent=4)
