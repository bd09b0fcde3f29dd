"""What workspaces and apps lean on: vaults, registries, Application Insights, user-assigned identities."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.collect.source import Ask, Selection, Source, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.resources.container_registry import Registry, RegistryConnection
from auditor.model.resources.key_vault import Vault, VaultConnection
from auditor.model.resources.monitoring import Component
from auditor.model.resources.user_assigned_identity import ManagedIdentity
from auditor.model.resources.workspace import Workspace
from auditor.relate.deeper_evidence import READS as DEEPER_READS
from auditor.relate.dependencies import linked, registry_users
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import discover

VAULT_VERSION = "2023-07-01"
VAULT_WHY = "the catalogue's floor: publicNetworkAccess and enableRbacAuthorization, offered in every cloud"
REGISTRY_VERSION = "2025-11-01"
REGISTRY_WHY = "the first stable version with roleAssignmentMode: by which permission images are pulled"


def _vault_connections(estate: Estate, selection: Selection) -> Iterable[Ask]:
    """Vaults of workspaces only: a tenant's other vaults are not this auditor's business."""
    used = linked(estate, "key_vault")
    for vault in estate.listed(Vault):
        if selection.all_resources or vault.id in used:
            yield Ask(scope=vault.id, paths=(f"{vault.id}/privateEndpointConnections",))


def _registry_connections(estate: Estate, selection: Selection) -> Iterable[Ask]:
    """Registries of workspaces, and those that container apps of workloads pull from."""
    used = registry_users(estate, discover(estate, selection.declared))
    for registry in estate.listed(Registry):
        if selection.all_resources or registry.id in used:
            yield Ask(scope=registry.id, paths=(f"{registry.id}/privateEndpointConnections",))


SOURCES = (
    Source(record=Vault, api_version=VAULT_VERSION, why=VAULT_WHY, asks=in_each_subscription(Vault)),
    Source(
        record=VaultConnection,
        api_version=VAULT_VERSION,
        why=VAULT_WHY,
        asks=_vault_connections,
        requires=(Vault, Workspace),
    ),
    Source(
        record=Registry,
        api_version=REGISTRY_VERSION,
        why=REGISTRY_WHY,
        asks=in_each_subscription(Registry),
    ),
    Source(
        record=RegistryConnection,
        api_version=REGISTRY_VERSION,
        why=REGISTRY_WHY,
        asks=_registry_connections,
        requires=(Registry, *RELATION_READS),
        after=DEEPER_READS,
    ),
    Source(
        record=Component,
        api_version="2020-02-02",
        why="stable, with publicNetworkAccessForIngestion and WorkspaceResourceId",
        asks=in_each_subscription(Component),
    ),
    Source(
        record=ManagedIdentity,
        api_version="2023-01-31",
        why="stable; principalId stands in the list",
        asks=in_each_subscription(ManagedIdentity),
    ),
)
