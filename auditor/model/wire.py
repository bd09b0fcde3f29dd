"""How a record class declares its fields: the path, the meaning of absent and the source, once for each.

`auditor.model.decoding` reads any of them from the JSON; its names come along, so that a record class imports
from here alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import Any, TypeVar

from auditor.model.decoding import (
    WITHHELD,
    Decoded,
    Fact,
    Misfit,
    Part,
    Reader,
    Resource,
    Wire,
    as_id,
    as_list,
    as_object,
    decode,
    decode_part,
    typed,
)
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason

__all__ = [
    "WITHHELD",
    "Decoded",
    "Fact",
    "Misfit",
    "Part",
    "Resource",
    "anything",
    "arm_id",
    "arm_ids",
    "choice",
    "choices",
    "decode",
    "flag",
    "keyed",
    "moment",
    "number",
    "part",
    "parts",
    "text",
    "texts",
    "withheld",
]

P = TypeVar("P", bound=Part)


def text(path: str, *, absent: str | None = None, source: str = "") -> Any:
    """Fact[str], or Fact[str | None] where absent has no meaning."""
    return _declare(path, lambda _i, _p, raw, _m: typed(raw, str, "text"), absent, source)


def flag(path: str, *, absent: bool | None = None, source: str = "") -> Any:
    """Fact[bool]; a number or the text "true" is malformed."""
    return _declare(path, lambda _i, _p, raw, _m: typed(raw, bool, "true or false"), absent, source)


def number(path: str, *, absent: int | None = None, source: str = "") -> Any:
    def read(_id: ArmId, _path: str, raw: object, _malformed: list[str]) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise Misfit("a whole number")
        return raw

    return _declare(path, read, absent, source)


def moment(path: str, *, source: str = "") -> Any:
    """Fact[datetime | None], UTC where ARM names no zone."""

    def read(_id: ArmId, _path: str, raw: object, _malformed: list[str]) -> datetime:
        try:
            found = datetime.fromisoformat(typed(raw, str, "a time"))
        except ValueError:
            raise Misfit("an ISO 8601 time") from None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    return _declare(path, read, None, source)


def choice(path: str, *values: str, absent: str | None = None, source: str = "") -> Any:
    """Fact[str] of an enum: compared without case, answered in the declared spelling."""
    known = {value.casefold(): value for value in values}

    def read(_id: ArmId, _path: str, raw: object, _malformed: list[str]) -> str:
        return _known(known, typed(raw, str, "text"))

    return _declare(path, read, absent, source)


def choices(path: str, *values: str, absent: tuple[str, ...] = (), source: str = "") -> Any:
    """Fact[frozenset[str]] of a comma-separated enum such as `Logging, Metrics, AzureServices`."""
    known = {value.casefold(): value for value in values}

    def read(_id: ArmId, _path: str, raw: object, _malformed: list[str]) -> frozenset[str]:
        words = [word.strip() for word in typed(raw, str, "text").split(",")]
        return frozenset(_known(known, word) for word in words if word)

    return _declare(path, read, frozenset(absent), source)


def anything(path: str, *, source: str = "") -> Any:
    """Fact[object | None]: the JSON value itself, for properties of which only the presence matters."""
    return _declare(path, lambda _i, _p, raw, _m: raw, None, source)


def arm_id(path: str, *, source: str = "") -> Any:
    """Fact[ArmId | None]."""
    return _declare(path, lambda _i, _p, raw, _m: as_id(raw), None, source)


def arm_ids(path: str, *, source: str = "") -> Any:
    """Fact[tuple[ArmId, ...]] of a list; a `[]` in the path reads the rest of it in every element."""
    return _declare(path, lambda _i, _p, raw, _m: tuple(as_id(item) for item in as_list(raw)), (), source)


def texts(path: str, *, source: str = "") -> Any:
    """Fact[tuple[str, ...]] of a list; a `[]` in the path reads the rest of it in every element."""

    def read(_id: ArmId, _path: str, raw: object, _malformed: list[str]) -> tuple[str, ...]:
        return tuple(typed(item, str, "a list of texts") for item in as_list(raw))

    return _declare(path, read, (), source)


def withheld(path: str, means: Callable[[object], object], *, named: str = "", source: str = "") -> Any:
    """Fact of whatever `means` makes of the JSON value, which itself is kept nowhere: it may be a secret.

    `means` raises Misfit, and answers None where nothing is there. `named` follows the path in evidence where
    the value is looked for inside what stands at it.
    """
    steps = tuple(path.split("."))
    wire = Wire(f"{path}{named}", steps, lambda _i, _p, raw, _m: means(raw), None, source, withheld=True)
    return field(metadata={"wire": wire})


def part(path: str, of: type[P]) -> Any:
    """A Part, always there: where the object is absent or null all its facts are absent."""
    return _declare(
        path,
        lambda rid, at, raw, malformed: decode_part(of, rid, at, "", raw, malformed),
        None,
        "",
        single=True,
    )


def parts(path: str, of: type[P], *, source: str = "") -> Any:
    """Fact[tuple[Part, ...]] of a list of objects, `key` their index."""

    def read(rid: ArmId, at: str, raw: object, malformed: list[str]) -> tuple[P, ...]:
        rows = enumerate(as_list(raw))
        return tuple(decode_part(of, rid, f"{at}[{i}]", str(i), as_object(row), malformed) for i, row in rows)

    return _declare(path, read, (), source)


def keyed(path: str, of: type[P], *, source: str = "") -> Any:
    """Fact[tuple[Part, ...]] of a map of objects, `key` their name."""

    def read(rid: ArmId, at: str, raw: object, malformed: list[str]) -> tuple[P, ...]:
        rows = as_object(raw).items()
        return tuple(decode_part(of, rid, f"{at}.{name}", name, row, malformed) for name, row in rows)

    return _declare(path, read, (), source)


def _declare(
    path: str,
    read: Reader,
    absent: object,
    source: str,
    *,
    single: bool = False,
) -> Any:
    return field(metadata={"wire": Wire(path, tuple(path.split(".")), read, absent, source, single)})


def _known(known: Mapping[str, str], raw: str) -> str:
    try:
        return known[raw.casefold()]
    except KeyError:
        raise Misfit(f"one of {', '.join(known.values())}", Reason.UNEXPECTED_VALUE) from None
