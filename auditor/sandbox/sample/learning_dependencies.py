"""What ``actuarial-ml`` stands on: storage, key vault, Application Insights and its private link scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.sandbox.sample.ai_services import (
    WORKSPACE_LOGS,
    blob_logging,
    diagnostic_setting,
    storage_account,
    storage_host,
    storage_link_resource,
)
from auditor.sandbox.sample.company import (
    ACTUARIAL,
    CREATED_AT,
    LOCATION,
    TENANT,
    ArmObject,
    child,
    created_by_pipeline,
    entry,
    guid,
    name_of,
    user_assigned_identity,
    within,
)
from auditor.sandbox.sample.endpoints import Endpoint, Host, private_link_resource

STORAGE: Final = within(ACTUARIAL, "Microsoft.Storage/storageAccounts", "stactuarialml")
VAULT: Final = within(ACTUARIAL, "Microsoft.KeyVault/vaults", "kv-actuarial-ml")
# Azure always answers with this namespace in lower case.
COMPONENT: Final = within(ACTUARIAL, "microsoft.insights/components", "appi-actuarial-ml")
SESSION_IDENTITY: Final = within(
    ACTUARIAL, "Microsoft.ManagedIdentity/userAssignedIdentities", "id-actuarial-sessions"
)
_SCOPE: Final = within(ACTUARIAL, "microsoft.insights/privateLinkScopes", "ampls-norrland-ai")

ENDPOINTS: Final = (
    Endpoint(
        name="pe-actuarial-blob",
        target=STORAGE,
        group_id="blob",
        hosts=(storage_host(STORAGE, "blob", "10.40.1.43"),),
    ),
    Endpoint(
        name="pe-actuarial-file",
        target=STORAGE,
        group_id="file",
        hosts=(storage_host(STORAGE, "file", "10.40.1.44"),),
    ),
    Endpoint(
        name="pe-actuarial-vault",
        target=VAULT,
        group_id="vault",
        hosts=(Host(fqdn="kv-actuarial-ml.vault.azure.net", address="10.40.1.45"),),
    ),
)


def dependency_entries() -> Iterable[ArmObject]:
    yield storage_account(STORAGE)
    yield storage_link_resource(STORAGE, "blob")
    yield storage_link_resource(STORAGE, "file")
    yield blob_logging(STORAGE)
    yield _vault()
    yield private_link_resource(VAULT, "vault", ["default"], ["privatelink.vaultcore.azure.net"])
    yield diagnostic_setting(VAULT)
    yield _component()
    yield user_assigned_identity(SESSION_IDENTITY)
    yield from _private_link_scope()


def _vault() -> ArmObject:
    return entry(
        VAULT,
        location=LOCATION,
        tags={},
        systemData=created_by_pipeline(),
        properties={
            "provisioningState": "Succeeded",
            "sku": {"family": "A", "name": "standard"},
            "tenantId": TENANT,
            "vaultUri": f"https://{name_of(VAULT)}.vault.azure.net/",
            "accessPolicies": [],
            "enableRbacAuthorization": True,
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 90,
            "enablePurgeProtection": True,
            "enabledForDeployment": False,
            "publicNetworkAccess": "Disabled",
            "networkAcls": {
                "bypass": "AzureServices",
                "defaultAction": "Deny",
                "ipRules": [],
                "virtualNetworkRules": [],
            },
        },
    )


def _component() -> ArmObject:
    return entry(
        COMPONENT,
        location=LOCATION,
        kind="web",
        tags={},
        etag=f'"{guid("etag", COMPONENT)}"',
        properties={
            "provisioningState": "Succeeded",
            "Application_Type": "web",
            "ApplicationId": name_of(COMPONENT),
            "AppId": guid("application", COMPONENT),
            "CreationDate": CREATED_AT,
            "TenantId": TENANT,
            "RetentionInDays": 90,
            "IngestionMode": "LogAnalytics",
            "WorkspaceResourceId": WORKSPACE_LOGS,
            "DisableLocalAuth": True,
            "publicNetworkAccessForIngestion": "Disabled",
            "publicNetworkAccessForQuery": "Disabled",
            "PrivateLinkScopedResources": [
                {
                    "ResourceId": child(_SCOPE, "scopedResources", "component"),
                    "ScopeId": guid("scope", _SCOPE),
                }
            ],
        },
    )


def _private_link_scope() -> Iterable[ArmObject]:
    open_mode = {"ingestionAccessMode": "Open", "queryAccessMode": "Open", "exclusions": []}
    yield entry(
        _SCOPE,
        location="global",
        tags={},
        properties={"provisioningState": "Succeeded", "accessModeSettings": open_mode},
    )
    for name, resource in (("component", COMPONENT), ("logs", WORKSPACE_LOGS)):
        yield entry(
            child(_SCOPE, "scopedResources", name),
            properties={"provisioningState": "Succeeded", "linkedResourceId": resource},
        )
