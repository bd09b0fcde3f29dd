"""The services of an AI workload as Azure returns them when they are set up as the documents ask.

Each function gives the right state; a workload that is wrong on purpose changes the result itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from auditor.sandbox.sample.company import (
    AI_SHARED,
    CREATED_AT,
    LOCATION,
    SEARCH_PLATFORM,
    ArmObject,
    child,
    created_by_pipeline,
    entry,
    etag,
    guid,
    name_of,
    system_identity,
    within,
)
from auditor.sandbox.sample.endpoints import Endpoint, Host, connection, private_link_resource

WORKSPACE_LOGS: Final = within(AI_SHARED, "Microsoft.OperationalInsights/workspaces", "log-norrland-ai")

# Invented, and far off: the sample shall not grow a retired model while it sits on a shelf.
_INFERENCE_ENDS: Final = "2030-06-30T00:00:00Z"
_MODELS: Final = {
    "gpt-4o": ("2024-11-20", {"chatCompletion": "true", "assistants": "true"}),
    "text-embedding-3-large": ("1", {"embeddings": "true"}),
}


def openai_account(account_id: str) -> ArmObject:
    name = name_of(account_id)
    return entry(
        account_id,
        location=LOCATION,
        kind="OpenAI",
        sku={"name": "S0"},
        etag=etag(account_id),
        tags={},
        identity=system_identity(account_id),
        systemData=created_by_pipeline(),
        properties={
            "provisioningState": "Succeeded",
            "endpoint": f"https://{name}.openai.azure.com/",
            "customSubDomainName": name,
            "dateCreated": CREATED_AT,
            "publicNetworkAccess": "Disabled",
            "networkAcls": {
                "bypass": "AzureServices",
                "defaultAction": "Deny",
                "virtualNetworkRules": [],
                "ipRules": [],
            },
            "disableLocalAuth": True,
            "restrictOutboundNetworkAccess": True,
            "allowedFqdnList": [],
        },
    )


def model_entries(account_id: str, models: Sequence[str]) -> Iterable[ArmObject]:
    """Deployments of the models, and the rows of the account's own model list that tell their end."""
    for model in models:
        version, capabilities = _MODELS[model]
        yield entry(
            child(account_id, "deployments", model),
            sku={"name": "Standard", "capacity": 50},
            etag=etag(f"{account_id}/{model}"),
            systemData=created_by_pipeline(),
            properties={
                "model": {"format": "OpenAI", "name": model, "version": version},
                "versionUpgradeOption": "OnceNewDefaultVersionAvailable",
                "raiPolicyName": "Microsoft.DefaultV2",
                "provisioningState": "Succeeded",
            },
        )
        yield entry(
            child(account_id, "models", f"{model}-{version}"),
            name=model,
            format="OpenAI",
            version=version,
            isDefaultVersion=True,
            capabilities=capabilities,
            lifecycleStatus="GenerallyAvailable",
            deprecation={"inference": _INFERENCE_ENDS},
        )


def search_service(search_id: str) -> ArmObject:
    name = name_of(search_id)
    return entry(
        search_id,
        location="Sweden Central",
        sku={"name": "standard"},
        tags={},
        identity=system_identity(search_id),
        systemData=created_by_pipeline(),
        properties={
            "replicaCount": 2,
            "partitionCount": 1,
            "endpoint": f"https://{name}.search.windows.net/",
            "status": "running",
            "statusDetails": "",
            "hostingMode": "default",
            "provisioningState": "succeeded",
            "publicNetworkAccess": "disabled",
            "networkRuleSet": {"ipRules": [], "bypass": "AzureServices"},
            "encryptionWithCmk": {"enforcement": "Unspecified", "encryptionComplianceStatus": "Compliant"},
            "disableLocalAuth": True,
            "authOptions": None,
            "semanticSearch": "standard",
            "serviceUpgradedAt": None,
        },
    )


