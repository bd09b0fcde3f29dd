"""The resources of a tenant, indexed the way ARM addresses them: by id, by collection, by type and scope."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import orjson

from auditor.sandbox.resource_types import KNOWN_RESOURCE_TYPES
from auditor.sandbox.scopes import ArmPath, is_within, key, parse_path
from auditor.sandbox.script import Change
from auditor.sandbox.tenant import Tenant

ArmObject = Mapping[str, Any]
Order = str | int
"""``"as-is"``, ``"reversed"``, or the seed of a shuffle that is the same in every run."""

_Item = TypeVar("_Item")

# What stands in properties.privateEndpointConnections of a resource without connections: most providers
# send an empty array, App Service a null, Key Vault leaves the key out.
_ABSENT = object()
_WITHOUT_CONNECTIONS: Mapping[str, object] = {
    "microsoft.cognitiveservices/accounts": [],
    "microsoft.search/searchservices": [],
    "microsoft.storage/storageaccounts": [],
    "microsoft.machinelearningservices/workspaces": [],
    "microsoft.containerregistry/registries": [],
    "microsoft.keyvault/vaults": _ABSENT,
}
_RECORD_TYPES = ("A", "AAAA", "CNAME", "MX", "PTR", "SOA", "SRV", "TXT")
# These exist in every storage account and cannot be deleted, so a tenant file need not spell them out.
_STORAGE_SERVICES = frozenset(("blobservices", "fileservices", "queueservices", "tableservices"))


def arranged(items: Iterable[_Item], order: Order) -> list[_Item]:
    """The items in the order asked for; every call with the same input gives the same output."""
    found = list(items)
    if order == "reversed":
        found.reverse()
    elif isinstance(order, int):
        random.Random(order).shuffle(found)
    elif order != "as-is":
        raise ValueError(f"order must be 'as-is', 'reversed' or a seed, not {order!r}")
    return found


class Inventory:
    """All resources of one tenant, as they are now.

    `wire` caches what it encodes, so treat the objects as read-only and change them through `put` alone.
    """

    def __init__(self, tenant: Tenant, order: Order = "as-is") -> None:
        self._order = order
        self._by_id: dict[str, ArmObject] = {}
        self._by_collection: dict[str, dict[str, ArmObject]] = {}
        self._by_type: dict[str, dict[str, ArmObject]] = {}
        self._ancestors: set[str] = set()
        self._encoded: dict[str, orjson.Fragment] = {}
        for resource in (*tenant.resources, *_missing_resource_groups(tenant.resources)):
            self._add(resource)

    def _add(self, resource: ArmObject) -> None:
        resource_key = key(resource["id"])
        self._by_id[resource_key] = resource
        self._by_collection.setdefault(resource_key.rpartition("/")[0], {})[resource_key] = resource
        self._by_type.setdefault(resource["type"].lower(), {})[resource_key] = resource
        parent = resource_key.rpartition("/")[0]
        while parent and parent not in self._ancestors:
            self._ancestors.add(parent)
            parent = parent.rpartition("/")[0]

    def put(self, resource: ArmObject) -> None:
        """Add a resource at the end, or replace the one of its id where that stands."""
        self._forget_encoding(key(resource["id"]))
        self._add(resource)

    def delete(self, resource_id: str) -> None:
        """Remove a resource and everything below it."""
        resource_key = key(resource_id)
        kept = [resource for path, resource in self._by_id.items() if not is_within(path, resource_key)]
        self._by_id, self._by_collection, self._by_type = {}, {}, {}
        self._ancestors = set()
        for resource in kept:
            self._add(resource)
        self._forget_encoding(resource_key)

    def apply(self, change: Change) -> None:
        """Put, then merge, then delete. A patch of a resource that is not there is nothing."""
        for resource in change.put:
            self.put(resource)
        for patch in change.merge:
            held = self.get(patch["id"])
            if held is not None:
                self.put(_merge_patched(held, {**patch, "id": held["id"]}))
        for resource_id in change.delete:
            self.delete(resource_id)

    def _forget_encoding(self, resource_key: str) -> None:
        # A parent's encoding embeds its children.
        for stale in (resource_key, resource_key.rpartition("/")[0].rpartition("/")[0]):
            self._encoded.pop(stale, None)

    def get(self, resource_id: str) -> ArmObject | None:
        return self._by_id.get(key(resource_id))

    def exists(self, resource_id: str) -> bool:
        """True for a resource in the file, one implied by a resource below, or one Azure always has."""
        resource_key = key(resource_id)
        if resource_key in self._by_id or resource_key in self._ancestors:
            return True
        owner, _, service = resource_key.removesuffix("/default").rpartition("/")
        return service in _STORAGE_SERVICES and owner in self._by_id

    def knows_type(self, resource_type: str) -> bool:
        return resource_type.lower() in KNOWN_RESOURCE_TYPES or resource_type.lower() in self._by_type

    def of_type(self, resource_type: str, scope: str = "") -> list[ArmObject]:
        """The resources of a type at or below a scope, at any depth; extension resources included."""
        scope_key = key(scope)
        entries = self._by_type.get(resource_type.lower(), {}).items()
        return arranged((item for path, item in entries if is_within(path, scope_key)), self._order)

    def listed(self, path: ArmPath) -> list[ArmObject]:
        """What a GET of a collection holds.

        Everything of the type below a subscription or resource group, else the direct children.
        """
        if path.names or path.scope_is_resource or not path.scope:
            return self.children(path.full)
        found = self.of_type(path.resource_type, path.scope)
        if path.namespace.lower() == "microsoft.authorization":
            return found
        # Settings that hang on a resource are listed at that resource alone.
        return [item for item in found if not parse_path(item["id"]).scope_is_resource]

    def generic(self, scope: str) -> list[ArmObject]:
        """The tracked resources in a scope as ``/resources`` lists them: without their properties."""
        scope_key = key(scope)
        return [
            _generic(resource)
            for path, resource in arranged(self._by_id.items(), self._order)
            if is_within(path, scope_key) and path.count("/providers/") == 1 and resource.get("location")
        ]

    def children(self, collection: str) -> list[ArmObject]:
        collection_key = key(collection)
        zone, _, last = collection_key.rpartition("/")
        if last == "all" and "/providers/microsoft.network/privatednszones/" in zone:
            return [item for kind in _RECORD_TYPES for item in self.children(f"{zone}/{kind}")]
        return arranged(self._by_collection.get(collection_key, {}).values(), self._order)

    def wire(self, resource: ArmObject) -> orjson.Fragment:
        """A resource as encoded JSON, with the children that its provider embeds in it."""
        resource_key = key(resource["id"])
        if resource_key not in self._encoded:
            self._encoded[resource_key] = orjson.Fragment(orjson.dumps(self._with_embedded(resource)))
        return self._encoded[resource_key]

    def _with_embedded(self, resource: ArmObject) -> ArmObject:
        resource_type = resource["type"].lower()
        embedded: dict[str, object] = {}
        if resource_type in _WITHOUT_CONNECTIONS:
            embedded["privateEndpointConnections"] = (
                self._embedded(resource, "privateEndpointConnections") or _WITHOUT_CONNECTIONS[resource_type]
            )
        if resource_type == "microsoft.web/sites":
            embedded["privateEndpointConnections"] = None
        if resource_type == "microsoft.search/searchservices":
            links = self._embedded(resource, "sharedPrivateLinkResources")
            embedded["sharedPrivateLinkResources"] = links
        if not embedded:
            return resource
        return {**resource, "properties": _merged(resource.get("properties") or {}, embedded)}

    def _embedded(self, resource: ArmObject, child_type: str) -> Sequence[ArmObject]:
        return self.children(f"{resource['id']}/{child_type}")


def stated(generic: ArmObject, name: str) -> str:
    """A resource's value for a property of ``$filter``, whose names are not all those of the body."""
    match name:
        case "resourcetype":
            return str(generic["type"])
        case "resourcegroup":
            return parse_path(generic["id"]).resource_group or ""
        case _:
            return str(generic[name])


