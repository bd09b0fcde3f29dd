"""Key vaults that a workspace links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.resources.cognitive_account import IpRule
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.wire import Fact, Part, Resource, anything, arm_ids, choice, flag, parts, text, texts

NETWORK = "https://learn.microsoft.com/azure/key-vault/general/overview-vnet-service-endpoints"
ACCESS = "https://learn.microsoft.com/azure/key-vault/general/access-control-default"
DELETION = "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccessPolicy(Part):
    """One entry of the access-policy model: what a principal may do with each kind of object."""

    object_id: Fact[str | None] = text("objectId")
    application_id: Fact[str | None] = text("applicationId")
    keys: Fact[tuple[str, ...]] = texts("permissions.keys")
    secrets: Fact[tuple[str, ...]] = texts("permissions.secrets")
    certificates: Fact[tuple[str, ...]] = texts("permissions.certificates")
    storage: Fact[tuple[str, ...]] = texts("permissions.storage")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vault(Resource):
    """`Microsoft.KeyVault/vaults`. Half of live answers leave out publicNetworkAccess and networkAcls."""

    ARM_TYPE: ClassVar[str] = "Microsoft.KeyVault/vaults"

    tags: Fact[object | None] = anything("tags")
    public_network_access: Fact[str] = choice(
        "properties.publicNetworkAccess",
        "Enabled",
        "Disabled",
        "SecuredByPerimeter",
        absent="Enabled",
        source=NETWORK,
    )
    default_action: Fact[str] = choice(
        "properties.networkAcls.defaultAction", "Allow", "Deny", absent="Allow", source=NETWORK
    )
    bypass: Fact[str] = choice(
        "properties.networkAcls.bypass", "AzureServices", "None", absent="AzureServices", source=NETWORK
    )
    ip_rules: Fact[tuple[IpRule, ...]] = parts("properties.networkAcls.ipRules", IpRule)
    virtual_network_rules: Fact[tuple[ArmId, ...]] = arm_ids(
        "properties.networkAcls.virtualNetworkRules[].id"
    )
    uses_roles: Fact[bool] = flag("properties.enableRbacAuthorization", absent=False, source=ACCESS)
    soft_delete: Fact[bool] = flag("properties.enableSoftDelete", absent=True, source=DELETION)
    purge_protection: Fact[bool] = flag("properties.enablePurgeProtection", absent=False, source=DELETION)
    access_policies: Fact[tuple[AccessPolicy, ...]] = parts("properties.accessPolicies", AccessPolicy)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VaultConnection(PrivateEndpointConnection):
    ARM_TYPE: ClassVar[str] = "Microsoft.KeyVault/vaults/privateEndpointConnections"
