"""Machine learning workspaces, hubs and projects as Azure returns them, with the children that they share.

Each function gives the right state; a workspace that is wrong on purpose changes the result itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.sandbox.sample.company import (
    AI_PROD,
    CREATED_AT,
    LOCATION,
    TENANT,
    ArmObject,
    child,
    created_by_pipeline,
    entry,
    guid,
    name_of,
    system_identity,
)
from auditor.sandbox.sample.endpoints import Endpoint, Host, private_link_resource

_API_HOST: Final = f"{LOCATION}.api.azureml.ms"


def guid_of(workspace_id: str) -> str:
    """The ``workspaceId`` that the service's host names begin with."""
    return guid("workspace", workspace_id)


def workspace_endpoint(name: str, workspace_id: str, addresses: tuple[str, str, str]) -> Endpoint:
    """The private endpoint of a workspace or hub; addresses of the service, its notebooks, its inference."""
    service, notebook, inference = addresses
    number = guid_of(workspace_id)
    return Endpoint(
        name=name,
        target=workspace_id,
        group_id="amlworkspace",
        hosts=(
            Host(fqdn=f"{number}.workspace.{_API_HOST}", address=service),
            Host(fqdn=f"{number}.workspace.{LOCATION}.cert.api.azureml.ms", address=service),
            Host(fqdn=_notebook_host(workspace_id), address=notebook, member="notebook"),
            Host(fqdn=f"*.{number}.inference.{_API_HOST}", address=inference, member="inference"),
        ),
    )


def workspace_link_resource(workspace_id: str) -> ArmObject:
    zones = ["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"]
    return private_link_resource(workspace_id, "amlworkspace", ["default"], zones)


def workspace(workspace_id: str, kind: str, **properties: object) -> ArmObject:
    """A workspace of a kind (Default, Hub, Project) with its own identity, closed to the internet."""
    return entry(
        workspace_id,
        location=LOCATION,
        kind=kind,
        sku={"name": "Basic", "tier": "Basic"},
        tags={},
        etag=None,
        identity=system_identity(workspace_id),
        systemData=created_by_pipeline(),
        properties={
            "provisioningState": "Succeeded",
            "description": "",
            "workspaceId": guid_of(workspace_id),
            "tenantId": TENANT,
            "creationTime": CREATED_AT,
            "hbiWorkspace": False,
            "v1LegacyMode": False,
            "publicNetworkAccess": "Disabled",
            "allowPublicAccessWhenBehindVnet": False,
            "systemDatastoresAuthMode": "Identity",
            "discoveryUrl": f"https://{_API_HOST}/discovery",
            "notebookInfo": {
                "resourceId": guid("notebook", workspace_id).replace("-", ""),
                "fqdn": _notebook_host(workspace_id),
                "isPrivateLinkEnabled": True,
                "notebookPreparationError": None,
            },
            **properties,
        },
    )


def managed_network(workspace_id: str, mode: str, outbound_rules: dict[str, ArmObject]) -> ArmObject:
    """``properties.managedNetwork``, provisioned; a workspace repeats its outbound rules there."""
    return {
        "isolationMode": mode,
        "networkId": guid("managed-network", workspace_id),
        "status": {"status": "Active", "sparkReady": True},
        "outboundRules": outbound_rules,
        "changeableIsolationModes": [],
    }


def datastores(workspace_id: str, storage_id: str) -> Iterable[ArmObject]:
    """The four that the service makes itself; a project has its own, in containers of its hub's storage."""
    number = guid_of(workspace_id)
    for name, datastore_type, where in (
        ("workspaceblobstore", "AzureBlob", {"containerName": f"azureml-blobstore-{number}"}),
        ("workspaceartifactstore", "AzureBlob", {"containerName": "azureml"}),
        ("workspacefilestore", "AzureFile", {"fileShareName": f"azureml-filestore-{number}"}),
        ("workspaceworkingdirectory", "AzureFile", {"fileShareName": f"code-{number[:8]}"}),
    ):
        yield entry(
            child(workspace_id, "datastores", name),
            systemData=created_by_pipeline(),
            properties={
                "datastoreType": datastore_type,
                "accountName": name_of(storage_id),
                "endpoint": "core.windows.net",
                "protocol": "https",
                "isDefault": name == "workspaceblobstore",
                "credentials": {"credentialsType": "None"},
                "serviceDataAccessAuthIdentity": "WorkspaceSystemAssignedIdentity",
                "subscriptionId": AI_PROD,
                "resourceGroup": storage_id.split("/")[4],
                "description": None,
                "tags": {},
                "properties": None,
                **where,
            },
        )


def workspace_connection(workspace_id: str, name: str, category: str, target: str, suffix: str) -> ArmObject:
    """A connection that signs in with the workspace's own identity."""
    return entry(
        child(workspace_id, "connections", name),
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


def _notebook_host(workspace_id: str) -> str:
    return f"ml-{name_of(workspace_id)}-{LOCATION}-{guid_of(workspace_id)}.{LOCATION}.notebooks.azure.net"
