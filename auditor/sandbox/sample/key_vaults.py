"""Key vaults as Azure returns them when they are set up as the documents ask."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.sandbox.sample.ai_services import diagnostic_setting
from auditor.sandbox.sample.company import (
    LOCATION,
    TENANT,
    ArmObject,
    created_by_pipeline,
    entry,
    name_of,
)
from auditor.sandbox.sample.endpoints import Endpoint, Host, private_link_resource


def vault_endpoint(name: str, vault_id: str, address: str) -> Endpoint:
    host = Host(fqdn=f"{name_of(vault_id)}.vault.azure.net", address=address)
    return Endpoint(name=name, target=vault_id, group_id="vault", hosts=(host,))


def vault_entries(vault_id: str) -> Iterable[ArmObject]:
    """The vault with roles for its access, what it says of its private link group, and its logs."""
    yield _vault(vault_id)
    yield private_link_resource(vault_id, "vault", ["default"], ["privatelink.vaultcore.azure.net"])
    yield diagnostic_setting(vault_id)


def _vault(vault_id: str) -> ArmObject:
    return entry(
        vault_id,
        location=LOCATION,
        tags={},
        systemData=created_by_pipeline(),
        properties={
            "provisioningState": "Succeeded",
            "sku": {"family": "A", "name": "standard"},
            "tenantId": TENANT,
            "vaultUri": f"https://{name_of(vault_id)}.vault.azure.net/",
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
