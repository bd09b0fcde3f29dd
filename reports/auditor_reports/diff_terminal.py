"""Format `terminal` of `auditor diff`: better or worse, and what is new, made to be read in a minute."""

from __future__ import annotations

from auditor.model.changes import Changes
from auditor.model.pack import Sheet
from auditor_reports.terminal_changes import score_change, summary, write_changes
from auditor_reports.terminal_page import Page
from auditor_reports.times import moment


def render(changes: Changes, sheet: Sheet) -> str:
    page = Page(sheet)
    page.line((summary(changes), "bold"))
    page.line(score_change(changes))
    page.blank()
    page.paragraph(f"{moment(changes.old.started_at)}  {changes.old.id}", label="from  ")
    page.paragraph(f"{moment(changes.new.started_at)}  {changes.new.id}", label="to    ")
    for note in changes.notes:
        page.paragraph(note, label="note  ")
    write_changes(page, changes, {})
    if not changes.changes and not changes.gone_resources:
        page.blank()
        page.line("Nothing changed.")
    return page.text()
