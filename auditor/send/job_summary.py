"""The page that GitHub Actions shows of a run: the Markdown report, as long as it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from auditor.model.finding import Severity
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult

# https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
# says 1 MiB for each step, of which other commands of the step may want some. Beyond it nothing is shown.
LARGEST_BYTES: Final = 1_000_000
_TOO_LONG: Final = "\n\n*The report is too long for this page; its end is left out here.*\n"


def append(
    file: Path, result: AuditResult, render: Callable[[AuditResult, Sheet], str], min_severity: str
) -> None:
    """Put the report behind what the file holds. Raises OSError."""
    with file.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as opened:
        opened.write(_fitting(result, render, Severity(min_severity)))


def _fitting(result: AuditResult, render: Callable[[AuditResult, Sheet], str], lowest: Severity) -> str:
    """The report down to the mildest severity that it has room for."""
    text = ""
    for severity in _from(lowest):
        text = render(result, Sheet(min_severity=severity))
        if _size(text) <= LARGEST_BYTES:
            return text
    kept = text.encode("utf-8", "backslashreplace")[: LARGEST_BYTES - _size(_TOO_LONG)]
    return kept.rpartition(b"\n")[0].decode("utf-8") + _TOO_LONG


def _from(lowest: Severity) -> Iterator[Severity]:
    """This severity, then each one worse."""
    yield from (one for one in reversed(Severity) if one.rank <= lowest.rank)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace"))
