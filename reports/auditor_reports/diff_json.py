"""Format `json` of `auditor diff`: the object that a report has under `changes`."""

from __future__ import annotations

from auditor.model.changes import Changes
from auditor.model.changes_document import changes_document
from auditor.model.pack import Sheet
from auditor_reports.json import encoded


def render(changes: Changes, sheet: Sheet) -> str:
    return encoded(changes_document(changes)) + "\n"
