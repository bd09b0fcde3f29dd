"""The sample tenant by id and by type, for the tests that walk it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditor.sandbox.sample import build

ArmObject = dict[str, Any]

TENANT: ArmObject = build()
RESOURCES: list[ArmObject] = TENANT["resources"]
BY_ID = {resource["id"].lower(): resource for resource in RESOURCES}


def of_type(resource_type: str) -> list[ArmObject]:
    return [r for r in RESOURCES if r["type"].lower() == resource_type.lower()]


def ending(suffix: str) -> list[ArmObject]:
    return [r for r in RESOURCES if r["type"].lower().endswith(suffix.lower())]


def embedded(value: object) -> Iterator[ArmObject]:
    """Every object inside a value that carries an id: subnets and peerings live in their network alone."""
    if isinstance(value, dict):
        if "id" in value and "properties" in value:
            yield value
        for inner in value.values():
            yield from embedded(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from embedded(inner)


KNOWN_IDS = {obj["id"].lower() for obj in embedded(RESOURCES)} | set(BY_ID)


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def subscription_of(resource_id: str) -> str:
    return resource_id.split("/")[2].lower()


def parent_of(resource_id: str) -> str:
    return resource_id.rsplit("/", 2)[0].lower()
