"""The two sides of a private link: the target's connection, and the endpoint that follows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.sandbox.scopes import key

ArmObject = Mapping[str, Any]

_CONNECTION_LISTS = ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")


def with_state(connection: ArmObject, state: ArmObject) -> ArmObject:
    """The connection with another state. Who asked for it is the platform's to say, and stays."""
    properties = connection.get("properties") or {}
    held = properties.get("privateLinkServiceConnectionState") or {}
    return {
        **connection,
        "properties": {
            **properties,
            "privateLinkServiceConnectionState": {**held, **state},
            "provisioningState": "Succeeded",
        },
    }


def approved_side(endpoint: ArmObject, connection: ArmObject, target_id: str, state: ArmObject) -> ArmObject:
    """The private endpoint once its connection has another state; as it was where the target is another."""
    properties = endpoint.get("properties") or {}
    return {
        **endpoint,
        "properties": {
            **properties,
            **{
                name: [_followed(entry, connection, target_id, state) for entry in properties[name] or []]
                for name in _CONNECTION_LISTS
                if name in properties
            },
        },
    }


def _followed(entry: ArmObject, connection: ArmObject, target_id: str, state: ArmObject) -> ArmObject:
    properties = entry.get("properties") or {}
    if key(str(properties.get("privateLinkServiceId", ""))) != key(target_id):
        return entry
    groups = _groups(connection)
    if groups and groups.isdisjoint(str(group).lower() for group in properties.get("groupIds") or []):
        return entry
    held = properties.get("privateLinkServiceConnectionState") or {}
    return {**entry, "properties": {**properties, "privateLinkServiceConnectionState": {**held, **state}}}


def _groups(connection: ArmObject) -> frozenset[str]:
    """The groups that a connection names; empty where its provider does not say."""
    properties = connection.get("properties") or {}
    named = properties.get("groupIds") or [properties.get("groupId")]
    return frozenset(str(group).lower() for group in named if group)
