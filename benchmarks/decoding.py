"""What reading a page costs: our decoder against the JSON parser alone, on the same bytes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from typing import Any

import orjson

from auditor.model.ids import ArmId
from auditor.model.resources.access import RoleAssignment
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.network import PrivateEndpoint
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.wire import Resource, decode
from auditor.sandbox.sample import build
from benchmarks.measure import in_turn, wall_s

ITEMS = 2_000
RUNS = 7
_SCOPE = ArmId.parse("/subscriptions/00000000-0000-0000-0000-000000000000")


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Type, microseconds an item of parsing and decoding, of parsing alone, the ratio."""
    for of in (RoleAssignment, CognitiveAccount, StorageAccount, PrivateEndpoint):
        page = _page(of)
        measured, least, ratio = in_turn(
            partial(_per_item_us, partial(_read, of, page)),
            partial(_per_item_us, partial(orjson.loads, page)),
            RUNS,
        )
        yield f"`{of.ARM_TYPE}`", f"{measured} µs", f"{least} µs", str(ratio)


def _page(of: type[Resource]) -> bytes:
    bodies = [body for body in build()["resources"] if body["type"].lower() == of.ARM_TYPE.lower()]
    found: list[Any] = []
    for number in range(ITEMS):
        body = deepcopy(bodies[number % len(bodies)])
        body["id"] += str(number)
        found.append(body)
    return orjson.dumps({"value": found})


def _read(of: type[Resource], page: bytes) -> list[Resource]:
    return [decode(of, body, _SCOPE).resource for body in orjson.loads(page)["value"]]


def _per_item_us(work: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    try:
        return 1e6 * wall_s(work) / ITEMS
    finally:
        gc.enable()
