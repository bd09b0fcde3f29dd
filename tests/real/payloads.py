"""The real Azure payloads beside the checkout: every ARM object in them, with where it was found.

`../shared/real-arm` holds recordings of live tenants and the official examples of each operation. Nothing
of it is part of this repository, so tests skip where it is absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
import yaml

from auditor.model.ids import ArmId, MalformedId

REAL_ARM = Path(__file__).parents[2].parent / "shared" / "real-arm"
present = pytest.mark.skipif(not REAL_ARM.is_dir(), reason="no real payloads beside this checkout")

Json = Mapping[str, Any]

# The examples in these folders say `string` for every id and type.
_WORKSPACE = "/subscriptions/s/resourceGroups/s/providers/Microsoft.MachineLearningServices/workspaces/s"
_NAMELESS = {
    "Datastore": f"{_WORKSPACE}/datastores/string",
    "BatchEndpoint": f"{_WORKSPACE}/batchEndpoints/string",
    "OnlineEndpoint": f"{_WORKSPACE}/onlineEndpoints/string",
    "OnlineDeployment": f"{_WORKSPACE}/onlineEndpoints/string/deployments/string",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One ARM object as it was answered.

    `origin` is its file below the payloads' folder and `position` the number of the answer in it.
    `is_live` tells recordings from the official examples. `holder` is the id of the object that it stands
    inside, None for what was answered by itself or in a list. `api_version` is None where no query named
    one.
    """

    origin: str
    position: int
    is_live: bool
    holder: str | None
    api_version: str | None
    id: str
    type: str
    body: Json


@cache
def payloads() -> tuple[Payload, ...]:
    """Every ARM object, in the order of files and answers."""
    return (*_recorded(), *_examples())


def _recorded() -> Iterator[Payload]:
    for file in sorted((REAL_ARM / "recordings").rglob("*.yaml")):
        origin = file.relative_to(REAL_ARM).as_posix()
        recording = yaml.load(file.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for position, interaction in enumerate(recording["interactions"]):
            request = interaction["request"]
            url = request.get("uri") or request.get("url") or ""
            api_version = next(iter(parse_qs(urlsplit(url).query).get("api-version", ())), None)
            answered = _decoded(interaction["response"]["body"])
            for holder, body in _objects(answered, None):
                yield _payload(origin, position, True, holder, api_version, body)


def _examples() -> Iterator[Payload]:
    for file in sorted((REAL_ARM / "spec-examples").rglob("*.json")):
        origin = file.relative_to(REAL_ARM).as_posix()
        example = orjson.loads(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        api_version = (example.get("parameters") or {}).get("api-version")
        for position, answer in enumerate((example.get("responses") or {}).values()):
            for holder, body in _objects(_named((answer or {}).get("body"), file), None):
                yield _payload(origin, position, False, holder, api_version, body)


def _named(answer: object, file: Path) -> object:
    """The answer with an id where its example leaves it open and its folder tells the type."""
    rid = next((_NAMELESS[part] for part in file.parts if part in _NAMELESS), None)
    if rid is None or not isinstance(answer, dict):
        return answer
    if isinstance(rows := answer.get("value"), list):
        return {**answer, "value": [_named(row, file) for row in rows]}
    return {**answer, "id": rid, "type": derived_type(rid)} if answer.get("id") == "string" else answer


def _decoded(body: object) -> object:
    """The JSON of a recorded body; None for bodies that are empty, binary or no JSON."""
    content = body.get("string") if isinstance(body, dict) else body
    if not isinstance(content, str | bytes) or not content.strip():
        return None
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _objects(node: object, holder: str | None) -> Iterator[tuple[str | None, Json]]:
    """Every object with an id and a type, wherever it stands: alone, in a page, in a batch, in another."""
    if isinstance(node, list):
        for item in node:
            yield from _objects(item, holder)
    elif isinstance(node, dict):
        if is_resource(node):
            yield holder, node
            holder = node["id"]
        for inner in node.values():
            yield from _objects(inner, holder)


def is_resource(node: Json) -> bool:
    """Whether it is more than a bare reference (`BuiltInRole` is a type of one) or an operation's status."""
    rid = node.get("id")
    if not isinstance(rid, str) or not rid.startswith("/"):
        return False
    if isinstance(stated := node.get("type"), str):
        return "/" in stated
    return "properties" in node and bool(derived_type(rid))


def _payload(
    origin: str, position: int, is_live: bool, holder: str | None, api_version: str | None, body: Json
) -> Payload:
    stated = body.get("type")
    return Payload(
        origin=origin,
        position=position,
        is_live=is_live,
        holder=holder,
        api_version=api_version,
        id=body["id"],
        type=stated if isinstance(stated, str) else derived_type(body["id"]),
        body=body,
    )


def derived_type(rid: str) -> str:
    try:
        return ArmId.parse(rid).resource_type or ""
    except MalformedId:
        return ""
