"""The management group tree: who contains which subscription, and the bodies of its routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.sandbox.scopes import key
from auditor.sandbox.tenant import ManagementGroup, Tenant

_TYPE = "Microsoft.Management/managementGroups"
_ID_PREFIX = f"/providers/{_TYPE}/"


def group_id(group: ManagementGroup) -> str:
    return f"{_ID_PREFIX}{group.name}"


class ManagementGroups:
    """Answers for one tenant; scopes are in `key` form."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant_id = tenant.tenant_id
        self._groups = {group.name.lower(): group for group in tenant.management_groups}
        self._subscription_names: dict[str, str] = {
            entry["subscriptionId"].lower(): entry["displayName"] for entry in tenant.subscriptions
        }
        self._parent_of: dict[str, ManagementGroup] = {}
        for group in tenant.management_groups:
            for subscription_id in group.subscriptions:
                self._parent_of[f"/subscriptions/{subscription_id}".lower()] = group
            for child in group.children:
                self._parent_of[f"{_ID_PREFIX}{child}".lower()] = group

    def get(self, name: str) -> ManagementGroup | None:
        return self._groups.get(name.lower())

    def ancestors(self, scope_key: str) -> Iterator[str]:
        """The management groups above a subscription or management group, nearest first, in `key` form."""
        while (group := self._parent_of.get(scope_key)) is not None:
            scope_key = key(group_id(group))
            yield scope_key

    def summaries(self) -> list[Mapping[str, Any]]:
        """The items of the list route."""
        return [
            {
                "id": group_id(group),
                "type": _TYPE,
                "name": group.name,
                "properties": {"tenantId": self._tenant_id, "displayName": group.display_name},
            }
            for group in self._groups.values()
        ]

    def body(self, group: ManagementGroup, *, with_children: bool, recurse: bool) -> Mapping[str, Any]:
        """The body of the route of one group, as ``$expand=children`` and ``$recurse=true`` ask for it."""
        parent = self._parent_of.get(key(group_id(group)))
        properties: dict[str, Any] = {
            "tenantId": self._tenant_id,
            "displayName": group.display_name,
            "details": {"version": 1, "parent": _reference(parent) if parent else None},
        }
        if with_children:
            properties["children"] = self._children(group, recurse)
        return {"id": group_id(group), "type": _TYPE, "name": group.name, "properties": properties}

    def _children(self, group: ManagementGroup, recurse: bool) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for child in (self._groups[name.lower()] for name in group.children):
            below = {"children": self._children(child, recurse)} if recurse else {}
            found.append({**_reference(child), "type": _TYPE, **below})
        for subscription_id in group.subscriptions:
            found.append(
                {
                    "id": f"/subscriptions/{subscription_id}",
                    "type": "/subscriptions",
                    "name": subscription_id,
                    "displayName": self._subscription_name(subscription_id),
                }
            )
        return found

    def descendants(self, group: ManagementGroup) -> list[Mapping[str, Any]]:
        """Every group and subscription below, each naming its direct parent."""
        parent = {"id": group_id(group)}
        found: list[Mapping[str, Any]] = []
        for child in (self._groups[name.lower()] for name in group.children):
            properties = {"displayName": child.display_name, "parent": parent}
            found.append({"id": group_id(child), "type": _TYPE, "name": child.name, "properties": properties})
            found.extend(self.descendants(child))
        for subscription_id in group.subscriptions:
            properties = {"displayName": self._subscription_name(subscription_id), "parent": parent}
            found.append(
                {
                    "id": f"/subscriptions/{subscription_id}",
                    "type": "/subscriptions",
                    "name": subscription_id,
                    "properties": properties,
                }
            )
        return found

    def _subscription_name(self, subscription_id: str) -> str:
        # The principal may not see the subscription itself, yet the group lists it.
        return self._subscription_names.get(subscription_id.lower(), subscription_id)


def _reference(group: ManagementGroup) -> dict[str, Any]:
    return {"id": group_id(group), "name": group.name, "displayName": group.display_name}
