"""Who gets in to a web app or container app: access restrictions, sign-in, and the plan it runs on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Part, Resource, arm_id, choice, flag, number, parts, text, texts

ACCESS = "https://learn.microsoft.com/azure/app-service/overview-access-restrictions"
SIGN_IN = "https://learn.microsoft.com/azure/app-service/overview-authentication-authorization"
INGRESS = "https://learn.microsoft.com/azure/container-apps/ip-restrictions"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AppServicePlan(Resource):
    """`Microsoft.Web/serverfarms`. The tier decides which features the apps on it may use."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Web/serverfarms"

    tier: Fact[str | None] = text("sku.tier")
    sku: Fact[str | None] = text("sku.name")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccessRestriction(Part):
    """One access restriction of a site: an address range, a service tag, or a subnet. Lower goes first."""

    name: Fact[str | None] = text("name")
    address: Fact[str | None] = text("ipAddress", source=ACCESS)
    subnet: Fact[ArmId | None] = arm_id("vnetSubnetResourceId", source=ACCESS)
    action: Fact[str] = choice("action", "Allow", "Deny", absent="Allow", source=ACCESS)
    priority: Fact[int] = number("priority", absent=2147483647, source=ACCESS)
    tag: Fact[str | None] = text("tag")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteConfiguration(Resource):
    """`sites/{s}/config/web`. In the site's own list most of this is null. `scope` is this object itself."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Web/sites/config"

    restrictions: Fact[tuple[AccessRestriction, ...]] = parts(
        "properties.ipSecurityRestrictions", AccessRestriction, source=ACCESS
    )
    default_action: Fact[str | None] = choice(
        "properties.ipSecurityRestrictionsDefaultAction", "Allow", "Deny", source=ACCESS
    )
    public_network_access: Fact[str | None] = choice(
        "properties.publicNetworkAccess", "Enabled", "Disabled", "", source=ACCESS
    )
    routes_all: Fact[bool | None] = flag("properties.vnetRouteAllEnabled")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Authentication(Resource):
    """The built-in sign-in (Easy Auth) of an app, without its secrets."""

    enabled: Fact[bool] = flag("properties.platform.enabled", absent=False, source=SIGN_IN)
    config_file: Fact[str | None] = text("properties.platform.configFilePath", source=SIGN_IN)
    required: Fact[bool | None] = flag("properties.globalValidation.requireAuthentication", source=SIGN_IN)
    anonymous_action: Fact[str | None] = choice(
        "properties.globalValidation.unauthenticatedClientAction",
        "RedirectToLoginPage",
        "AllowAnonymous",
        "Return401",
        "Return403",
        source=SIGN_IN,
    )
    open_paths: Fact[tuple[str, ...]] = texts("properties.globalValidation.excludedPaths", source=SIGN_IN)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteAuthentication(Authentication):
    """`sites/{s}/config/authsettingsV2` as GET answers it. `scope` is this object itself."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Web/sites/config/authsettingsV2"

    @classmethod
    def read_action(cls) -> str:
        return "Microsoft.Web/sites/config/read"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContainerAppAuthentication(Authentication):
    """`containerApps/{a}/authConfigs/{name}`. `scope` is the container app."""

    ARM_TYPE: ClassVar[str] = "Microsoft.App/containerApps/authConfigs"
