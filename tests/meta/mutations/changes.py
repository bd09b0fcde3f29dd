"""Changes that the tables of mutations share; each is one step of a misconfiguration."""

from __future__ import annotations

from copy import deepcopy

from auditor.sandbox.sample.company import AI_NETWORK, within
from tests.rules.cases import Change
from tests.rules.world import World


def endpoint(name: str) -> str:
    """One of the company's own private endpoints."""
    return within(AI_NETWORK, "Microsoft.Network/privateEndpoints", name)


def put(rid: str, path: str, value: object) -> Change:
    return lambda world: world.put(rid, path, value)


def cut(rid: str, path: str) -> Change:
    return lambda world: world.cut(rid, path)


def drop(*ids: str) -> Change:
    return lambda world: world.drop(*ids)


def every(*changes: Change) -> Change:
    def change(world: World) -> None:
        for one in changes:
            one(world)

    return change


def twin(rid: str, as_id: str) -> Change:
    """A copy of an object under another id."""

    def change(world: World) -> None:
        copied = deepcopy(world.body(rid))
        world.add({**copied, "id": as_id, "name": as_id.rsplit("/", 1)[1]})

    return change


def endpoint_gone(target: str, name: str) -> Change:
    """The target's private endpoint of this name is gone, and its connection with it."""

    def change(world: World) -> None:
        named = endpoint(name).lower()
        below = f"{target}/privateEndpointConnections/".lower()
        for found in list(world.tenant["resources"]):
            if (
                found["id"].lower().startswith(below)
                and found["properties"]["privateEndpoint"]["id"].lower() == named
            ):
                world.drop(found["id"])
        world.drop(endpoint(name))

    return change


def revoked(holder: str, target: str, role: str) -> Change:
    """The holder's identity loses this role (its GUID) on the target itself."""

    def change(world: World) -> None:
        given = [
            found
            for found in world.assignments(principal=world.principal(holder))
            if found["properties"]["scope"].lower() == target.lower()
            and found["properties"]["roleDefinitionId"].endswith(role)
        ]
        assert given, f"{holder} does not hold {role} on {target}"
        world.drop(*(found["id"] for found in given))

    return change


def granted(role: str, holder: str, scope: str) -> Change:
    return lambda world: world.grant(role, world.principal(holder), scope)


def unconnected(target: str) -> Change:
    """Nothing is connected to the target any more; what asked for it is still there."""

    def change(world: World) -> None:
        below = f"{target}/privateEndpointConnections/".lower()
        found = [row["id"] for row in world.tenant["resources"] if row["id"].lower().startswith(below)]
        assert found, f"{target} has no connections"
        world.drop(*found)

    return change
