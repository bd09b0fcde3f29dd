"""Puts reports where they belong: standard output, or files that are whole or not there."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from auditor.errors import UsageError
from auditor.model.finding import Severity
from auditor.model.pack import Sheet, Writer
from auditor.model.result import AuditResult


def write(result: AuditResult, writers: Sequence[tuple[Writer, Path | None]], min_severity: str) -> None:
    """Render every report before the first is written. Raises UsageError for a file that cannot be."""
    lowest = Severity(min_severity)
    texts = [(writer.render(result, _sheet(file, lowest)), file) for writer, file in writers]
    for text, file in texts:
        if file is None:
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            _replace(file, text)


def _sheet(file: Path | None, lowest: Severity) -> Sheet:
    terminal = file is None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else 100
    return Sheet(width=width, is_terminal=terminal, min_severity=lowest)


def _replace(file: Path, text: str) -> None:
    """Write beside the file and rename into place: readers see the old report or the new, never half."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", dir=file.parent, prefix=f".{file.name}.", delete=False
        ) as beside:
            beside.write(text)
        os.replace(beside.name, file)
    except OSError as error:
        said = f"the report {file} cannot be written: {error.strerror}"
        raise UsageError(said, "Choose another file for --format.") from error
