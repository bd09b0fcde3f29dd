"""The managed identity block that many ARM types carry."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.wire import Fact, Part, choices, keyed, text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UserAssignedIdentity(Part):
    """One attached user-assigned identity; `key` is its resource id as this resource spells it."""

    principal_id: Fact[str | None] = text("principalId")
    client_id: Fact[str | None] = text("clientId")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Identity(Part):
    """`type` holds the assigned kinds; ARM writes them with and without a blank after the comma."""

    type: Fact[frozenset[str]] = choices("type", "None", "SystemAssigned", "UserAssigned")
    principal_id: Fact[str | None] = text("principalId")
    tenant_id: Fact[str | None] = text("tenantId")
    user_assigned: Fact[tuple[UserAssignedIdentity, ...]] = keyed(
        "userAssignedIdentities", UserAssignedIdentity
    )

    @property
    def has_system_identity(self) -> bool:
        return "SystemAssigned" in self.type.value and bool(self.principal_id.value)
