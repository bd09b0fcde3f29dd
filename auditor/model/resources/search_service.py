"""Azure AI Search services and the private links they open to other resources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.resources.cognitive_account import IpRule
from auditor.model.resources.identity import Identity
from auditor.model.wire import (
    Fact,
    Resource,
    anything,
    arm_id,
    choice,
    choices,
    flag,
    moment,
    part,
    parts,
    text,
)

FIREWALL = "https://learn.microsoft.com/azure/search/service-configure-firewall"
LINKS = "https://learn.microsoft.com/azure/search/search-indexer-howto-access-private"
ROLES = "https://learn.microsoft.com/azure/search/search-security-enable-roles"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchService(Resource):
    """`Microsoft.Search/searchServices`.

    Enum spelling differs by api-version (`disabled`, `Disabled`); `auth_options` is null exactly where
    disableLocalAuth is true.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.Search/searchServices"

    tags: Fact[object | None] = anything("tags")
    sku: Fact[str | None] = text("sku.name")
    identity: Identity = part("identity", Identity)
    provisioning_state: Fact[str | None] = text("properties.provisioningState")
    public_network_access: Fact[str] = choice(
        "properties.publicNetworkAccess",
        "Enabled",
        "Disabled",
        "SecuredByPerimeter",
        absent="Enabled",
        source=FIREWALL,
    )
    bypass: Fact[frozenset[str]] = choices(
        "properties.networkRuleSet.bypass", "None", "AzureServices", "AzurePortal", source=FIREWALL
    )
    ip_rules: Fact[tuple[IpRule, ...]] = parts("properties.networkRuleSet.ipRules", IpRule)
    disable_local_auth: Fact[bool] = flag("properties.disableLocalAuth", absent=False, source=ROLES)
    role_or_key: Fact[object | None] = anything("properties.authOptions.aadOrApiKey", source=ROLES)
    key_only: Fact[object | None] = anything("properties.authOptions.apiKeyOnly", source=ROLES)
    failure_mode: Fact[str | None] = choice(
        "properties.authOptions.aadOrApiKey.aadAuthFailureMode",
        "http403",
        "http401WithBearerChallenge",
        source=ROLES,
    )
    created_at: Fact[datetime | None] = moment("systemData.createdAt")
    upgraded_at: Fact[datetime | None] = moment("properties.serviceUpgradedAt")

    @property
    def takes_tokens(self) -> bool:
        """Whether Microsoft Entra tokens open the service's own endpoint; keys alone do unless it is said.

        Raises Undecided where disableLocalAuth is malformed.
        """
        return self.disable_local_auth.value or self.role_or_key.is_stated

    @property
    def admits_everyone(self) -> bool:
        """Whether the public endpoint takes requests from any address. False where that is not known."""
        if self.ip_rules.is_malformed or self.public_network_access.meaning != "Enabled":
            return False
        return not self.ip_rules.value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SharedPrivateLink(Resource):
    """`searchServices/{s}/sharedPrivateLinkResources/{name}`: Search's own way to a private target.

    `scope` is the search service. `request_message` is what its requester wrote.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.Search/searchServices/sharedPrivateLinkResources"

    target: Fact[ArmId | None] = arm_id("properties.privateLinkResourceId")
    group: Fact[str | None] = text("properties.groupId")
    status: Fact[str | None] = choice(
        "properties.status", "Pending", "Approved", "Rejected", "Disconnected", source=LINKS
    )
    provisioning_state: Fact[str | None] = choice(
        "properties.provisioningState",
        "Updating",
        "Deleting",
        "Failed",
        "Succeeded",
        "Incomplete",
        source=LINKS,
    )
    request_message: Fact[str | None] = text("properties.requestMessage")

    @property
    def works(self) -> bool:
        return self.status.value == "Approved" and self.provisioning_state.value == "Succeeded"
