"""TOML files that people write: read whole, and refused with the file, table and key that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from auditor.errors import UsageError, did_you_mean
from auditor.model.ids import ArmId, MalformedId

Choice = TypeVar("Choice", bound=str)

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TYPE_NAMES: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text in quotes",
    list: "a list",
    dict: "a table",
}


def read_toml(file: Path) -> Mapping[str, object]:
    """Return the file's top-level table. Raises UsageError where it is missing, unreadable or malformed."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror or error}", "Check the path.") from error
    return parse_toml(content, file)


def parse_toml(content: bytes, file: Path) -> Mapping[str, object]:
    """The same of what the file holds or is to hold. Raises UsageError where it is malformed."""
    import tomllib

    try:
        # utf-8-sig: editors on Windows write a byte order mark, which tomllib refuses.
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: not UTF-8 at byte {error.start}", "Save the file as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: malformed TOML: {error}", "Correct the file.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a file. `where` is how errors name it, such as `auditor.toml [scan]`.

    Readers of optional keys return None or an empty tuple for an absent key. All raise UsageError.
    """

    where: str
    values: Mapping[str, object]

    @classmethod
    def of(cls, where: str, value: object, *, written: str) -> Table:
        """Wrap a value that must be a table; `written` is how the table is spelt in the file."""
        if not isinstance(value, Mapping):
            raise UsageError(f"{where}: must be a table", f"Write it as {written}.")
        return cls(where=where, values=value)

    def refuse_unknown(self, known: Iterable[str]) -> None:
        names = list(known)
        for key in self.values:
            if key not in names:
                raise UsageError(f"{self.where}: unknown key {key!r}", did_you_mean(key, names))

    def error(self, key: str, problem: str, hint: str = "") -> UsageError:
        return UsageError(f"{self.where} {key}: {problem}", hint or f"Correct {key} in the file.")

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"must be text in quotes, is {'empty' if value == '' else describe(value)}")
        return value

    def required_text(self, key: str, hint: str = "") -> str:
        found = self.text(key)
        if found is None:
            raise self.error(key, "is missing", hint or f'Add {key} = "…".')
        return found

    def chosen(self, key: str, choices: Sequence[Choice]) -> Choice | None:
        """Read a text that must be one of `choices`, in any case; returned as `choices` spells it."""
        found = self.text(key)
        if found is None:
            return None
        return pick(found, choices, where=f"{self.where} {key}")

    def flag(self, key: str) -> bool | None:
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self.error(key, f"must be true or false, is {describe(value)}")

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts; a single text counts as a list of one."""
        value = self.values.get(key, [])
        entries = [value] if isinstance(value, str) else value
        if not isinstance(entries, list):
            raise self.error(key, f"must be text in quotes or a list of it, is {describe(value)}")
        for entry in entries:
            if not isinstance(entry, str) or not entry.strip():
                raise self.error(key, f"must hold text in quotes only, holds {describe(entry)}")
        return tuple(entries)

    def guids(self, key: str) -> tuple[str, ...]:
        found = self.texts(key)
        for entry in found:
            if not _GUID.fullmatch(entry):
                raise self.error(
                    key, f"{entry!r} is not a GUID", "Write it as 00000000-0000-0000-0000-000000000000."
                )
        return found

    def arm_ids(self, key: str) -> tuple[str, ...]:
        """Read one ARM id of a resource, or a list of them, as written."""
        found = self.texts(key)
        for entry in found:
            if not _names_a_resource(entry):
                raise self.error(
                    key,
                    f"{entry!r} is not the ARM id of a resource",
                    "Write it as /subscriptions/…/resourceGroups/…/providers/….",
                )
        return found


def pick(text: str, choices: Sequence[Choice], *, where: str) -> Choice:
    """Return the choice that `text` spells in any case. Raises UsageError naming the nearest one."""
    for choice in choices:
        if choice.lower() == text.lower():
            return choice
    raise UsageError(f"{where}: {text!r} is not one of {', '.join(choices)}", did_you_mean(text, choices))


def describe(value: object) -> str:
    """Name a TOML value's type for an error: `text in quotes`, `a list`, …"""
    return _TYPE_NAMES.get(type(value), "a date or time")


def _names_a_resource(text: str) -> bool:
    try:
        parsed = ArmId.parse(text)
    except MalformedId:
        return False
    return parsed.subscription_id is not None and parsed.resource_type is not None
