"""``actuarial-ml``: a machine learning workspace behind a managed network, and its children.

Wrong on purpose: its identity may reach file shares over SMB only (see the module ``access``), and one of
its compute instances never shuts down by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.sandbox.sample.ai_services import diagnostic_setting
from auditor.sandbox.sample.company import (
    ACTUARIAL,
    AI_PROD,
    CREATED_AT,
    LOCATION,
    TENANT,
    ArmObject,
    assigned_identities,
    child,
    created_by_pipeline,
    entry,
    guid,
    name_of,
    system_identity,
    within,
)
from auditor.sandbox.sample.endpoints import Endpoint, Host, private_link_resource
from auditor.sandbox.sample.learning_dependencies import COMPONENT, SESSION_IDENTITY, STORAGE, VAULT
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH
from auditor.sandbox.sample.shared_services import REGISTRY

WORKSPACE: Final = within(ACTUARIAL, "Microsoft.MachineLearningServices/workspaces", "actuarial-ml")

_WORKSPACE_GUID: Final = guid("workspace", WORKSPACE)
_API_HOST: Final = f"{LOCATION}.api.azureml.ms"
_NOTEBOOK_HOST: Final = f"ml-actuarial-ml-{LOCATION}-{_WORKSPACE_GUID}.{LOCATION}.notebooks.azure.net"

ENDPOINTS: Final = (
    Endpoint(
        name="pe-actuarial-workspace",
        target=WORKSPACE,
        group_id="amlworkspace",
        hosts=(
            Host(fqdn=f"{_WORKSPACE_GUID}.workspace.{_API_HOST}", address="10.40.1.40"),
            Host(fqdn=f"{_WORKSPACE_GUID}.workspace.{LOCATION}.cert.api.azureml.ms", address="10.40.1.40"),
            Host(fqdn=_NOTEBOOK_HOST, address="10.40.1.41", member="notebook"),
            Host(fqdn=f"*.{_WORKSPACE_GUID}.inference.{_API_HOST}", address="10.40.1.42", member="inference"),
        ),
    ),
)


def workspace_entries(outbound_rules: dict[str, ArmObject]) -> Iterable[ArmObject]:
    """The workspace and its children; its outbound rules are given, for the workspace repeats them."""
    yield _workspace(outbound_rules)
    yield private_link_resource(
        WORKSPACE,
        "amlworkspace",
        ["default"],
        ["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"],
    )
    yield diagnostic_setting(WORKSPACE)
    yield from _computes()
    yield from _datastores()
    yield _connection("claims-openai", "AzureOpenAI", CLAIMS_OPENAI, "openai.azure.com")
    yield _connection("claims-search", "CognitiveSearch", CLAIMS_SEARCH, "search.windows.net")


def _workspace(outbound_rules: dict[str, ArmObject]) -> ArmObject:
    return entry(
        WORKSPACE,
        location=LOCATION,
        kind="Default",
        sku={"name": "Basic", "tier": "Basic"},
        tags={},
        etag=None,
        identity={
            **system_identity(WORKSPACE),
            "type": "SystemAssigned,UserAssigned",
            "userAssignedIdentities": assigned_identities(SESSION_IDENTITY),
        },
        systemData=created_by_pipeline(),
        properties={
            "provisioningState": "Succeeded",
            "friendlyName": "Actuarial models",
            "description": "",
            "workspaceId": _WORKSPACE_GUID,
            "tenantId": TENANT,
            "creationTime": CREATED_AT,
            "storageAccount": STORAGE,
            # The service writes these two namespaces in its own case.
            "keyVault": VAULT.replace("Microsoft.KeyVault", "Microsoft.Keyvault"),
            "applicationInsights": COMPONENT.replace("microsoft.insights", "Microsoft.insights"),
            "containerRegistry": REGISTRY,
            "hbiWorkspace": False,
            "v1LegacyMode": False,
            "enableDataIsolation": False,
            "publicNetworkAccess": "Disabled",
            "allowPublicAccessWhenBehindVnet": False,
            "privateLinkCount": 1,
            "imageBuildCompute": "cpu-build",
            "systemDatastoresAuthMode": "Identity",
            "managedNetwork": _managed_network(outbound_rules),
            "discoveryUrl": f"https://{_API_HOST}/discovery",
            "notebookInfo": _notebook(),
        },
    )


def _managed_network(outbound_rules: dict[str, ArmObject]) -> ArmObject:
    return {
        "isolationMode": "AllowOnlyApprovedOutbound",
        "networkId": guid("managed-network", WORKSPACE),
        "status": {"status": "Active", "sparkReady": True},
        "firewallSku": "Basic",
        "outboundRules": outbound_rules,
        "changeableIsolationModes": [],
    }


def _notebook() -> ArmObject:
    return {
        "resourceId": guid("notebook", WORKSPACE).replace("-", ""),
        "fqdn": _NOTEBOOK_HOST,
        "isPrivateLinkEnabled": True,
        "notebookPreparationError": None,
    }


def _computes() -> Iterable[ArmObject]:
    closed = {"subnet": None, "enableNodePublicIp": False, "isolatedNetwork": False}
    cluster = {
        **closed,
        "osType": "Linux",
        "vmSize": "STANDARD_D4DS_V5",
        "vmPriority": "Dedicated",
        "remoteLoginPortPublicAccess": "Disabled",
        "allocationState": "Steady",
        "scaleSettings": {"minNodeCount": 0, "maxNodeCount": 2, "nodeIdleTimeBeforeScaleDown": "PT120S"},
    }
    instance: ArmObject = {
        **closed,
        "vmSize": "STANDARD_D4DS_V5",
        "state": "Stopped",
        "applicationSharingPolicy": "Personal",
        "computeInstanceAuthorizationType": "personal",
        "sshSettings": {"sshPublicAccess": "Disabled", "adminUserName": "azureuser", "sshPort": 22},
        "idleTimeBeforeShutdown": "PT30M",
        "personalComputeInstanceSettings": {
            "assignedUser": {"objectId": guid("user", "ingrid.lind"), "tenantId": TENANT}
        },
        "schedules": {"computeStartStop": []},
    }
    yield _compute("cpu-build", "AmlCompute", cluster)
    yield _compute("ci-ingrid", "ComputeInstance", instance)
    assigned = {"objectId": guid("user", "oskar.berg"), "tenantId": TENANT}
    restless = {**instance, "personalComputeInstanceSettings": {"assignedUser": assigned}, "state": "Running"}
    del restless["idleTimeBeforeShutdown"]
    yield _compute("ci-oskar", "ComputeInstance", restless)


def _compute(name: str, compute_type: str, properties: ArmObject) -> ArmObject:
    return entry(
        child(WORKSPACE, "computes", name),
        location=LOCATION,
        properties={
            "computeType": compute_type,
            "computeLocation": LOCATION,
            "provisioningState": "Succeeded",
            "createdOn": "2025-04-02T07:31:09.4417729+00:00",
            "isAttachedCompute": False,
            "disableLocalAuth": True,
            "properties": properties,
        },
    )


def _datastores() -> Iterable[ArmObject]:
    yield _datastore("workspaceblobstore", "AzureBlob", containerName=f"azureml-blobstore-{_WORKSPACE_GUID}")
    yield _datastore("workspaceartifactstore", "AzureBlob", containerName="azureml")
    yield _datastore("workspacefilestore", "AzureFile", fileShareName=f"azureml-filestore-{_WORKSPACE_GUID}")
    yield _datastore("workspaceworkingdirectory", "AzureFile", fileShareName=f"code-{_WORKSPACE_GUID[:8]}")


def _datastore(name: str, datastore_type: str, **where: str) -> ArmObject:
    return entry(
        child(WORKSPACE, "datastores", name),
        systemData=created_by_pipeline(),
        properties={
            "datastoreType": datastore_type,
            "accountName": name_of(STORAGE),
            "endpoint": "core.windows.net",
            "protocol": "https",
            "isDefault": name == "workspaceblobstore",
            "credentials": {"credentialsType": "None"},
            "serviceDataAccessAuthIdentity": "WorkspaceSystemAssignedIdentity",
            "subscriptionId": AI_PROD,
            "resourceGroup": name_of(ACTUARIAL),
            "description": None,
            "tags": {},
            "properties": None,
            **where,
        },
    )


def _connection(name: str, category: str, target: str, suffix: str) -> ArmObject:
    return entry(
        child(WORKSPACE, "connections", name),
        location=None,
        tags=None,
        systemData=created_by_pipeline(),
        properties={
            "category": category,
            "authType": "AAD",
            "target": f"https://{name_of(target)}.{suffix}/",
            "isSharedToAll": True,
            "useWorkspaceManagedIdentity": True,
            "group": "AzureAI",
            "error": None,
            "metadata": {"ApiType": "Azure", "ResourceId": target},
        },
    )
