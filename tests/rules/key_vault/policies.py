"""Access policies as Azure writes them, and the vault put on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.relate.vault_access import EVERY
from auditor.sandbox.sample.company import TENANT
from auditor.sandbox.sample.learning_dependencies import VAULT
from tests.rules.cases import Change

ROLES = "properties.enableRbacAuthorization"
POLICIES = "properties.accessPolicies"
FULL: Mapping[str, Sequence[str]] = {str(kind): names for kind, names in EVERY.items()}


def entry(principal: str, permissions: Mapping[str, Sequence[str]] = FULL, **more: object) -> dict[str, Any]:
    """One access policy; without `permissions` every one but purge."""
    lists = {kind: list(names) for kind, names in permissions.items()}
    return {"tenantId": TENANT, "objectId": principal, "permissions": lists, **more}


def on_policies(*entries: object, roles: object = False) -> Change:
    """The vault asks these entries, not roles."""
    return lambda world: world.put(VAULT, ROLES, roles).put(VAULT, POLICIES, list(entries))
