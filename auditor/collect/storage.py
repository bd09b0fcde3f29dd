"""Storage accounts, and the connections of those that belong to an AI workload."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.collect.source import Ask, Selection, Source, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.resources.connection import StorageConnection
from auditor.model.resources.perimeter import StoragePerimeterConfiguration
from auditor.model.resources.storage_account import StorageAccount
from auditor.relate.deeper_evidence import READS as DEEPER_READS
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import discover

API_VERSION = "2023-05-01"
WHY = "the catalogue's floor: publicNetworkAccess with SecuredByPerimeter, offered in every cloud"


def _related_accounts(estate: Estate, selection: Selection) -> Sequence[StorageAccount]:
    """Accounts of workloads only: a tenant's other storage is not this auditor's business."""
    accounts = estate.listed(StorageAccount)
    if selection.all_resources:
        return accounts
    relations = discover(estate, selection.declared)
    return tuple(account for account in accounts if relations.workloads_of(account.id))


def _connections(estate: Estate, selection: Selection) -> Iterable[Ask]:
    for account in _related_accounts(estate, selection):
        yield Ask(scope=account.id, paths=(f"{account.id}/privateEndpointConnections",))


def _perimeters(estate: Estate, selection: Selection) -> Iterable[Ask]:
    """The others' verdicts do not depend on a perimeter, so one request for each of them is spared."""
    for account in _related_accounts(estate, selection):
        if account.public_network_access.meaning == "SecuredByPerimeter":
            path = f"{account.id}/networkSecurityPerimeterConfigurations"
            yield Ask(scope=account.id, paths=(path,))


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
        asks=_connections,
        requires=RELATION_READS,
        after=DEEPER_READS,
    ),
    Source(
        record=StoragePerimeterConfiguration,
        api_version=API_VERSION,
        why=WHY,
        asks=_perimeters,
        requires=RELATION_READS,
        after=DEEPER_READS,
    ),
)
