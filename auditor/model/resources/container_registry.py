"""Container registries that a workspace or a container app uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.resources.cognitive_account import IpRule
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.wire import Fact, Resource, anything, choice, flag, parts, text

ACCESS = "https://learn.microsoft.com/azure/container-registry/allow-access-trusted-services"
PERMISSIONS = (
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions"
)
MODEL = "https://learn.microsoft.com/rest/api/containerregistry/registries/get"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Registry(Resource):
    """`Microsoft.ContainerRegistry/registries`. Only Premium can have private endpoints."""

    ARM_TYPE: ClassVar[str] = "Microsoft.ContainerRegistry/registries"

    tags: Fact[object | None] = anything("tags")
    sku: Fact[str | None] = choice("sku.name", "Basic", "Standard", "Premium", "Classic", source=MODEL)
    login_server: Fact[str | None] = text("properties.loginServer")
    public_network_access: Fact[str] = choice(
        "properties.publicNetworkAccess", "Enabled", "Disabled", absent="Enabled", source=MODEL
    )
    default_action: Fact[str] = choice(
        "properties.networkRuleSet.defaultAction", "Allow", "Deny", absent="Allow", source=MODEL
    )
    ip_rules: Fact[tuple[IpRule, ...]] = parts("properties.networkRuleSet.ipRules", IpRule)
    bypass: Fact[str] = choice(
        "properties.networkRuleBypassOptions",
        "AzureServices",
        "None",
        absent="AzureServices",
        source=ACCESS,
    )
    admin_user: Fact[bool] = flag("properties.adminUserEnabled", absent=False, source=MODEL)
    anonymous_pull: Fact[bool] = flag("properties.anonymousPullEnabled", absent=False, source=MODEL)
    role_assignment_mode: Fact[str] = choice(
        "properties.roleAssignmentMode",
        "LegacyRegistryPermissions",
        "AbacRepositoryPermissions",
        absent="LegacyRegistryPermissions",
        source=PERMISSIONS,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegistryConnection(PrivateEndpointConnection):
    ARM_TYPE: ClassVar[str] = "Microsoft.ContainerRegistry/registries/privateEndpointConnections"
