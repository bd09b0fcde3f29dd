"""Format `counts`: one line for each status."""

from __future__ import annotations

from auditor.model.pack import Sheet
from auditor.model.result import AuditResult


def render(result: AuditResult, sheet: Sheet) -> str:
    return "".join(f"{status} {count}\n" for status, count in sorted(result.score.by_status.items()))
