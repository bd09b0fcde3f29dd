"""Fact by fact: what our collectors saw against what a typed model still shows, by the same declaration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Part, Resource, decode

Verdict = Literal["same", "lost", "invented", "different"]


@dataclass(frozen=True, slots=True, order=True)
class Compared:
    """`path` is the declared one, `[]` for every element; `verdict` says what the typed model made of it."""

    type: str
    path: str
    verdict: Verdict
    example: str = ""


def compared(ours: Resource, wire: dict[str, Any]) -> Iterator[Compared]:
    """Every declared fact that either side states. `wire` is the typed model in ARM's shape."""
    theirs = decode(type(ours), wire, ours.scope).resource
    for path, verdict, example in _members(ours, theirs, ""):
        yield Compared(type(ours).ARM_TYPE, path, verdict, example)


def _members(
    ours: Resource | Part, theirs: Resource | Part, above: str
) -> Iterator[tuple[str, Verdict, str]]:
    for field in fields(ours):
        one, other = getattr(ours, field.name), getattr(theirs, field.name)
        if "wire" not in field.metadata:
            continue
        path = above + field.metadata["wire"].path
        if isinstance(one, Part):
            yield from _members(one, other, f"{path}.")
        else:
            yield from _facts(one, other, path)


def _facts(one: Fact[Any], other: Fact[Any], path: str) -> Iterator[tuple[str, Verdict, str]]:
    if not one.is_stated and not other.is_stated:
        return
    if not other.is_stated:
        yield path, "lost", repr(one.raw)
    elif not one.is_stated:
        yield path, "invented", repr(other.raw)
    elif _is_parts(one.value) and _is_parts(other.value) and len(one.value) == len(other.value):
        yield path, "same", ""
        for mine, its in zip(one.value, other.value, strict=True):
            yield from _members(mine, its, f"{path}[].")
    else:
        same = _plain(one.value) == _plain(other.value)
        yield path, "same" if same else "different", f"{one.raw!r} → {other.raw!r}"


def _is_parts(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, Part) for item in value)


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.timestamp()
        case ArmId():
            return value.key
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value
