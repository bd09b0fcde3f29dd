"""Where the callers run: App Service sites and container apps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.resources.identity import Identity
from auditor.model.wire import Fact, Part, Resource, anything, arm_id, choice, flag, part, parts, text

ACCESS = "https://learn.microsoft.com/azure/app-service/overview-access-restrictions"
INGRESS = "https://learn.microsoft.com/azure/container-apps/ip-restrictions"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Site(Resource):
    """`Microsoft.Web/sites`: web apps and function apps.

    publicNetworkAccess is mostly null in live answers; what that means depends on private endpoints.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.Web/sites"

    tags: Fact[object | None] = anything("tags")
    kind: Fact[str | None] = text("kind")
    identity: Identity = part("identity", Identity)
    subnet: Fact[ArmId | None] = arm_id("properties.virtualNetworkSubnetId")
    plan: Fact[ArmId | None] = arm_id("properties.serverFarmId")
    public_network_access: Fact[str | None] = choice(
        "properties.publicNetworkAccess", "Enabled", "Disabled", "", source=ACCESS
    )
    routes_all: Fact[bool | None] = flag("properties.outboundVnetRouting.allTraffic")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteConnection(PrivateEndpointConnection):
    """Its group is `sites`, or `sites-{slot}` for a slot; the connection does not say which."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Web/sites/privateEndpointConnections"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IngressRestriction(Part):
    """One address range of an ingress; all rules of an app have the same action."""

    address: Fact[str | None] = text("ipAddressRange", source=INGRESS)
    action: Fact[str | None] = choice("action", "Allow", "Deny", source=INGRESS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegistryCredential(Part):
    """A registry that an app pulls from, and with what. `server` is its host name."""

    server: Fact[str | None] = text("server")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContainerApp(Resource):
    """`Microsoft.App/containerApps`."""

    ARM_TYPE: ClassVar[str] = "Microsoft.App/containerApps"

    identity: Identity = part("identity", Identity)
    environment: Fact[ArmId | None] = arm_id("properties.managedEnvironmentId")
    ingress: Fact[object | None] = anything("properties.configuration.ingress")
    is_external: Fact[bool] = flag("properties.configuration.ingress.external", absent=False, source=INGRESS)
    allows_http: Fact[bool] = flag("properties.configuration.ingress.allowInsecure", absent=False)
    restrictions: Fact[tuple[IngressRestriction, ...]] = parts(
        "properties.configuration.ingress.ipSecurityRestrictions", IngressRestriction, source=INGRESS
    )
    registries: Fact[tuple[RegistryCredential, ...]] = parts(
        "properties.configuration.registries", RegistryCredential
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManagedEnvironment(Resource):
    """`Microsoft.App/managedEnvironments`: where container apps run. Its network is chosen at creation only.

    publicNetworkAccess is absent from older api-versions, so absent says nothing.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.App/managedEnvironments"

    infrastructure_subnet: Fact[ArmId | None] = arm_id("properties.vnetConfiguration.infrastructureSubnetId")
    is_internal: Fact[bool] = flag("properties.vnetConfiguration.internal", absent=False)
    public_network_access: Fact[str | None] = choice("properties.publicNetworkAccess", "Enabled", "Disabled")
