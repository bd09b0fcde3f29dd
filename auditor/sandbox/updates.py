"""What PATCH and PUT make of a resource: what a caller may set, and what the platform sets itself."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

ArmObject = Mapping[str, Any]

_NAMESPACE = uuid.UUID("b8a1d0a2-7b3f-4d4e-8a0b-3a3a3c6f5b02")
# Members of the envelope that the platform keeps, whatever a PUT says.
_KEPT = ("id", "name", "type", "systemData", "location", "kind")
# Members of `properties` that are answered but never set. Sources: the readOnly marks of the four providers'
# specifications, https://github.com/Azure/azure-rest-api-specs
_READ_ONLY = frozenset(
    (
        *("callRateLimit", "capabilities", "dateCreated", "endpoint", "endpoints", "internalId"),
        *("isMigrated", "skuChangeInfo", "provisioningState", "privateEndpointConnections"),
        *("sharedPrivateLinkResources", "status", "statusDetails", "eTag"),
        *("primaryEndpoints", "primaryLocation", "creationTime", "keyCreationTime", "statusOfPrimary"),
        *("workspaceId", "tenantId", "notebookInfo", "privateLinkCount", "mlFlowTrackingUri"),
    )
)


def patched(stored: ArmObject, body: ArmObject, tenant_id: str) -> ArmObject:
    """The resource after a PATCH: a member that is sent replaces the one held, whole; the others stay.

    Within `properties` this holds for each property by itself, so a caller that sends half of an object
    (networkAcls with its bypass alone) loses the other half.
    """
    sent = {name: value for name, value in body.items() if name not in _KEPT}
    properties = _settable(sent.pop("properties", None))
    result = {**stored, **sent}
    if properties:
        result["properties"] = {**(stored.get("properties") or {}), **properties}
    return _with_identity(result, stored, tenant_id)


def replaced(stored: ArmObject, body: ArmObject, tenant_id: str) -> ArmObject:
    """The resource after a PUT: what is not sent is gone, but for what the platform keeps itself."""
    held = stored.get("properties") or {}
    result = {
        **{name: value for name, value in body.items() if name not in _KEPT},
        **{name: stored[name] for name in _KEPT if name in stored},
        "properties": {
            **{name: value for name, value in held.items() if name in _READ_ONLY},
            **_settable(body.get("properties")),
        },
    }
    return _with_identity(result, stored, tenant_id)


def _settable(properties: object) -> dict[str, Any]:
    if not isinstance(properties, Mapping):
        return {}
    return {name: value for name, value in properties.items() if name not in _READ_ONLY}


def _with_identity(resource: dict[str, Any], stored: ArmObject, tenant_id: str) -> ArmObject:
    """A system identity that was not there is new: its principal is the platform's, never the caller's."""
    asked = resource.get("identity")
    if not isinstance(asked, Mapping):
        return resource
    held = stored.get("identity") or {}
    identity = {name: value for name, value in asked.items() if name not in ("principalId", "tenantId")}
    users = asked.get("userAssignedIdentities")
    if isinstance(users, Mapping):
        known = {name.lower(): entry for name, entry in (held.get("userAssignedIdentities") or {}).items()}
        identity["userAssignedIdentities"] = {
            name: known.get(name.lower(), entry) for name, entry in users.items()
        }
    if "systemassigned" in str(asked.get("type", "")).lower():
        new = str(uuid.uuid5(_NAMESPACE, str(stored["id"]).lower()))
        identity["principalId"] = held.get("principalId") or new
        identity["tenantId"] = held.get("tenantId") or tenant_id
    return {**resource, "identity": identity}
