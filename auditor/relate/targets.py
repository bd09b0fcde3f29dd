"""What private endpoints lead to: each type of connection, and the type of resource it leads to."""

from __future__ import annotations

from collections.abc import Mapping

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

Target = CognitiveAccount | SearchService | StorageAccount | Workspace | Vault | Registry

TARGET_OF: Mapping[type[PrivateEndpointConnection], type[Target]] = {
    CognitiveConnection: CognitiveAccount,
    SearchConnection: SearchService,
    StorageConnection: StorageAccount,
    WorkspaceConnection: Workspace,
    VaultConnection: Vault,
    RegistryConnection: Registry,
}
CONNECTION_TYPES: tuple[type[PrivateEndpointConnection], ...] = tuple(TARGET_OF)
CONNECTION_OF: Mapping[str, type[PrivateEndpointConnection]] = {
    target.ARM_TYPE.lower(): of for of, target in TARGET_OF.items()
}
