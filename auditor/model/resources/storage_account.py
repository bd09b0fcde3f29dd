"""Storage accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.resources.cognitive_account import IpRule
from auditor.model.resources.identity import Identity
from auditor.model.wire import (
    Fact,
    Part,
    Resource,
    anything,
    arm_ids,
    choice,
    choices,
    flag,
    part,
    parts,
    text,
)

ACCESS = "https://learn.microsoft.com/azure/storage/common/storage-network-security-set-default-access"
KEYS = "https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent"
MODEL = "https://learn.microsoft.com/rest/api/storagerp/storage-accounts/get-properties"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResourceAccessRule(Part):
    """One resource instance that is let through the firewall. Its id may hold a `*` segment."""

    tenant_id: Fact[str | None] = text("tenantId")
    resource_id: Fact[str | None] = text("resourceId")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StorageAccount(Resource):
    """`Microsoft.Storage/storageAccounts`.

    Most live answers leave out publicNetworkAccess and allowSharedKeyAccess: absent means open and allowed.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.Storage/storageAccounts"

    tags: Fact[object | None] = anything("tags")
    kind: Fact[str | None] = text("kind")
    identity: Identity = part("identity", Identity)
    public_network_access: Fact[str] = choice(
        "properties.publicNetworkAccess",
        "Enabled",
        "Disabled",
        "SecuredByPerimeter",
        absent="Enabled",
        source=ACCESS,
    )
    default_action: Fact[str] = choice(
        "properties.networkAcls.defaultAction", "Allow", "Deny", absent="Allow", source=ACCESS
    )
    bypass: Fact[frozenset[str]] = choices(
        "properties.networkAcls.bypass",
        "None",
        "Logging",
        "Metrics",
        "AzureServices",
        absent=("AzureServices",),
        source=MODEL,
    )
    ip_rules: Fact[tuple[IpRule, ...]] = parts("properties.networkAcls.ipRules", IpRule)
    virtual_network_rules: Fact[tuple[ArmId, ...]] = arm_ids(
        "properties.networkAcls.virtualNetworkRules[].id"
    )
    resource_access_rules: Fact[tuple[ResourceAccessRule, ...]] = parts(
        "properties.networkAcls.resourceAccessRules", ResourceAccessRule
    )
    allow_shared_key_access: Fact[bool] = flag("properties.allowSharedKeyAccess", absent=True, source=KEYS)
    allow_blob_public_access: Fact[bool | None] = flag("properties.allowBlobPublicAccess", source=MODEL)
    minimum_tls_version: Fact[str] = choice(
        "properties.minimumTlsVersion",
        "TLS1_0",
        "TLS1_1",
        "TLS1_2",
        "TLS1_3",
        absent="TLS1_0",
        source=MODEL,
    )
    https_only: Fact[bool] = flag("properties.supportsHttpsTrafficOnly", absent=True, source=MODEL)
    allow_cross_tenant_replication: Fact[bool | None] = flag(
        "properties.allowCrossTenantReplication", source=MODEL
    )
    allowed_copy_scope: Fact[str | None] = text("properties.allowedCopyScope")
    dns_endpoint_type: Fact[str] = choice(
        "properties.dnsEndpointType", "Standard", "AzureDnsZone", absent="Standard", source=MODEL
    )
    is_hns_enabled: Fact[bool] = flag("properties.isHnsEnabled", absent=False, source=MODEL)
