"""The providers whose connections can be approved: in which api-version, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.collect import cognitive, dependencies, machine_learning, search, storage, web
from auditor.model.resources.app import SiteConnection
from auditor.model.resources.connection import (
    CognitiveConnection,
    PrivateEndpointConnection,
    SearchConnection,
    StorageConnection,
    WorkspaceConnection,
)
from auditor.model.resources.container_registry import RegistryConnection
from auditor.model.resources.key_vault import VaultConnection

# An object is sent back in the version that it was read in: another one may have other properties, and what
# it does not know of it would drop. Each version says why where it is declared.
API_VERSIONS: Mapping[type[PrivateEndpointConnection], str] = {
    CognitiveConnection: cognitive.API_VERSION,
    SearchConnection: search.API_VERSION,
    StorageConnection: storage.API_VERSION,
    WorkspaceConnection: machine_learning.API_VERSION,
    VaultConnection: dependencies.VAULT_VERSION,
    RegistryConnection: dependencies.REGISTRY_VERSION,
    SiteConnection: web.API_VERSION,
}
