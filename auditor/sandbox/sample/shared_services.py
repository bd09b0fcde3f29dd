"""What the AI workloads share: container registry, Log Analytics workspace, Defender's plan for AI."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.sandbox.sample.ai_services import WORKSPACE_LOGS, diagnostic_setting
from auditor.sandbox.sample.company import (
    AI_PROD,
    AI_SHARED,
    CREATED_AT,
    HUB,
    LOCATION,
    ArmObject,
    created_by_pipeline,
    entry,
    guid,
    name_of,
    within,
)
from auditor.sandbox.sample.endpoints import Endpoint, Host, private_link_resource

REGISTRY: Final = within(AI_SHARED, "Microsoft.ContainerRegistry/registries", "crnorrlandai")

_DATA_MEMBER: Final = f"registry_data_{LOCATION}"

ENDPOINTS: Final = (
    Endpoint(
        name="pe-shared-registry",
        target=REGISTRY,
        group_id="registry",
        hosts=(
            Host(fqdn=f"crnorrlandai.{LOCATION}.data.azurecr.io", address="10.40.1.50", member=_DATA_MEMBER),
            Host(fqdn="crnorrlandai.azurecr.io", address="10.40.1.51", member="registry"),
        ),
    ),
)


def shared_entries() -> Iterable[ArmObject]:
    yield _registry()
    yield private_link_resource(REGISTRY, "registry", ["registry", _DATA_MEMBER], ["privatelink.azurecr.io"])
    yield diagnostic_setting(REGISTRY)
    yield _log_analytics_workspace()
    yield from (_defender_plan(subscription) for subscription in (AI_PROD, HUB))


def _registry() -> ArmObject:
    return entry(
        REGISTRY,
        location=LOCATION,
        sku={"name": "Premium", "tier": "Premium"},
        tags={},
        systemData=created_by_pipeline(),
        properties={
            "provisioningState": "Succeeded",
            "loginServer": f"{name_of(REGISTRY)}.azurecr.io",
            "creationDate": CREATED_AT,
            "adminUserEnabled": False,
            "anonymousPullEnabled": False,
            "publicNetworkAccess": "Disabled",
            "networkRuleSet": {"defaultAction": "Deny", "ipRules": []},
            "networkRuleBypassOptions": "AzureServices",
            "dataEndpointEnabled": False,
            "zoneRedundancy": "Enabled",
            "roleAssignmentMode": "LegacyRegistryPermissions",
        },
    )


def _log_analytics_workspace() -> ArmObject:
    return entry(
        WORKSPACE_LOGS,
        location=LOCATION,
        tags={},
        properties={
            "provisioningState": "Succeeded",
            "customerId": guid("customer", WORKSPACE_LOGS),
            "sku": {"name": "PerGB2018"},
            "retentionInDays": 90,
            "features": {"disableLocalAuth": True, "enableLogAccessUsingOnlyResourcePermissions": True},
            "publicNetworkAccessForIngestion": "Disabled",
            "publicNetworkAccessForQuery": "Disabled",
        },
    )


def _defender_plan(subscription: str) -> ArmObject:
    return entry(
        f"/subscriptions/{subscription}/providers/Microsoft.Security/pricings/AI",
        properties={
            "pricingTier": "Standard",
            "freeTrialRemainingTime": "PT0S",
            "enablementTime": CREATED_AT,
            "resourcesCoverageStatus": "FullyCovered",
            # Defender writes booleans as text.
            "extensions": [{"name": "AIPromptEvidence", "isEnabled": "True"}],
        },
    )
