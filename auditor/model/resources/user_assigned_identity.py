"""User-assigned managed identities as resources of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.wire import Fact, Resource, text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManagedIdentity(Resource):
    """`Microsoft.ManagedIdentity/userAssignedIdentities`."""

    ARM_TYPE: ClassVar[str] = "Microsoft.ManagedIdentity/userAssignedIdentities"

    principal_id: Fact[str | None] = text("properties.principalId")
    client_id: Fact[str | None] = text("properties.clientId")
