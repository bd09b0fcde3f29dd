"""Storage accounts, and the connections of those that belong to an AI workload."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.collect.source import Ask, Selection, Source, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.resources.connection import StorageConnection
from auditor.model.resources.storage_account import StorageAccount
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import discover

API_VERSION = "2023-05-01"
WHY = "the catalogue's floor: publicNetworkAccess with SecuredByPerimeter, offered in every cloud"


def _related_accounts(estate: Estate, selection: Selection) -> Iterable[Ask]:
    """Accounts of workloads only: a tenant's other storage is not this auditor's business."""
    accounts = estate.listed(StorageAccount)
    if not selection.all_resources:
        relations = discover(estate, selection.declared)
        accounts = tuple(account for account in accounts if relations.workloads_of(account.id))
    for account in accounts:
        yield Ask(scope=account.id, paths=(f"{account.id}/privateEndpointConnections",))


SOURCES = (
    Source(
        record=StorageAccount,
        api_version=API_VERSION,
        why=WHY,
        asks=in_each_subscription(StorageAccount),
    ),
    Source(
        record=StorageConnection,
        api_version=API_VERSION,
        why=WHY,
        asks=_related_accounts,
        requires=RELATION_READS,
    ),
)
