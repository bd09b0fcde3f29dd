"""From what a flag, a variable or the file says to the typed value of an option, or a one-line error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from auditor.destinations import log_tables, webhook
from auditor.errors import UsageError
from auditor.option import Option
from auditor.toml_table import Table, describe, pick

_YES: Final = frozenset(("1", "true", "yes", "on"))
_NO: Final = frozenset(("0", "false", "no", "off"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One report to write: a format's name, and the file; None is standard output."""

    format: str
    file: Path | None


def from_flag(option: Option, value: object) -> object:
    """Read what argparse collected: text, a list of text, or the bool or count of a flag without a value."""
    if isinstance(value, list):
        return tuple(from_text(option, entry, option.flag) for entry in value)
    if isinstance(value, str):
        return from_text(option, value, option.flag)
    return (
        min(value, int(option.maximum or value))
        if option.kind == "count" and isinstance(value, int)
        else value
    )


def from_environment(option: Option, text: str) -> object:
    """Read a variable's text; entries of a repeatable option are separated by commas."""
    if not option.repeatable:
        return from_text(option, text.strip(), option.variable)
    entries = (entry.strip() for entry in text.split(","))
    return tuple(from_text(option, entry, option.variable) for entry in entries if entry)


def from_file(option: Option, table: Table, folder: Path) -> object:
    """Read the option's key, which the table has; relative files are relative to the file's own folder."""
    where = f"{table.where} {option.key}"
    if option.repeatable:
        return tuple(from_text(option, entry, where) for entry in table.texts(option.key))
    match option.kind:
        case "switch":
            return table.flag(option.key)
        case "count" | "integer" | "number":
            return _typed_number(option, table, where)
        case _:
            return from_text(option, table.required_text(option.key), where, folder)


def from_text(option: Option, text: str, where: str, folder: Path | None = None) -> object:
    """Read one entry of an option. `where` names the flag, variable or key in errors."""
    if not text.strip():
        raise UsageError(f"{where}: is empty", "Give a value or leave it out.")
    match option.kind:
        case "choice":
            return pick(text, option.choices, where=where)
        case "switch":
            return _switch(text, where)
        case "count" | "integer" | "number":
            return _in_range(option, _number(option, text, where), where)
        case "file":
            return _existing_file(text, where, folder or Path())
        case "path":
            return (folder or Path()) / Path(text).expanduser()
        case "database":
            return text if "://" in text else str((folder or Path()) / Path(text).expanduser())
        case "url":
            return _endpoint(text, where)
        case "output":
            return _output(text, where)
        case "log-tables":
            return log_tables(text, where)
        case "webhook":
            return webhook(text, where)
        case "text":
            return text


def _switch(text: str, where: str) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise UsageError(f"{where}: {text!r} is neither true nor false", "Write true or false.")


def _number(option: Option, text: str, where: str) -> float:
    try:
        return float(text) if option.kind == "number" else int(text)
    except ValueError:
        wanted = "a number" if option.kind == "number" else "a whole number"
        raise UsageError(f"{where}: {text!r} is not {wanted}", "Write digits only.") from None


def _typed_number(option: Option, table: Table, where: str) -> float:
    value = table.values[option.key]
    wanted = (int, float) if option.kind == "number" else (int,)
    if isinstance(value, bool) or not isinstance(value, wanted):
        name = "a number" if option.kind == "number" else "a whole number"
        raise UsageError(f"{where}: must be {name}, is {describe(value)}", "Write digits without quotes.")
    return _in_range(option, value, where)


def _in_range(option: Option, number: float, where: str) -> float:
    largest = math.inf if option.maximum is None else option.maximum
    if option.minimum <= number <= largest and math.isfinite(number):
        return float(number) if option.kind == "number" else number
    bounds = f"from {option.minimum:g}" + ("" if option.maximum is None else f" to {option.maximum:g}")
    raise UsageError(f"{where}: {number:g} is out of range", f"Choose a number {bounds}.")


def _existing_file(text: str, where: str, folder: Path) -> Path:
    file = folder / Path(text).expanduser()
    if not file.is_file():
        raise UsageError(f"{where}: there is no file {file}", "Check the path.")
    return file


def _endpoint(text: str, where: str) -> str:
    try:
        parts = urlsplit(text)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    # A token goes to this address: nothing but TLS, and no room for a host hidden behind user information.
    if not whole or parts.scheme != "https" or "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(
            f"{where}: {text!r} is not an https address", "Write it as https://management.example."
        )
    return text.rstrip("/")


def _output(text: str, where: str) -> Output:
    name, equals, file = text.partition("=")
    if not name or (equals and not file):
        raise UsageError(f"{where}: {text!r} is not NAME or NAME=FILE", "Write it as json=report.json.")
    return Output(format=name, file=None if file in {"", "-"} else Path(file).expanduser())
