"""Puts reports where they belong: standard output, or files that are whole or not there."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from auditor.errors import UsageError
from auditor.model.finding import Severity
from auditor.model.pack import Sheet, Writer
from auditor.model.result import AuditResult


def refuse_unwritable(files: Iterable[Path | None]) -> None:
    """Raises UsageError for a file that no report could be put in: better now than after a long audit."""
    for file in files:
        if file is None:
            continue
        try:
            folder = file.resolve().parent
            if file.is_dir():
                raise _unwritable(file, "it is a directory")
            if not folder.is_dir():
                raise _unwritable(file, f"there is no directory {folder}")
            if not os.access(folder, os.W_OK):
                raise _unwritable(file, f"the directory {folder} may not be written to")
        except OSError as error:
            raise _unwritable(file, error.strerror or str(error)) from error


def write(result: AuditResult, writers: Sequence[tuple[Writer, Path | None]], min_severity: str) -> None:
    """Render every report before the first is written, and write files before standard output.

    Raises UsageError for a file that cannot be written, and BrokenPipeError where the reader has gone.
    """
    lowest = Severity(min_severity)
    put([(writer.render(result, sheet(file, lowest)), file) for writer, file in writers])


def put(texts: Sequence[tuple[str, Path | None]]) -> None:
    """Write each text to its file, then those that have none to standard output. Raises as `write` does."""
    for text, file in texts:
        if file is not None:
            try:
                replace_file(file, text)
            except OSError as error:
                raise _unwritable(file, error.strerror or str(error)) from error
    for text, file in texts:
        if file is None:
            _print(text)


def sheet(file: Path | None, lowest: Severity = Severity.INFO) -> Sheet:
    """The sheet for a report that goes to the file; None is standard output."""
    terminal = file is None and sys.stdout.isatty()
    # https://no-color.org: any value that is not empty. Links are escape sequences too.
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    width = shutil.get_terminal_size().columns if terminal else 100
    return Sheet(width=width, is_terminal=terminal and not plain, min_severity=lowest)


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        said = f"the report cannot be written to standard output: {error.strerror}"
        raise UsageError(said, "Give it a file: --format NAME=FILE.") from error


def replace_file(file: Path, text: str) -> None:
    """Write beside the file and rename into place: readers see the old text or the new, never half.

    Raises OSError.
    """
    target = file.resolve()
    if target.exists() and not target.is_file():
        # A device or a pipe is written to, not replaced by a file.
        _fill(target, "w", text)
        return
    beside = target.with_name(f".{target.name[:200]}.{uuid4().hex}")
    try:
        _fill(beside, "x", text)
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def _fill(file: Path, mode: str, text: str) -> None:
    # An escape where the text holds what UTF-8 cannot: a report with one is better than none.
    with file.open(mode, encoding="utf-8", errors="backslashreplace", newline="\n") as opened:
        opened.write(text)


def _unwritable(file: Path, why: str) -> UsageError:
    return UsageError(f"the report {file} cannot be written: {why}", "Choose another file for --format.")
