"""Azure OpenAI and the other Azure AI services accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.resources.identity import Identity
from auditor.model.wire import (
    Fact,
    Part,
    Resource,
    anything,
    arm_id,
    arm_ids,
    choice,
    flag,
    part,
    parts,
    text,
    texts,
)

VNET = "https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks"
DLP = "https://learn.microsoft.com/azure/ai-services/cognitive-services-data-loss-prevention"
KEYS = "https://learn.microsoft.com/azure/ai-services/disable-local-auth"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IpRule(Part):
    value: Fact[str | None] = text("value")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UserOwnedStorage(Part):
    resource_id: Fact[ArmId | None] = arm_id("resourceId")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CognitiveAccount(Resource):
    """`Microsoft.CognitiveServices/accounts`, every kind.

    networkAcls is absent from the answer until it is first set, and then means: all networks accepted.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts"

    kind: Fact[str | None] = text("kind")
    sku: Fact[str | None] = text("sku.name")
    identity: Identity = part("identity", Identity)
    provisioning_state: Fact[str | None] = text("properties.provisioningState")
    endpoint: Fact[str | None] = text("properties.endpoint")
    custom_subdomain: Fact[str | None] = text("properties.customSubDomainName")
    public_network_access: Fact[str] = choice(
        "properties.publicNetworkAccess", "Enabled", "Disabled", absent="Enabled", source=VNET
    )
    network_acls: Fact[object | None] = anything("properties.networkAcls", source=VNET)
    default_action: Fact[str] = choice(
        "properties.networkAcls.defaultAction", "Allow", "Deny", absent="Allow", source=VNET
    )
    bypass: Fact[str] = choice(
        "properties.networkAcls.bypass", "None", "AzureServices", absent="None", source=VNET
    )
    ip_rules: Fact[tuple[IpRule, ...]] = parts("properties.networkAcls.ipRules", IpRule)
    virtual_network_rules: Fact[tuple[ArmId, ...]] = arm_ids(
        "properties.networkAcls.virtualNetworkRules[].id"
    )
    disable_local_auth: Fact[bool] = flag("properties.disableLocalAuth", absent=False, source=KEYS)
    restrict_outbound: Fact[bool] = flag("properties.restrictOutboundNetworkAccess", absent=False, source=DLP)
    allowed_fqdns: Fact[tuple[str, ...]] = texts("properties.allowedFqdnList", source=DLP)
    user_owned_storage: Fact[tuple[UserOwnedStorage, ...]] = parts(
        "properties.userOwnedStorage", UserOwnedStorage
    )
    workspace: Fact[ArmId | None] = arm_id("properties.amlWorkspace.resourceId")
    allows_projects: Fact[bool] = flag("properties.allowProjectManagement", absent=False)
    network_injections: Fact[tuple[str, ...]] = texts("properties.networkInjections[].scenario")

    @property
    def is_being_deleted(self) -> bool:
        state = self.provisioning_state.value
        return state is not None and state.casefold() == "deleting"

    @property
    def serves_openai(self) -> bool:
        """Whether the account answers the Azure OpenAI API: kinds OpenAI and AIServices."""
        return (self.kind.value or "").casefold() in {"openai", "aiservices"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CognitiveDeployment(Resource):
    """`accounts/{a}/deployments/{name}`: one model made callable. `scope` is the account."""

    ARM_TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts/deployments"

    model_name: Fact[str | None] = text("properties.model.name")
    model_version: Fact[str | None] = text("properties.model.version")
    model_format: Fact[str | None] = text("properties.model.format")
    sku: Fact[str | None] = text("sku.name")
