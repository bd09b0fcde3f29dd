"""What lies below a Foundry account: projects, connections, capability hosts and its managed network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId, MalformedId
from auditor.model.wire import Fact, Part, Resource, anything, arm_id, choice, keyed, text, texts

AGENTS = "https://learn.microsoft.com/azure/ai-foundry/agents/how-to/virtual-networks"
MANAGED = "https://learn.microsoft.com/azure/ai-foundry/how-to/managed-virtual-network"
COSMOS = "https://learn.microsoft.com/azure/cosmos-db/how-to-configure-private-endpoints"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundryProject(Resource):
    """`accounts/{a}/projects/{p}`. `scope` is the account; ARM names it `account/project`."""

    ARM_TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts/projects"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundryConnection(Resource):
    """A service that agents call. `scope` is the account or project; ids come with `linkedaccounts` too."""

    category: Fact[str | None] = text("properties.category")
    auth_type: Fact[str | None] = choice(
        "properties.authType",
        "AAD",
        "ManagedIdentity",
        "ProjectManagedIdentity",
        "AgenticIdentityToken",
        "UserEntraToken",
        "ApiKey",
        "AccountKey",
        "AccessKey",
        "SAS",
        "CustomKeys",
        "PAT",
        "UsernamePassword",
        "ServicePrincipal",
        "OAuth2",
        "None",
        source=AGENTS,
    )
    target: Fact[str | None] = text("properties.target")
    resource_id: Fact[ArmId | None] = arm_id("properties.metadata.ResourceId")
    endpoint_requirement: Fact[str | None] = text("properties.peRequirement")
    endpoint_status: Fact[str | None] = text("properties.peStatus")

    @property
    def short_name(self) -> str:
        """The name that capability hosts use; ARM may put the parent's names before it."""
        return self.name.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccountConnection(FoundryConnection):
    ARM_TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts/connections"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProjectConnection(FoundryConnection):
    ARM_TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts/projects/connections"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CapabilityHost(Resource):
    """What agents run on and which connections they keep their state in. `scope` is the account or project.

    The kind is absent in the provider's own examples and has no other value than Agents.
    """

    kind: Fact[str] = choice("properties.capabilityHostKind", "Agents", absent="Agents", source=AGENTS)
    customer_subnet: Fact[ArmId | None] = arm_id("properties.customerSubnet")
    storage: Fact[tuple[str, ...]] = texts("properties.storageConnections")
    thread_storage: Fact[tuple[str, ...]] = texts("properties.threadStorageConnections")
    vector_store: Fact[tuple[str, ...]] = texts("properties.vectorStoreConnections")

    @property
    def connection_names(self) -> tuple[str, ...]:
        """The connections that agents keep files, threads and vectors in."""
        return (*self.storage.value, *self.thread_storage.value, *self.vector_store.value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccountCapabilityHost(CapabilityHost):
    ARM_TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts/capabilityHosts"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProjectCapabilityHost(CapabilityHost):
    ARM_TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts/projects/capabilityHosts"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManagedRule(Part):
    """One outbound rule of the managed network; `key` is its name."""

    kind: Fact[str | None] = choice("type", "FQDN", "PrivateEndpoint", "ServiceTag")
    status: Fact[str] = choice(
        "status",
        "Inactive",
        "Active",
        "Provisioning",
        "Deleting",
        "Failed",
        absent="Inactive",
        source=MANAGED,
    )
    destination: Fact[object | None] = anything("destination")

    @property
    def target(self) -> ArmId | None:
        """The resource of a PrivateEndpoint rule; None for other rules and for what is no ARM id."""
        found = self.destination.value
        try:
            return ArmId.parse(found.get("serviceResourceId")) if isinstance(found, dict) else None
        except MalformedId:
            return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccountManagedNetwork(Resource):
    """`accounts/{a}/managedNetworks/default`, a preview. Live answers hold neither id nor name.

    The rules stand in it as a map by name; their own list has no names, so it is not read.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.CognitiveServices/accounts/managedNetworks"

    isolation_mode: Fact[str] = choice(
        "properties.managedNetwork.isolationMode",
        "Disabled",
        "AllowInternetOutbound",
        "AllowOnlyApprovedOutbound",
        absent="Disabled",
        source=MANAGED,
    )
    status: Fact[str] = choice(
        "properties.managedNetwork.status.status", "Inactive", "Active", absent="Inactive", source=MANAGED
    )
    provisioning_state: Fact[str | None] = choice(
        "properties.provisioningState",
        "Deferred",
        "Updating",
        "Succeeded",
        "Failed",
        "Deleting",
        "Deleted",
        source=MANAGED,
    )
    outbound_rules: Fact[tuple[ManagedRule, ...]] = keyed(
        "properties.managedNetwork.outboundRules", ManagedRule, source=MANAGED
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CosmosAccount(Resource):
    """`Microsoft.DocumentDB/databaseAccounts`, read only where a connection names one."""

    ARM_TYPE: ClassVar[str] = "Microsoft.DocumentDB/databaseAccounts"

    public_network_access: Fact[str] = choice(
        "properties.publicNetworkAccess",
        "Enabled",
        "Disabled",
        "SecuredByPerimeter",
        absent="Enabled",
        source=COSMOS,
    )
