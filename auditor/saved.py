"""Saved reports: the file of `--format json=FILE`, read back whole or refused in one line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn

from auditor.errors import UsageError
from auditor.model.json_object import Malformed
from auditor.model.restored import restored
from auditor.model.result import SCHEMA_VERSION, AuditResult

STDIN = "-"
_NOT_OURS = "Give a report that auditor scan --format json=FILE has written, unchanged."


def load(file: str) -> AuditResult:
    """Read a saved JSON report; `-` reads standard input.

    Raises UsageError naming the file, and the place inside it, where it is unreadable, no JSON, or anything
    but a report of this schema version.
    """
    return parse(_read(file), "standard input" if file == STDIN else file)


def parse(content: bytes, name: str) -> AuditResult:
    """The same for what was read before; `name` is what errors call it."""
    try:
        # The standard library's decoder: orjson refuses lone surrogates, and rounds integers above 64 bits.
        # It also takes UTF-16, which is what some shells make of `> report.json`.
        document = json.loads(content, parse_constant=_no_number)
    except RecursionError:
        raise UsageError(f"{name}: nested too deeply", _NOT_OURS) from None
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"{name}: not JSON: {error.msg} at {at}", _NOT_OURS) from error
    except ValueError as error:
        raise UsageError(f"{name}: not JSON: {error}", _NOT_OURS) from error
    version = document.get("schema_version") if isinstance(document, dict) else None
    if isinstance(version, str) and version != SCHEMA_VERSION:
        said = f"{name}: a report of schema {version}; this auditor reads {SCHEMA_VERSION}"
        raise UsageError(said, "Use the version of auditor that wrote it.")
    try:
        return restored(document)
    except Malformed as malformed:
        raise UsageError(f"{name}: {malformed}", _NOT_OURS) from malformed


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == STDIN else Path(file).expanduser().read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror or error}", "Check the path.") from error


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")
