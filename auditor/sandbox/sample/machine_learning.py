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
    LOCATION,
    TENANT,
    ArmObject,
    assigned_identities,
    child,
    entry,
    guid,
    within,
)
from auditor.sandbox.sample.learning_dependencies import COMPONENT, SESSION_IDENTITY, STORAGE, VAULT
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH
from auditor.sandbox.sample.shared_services import REGISTRY
from auditor.sandbox.sample.workspaces import (
    datastores,
    managed_network,
    workspace,
    workspace_connection,
    workspace_endpoint,
    workspace_link_resource,
)

WORKSPACE: Final = within(ACTUARIAL, "Microsoft.MachineLearningServices/workspaces", "actuarial-ml")

ENDPOINTS: Final = (
    workspace_endpoint("pe-actuarial-workspace", WORKSPACE, ("10.40.1.40", "10.40.1.41", "10.40.1.42")),
)


def workspace_entries(outbound_rules: dict[str, ArmObject]) -> Iterable[ArmObject]:
    """The workspace and its children; its outbound rules are given, for the workspace repeats them."""
    yield _workspace(outbound_rules)
    yield workspace_link_resource(WORKSPACE)
    yield diagnostic_setting(WORKSPACE)
    yield from _computes()
    yield from datastores(WORKSPACE, STORAGE)
    yield workspace_connection(WORKSPACE, "claims-openai", "AzureOpenAI", CLAIMS_OPENAI, "openai.azure.com")
    yield workspace_connection(
        WORKSPACE, "claims-search", "CognitiveSearch", CLAIMS_SEARCH, "search.windows.net"
    )


def _workspace(outbound_rules: dict[str, ArmObject]) -> ArmObject:
    network = managed_network(WORKSPACE, "AllowOnlyApprovedOutbound", outbound_rules)
    found = workspace(
        WORKSPACE,
        "Default",
        friendlyName="Actuarial models",
        storageAccount=STORAGE,
        # The service writes these two namespaces in its own case.
        keyVault=VAULT.replace("Microsoft.KeyVault", "Microsoft.Keyvault"),
        applicationInsights=COMPONENT.replace("microsoft.insights", "Microsoft.insights"),
        containerRegistry=REGISTRY,
        enableDataIsolation=False,
        privateLinkCount=1,
        imageBuildCompute="cpu-build",
        managedNetwork={**network, "firewallSku": "Basic"},
    )
    found["identity"] |= {
        "type": "SystemAssigned,UserAssigned",
        "userAssignedIdentities": assigned_identities(SESSION_IDENTITY),
    }
    return found


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
