"""What private endpoints lead to: each type of connection, and the type of resource it leads to."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.model.resources.app import Site, SiteConnection
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.connection import (
    CognitiveConnection,
    PrivateEndpointConnection,
    SearchConnection,
    StorageConnection,
    WorkspaceConnection,
)
from auditor.model.resources.container_registry import Registry, RegistryConnection
from auditor.model.resources.key_vault import Vault, VaultConnection
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace

Target = CognitiveAccount | SearchService | StorageAccount | Workspace | Vault | Registry | Site

TARGET_OF: Mapping[type[PrivateEndpointConnection], type[Target]] = {
    CognitiveConnection: CognitiveAccount,
    SearchConnection: SearchService,
    StorageConnection: StorageAccount,
    WorkspaceConnection: Workspace,
    VaultConnection: Vault,
    RegistryConnection: Registry,
    SiteConnection: Site,
}
CONNECTION_TYPES: tuple[type[PrivateEndpointConnection], ...] = tuple(TARGET_OF)
CONNECTION_OF: Mapping[str, type[PrivateEndpointConnection]] = {
    target.ARM_TYPE.lower(): of for of, target in TARGET_OF.items()
}

# Types whose provider publishes no action for approving: writing the connection is all there is.
_WRITE_ALONE = frozenset(
    {
        "microsoft.cognitiveservices/accounts",
        "microsoft.apimanagement/service",
        "microsoft.network/applicationgateways",
    }
)


def approving_actions(target_type: str) -> tuple[str, ...]:
    """The ARM actions that approving a private endpoint connection of such a target takes.

    Source: https://learn.microsoft.com/azure/private-link/rbac-permissions
    """
    writing = f"{target_type}/privateEndpointConnections/write"
    if target_type.lower() in _WRITE_ALONE:
        return (writing,)
    return (writing, f"{target_type}/privateEndpointConnectionsApproval/action")
