"""What the signed-in caller may do, as the tenant file gives it, and the refusals that this means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from auditor.relate.conditions import matches
from auditor.sandbox.responses import ArmResponse, authorization_failed_message, error
from auditor.sandbox.scopes import ArmPath, action_of, authorization_scope, key
from auditor.sandbox.tenant import HeldPermission, Tenant

_EVERYTHING = HeldPermission(scope="/", actions=("*",), not_actions=(), data_actions=(), not_data_actions=())


class Caller:
    """The rights of one tenant's principal. `contains` tells whether a scope is another or lies above it."""

    def __init__(self, tenant: Tenant, contains: Callable[[str, str], bool]) -> None:
        self._principal = tenant.principal
        self._held = (_EVERYTHING,) if tenant.permissions is None else tenant.permissions
        self._contains = contains

    def permissions(self, scope: str) -> list[dict[str, Any]]:
        """What ``Microsoft.Authorization/permissions`` lists at a scope: an entry for each role held."""
        return [
            {
                "actions": list(held.actions),
                "notActions": list(held.not_actions),
                "dataActions": list(held.data_actions),
                "notDataActions": list(held.not_data_actions),
            }
            for held in self._at(scope)
        ]

    def refusal(self, method: str, path: ArmPath) -> ArmResponse | None:
        """403 where no role grants the action of a write; None where one does."""
        action, scope = action_of(method, path), authorization_scope(path)
        if any(_grants(held, action) for held in self._at(scope)):
            return None
        principal = self._principal
        message = authorization_failed_message(principal.client_id, principal.object_id, path, action)
        return error(403, "AuthorizationFailed", message)

    def _at(self, scope: str) -> Iterator[HeldPermission]:
        return (held for held in self._held if self._contains(key(held.scope), key(scope)))


def _grants(held: HeldPermission, action: str) -> bool:
    if any(matches(pattern, action) for pattern in held.not_actions):
        return False
    return any(matches(pattern, action) for pattern in held.actions)
