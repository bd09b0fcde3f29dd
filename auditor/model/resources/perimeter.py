"""Network security perimeters, as the resource that is associated with one shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Resource, arm_id, choice, text

TRANSITION = "https://learn.microsoft.com/azure/private-link/network-security-perimeter-transition"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkSecurityPerimeterConfiguration(Resource):
    """`{resource}/networkSecurityPerimeterConfigurations/{name}`: one association with a perimeter.

    `scope` is the resource. Asked only for resources whose publicNetworkAccess is SecuredByPerimeter; an
    empty list there means that no perimeter is associated.
    """

    perimeter: Fact[ArmId | None] = arm_id("properties.networkSecurityPerimeter.id")
    association: Fact[str | None] = text("properties.resourceAssociation.name")
    access_mode: Fact[str | None] = choice(
        "properties.resourceAssociation.accessMode", "Enforced", "Learning", "Audit", source=TRANSITION
    )
    provisioning_state: Fact[str | None] = text("properties.provisioningState")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchPerimeterConfiguration(NetworkSecurityPerimeterConfiguration):
    ARM_TYPE: ClassVar[str] = "Microsoft.Search/searchServices/networkSecurityPerimeterConfigurations"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoragePerimeterConfiguration(NetworkSecurityPerimeterConfiguration):
    ARM_TYPE: ClassVar[str] = "Microsoft.Storage/storageAccounts/networkSecurityPerimeterConfigurations"
