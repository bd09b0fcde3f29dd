"""Which resources are expected to send logs somewhere, and where Azure keeps the settings of each."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.estate import Estate
from auditor.model.ids import ArmId
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.container_registry import Registry
from auditor.model.resources.key_vault import Vault
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.dependencies import linked, registry_users
from auditor.relate.owners import known
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import Relations

READS: tuple[type[Resource], ...] = (*RELATION_READS, Vault, Registry)

_ALL_SERVICES = ("blobServices", "fileServices", "queueServices", "tableServices")
_SERVICES_OF_KIND = {
    "blobstorage": ("blobServices",),
    "blockblobstorage": ("blobServices",),
    "filestorage": ("fileServices",),
}


def logging_resources(estate: Estate, relations: Relations, *, everything: bool) -> Iterator[Resource]:
    """Every AI account, search service and workspace; storage, vaults and registries of workloads only,
    unless `everything` is asked for. Touches READS.
    """
    yield from estate.listed(CognitiveAccount)
    yield from estate.listed(SearchService)
    yield from estate.listed(Workspace)
    vaults, registries = linked(estate, "key_vault"), registry_users(estate, relations)
    yield from (row for row in estate.listed(Vault) if everything or row.id in vaults)
    yield from (row for row in estate.listed(Registry) if everything or row.id in registries)
    for account in estate.listed(StorageAccount):
        if everything or relations.workloads_of(account.id):
            yield account


def setting_scopes(row: Resource) -> tuple[ArmId, ...]:
    """Where the diagnostic settings of its logs are: the resource, or each service of a storage account."""
    if not isinstance(row, StorageAccount):
        return (row.id,)
    services = _SERVICES_OF_KIND.get((known(row.kind) or "").casefold(), _ALL_SERVICES)
    return tuple(row.id.child(service, "default") for service in services)
