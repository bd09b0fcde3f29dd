"""Where the callers run: App Service sites and container apps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.resources.identity import Identity
from auditor.model.wire import Fact, Resource, arm_id, part, text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Site(Resource):
    """`Microsoft.Web/sites`: web apps and function apps."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Web/sites"

    kind: Fact[str | None] = text("kind")
    identity: Identity = part("identity", Identity)
    subnet: Fact[ArmId | None] = arm_id("properties.virtualNetworkSubnetId")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContainerApp(Resource):
    """`Microsoft.App/containerApps`."""

    ARM_TYPE: ClassVar[str] = "Microsoft.App/containerApps"

    identity: Identity = part("identity", Identity)
    environment: Fact[ArmId | None] = arm_id("properties.managedEnvironmentId")
