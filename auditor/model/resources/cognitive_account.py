"""Azure OpenAI and the other Azure AI services accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    moment,
    part,
    parts,
    text,
    texts,
)

VNET = "https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks"
DLP = "https://learn.microsoft.com/azure/ai-services/cognitive-services-data-loss-prevention"
INJECTION = "https://learn.microsoft.com/azure/ai-foundry/agents/how-to/virtual-networks"
MODELS = "https://learn.microsoft.com/azure/ai-foundry/openai/concepts/model-retirements"
KEYS = "https://learn.microsoft.com/azure/ai-services/disable-local-auth"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IpRule(Part):
    value: Fact[str | None] = text("value")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UserOwnedStorage(Part):
    resource_id: Fact[ArmId | None] = arm_id("resourceId")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkInjection(Part):
    """Where the compute of agents is put: into a subnet of ours, or into a network that Microsoft manages."""

    scenario: Fact[str | None] = choice("scenario", "none", "agent")
    subnet: Fact[ArmId | None] = arm_id("subnetArmId")
    is_managed: Fact[bool] = flag("useMicrosoftManagedNetwork", absent=False, source=INJECTION)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CognitiveAccount(Resource):
    """`Microsoft.CognitiveServices/accounts`, every kind.

    networkAcls is absent from the answer until it is first set, and then means: all networks accepted.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts"

    tags: Fact[object | None] = anything("tags")
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
    network_injections: Fact[tuple[NetworkInjection, ...]] = parts(
        "properties.networkInjections", NetworkInjection, source=INJECTION
    )

    @property
    def is_being_deleted(self) -> bool:
        state = self.provisioning_state.value
        return state is not None and state.casefold() == "deleting"

    @property
    def serves_openai(self) -> bool:
        """Whether the account answers the Azure OpenAI API: kinds OpenAI and AIServices."""
        return (self.kind.value or "").casefold() in {"openai", "aiservices"}

    @property
    def may_hold_projects(self) -> bool:
        """Whether it is a Foundry account: kind AIServices with project management allowed."""
        return (self.kind.value or "").casefold() == "aiservices" and self.allows_projects.value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CognitiveDeployment(Resource):
    """`accounts/{a}/deployments/{name}`: one model made callable. `scope` is the account."""

    ARM_TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts/deployments"

    model_name: Fact[str | None] = text("properties.model.name")
    model_version: Fact[str | None] = text("properties.model.version")
    model_format: Fact[str | None] = text("properties.model.format")
    sku: Fact[str | None] = text("sku.name")
    upgrade_option: Fact[str | None] = text("properties.versionUpgradeOption")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccountModel(Resource):
    """One row of `accounts/{a}/models`: what the account may deploy. `scope` is the account.

    ARM gives these rows no id, so theirs is made of format, name and version.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts/models"

    format: Fact[str | None] = text("format")
    version: Fact[str | None] = text("version")
    lifecycle: Fact[str | None] = choice(
        "lifecycleStatus",
        "Stable",
        "Preview",
        "GenerallyAvailable",
        "Deprecating",
        "Deprecated",
        "Legacy",
        source=MODELS,
    )
    inference_ends: Fact[datetime | None] = moment("deprecation.inference", source=MODELS)
    date_status: Fact[str | None] = text("deprecation.deprecationStatus")
