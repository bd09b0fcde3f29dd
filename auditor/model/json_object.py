"""One object of a JSON document, read strictly: every refusal names the place inside the document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)

_KINDS: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    type(None): "null",
}


class Malformed(ValueError):
    """The document is not what it should be at `where`, such as `results[3].severity`."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}" if where else problem)
        self.where = where
        self.problem = problem


@dataclass(frozen=True, slots=True)
class JsonObject:
    """An object and where it stands. Every reader raises Malformed for an absent key or another kind.

    `taken` are the keys read so far: what is left is what `refuse_rest` refuses.
    """

    values: Mapping[str, Any]
    where: str = ""
    taken: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, value: object, where: str = "") -> JsonObject:
        if not isinstance(value, dict):
            raise Malformed(where, f"must be an object, is {_kind(value)}")
        return cls(value, where)

    def refuse_rest(self) -> None:
        """Raises Malformed for a key that nobody read: it would be lost."""
        for key in self.values:
            if key not in self.taken:
                raise Malformed(self.place(key), "is not known to this version")

    def place(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def value(self, key: str) -> Any:
        if key not in self.values:
            raise Malformed(self.place(key), "is missing")
        self.taken.add(key)
        return self.values[key]

    def exactly(self, key: str, wanted: object) -> None:
        """Raises Malformed for any other value."""
        if self.value(key) != wanted:
            raise self._refusal(key, json.dumps(wanted))

    def text(self, key: str) -> str:
        value = self.value(key)
        if not isinstance(value, str):
            raise self._refusal(key, "text")
        return value

    def optional_text(self, key: str) -> str | None:
        value = self.value(key)
        if value is not None and not isinstance(value, str):
            raise self._refusal(key, "text or null")
        return value

    def flag(self, key: str) -> bool:
        value = self.value(key)
        if not isinstance(value, bool):
            raise self._refusal(key, "true or false")
        return value

    def whole(self, key: str) -> int:
        value = self.value(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._refusal(key, "a whole number")
        return value

    def optional_whole(self, key: str) -> int | None:
        return None if self.value(key) is None else self.whole(key)

    def number(self, key: str, *, largest: float) -> float:
        """A number from 0 to `largest`."""
        value = self.value(key)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= largest:
            raise self._refusal(key, f"a number from 0 to {largest:g}")
        return float(value)

    def optional_number(self, key: str, *, largest: float) -> float | None:
        return None if self.value(key) is None else self.number(key, largest=largest)

    def chosen(self, key: str, choices: type[Choice]) -> Choice:
        value = self.value(key)
        try:
            return choices(value)
        except ValueError:
            raise self._refusal(key, f"one of {', '.join(choices)}") from None

    def one_of(self, key: str, choices: Sequence[str]) -> str:
        value = self.value(key)
        if value not in choices:
            raise self._refusal(key, f"one of {', '.join(choices)}")
        return str(value)

    def moment(self, key: str) -> datetime:
        """A date and time in UTC, RFC 3339 with a Z."""
        text = self.text(key)
        try:
            read = datetime.fromisoformat(text) if text.endswith("Z") else None
        except ValueError:
            read = None
        if read is None:
            raise self._refusal(key, "a time in UTC such as 2026-01-31T09:30:00.000Z")
        return read.astimezone(UTC)

    def day(self, key: str) -> date:
        text = self.text(key)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self._refusal(key, "a date such as 2026-01-31") from None

    def texts(self, key: str) -> tuple[str, ...]:
        entries = self._entries(key)
        for number, entry in enumerate(entries):
            if not isinstance(entry, str):
                raise Malformed(f"{self.place(key)}[{number}]", f"must be text, is {_kind(entry)}")
        return tuple(entries)

    def texts_by_key(self) -> dict[str, str]:
        """The whole object as a mapping from any key to text."""
        return {key: self.text(key) for key in self.values}

    def counts(self, keys: Iterable[str]) -> dict[str, int]:
        """The whole object as a mapping from exactly these keys to whole numbers, in its own order."""
        found = {str(key): self.whole(key) for key in keys}
        self.refuse_rest()
        return {key: found[key] for key in self.values}

    def object(self, key: str) -> JsonObject:
        return JsonObject.of(self.value(key), self.place(key))

    def optional_object(self, key: str) -> JsonObject | None:
        return None if self.value(key) is None else self.object(key)

    def objects(self, key: str) -> Iterator[JsonObject]:
        place = self.place(key)
        for number, entry in enumerate(self._entries(key)):
            yield JsonObject.of(entry, f"{place}[{number}]")

    def _entries(self, key: str) -> Sequence[Any]:
        value = self.value(key)
        if not isinstance(value, list):
            raise self._refusal(key, "a list")
        return value

    def _refusal(self, key: str, wanted: str) -> Malformed:
        return Malformed(self.place(key), f"must be {wanted}, is {_kind(self.values[key])}")


def _kind(value: object) -> str:
    """What was found instead: short texts and numbers as they are, all else by its kind."""
    is_short = isinstance(value, bool | str | int | float) and len(str(value)) <= 40
    return json.dumps(value) if is_short else _KINDS[type(value)]
