"""The role definitions that the sample's assignments use, with Azure's own ids and permissions.

Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.sandbox.sample.company import AI_PROD, ArmObject, entry, guid
from auditor.sandbox.sample.connection_approver import CONNECTION_APPROVER
from auditor.sandbox.sample.role import Role

_COGNITIVE: Final = "Microsoft.CognitiveServices/accounts"
_BLOBS: Final = "Microsoft.Storage/storageAccounts/blobServices"
_FILES: Final = "Microsoft.Storage/storageAccounts/fileServices/fileshares/files"
_LEARNING: Final = "Microsoft.MachineLearningServices/workspaces"


OWNER: Final = Role(guid="8e3af657-a8ff-443c-a75c-2fe8c4bcb635", name="Owner", actions=("*",))
CONTRIBUTOR: Final = Role(
    guid="b24988ac-6180-42a0-ab88-20f7382dd24c",
    name="Contributor",
    actions=("*",),
    not_actions=(
        "Microsoft.Authorization/*/Delete",
        "Microsoft.Authorization/*/Write",
        "Microsoft.Authorization/elevateAccess/Action",
        "Microsoft.Blueprint/blueprintAssignments/write",
        "Microsoft.Blueprint/blueprintAssignments/delete",
        "Microsoft.Compute/galleries/share/action",
        "Microsoft.Purview/consents/write",
        "Microsoft.Purview/consents/delete",
        "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
        "Microsoft.Subscription/cancel/action",
        "Microsoft.Subscription/enable/action",
    ),
)
READER: Final = Role(guid="acdd72a7-3385-48ef-bd42-f606fba81ae7", name="Reader", actions=("*/read",))
SEARCH_INDEX_DATA_READER: Final = Role(
    guid="1407120a-92aa-4202-b7e9-c0e197c71c8f",
    name="Search Index Data Reader",
    data_actions=("Microsoft.Search/searchServices/indexes/documents/read",),
)
SEARCH_SERVICE_CONTRIBUTOR: Final = Role(
    guid="7ca78c08-252a-4471-8644-bb5ff32d4ba0",
    name="Search Service Contributor",
    actions=(
        "Microsoft.Authorization/*/read",
        "Microsoft.Insights/alertRules/*",
        "Microsoft.ResourceHealth/availabilityStatuses/read",
        "Microsoft.Resources/deployments/*",
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        "Microsoft.Search/searchServices/*",
        "Microsoft.Support/*",
    ),
)
BLOB_DATA_CONTRIBUTOR: Final = Role(
    guid="ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    name="Storage Blob Data Contributor",
    actions=(
        f"{_BLOBS}/containers/delete",
        f"{_BLOBS}/containers/read",
        f"{_BLOBS}/containers/write",
        f"{_BLOBS}/generateUserDelegationKey/action",
    ),
    data_actions=(
        f"{_BLOBS}/containers/blobs/delete",
        f"{_BLOBS}/containers/blobs/read",
        f"{_BLOBS}/containers/blobs/write",
        f"{_BLOBS}/containers/blobs/move/action",
        f"{_BLOBS}/containers/blobs/add/action",
    ),
)
BLOB_DATA_READER: Final = Role(
    guid="2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    name="Storage Blob Data Reader",
    actions=(f"{_BLOBS}/containers/read", f"{_BLOBS}/generateUserDelegationKey/action"),
    data_actions=(f"{_BLOBS}/containers/blobs/read",),
)
SMB_SHARE_CONTRIBUTOR: Final = Role(
    guid="0c867c2a-1d8c-454a-a3db-ab2ea1bdc8bb",
    name="Storage File Data SMB Share Contributor",
    data_actions=(f"{_FILES}/read", f"{_FILES}/write", f"{_FILES}/delete"),
)
FILE_DATA_PRIVILEGED_CONTRIBUTOR: Final = Role(
    guid="69566ab7-960f-475b-8e7c-b3118f30c6bd",
    name="Storage File Data Privileged Contributor",
    data_actions=(
        f"{_FILES}/read",
        f"{_FILES}/write",
        f"{_FILES}/delete",
        f"{_FILES}/modifypermissions/action",
        "Microsoft.Storage/storageAccounts/fileServices/readFileBackupSemantics/action",
        "Microsoft.Storage/storageAccounts/fileServices/writeFileBackupSemantics/action",
    ),
)
MANAGED_IDENTITY_OPERATOR: Final = Role(
    guid="f1a07417-d97a-45cb-824c-7a7467783830",
    name="Managed Identity Operator",
    actions=(
        "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
        "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
        "Microsoft.Authorization/*/read",
        "Microsoft.Insights/alertRules/*",
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        "Microsoft.Resources/deployments/*",
        "Microsoft.Support/*",
    ),
)
OPENAI_CONTRIBUTOR: Final = Role(
    guid="a001fd3d-188f-4b5d-821b-7da978bf7442",
    name="Cognitive Services OpenAI Contributor",
    actions=(
        "Microsoft.CognitiveServices/*/read",
        f"{_COGNITIVE}/deployments/write",
        f"{_COGNITIVE}/deployments/delete",
        f"{_COGNITIVE}/raiPolicies/read",
        f"{_COGNITIVE}/raiPolicies/write",
        f"{_COGNITIVE}/raiPolicies/delete",
        f"{_COGNITIVE}/commitmentplans/read",
        f"{_COGNITIVE}/commitmentplans/write",
        f"{_COGNITIVE}/commitmentplans/delete",
        "Microsoft.Authorization/roleAssignments/read",
        "Microsoft.Authorization/roleDefinitions/read",
    ),
    data_actions=(f"{_COGNITIVE}/OpenAI/*",),
)
OPENAI_USER: Final = Role(
    guid="5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
    name="Cognitive Services OpenAI User",
    actions=(
        "Microsoft.CognitiveServices/*/read",
        "Microsoft.Authorization/roleAssignments/read",
        "Microsoft.Authorization/roleDefinitions/read",
    ),
    data_actions=(
        f"{_COGNITIVE}/OpenAI/*/read",
        f"{_COGNITIVE}/OpenAI/engines/completions/action",
        f"{_COGNITIVE}/OpenAI/engines/search/action",
        f"{_COGNITIVE}/OpenAI/engines/generate/action",
        f"{_COGNITIVE}/OpenAI/deployments/audio/action",
        f"{_COGNITIVE}/OpenAI/deployments/search/action",
        f"{_COGNITIVE}/OpenAI/deployments/completions/action",
        f"{_COGNITIVE}/OpenAI/deployments/chat/completions/action",
        f"{_COGNITIVE}/OpenAI/deployments/realtime/action",
        f"{_COGNITIVE}/OpenAI/deployments/extensions/chat/completions/action",
        f"{_COGNITIVE}/OpenAI/deployments/embeddings/action",
        f"{_COGNITIVE}/OpenAI/images/generations/action",
        f"{_COGNITIVE}/OpenAI/video/generations/*/action",
        f"{_COGNITIVE}/OpenAI/video/generations/*/delete",
        f"{_COGNITIVE}/OpenAI/assistants/*",
        f"{_COGNITIVE}/OpenAI/responses/*",
    ),
    not_data_actions=(f"{_COGNITIVE}/OpenAI/stored-completions/read",),
)
ACR_PULL: Final = Role(
    guid="7f951dda-4ed3-4680-a7ca-43fe172d538d",
    name="AcrPull",
    description="acr pull",
    actions=("Microsoft.ContainerRegistry/registries/pull/read",),
)
KEY_VAULT_ADMINISTRATOR: Final = Role(
    guid="00482a5a-887f-4fb3-b363-3b7fe8e74483",
    name="Key Vault Administrator",
    actions=(
        "Microsoft.Authorization/*/read",
        "Microsoft.Insights/alertRules/*",
        "Microsoft.Resources/deployments/*",
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        "Microsoft.Support/*",
        "Microsoft.KeyVault/checkNameAvailability/read",
        "Microsoft.KeyVault/deletedVaults/read",
        "Microsoft.KeyVault/locations/*/read",
        "Microsoft.KeyVault/vaults/*/read",
        "Microsoft.KeyVault/operations/read",
    ),
    data_actions=("Microsoft.KeyVault/vaults/*",),
)
DATA_SCIENTIST: Final = Role(
    guid="f6c7c914-8db3-469d-8ca1-694a8f32e121",
    name="AzureML Data Scientist",
    actions=tuple(f"{_LEARNING}/*/{verb}" for verb in ("read", "action", "delete", "write")),
    not_actions=(
        f"{_LEARNING}/delete",
        f"{_LEARNING}/write",
        f"{_LEARNING}/computes/*/write",
        f"{_LEARNING}/computes/*/delete",
        f"{_LEARNING}/computes/listKeys/action",
        f"{_LEARNING}/listKeys/action",
        f"{_LEARNING}/hubs/write",
        f"{_LEARNING}/hubs/delete",
        f"{_LEARNING}/featurestores/write",
        f"{_LEARNING}/featurestores/delete",
    ),
)

EMBEDDINGS_CALLER: Final = Role(
    guid=guid("role", "norrland-embeddings-caller"),
    name="Norrland Embeddings Caller",
    description="May turn text into vectors, and nothing else.",
    actions=(f"{_COGNITIVE}/read", f"{_COGNITIVE}/deployments/read"),
    data_actions=(f"{_COGNITIVE}/OpenAI/deployments/embeddings/action",),
    assignable_scopes=(f"/subscriptions/{AI_PROD}",),
)

ROLES: Final = (
    OWNER,
    CONTRIBUTOR,
    READER,
    SEARCH_INDEX_DATA_READER,
    SEARCH_SERVICE_CONTRIBUTOR,
    BLOB_DATA_CONTRIBUTOR,
    BLOB_DATA_READER,
    SMB_SHARE_CONTRIBUTOR,
    FILE_DATA_PRIVILEGED_CONTRIBUTOR,
    MANAGED_IDENTITY_OPERATOR,
    OPENAI_CONTRIBUTOR,
    OPENAI_USER,
    ACR_PULL,
    KEY_VAULT_ADMINISTRATOR,
    DATA_SCIENTIST,
    CONNECTION_APPROVER,
    EMBEDDINGS_CALLER,
)


def role_entries() -> Iterable[ArmObject]:
    """Built-in roles at the tenant's root, custom ones in the subscription that owns them."""
    for role in ROLES:
        owner = role.assignable_scopes[0] if role.is_custom else ""
        permission = {
            "actions": list(role.actions),
            "notActions": list(role.not_actions),
            "dataActions": list(role.data_actions),
            "notDataActions": list(role.not_data_actions),
        }
        yield entry(
            f"{owner}/providers/Microsoft.Authorization/roleDefinitions/{role.guid}",
            properties={
                "roleName": role.name,
                "type": "CustomRole" if role.is_custom else "BuiltInRole",
                "description": role.description,
                "assignableScopes": list(role.assignable_scopes),
                "permissions": [permission],
            },
        )
