"""Bodies of a sandbox tenant and the facts that records declare of them: found, and changed one by one."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, fields
from typing import Any

from auditor.model.estate import Estate
from auditor.model.wire import Fact, Part, Resource, decode
from tests.rules.world import World

Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One object as it stands in the tenant, and the record that it is read as."""

    record: type[Resource]
    row: Resource
    body: Body

    def with_value(self, path: str, value: object) -> Body:
        """A copy of the body in which the property stands so; objects on the way are made."""
        copied = deepcopy(self.body)
        put_at(copied, path, value)
        return copied

    def decoded(self, body: Body) -> Resource:
        return decode(self.record, body, self.row.scope, known_id=self.row.id).resource


def payloads(world: World, estate: Estate) -> Iterator[Payload]:
    """Every row that was read, with its body; rows that others embed are found inside them."""
    bodies = {found["id"].lower(): found for found in _objects(world.tenant["resources"])}
    for of, table in sorted(estate.tables.items(), key=lambda item: item[0].__name__):
        for rid, row in sorted(table.rows.items()):
            if rid.key in bodies:
                yield Payload(record=of, row=row, body=bodies[rid.key])


def facts(part: Resource | Part) -> Iterator[Fact[Any]]:
    """Every declared fact, those of parts after that of their list."""
    for field in fields(part):
        found = getattr(part, field.name)
        if isinstance(found, Part):
            yield from facts(found)
        elif isinstance(found, Fact):
            yield found
            for row in found.meaning if isinstance(found.meaning, tuple) else ():
                if isinstance(row, Part):
                    yield from facts(row)


def put_at(node: Any, path: str, value: object) -> None:
    """Set a fact's path in a body, in every element where it names a list with `[]`."""
    first, rest = _step(node, path)
    name, _, index = first.partition("[")
    if not rest and not index:
        node[first] = value
    elif not index:
        if not isinstance(node.get(first), dict):
            node[first] = {}
        put_at(node[first], rest, value)
    else:
        rows = node.get(name)
        chosen = rows if index == "]" else [rows[int(index.rstrip("]"))]]
        if not rest:
            rows[int(index.rstrip("]"))] = value
            return
        for row in chosen if isinstance(chosen, list) else ():
            if isinstance(row, dict):
                put_at(row, rest, value)


def _step(node: Any, path: str) -> tuple[str, str]:
    """The longest member of the node that the path starts with (names hold dots too), and what follows."""
    words = path.split(".")
    for length in range(len(words), 1, -1):
        name = ".".join(words[:length])
        if isinstance(node, dict) and name in node:
            return name, ".".join(words[length:])
    return words[0], ".".join(words[1:])


def _objects(node: Any) -> Iterator[Body]:
    if isinstance(node, dict):
        if isinstance(node.get("id"), str) and "/providers/" in node["id"].lower() and len(node) > 1:
            yield node
        for value in node.values():
            yield from _objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value)
