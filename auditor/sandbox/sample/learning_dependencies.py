"""What ``actuarial-ml`` stands on: storage, key vault, Application Insights and its private link scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.sandbox.sample.ai_services import (
    WORKSPACE_LOGS,
    blob_logging,
    storage_account,
    storage_endpoint,
    storage_link_resource,
)
from auditor.sandbox.sample.company import (
    ACTUARIAL,
    CREATED_AT,
    LOCATION,
    TENANT,
    ArmObject,
    child,
    entry,
    guid,
    name_of,
    user_assigned_identity,
    within,
)
from auditor.sandbox.sample.key_vaults import vault_endpoint, vault_entries

STORAGE: Final = within(ACTUARIAL, "Microsoft.Storage/storageAccounts", "stactuarialml")
VAULT: Final = within(ACTUARIAL, "Microsoft.KeyVault/vaults", "kv-actuarial-ml")
# Azure always answers with this namespace in lower case.
COMPONENT: Final = within(ACTUARIAL, "microsoft.insights/components", "appi-actuarial-ml")
SESSION_IDENTITY: Final = within(
    ACTUARIAL, "Microsoft.ManagedIdentity/userAssignedIdentities", "id-actuarial-sessions"
)
_SCOPE: Final = within(ACTUARIAL, "microsoft.insights/privateLinkScopes", "ampls-norrland-ai")

ENDPOINTS: Final = (
    storage_endpoint("pe-actuarial-blob", STORAGE, "blob", "10.40.1.43"),
    storage_endpoint("pe-actuarial-file", STORAGE, "file", "10.40.1.44"),
    vault_endpoint("pe-actuarial-vault", VAULT, "10.40.1.45"),
)


def dependency_entries() -> Iterable[ArmObject]:
    yield storage_account(STORAGE)
    yield storage_link_resource(STORAGE, "blob")
    yield storage_link_resource(STORAGE, "file")
    yield blob_logging(STORAGE)
    yield from vault_entries(VAULT)
    yield _component()
    yield user_assigned_identity(SESSION_IDENTITY)
    yield from _private_link_scope()


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
