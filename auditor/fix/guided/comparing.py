"""What an object holds against what it should: the proof that a write did what was planned, no more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditor.fix.change import Wanted

Path = tuple[str, ...]

# Azure's own notes about an object: they change with every write, and while others read.
_VOLATILE: tuple[Path, ...] = (("etag",), ("systemData",), ("properties", "provisioningState"))
_NOT_THERE = object()


def unmet(wanted: Sequence[Wanted], found: Mapping[str, Any] | None) -> list[str]:
    """The wanted paths that do not hold, each with what is there. All of them where the object is not."""
    if found is None:
        return ["it is not there"]
    held = [(one, _at(found, one.path)) for one in wanted]
    return [f"{one.path} is {_shown(value)}" for one, value in held if not _holds(one, value)]


def strayed(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, may_change: Sequence[str]
) -> list[str]:
    """The paths that differ though they should not, each with both values.

    Compared leaf by leaf, arrays as a whole. What was not there before cannot stray.
    """
    if before is None:
        return []
    old, new = dict(_leaves(before, ())), dict(_leaves(after or {}, ()))
    allowed = (*_VOLATILE, *(tuple(path.split(".")) for path in may_change))
    return [
        f"{'.'.join(path)} was {_shown(old.get(path, _NOT_THERE))}, is {_shown(new.get(path, _NOT_THERE))}"
        for path in dict.fromkeys((*old, *new))
        if old.get(path, _NOT_THERE) != new.get(path, _NOT_THERE)
        and not any(path[: len(prefix)] == prefix for prefix in allowed)
    ]


def told(found: Mapping[str, Any] | None, path: str) -> str:
    """What stands at the path, to be said behind a sentence; empty without a path or a value."""
    value = _at(found, path) if path else _NOT_THERE
    return "" if value is _NOT_THERE else f"; {path} is {_shown(value)}"


def _at(found: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return _NOT_THERE
        found = found[name]
    return found


def _holds(one: Wanted, value: Any) -> bool:
    match one.match:
        case "value":
            return bool(value == one.value)
        case "zones":
            return isinstance(value, list) and zones_of(value) == {zone.lower() for zone in one.value}
    if not isinstance(value, str) or not value:
        return False
    match one.match:
        case "present":
            return True
        case "words":
            return words_of(value) == words_of(one.value)
        case "last-segment":
            return value.rpartition("/")[2].lower() == str(one.value).lower()
        case _:
            return value.lower() == str(one.value).lower()


def words_of(text: str) -> frozenset[str]:
    """A comma-separated list as ARM writes it, in lower case."""
    return frozenset(word.strip().lower() for word in text.split(",") if word.strip())


def zones_of(configurations: Sequence[Any]) -> set[str]:
    """The ids of the zones that a zone group writes into, in lower case."""
    return {
        str((entry.get("properties") or {}).get("privateDnsZoneId")).lower()
        for entry in configurations
        if isinstance(entry, dict)
    }


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping) and (value or not path):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    else:
        yield path, value


def _shown(value: Any) -> str:
    if value is _NOT_THERE:
        return "not there"
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 120 else f"{text[:119]}…"
