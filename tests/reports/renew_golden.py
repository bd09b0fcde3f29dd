"""Writes the golden files anew: `python -m tests.reports.renew_golden`, then read what changed."""

from __future__ import annotations

from pathlib import Path

from auditor.model.pack import Sheet
from auditor_reports import PACK
from tests.reports.example import audit
from tests.reports.formats import FORMATS

GOLDEN = Path(__file__).parent / "golden"


def rendered() -> dict[str, str]:
    """Each golden file's name and what the writers make of the example now."""
    found = {}
    for writer in PACK.writers:
        known = FORMATS[writer.name]
        found[known.golden] = known.kept(writer.render(audit(), Sheet()))
    return found


if __name__ == "__main__":
    for name, text in rendered().items():
        (GOLDEN / name).write_text(text, encoding="utf-8", newline="\n")
