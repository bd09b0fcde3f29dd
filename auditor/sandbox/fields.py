"""Typed access to the JSON of a tenant file, with errors that name the key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_REQUIRED: Any = object()


class TenantFileError(ValueError):
    """The tenant file is not one; the message is one line and names the key."""


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object and where in the file it stands: "" for the file, else a prefix such as ``faults[0].``.

    Every reader raises TenantFileError when the key is missing (without a default) or of another type.
    """

    content: Mapping[str, Any]
    where: str

    def __post_init__(self) -> None:
        if not isinstance(self.content, Mapping):
            raise TenantFileError(f"{self.where.rstrip('.') or 'the file'}: must be an object")

    def problem(self, name: str, what: str) -> TenantFileError:
        return TenantFileError(f"{self.where}{name}: {what}")

    def refuse_unknown(self, known: frozenset[str]) -> None:
        for name in self.content:
            if name not in known:
                raise self.problem(name, "is not a known key")

    def value(self, name: str, default: Any = _REQUIRED) -> Any:
        found = self.content.get(name, default)
        if found is _REQUIRED:
            raise self.problem(name, "is missing")
        return found

    def text(self, name: str, default: Any = _REQUIRED) -> str:
        found = self.value(name, default)
        if not isinstance(found, str) or not found:
            raise self.problem(name, "must be a text that is not empty")
        return found

    def optional_text(self, name: str) -> str | None:
        """None when the key is absent or null."""
        return None if self.value(name, None) is None else self.text(name)

    def guid(self, name: str) -> str:
        found = self.text(name)
        if not _GUID.fullmatch(found):
            raise self.problem(name, "must be a GUID")
        return found

    def integer(self, name: str, default: Any = _REQUIRED) -> int:
        found = self.value(name, default)
        if not isinstance(found, int) or isinstance(found, bool):
            raise self.problem(name, "must be a whole number")
        return found

    def switch(self, name: str) -> bool:
        """False when the key is absent."""
        found = self.value(name, False)
        if not isinstance(found, bool):
            raise self.problem(name, "must be true or false")
        return found

    def pattern(self, name: str) -> re.Pattern[str]:
        try:
            return re.compile(self.text(name), re.IGNORECASE)
        except re.error as failure:
            raise self.problem(name, f"is not a regular expression: {failure}") from failure

    def texts(self, name: str) -> tuple[str, ...]:
        """An array of texts; empty when the key is absent."""
        found = self.value(name, [])
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise self.problem(name, "must be an array of texts")
        return tuple(found)

    def child(self, name: str) -> Fields:
        return Fields(self.value(name), f"{self.where}{name}.")

    def each(self, name: str) -> Iterator[Fields]:
        """The objects of an array; none when the key is absent."""
        found = self.value(name, [])
        if not isinstance(found, list):
            raise self.problem(name, "must be an array")
        for index, item in enumerate(found):
            yield Fields(item, f"{self.where}{name}[{index}].")