def _generic(resource: ArmObject) -> ArmObject:
    kept = ("id", "name", "type", "location", "kind", "sku", "identity", "managedBy", "tags")
    return {name: resource[name] for name in kept if name in resource}


def _merged(properties: ArmObject, embedded: Mapping[str, object]) -> ArmObject:
    # A value that the file states itself stands, unless there are child entries to put in its place.
    present = {
        name: value
        for name, value in embedded.items()
        if value is not _ABSENT and (value or name not in properties)
    }
    return {**properties, **present}


def _merge_patched(target: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Null removes, objects merge, all else replaces: https://www.rfc-editor.org/rfc/rfc7396"""
    result = dict(target)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            held = result.get(name)
            result[name] = _merge_patched(held if isinstance(held, Mapping) else {}, value)
        else:
            result[name] = value
    return result


def _missing_resource_groups(resources: Iterable[ArmObject]) -> list[ArmObject]:
    entries = list(resources)
    stated = {
        key(entry["id"]) for entry in entries if entry["type"].lower() == "microsoft.resources/resourcegroups"
    }
    derived: dict[str, ArmObject] = {}
    for entry in entries:
        path = parse_path(entry["id"])
        if not path.resource_group:
            continue
        group_id = f"/subscriptions/{path.subscription_id}/resourceGroups/{path.resource_group}"
        if key(group_id) not in stated and key(group_id) not in derived:
            derived[key(group_id)] = {
                "id": group_id,
                "name": path.resource_group,
                "type": "Microsoft.Resources/resourceGroups",
                "location": entry.get("location") or "global",
                "properties": {"provisioningState": "Succeeded"},
            }
    return list(derived.values())
