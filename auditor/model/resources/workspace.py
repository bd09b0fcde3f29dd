"""Azure Machine Learning workspaces, hubs and projects, with what lies below them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId, MalformedId
from auditor.model.resources.cognitive_account import IpRule
from auditor.model.resources.identity import Identity
from auditor.model.wire import Fact, Resource, anything, arm_id, arm_ids, choice, flag, part, parts, text

NETWORK = "https://learn.microsoft.com/azure/machine-learning/how-to-managed-network"
PRIVATE_LINK = "https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link"
V2 = "https://learn.microsoft.com/azure/machine-learning/how-to-configure-network-isolation-with-v2"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workspace(Resource):
    """`Microsoft.MachineLearningServices/workspaces`, kinds Default, Hub, Project and FeatureStore."""

    ARM_TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces"

    tags: Fact[object | None] = anything("tags")
    kind: Fact[str] = choice("kind", "Default", "Hub", "Project", "FeatureStore", absent="Default")
    identity: Identity = part("identity", Identity)
    primary_identity: Fact[ArmId | None] = arm_id("properties.primaryUserAssignedIdentity")
    provisioning_state: Fact[str | None] = text("properties.provisioningState")
    public_network_access: Fact[str] = choice(
        "properties.publicNetworkAccess", "Enabled", "Disabled", absent="Enabled", source=PRIVATE_LINK
    )
    storage_account: Fact[ArmId | None] = arm_id("properties.storageAccount")
    key_vault: Fact[ArmId | None] = arm_id("properties.keyVault")
    container_registry: Fact[ArmId | None] = arm_id("properties.containerRegistry")
    application_insights: Fact[ArmId | None] = arm_id("properties.applicationInsights")
    hub: Fact[ArmId | None] = arm_id("properties.hubResourceId")
    associated_workspaces: Fact[tuple[ArmId, ...]] = arm_ids("properties.associatedWorkspaces")
    isolation_mode: Fact[str] = choice(
        "properties.managedNetwork.isolationMode",
        "Disabled",
        "AllowInternetOutbound",
        "AllowOnlyApprovedOutbound",
        absent="Disabled",
        source=NETWORK,
    )
    serverless_subnet: Fact[ArmId | None] = arm_id(
        "properties.serverlessComputeSettings.serverlessComputeCustomSubnet"
    )
    serverless_no_public_ip: Fact[bool] = flag(
        "properties.serverlessComputeSettings.serverlessComputeNoPublicIP", absent=False, source=NETWORK
    )
    managed_network_status: Fact[str] = choice(
        "properties.managedNetwork.status.status", "Inactive", "Active", absent="Inactive", source=NETWORK
    )
    spark_ready: Fact[bool] = flag("properties.managedNetwork.status.sparkReady", absent=False)
    firewall_sku: Fact[str] = choice(
        "properties.managedNetwork.firewallSku", "Standard", "Basic", absent="Standard", source=NETWORK
    )
    firewall_default_action: Fact[str | None] = choice(
        "properties.networkAcls.defaultAction", "Allow", "Deny", source=PRIVATE_LINK
    )
    network_acls: Fact[object | None] = anything("properties.networkAcls", source=PRIVATE_LINK)
    ip_rules: Fact[tuple[IpRule, ...]] = parts("properties.networkAcls.ipRules", IpRule)
    v1_legacy_mode: Fact[bool] = flag("properties.v1LegacyMode", absent=False, source=V2)
    public_access_behind_vnet: Fact[bool] = flag(
        "properties.allowPublicAccessWhenBehindVnet", absent=False, source=PRIVATE_LINK
    )
    image_build_compute: Fact[str | None] = text("properties.imageBuildCompute")
    additional_storage: Fact[tuple[ArmId, ...]] = arm_ids(
        "properties.workspaceHubConfig.additionalWorkspaceStorageAccounts"
    )
    hbi: Fact[bool] = flag("properties.hbiWorkspace", absent=False)
    data_isolation: Fact[bool] = flag("properties.enableDataIsolation", absent=False)
    system_datastores_auth_mode: Fact[str] = choice(
        "properties.systemDatastoresAuthMode",
        "AccessKey",
        "Identity",
        "UserDelegationSAS",
        absent="AccessKey",
        source="https://learn.microsoft.com/azure/machine-learning/how-to-disable-local-auth-storage",
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutboundRule(Resource):
    """`workspaces/{w}/outboundRules/{name}` of the managed network. `scope` is the workspace.

    `destination` is a text for FQDN rules and an object for the others.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/outboundRules"

    kind: Fact[str | None] = choice("properties.type", "FQDN", "PrivateEndpoint", "ServiceTag")
    status: Fact[str] = choice(
        "properties.status",
        "Inactive",
        "Active",
        "Provisioning",
        "Deleting",
        "Failed",
        absent="Inactive",
        source=NETWORK,
    )
    category: Fact[str | None] = choice(
        "properties.category", "Required", "Recommended", "UserDefined", "Dependency"
    )
    destination: Fact[object | None] = anything("properties.destination")
    error: Fact[object | None] = anything("properties.errorInformation")

    @property
    def host(self) -> str | None:
        """The host of an FQDN rule; it may begin with `*.`."""
        found = self.destination.value
        return found if isinstance(found, str) else None

    @property
    def target(self) -> ArmId | None:
        """The resource of a PrivateEndpoint rule; None for other rules and for what is no ARM id."""
        named = self._member("serviceResourceId")
        try:
            return ArmId.parse(named)
        except MalformedId:
            return None

    @property
    def group(self) -> str | None:
        """The private link group of a PrivateEndpoint rule."""
        return self._member("subresourceTarget")

    @property
    def is_for_spark(self) -> bool:
        """Whether a PrivateEndpoint rule serves serverless Spark too."""
        found = self.destination.value
        return isinstance(found, dict) and found.get("sparkEnabled") is True

    @property
    def service_tag(self) -> str | None:
        """The tag of a ServiceTag rule, such as `MicrosoftContainerRegistry.westeurope`."""
        return self._member("serviceTag")

    def _member(self, name: str) -> str | None:
        found = self.destination.value
        named = found.get(name) if isinstance(found, dict) else None
        return named if isinstance(named, str) else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Datastore(Resource):
    """`workspaces/{w}/datastores/{name}`. `scope` is the workspace."""

    ARM_TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/datastores"

    kind: Fact[str | None] = text("properties.datastoreType")
    is_default: Fact[bool] = flag("properties.isDefault", absent=False)
    account_name: Fact[str | None] = text("properties.accountName")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConnectedResource(Resource):
    """`workspaces/{w}/connections/{name}`: a service the workspace calls. `scope` is the workspace."""

    ARM_TYPE: ClassVar[str] = "Microsoft.MachineLearningServices/workspaces/connections"

    category: Fact[str | None] = text("properties.category")
    auth_type: Fact[str | None] = text("properties.authType")
    target: Fact[str | None] = text("properties.target")
    resource_id: Fact[ArmId | None] = arm_id("properties.metadata.ResourceId")
