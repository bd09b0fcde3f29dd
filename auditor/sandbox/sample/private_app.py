"""``underwriting-copilot``: a container app whose identity may call Azure OpenAI through a group.

Left open on purpose: keys still work on the account, and its outbound access is not restricted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.sandbox.sample.ai_services import (
    diagnostic_setting,
    model_entries,
    openai_account,
    openai_endpoint,
    openai_link_resource,
)
from auditor.sandbox.sample.company import (
    UNDERWRITING,
    ArmObject,
    assigned_identities,
    created_by_pipeline,
    entry,
    name_of,
    user_assigned_identity,
    within,
)
from auditor.sandbox.sample.network import CONTAINER_APPS_SUBNET
from auditor.sandbox.sample.shared_services import REGISTRY

OPENAI: Final = within(UNDERWRITING, "Microsoft.CognitiveServices/accounts", "oai-norrland-underwriting")
ENVIRONMENT: Final = within(UNDERWRITING, "Microsoft.App/managedEnvironments", "cae-norrland-underwriting")
IDENTITY: Final = within(
    UNDERWRITING, "Microsoft.ManagedIdentity/userAssignedIdentities", "id-underwriting-copilot"
)
# Azure answers with this segment in lower case while `type` keeps the capital.
CONTAINER_APP: Final = within(UNDERWRITING, "Microsoft.App/containerapps", "ca-underwriting-copilot")

ENDPOINTS: Final = (openai_endpoint("pe-underwriting-openai", OPENAI, "10.40.1.30"),)


def private_app_entries() -> Iterable[ArmObject]:
    yield _account()
    yield from model_entries(OPENAI, ("gpt-4o",))
    yield openai_link_resource(OPENAI)
    yield diagnostic_setting(OPENAI)
    yield user_assigned_identity(IDENTITY)
    yield _environment()
    yield _container_app()


def _account() -> ArmObject:
    account = openai_account(OPENAI)
    del account["identity"]
    properties = account["properties"]
    # Nothing of the platform calls this account, so it lets no trusted service in.
    properties["networkAcls"]["bypass"] = "None"
    for unrestricted in ("disableLocalAuth", "restrictOutboundNetworkAccess", "allowedFqdnList"):
        del properties[unrestricted]
    return account


def _environment() -> ArmObject:
    return entry(
        ENVIRONMENT,
        location="Sweden Central",
        systemData=created_by_pipeline(),
        properties={
            "provisioningState": "Succeeded",
            "defaultDomain": "mossyfjell-4c1d2e3f.swedencentral.azurecontainerapps.io",
            "staticIp": "10.40.4.91",
            "vnetConfiguration": {"internal": True, "infrastructureSubnetId": CONTAINER_APPS_SUBNET},
            "publicNetworkAccess": "Disabled",
            "zoneRedundant": False,
            "workloadProfiles": [{"name": "Consumption", "workloadProfileType": "Consumption"}],
            "peerAuthentication": {"mtls": {"enabled": True}},
        },
    )


def _container_app() -> ArmObject:
    registry_host = f"{name_of(REGISTRY)}.azurecr.io"
    endpoint = f"https://{name_of(OPENAI)}.openai.azure.com/"
    return entry(
        CONTAINER_APP,
        type="Microsoft.App/containerApps",
        location="Sweden Central",
        identity={"type": "UserAssigned", "userAssignedIdentities": assigned_identities(IDENTITY)},
        systemData=created_by_pipeline(),
        properties={
            "provisioningState": "Succeeded",
            "runningStatus": "Running",
            "managedEnvironmentId": ENVIRONMENT,
            "environmentId": ENVIRONMENT,
            "workloadProfileName": "Consumption",
            "configuration": {
                "activeRevisionsMode": "Single",
                # "External" to the environment, which itself is internal: reachable from the network only.
                "ingress": {
                    "external": True,
                    "targetPort": 8080,
                    "transport": "Auto",
                    "allowInsecure": False,
                    "ipSecurityRestrictions": None,
                },
                "registries": [{"server": registry_host, "username": "", "identity": IDENTITY}],
            },
            "template": {
                "containers": [
                    {
                        "name": "copilot",
                        "image": f"{registry_host}/underwriting/copilot:2.4.1",
                        "env": [{"name": "AZURE_OPENAI_ENDPOINT", "value": endpoint}],
                        "resources": {"cpu": 0.5, "memory": "1Gi"},
                    }
                ],
                "scale": {"minReplicas": 1, "maxReplicas": 4},
            },
        },
    )
