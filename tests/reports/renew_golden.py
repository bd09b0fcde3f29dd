"""Writes the golden files anew: `python -m tests.reports.renew_golden`, then read what changed."""

from __future__ import annotations

from pathlib import Path

from auditor.model.pack import Sheet
from auditor_reports import json, terminal
from tests.reports.example import audit

GOLDEN = Path(__file__).parent / "golden"


def rendered() -> dict[str, str]:
    """Each golden file's name and what the writers make of the example now."""
    return {
        "report.json": json.render(audit(), Sheet()),
        "terminal-100.txt": terminal.render(audit(), Sheet(width=100)),
    }


if __name__ == "__main__":
    for name, text in rendered().items():
        (GOLDEN / name).write_text(text, encoding="utf-8", newline="\n")
