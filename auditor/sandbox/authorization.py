"""Microsoft.Authorization: lists that look above their scope, role definitions that have no fixed place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.sandbox.filters import Filter
from auditor.sandbox.inventory import Inventory
from auditor.sandbox.management_groups import ManagementGroups
from auditor.sandbox.scopes import is_within, key, parse_path
from auditor.sandbox.tenant import Tenant

ArmObject = Mapping[str, Any]

ROLE_DEFINITIONS = "microsoft.authorization/roledefinitions"
DENY_ASSIGNMENTS = "microsoft.authorization/denyassignments"
ASSIGNMENT_TYPES = frozenset(
    f"microsoft.authorization/{name}"
    for name in (
        "denyassignments",
        "roleassignments",
        "roleassignmentscheduleinstances",
        "roleassignmentschedules",
        "roleeligibilityscheduleinstances",
        "roleeligibilityschedules",
    )
)
_ASSIGNMENT_CALLS = frozenset(("atscope", "assignedto", "astarget"))
_ASSIGNMENT_EQUALS = frozenset(("principalid",))
_DEFINITION_CALLS = frozenset(("atscopeandbelow",))
_DEFINITION_EQUALS = frozenset(("type", "rolename"))
# Deny assignments name everybody by this id: https://learn.microsoft.com/azure/role-based-access-control/deny-assignments
_EVERYONE = "00000000-0000-0000-0000-000000000000"


class Authorization:
    """The authorization routes of one tenant."""

    def __init__(self, tenant: Tenant, inventory: Inventory, groups: ManagementGroups) -> None:
        self._caller = tenant.principal.object_id.lower()
        self._members = tenant.groups
        self._inventory = inventory
        self._management_groups = groups

    def assignments(self, resource_type: str, scope: str, query: Filter) -> list[ArmObject]:
        """Assignments at, above and, without ``atScope()``, below a scope. Raises FilterError."""
        query.refuse_unknown(_ASSIGNMENT_CALLS, _ASSIGNMENT_EQUALS)
        scope_key = key(scope)
        above = {"", *self._ancestors(scope_key)}
        below = "atscope" not in query.calls
        wanted = self._principals(query)
        return [
            item
            for item in self._inventory.of_type(resource_type)
            if (
                (at := _assignment_scope(item)) == scope_key
                or at in above
                or (below and self.contains(scope_key, at))
            )
            and (wanted is None or not wanted.isdisjoint(_principal_ids(item)))
        ]

    def definitions(self, scope: str, query: Filter) -> list[ArmObject]:
        """Built-in roles and the custom roles that can be assigned at a scope. Raises FilterError."""
        query.refuse_unknown(_DEFINITION_CALLS, _DEFINITION_EQUALS)
        scope_key = key(scope)
        applies = self._assignable_at_or_below if "atscopeandbelow" in query.calls else self._assignable_at
        return [
            _qualified(item, scope)
            for item in self._inventory.of_type(ROLE_DEFINITIONS)
            if (_is_built_in(item) or applies(item, scope_key)) and _matches(item, query)
        ]

    def definition(self, scope: str, name: str) -> ArmObject | None:
        """One role definition by its GUID, as seen from a scope; None when it cannot be assigned there."""
        scope_key = key(scope)
        for item in self._inventory.of_type(ROLE_DEFINITIONS):
            # Without a scope in the id, ARM finds a role wherever it can be assigned.
            applies = not scope_key or _is_built_in(item) or self._assignable_at(item, scope_key)
            if item["name"].lower() == name.lower() and applies:
                return _qualified(item, scope)
        return None

    def _assignable_at(self, definition: ArmObject, scope_key: str) -> bool:
        return any(self.contains(at, scope_key) for at in _assignable_scopes(definition))

    def _assignable_at_or_below(self, definition: ArmObject, scope_key: str) -> bool:
        return self._assignable_at(definition, scope_key) or any(
            self.contains(scope_key, at) for at in _assignable_scopes(definition)
        )

    def contains(self, outer: str, inner: str) -> bool:
        """True when a scope is another or lies above it, management groups included; both in `key` form."""
        return is_within(inner, outer) or outer in self._ancestors(inner)

    def _ancestors(self, scope_key: str) -> list[str]:
        """Every scope above: parent resources, resource group, subscription, management groups; not ""."""
        found: list[str] = []
        segments = scope_key.split("/")[1:]
        if segments[:1] == ["subscriptions"] and len(segments) > 1:
            subscription = "/" + "/".join(segments[:2])
            found = ["/" + "/".join(segments[:length]) for length in range(2, len(segments))]
            return [*found, *self._management_groups.ancestors(subscription)]
        return list(self._management_groups.ancestors(scope_key))

    def _principals(self, query: Filter) -> frozenset[str] | None:
        """The principals that the filter lets through; None for all of them."""
        wanted: list[frozenset[str]] = []
        if "principalid" in query.equals:
            wanted.append(frozenset((query.equals["principalid"].lower(),)))
        if "assignedto" in query.calls:
            wanted.append(self._with_groups(query.calls["assignedto"].lower()))
        if "astarget" in query.calls:
            wanted.append(self._with_groups(self._caller))
        return frozenset.intersection(*wanted) if wanted else None

    def _with_groups(self, principal_id: str) -> frozenset[str]:
        found = {principal_id}
        grew = True
        while grew:
            holding = {
                group
                for group, members in self._members.items()
                if not found.isdisjoint(member.lower() for member in members)
            }
            grew = not holding <= found
            found |= holding
        return frozenset((*found, _EVERYONE))


def _assignment_scope(item: ArmObject) -> str:
    stated = item.get("properties", {}).get("scope")
    return key(stated if isinstance(stated, str) else parse_path(item["id"]).scope)


def _principal_ids(item: ArmObject) -> Iterable[str]:
    properties = item.get("properties", {})
    if item["type"].lower() == DENY_ASSIGNMENTS:
        return [principal["id"].lower() for principal in properties.get("principals", ())]
    return [str(properties.get("principalId", "")).lower()]


def _is_built_in(definition: ArmObject) -> bool:
    return str(definition.get("properties", {}).get("type", "")).lower() == "builtinrole"


def _assignable_scopes(definition: ArmObject) -> list[str]:
    return [key(scope) for scope in definition.get("properties", {}).get("assignableScopes", ())]


def _qualified(definition: ArmObject, scope: str) -> ArmObject:
    """The definition under the id that a caller at this scope sees: the subscription's, if there is one."""
    subscription_id = parse_path(scope).subscription_id
    prefix = f"/subscriptions/{subscription_id}" if subscription_id else ""
    role_id = f"{prefix}/providers/Microsoft.Authorization/roleDefinitions/{definition['name']}"
    return {**definition, "id": role_id}


def _matches(definition: ArmObject, query: Filter) -> bool:
    properties = definition.get("properties", {})
    stated = {"type": properties.get("type"), "rolename": properties.get("roleName")}
    return all(str(stated[name]).lower() == value.lower() for name, value in query.equals.items())
