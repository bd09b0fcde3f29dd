"""Answers that state every fact we declare, made from the declarations, as a cassette.

The sample tenant leaves out what most tenants leave out; whether a typed model could carry it shows here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from auditor.model.decoding import Wire
from auditor.model.ids import ArmId
from auditor.model.wire import Misfit, Part, Resource
from tests.collect.cassette import OrderedYaml
from tests.collect.scenarios import AI_PROD, ARM_URL

GROUP = f"/subscriptions/{AI_PROD}/resourceGroups/probe"
_TARGET = f"{GROUP}/providers/Microsoft.Probe/targets/t"
_RID = ArmId.parse(_TARGET)
# Each declared form takes the first that fits; a text also takes what a time and an id take, so it is first.
_VALUES: Sequence[Any] = (True, 7, "stated", "2025-03-11T08:14:52Z", _TARGET, ["stated"], [_TARGET])


def body_of(of: type[Resource], rid: str) -> dict[str, Any]:
    """One ARM object of the type that states every declared fact."""
    whole: dict[str, Any] = {
        "id": rid,
        "name": rid.rpartition("/")[2],
        "type": of.ARM_TYPE,
        "location": "westeurope",
        "tags": {"stated": "stated"},
    }
    _fill(whole, of)
    return whole


def _fill(whole: dict[str, Any], of: type[Resource] | type[Part]) -> None:
    # Deep paths first: a fact of an object as a whole is stated by the object that they make.
    wires = [field.metadata["wire"] for field in fields(of) if "wire" in field.metadata]
    for wire in sorted(wires, key=lambda one: -one.path.count(".")):
        _put(whole, wire.path.split("."), _stated(wire))


def _put(node: dict[str, Any], steps: list[str], value: Any) -> None:
    name, rest = steps[0].removesuffix("[]"), steps[1:]
    if not rest:
        node.setdefault(name, value)
    elif steps[0].endswith("[]"):
        _put(node.setdefault(name, [{}])[0], rest, value[0])
    else:
        _put(node.setdefault(name, {}), rest, value)


def _stated(wire: Wire) -> Any:
    if wire.single:
        return _part(_read(wire, None))
    for listed, shape in (([{}], lambda one: [one]), ({"k": {}}, lambda one: {"k": one})):
        try:
            found = _read(wire, listed)
        except Misfit:
            continue
        if isinstance(found, tuple) and found and isinstance(found[0], Part):
            key = _TARGET if wire.path.endswith("userAssignedIdentities") else "k"
            return {key: _part(found[0])} if isinstance(listed, dict) else shape(_part(found[0]))
    return _value(wire)


def _value(wire: Wire) -> Any:
    for value in _VALUES:
        try:
            _read(wire, value)
        except Misfit as misfit:
            if misfit.expected.startswith("one of "):
                return misfit.expected.removeprefix("one of ").split(", ")[0]
            continue
        return value
    raise ValueError(f"no value fits {wire.path}")


def _read(wire: Wire, value: Any) -> Any:
    return wire.read(_RID, "", value, [])


def _part(part: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    _fill(whole, type(part))
    return whole


def answers_for(types: Iterable[type[Resource]]) -> dict[str, list[dict[str, Any]]]:
    """The lists of one probe of each type, children below the probe of their parent, by ARM path."""
    found: dict[str, list[dict[str, Any]]] = {}
    for of in types:
        namespace, *kinds = of.ARM_TYPE.split("/")
        rid = "/".join((GROUP, "providers", namespace, *(f"{kind}/probe" for kind in kinds)))
        above = rid.rpartition("/")[0]
        listed = above if len(kinds) > 1 else f"/subscriptions/{AI_PROD}/providers/{of.ARM_TYPE}"
        found[listed] = [body_of(of, rid)]
    return found


def write_cassette(path: Path, answers: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """`answers` are lists by ARM path, query and all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cassette = {"version": 1, "interactions": list(_interactions(answers))}
    path.write_text(OrderedYaml.serialize(cassette), encoding="utf-8")


def _interactions(answers: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[dict[str, Any]]:
    for path, rows in answers.items():
        joined = "&" if "?" in path else "?"
        yield {
            "request": {
                "method": "GET",
                "uri": f"{ARM_URL}{path}{joined}api-version=any",
                "body": None,
                "headers": {},
            },
            "response": {
                "status": {"code": 200, "message": "OK"},
                "headers": {"Content-Type": ["application/json"]},
                "body": {"string": json.dumps({"value": list(rows)})},
            },
        }
