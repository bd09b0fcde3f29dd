"""Role assignments, role definitions, deny assignments, and locks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Part, Resource, arm_id, choice, flag, moment, parts, text, texts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoleAssignment(Resource):
    """`Microsoft.Authorization/roleAssignments`. `scope` is the subscription whose list answered it.

    A list holds what is assigned at, above and below its subscription, so an assignment of a management
    group that stands in a subscription's list applies there. `assigned_at` is where it was made.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.Authorization/roleAssignments"

    role_definition: Fact[ArmId | None] = arm_id("properties.roleDefinitionId")
    principal_id: Fact[str | None] = text("properties.principalId")
    principal_type: Fact[str | None] = text("properties.principalType")
    assigned_at: Fact[ArmId | None] = arm_id("properties.scope")
    condition: Fact[str | None] = text("properties.condition")
    created_on: Fact[datetime | None] = moment("properties.createdOn")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrincipalAssignment(RoleAssignment):
    """A role assignment that reaches one principal, directly or through groups.

    What `$filter=assignedTo('{principal}')` answers; `scope` is the subscription's id followed by
    `/principals/{object id}`, one list for each pair.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.Authorization/roleAssignments"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Permission(Part):
    actions: Fact[tuple[str, ...]] = texts("actions")
    not_actions: Fact[tuple[str, ...]] = texts("notActions")
    data_actions: Fact[tuple[str, ...]] = texts("dataActions")
    not_data_actions: Fact[tuple[str, ...]] = texts("notDataActions")
    condition: Fact[str | None] = text("condition")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoleDefinition(Resource):
    """`Microsoft.Authorization/roleDefinitions`, known by the GUID its id ends with, never by its name."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Authorization/roleDefinitions"

    role_name: Fact[str | None] = text("properties.roleName")
    role_type: Fact[str | None] = text("properties.type")
    permissions: Fact[tuple[Permission, ...]] = parts("properties.permissions", Permission)

    @property
    def guid(self) -> str:
        return self.id.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Principal(Part):
    principal_id: Fact[str | None] = text("id")
    kind: Fact[str | None] = text("type")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DenyAssignment(Resource):
    """`Microsoft.Authorization/denyAssignments`. `scope` is the subscription whose list answered it."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Authorization/denyAssignments"

    assigned_at: Fact[ArmId | None] = arm_id("properties.scope")
    permissions: Fact[tuple[Permission, ...]] = parts("properties.permissions", Permission)
    principals: Fact[tuple[Principal, ...]] = parts("properties.principals", Principal)
    excluded: Fact[tuple[Principal, ...]] = parts("properties.excludePrincipals", Principal)
    only_this_scope: Fact[bool] = flag("properties.doNotApplyToChildScopes", absent=False)
    condition: Fact[str | None] = text("properties.condition")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManagementLock(Resource):
    """`Microsoft.Authorization/locks`. `scope` is the subscription whose list answered it.

    A subscription's list holds the locks on everything below it too; `locked` is what this one is made on.
    Source: https://learn.microsoft.com/rest/api/resources/management-locks/list-at-subscription-level
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.Authorization/locks"

    level: Fact[str | None] = choice("properties.level", "NotSpecified", "CanNotDelete", "ReadOnly")

    @property
    def locked(self) -> ArmId | None:
        return self.id.parent


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GrantedPermissions(Part):
    """`{resource}/providers/Microsoft.Authorization/permissions`: one element for each role of the caller.

    Source: https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource
    """

    permissions: Fact[tuple[Permission, ...]] = parts("value", Permission)