def storage_account(storage_id: str) -> ArmObject:
    name = name_of(storage_id)
    services = ("blob", "dfs", "file", "queue", "table")
    return entry(
        storage_id,
        location=LOCATION,
        kind="StorageV2",
        sku={"name": "Standard_ZRS", "tier": "Standard"},
        tags={},
        properties={
            "provisioningState": "Succeeded",
            "creationTime": CREATED_AT,
            "primaryLocation": LOCATION,
            "statusOfPrimary": "available",
            "primaryEndpoints": {s: f"https://{name}.{s}.core.windows.net/" for s in services},
            "publicNetworkAccess": "Disabled",
            "networkAcls": {
                "bypass": "Logging, Metrics, AzureServices",
                "defaultAction": "Deny",
                "virtualNetworkRules": [],
                "ipRules": [],
                "resourceAccessRules": [],
            },
            "allowSharedKeyAccess": False,
            "allowBlobPublicAccess": False,
            "allowCrossTenantReplication": False,
            "allowedCopyScope": "AAD",
            "defaultToOAuthAuthentication": True,
            "minimumTlsVersion": "TLS1_2",
            "supportsHttpsTrafficOnly": True,
            "isHnsEnabled": False,
            "encryption": {
                "keySource": "Microsoft.Storage",
                "services": {s: {"enabled": True, "keyType": "Account"} for s in ("blob", "file")},
            },
        },
    )


def blob_logging(storage_id: str) -> ArmObject:
    return diagnostic_setting(child(storage_id, "blobServices", "default"))


def shared_private_link(search_id: str, name: str, target: str, group_id: str) -> Iterable[ArmObject]:
    """An approved link from a search service, and the connection that it left on its target."""
    message = f"{name_of(search_id)} indexers, {guid('nonce', search_id, name)}"
    yield entry(
        child(search_id, "sharedPrivateLinkResources", name),
        properties={
            "privateLinkResourceId": target,
            "groupId": group_id,
            "requestMessage": message,
            "status": "Approved",
            "provisioningState": "Succeeded",
            "resourceRegion": None,
        },
    )
    requester = within(
        f"/subscriptions/{SEARCH_PLATFORM}/resourceGroups/{guid('platform-group', search_id)}",
        "Microsoft.Network/privateEndpoints",
        f"{name_of(search_id)}-{name}",
    )
    state = {"status": "Approved", "description": message, "actionsRequired": "None"}
    # The link's group is openai_account on the search side; the account itself knows only "account".
    target_group = "account" if group_id == "openai_account" else group_id
    yield connection(target, target_group, requester, state=state, seed=f"{name_of(search_id)}-{name}")


def diagnostic_setting(resource_id: str) -> ArmObject:
    """All logs to the shared Log Analytics workspace."""
    return entry(
        f"{resource_id}/providers/microsoft.insights/diagnosticSettings/to-log-analytics",
        type="Microsoft.Insights/diagnosticSettings",
        location=None,
        tags=None,
        properties={
            "storageAccountId": None,
            "workspaceId": WORKSPACE_LOGS,
            "eventHubAuthorizationRuleId": None,
            "logs": [{"category": None, "categoryGroup": "allLogs", "enabled": True}],
            "metrics": [],
            "logAnalyticsDestinationType": None,
        },
    )


def openai_endpoint(name: str, account_id: str, address: str) -> Endpoint:
    account = name_of(account_id)
    suffixes = ("cognitiveservices.azure.com", "openai.azure.com")
    hosts = tuple(Host(fqdn=f"{account}.{suffix}", address=address) for suffix in suffixes)
    return Endpoint(name=name, target=account_id, group_id="account", hosts=hosts)


def search_endpoint(name: str, search_id: str, address: str) -> Endpoint:
    host = Host(fqdn=f"{name_of(search_id)}.search.windows.net", address=address, member="searchService")
    return Endpoint(name=name, target=search_id, group_id="searchService", hosts=(host,))


def storage_endpoint(name: str, storage_id: str, service: str, address: str) -> Endpoint:
    """``service`` is one of ``blob``, ``file`` and so on."""
    fqdn = f"{name_of(storage_id)}.{service}.core.windows.net"
    host = Host(fqdn=fqdn, address=address, member=service)
    return Endpoint(name=name, target=storage_id, group_id=service, hosts=(host,))


def openai_link_resource(account_id: str) -> ArmObject:
    zones = ["privatelink.cognitiveservices.azure.com", "privatelink.openai.azure.com"]
    return private_link_resource(account_id, "account", ["default"], zones)


def search_link_resource(search_id: str) -> ArmObject:
    zones = ["privatelink.search.windows.net"]
    return private_link_resource(search_id, "searchService", ["searchService"], zones)


def storage_link_resource(storage_id: str, service: str) -> ArmObject:
    zones = [f"privatelink.{service}.core.windows.net"]
    return private_link_resource(storage_id, service, [service], zones)
