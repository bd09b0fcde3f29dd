"""The same tenant as another api-version or day might answer it: nothing in it means anything else."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from auditor.model.estate import Estate
from auditor.model.finding import ABSENT
from auditor.model.wire import Misfit, Part
from tests.meta.payloads import Payload, facts, payloads, put_at
from tests.rules.world import World

_ID = re.compile(r"/(subscriptions|providers)/", re.IGNORECASE)
_UNKNOWN = ("text", 7, True, None, [{"a": 1}], {"b": {"c": None}})


def swapped(world: World, estate: Estate, seed: int) -> World:
    """Ids, types and declared texts (kinds, states, hosts) in another letter case, about half of them."""
    rng = random.Random(seed)
    changed = World(deepcopy(world.tenant))
    for payload in payloads(changed, estate):
        for path, value in list(_texts(payload)):
            if rng.random() < 0.5:
                put_at(payload.body, path, value)
    for body in changed.tenant["resources"]:
        body.update(_with_swapped_ids(body, rng))
        if rng.random() < 0.5:
            body["type"] = body["type"].swapcase()
    return changed


def extended(world: World, estate: Estate, seed: int) -> World:
    """Properties that nobody knows yet, in every object but those whose members are names."""
    rng = random.Random(seed)
    changed = World(deepcopy(world.tenant))
    maps = {id(found) for payload in payloads(changed, estate) for found in _maps(payload)}
    for body in changed.tenant["resources"]:
        for found in list(_dicts(body)):
            if id(found) not in maps:
                found[f"x{rng.randrange(10**6)}"] = deepcopy(rng.choice(_UNKNOWN))
    return changed


def nulled(world: World, estate: Estate, seed: int) -> World:
    """Null where a declared property, or the object that would hold it, was left out."""
    rng = random.Random(seed)
    changed = World(deepcopy(world.tenant))
    for payload in payloads(changed, estate):
        for fact in facts(payload.row):
            if fact.raw is ABSENT and rng.random() < 0.5:
                _null_at(payload.body, fact.path)
    return changed


def reordered(world: World, _estate: Estate, seed: int) -> World:
    """Every collection in another order."""
    return World(deepcopy(world.tenant), order="reversed" if seed == 0 else seed)


VARIATIONS: dict[str, Callable[[World, Estate, int], World]] = {
    "letter-case": swapped,
    "order": reordered,
    "unknown-properties": extended,
    "null-for-absent": nulled,
}


def _texts(payload: Payload) -> Iterator[tuple[str, Any]]:
    """Every declared text in the other case, but for those that are no longer read so, such as times."""
    stated = {fact.path: _other_case(fact.raw) for fact in facts(payload.row) if "[]" not in fact.path}
    texts = {path: value for path, value in stated.items() if value is not None}
    copied = deepcopy(payload.body)
    for path, value in texts.items():
        put_at(copied, path, value)
    for fact in facts(payload.decoded(copied)):
        if fact.path in texts and not isinstance(fact.meaning, Misfit):
            yield fact.path, texts[fact.path]


def _other_case(raw: object) -> object:
    """None for what is no text and no list of texts."""
    if isinstance(raw, str):
        return raw.swapcase()
    if isinstance(raw, list) and raw and all(isinstance(item, str) for item in raw):
        return [item.swapcase() for item in raw]
    return None


def _with_swapped_ids(node: Any, rng: random.Random) -> Any:
    if isinstance(node, dict):
        return {_swapped_id(name, rng): _with_swapped_ids(value, rng) for name, value in node.items()}
    if isinstance(node, list):
        return [_with_swapped_ids(value, rng) for value in node]
    return _swapped_id(node, rng) if isinstance(node, str) else node


def _swapped_id(text: str, rng: random.Random) -> str:
    """An id whose segments, or some of them, are in another case; any other text stays."""
    if not _ID.match(text):
        return text
    return "/".join(part.swapcase() if rng.random() < 0.5 else part for part in text.split("/"))


def _maps(payload: Payload) -> Iterator[dict[str, Any]]:
    """The objects of a body whose members are names of things: one more would be one more thing."""
    for fact in facts(payload.decoded(payload.body)):
        rows = fact.meaning if isinstance(fact.meaning, tuple) else ()
        named = any(isinstance(row, Part) and not row.key.isdigit() for row in rows)
        if isinstance(fact.raw, dict) and (named or not fact.raw):
            yield fact.raw


def _dicts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _dicts(value)


def _null_at(body: Any, path: str) -> None:
    """Null at the first member of the path that is not there."""
    node = body
    steps = path.replace("[", ".[").split(".")
    for position, step in enumerate(steps):
        if isinstance(node, list):
            rows = node if step == "[]" else [node[int(step[1:-1])]]
            for row in rows:
                _null_at(row, ".".join(steps[position + 1 :]).replace(".[", "["))
            return
        if not isinstance(node, dict):
            return
        if step not in node:
            node[step] = None
            return
        node = node[step]
