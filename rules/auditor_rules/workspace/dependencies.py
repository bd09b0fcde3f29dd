"""What a workspace's compute has to reach inside Azure, and by which private link groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from auditor.model.finding import Evidence, Undecided
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.compute import BatchEndpoint
from auditor.model.resources.foundry import CosmosAccount
from auditor.model.resources.key_vault import Vault
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import ConnectedResource, Workspace
from auditor.model.wire import Fact, Resource
from auditor.rule import View
from auditor_rules.workspace.destinations import BATCH_GROUPS
from auditor_rules.workspace.networks import family

Closable = CognitiveAccount | SearchService | StorageAccount | Vault | CosmosAccount
# The targets whose own switch can be read.
_CLOSABLE: tuple[type[Closable], ...] = (
    CognitiveAccount,
    SearchService,
    StorageAccount,
    Vault,
    CosmosAccount,
)
READS: tuple[type[Resource], ...] = (ConnectedResource, BatchEndpoint, *_CLOSABLE)

# Category of a connection, in lower case → private link group of what it names.
GROUP_OF: Mapping[str, str] = {
    "azureopenai": "account",
    "aiservices": "account",
    "cognitiveservice": "account",
    "cognitivesearch": "searchService",
    "azureblob": "blob",
    "azurestorageaccount": "blob",
    "adlsgen2": "dfs",
    "azuretablestorage": "table",
    "cosmosdb": "Sql",
    "cosmosdbmongodbapi": "MongoDB",
    "azurekeyvault": "vault",
    "azuresqldb": "sqlServer",
}
_ACCOUNT_SUFFIXES = (".openai.azure.", ".cognitiveservices.azure.", ".services.ai.azure.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One resource that must be reached by one private link group. `why` says what needs it, in words."""

    target: ArmId
    group: str
    why: str
    evidence: tuple[Evidence, ...]


def connections(view: View, workspace: Workspace) -> tuple[ConnectedResource, ...]:
    """Connections of the workspace and of its projects, of the categories that name Azure resources."""
    found = (
        one
        for member in family(view, workspace)
        for one in view.estate.children(ConnectedResource, member.id)
    )
    return tuple(one for one in found if (one.category.value or "").casefold() in GROUP_OF)


def need_of(view: View, connection: ConnectedResource) -> Need:
    """What a connection leads to. Raises Undecided where it names no resource that can be found."""
    target = connection.resource_id.value or _by_host(view, connection)
    if target is None:
        raise Undecided(
            f"the connection {connection.name} names no Azure resource that can be found",
            Reason.HIDDEN,
            evidence=(connection.target.evidence(), connection.resource_id.evidence()),
        )
    return Need(
        target=target,
        group=GROUP_OF[(connection.category.value or "").casefold()],
        why=f"the connection {connection.name}",
        evidence=(connection.resource_id.evidence(), connection.target.evidence()),
    )


def batch_needs(view: View, workspace: Workspace) -> Iterator[Need]:
    """Queue and table of the default storage, where batch endpoints exist."""
    endpoints = [
        one for member in family(view, workspace) for one in view.estate.children(BatchEndpoint, member.id)
    ]
    storage = workspace.storage_account
    if endpoints and storage.value is not None:
        for group in BATCH_GROUPS:
            why = f"the batch endpoint {endpoints[0].name}"
            yield Need(target=storage.value, group=group, why=why, evidence=(storage.evidence(),))


def public_access(view: View, target: ArmId) -> Fact[str]:
    """The target's own switch. Raises Undecided where it was not read, or its type is none that we read."""
    for of in _CLOSABLE:
        if same_text(of.ARM_TYPE, target.resource_type or ""):
            row = view.estate.find(of, target)
            if row is None:
                raise Undecided(f"{target} cannot be found: deleted, or hidden", Reason.HIDDEN)
            return row.public_network_access
    raise Undecided(f"whether {target} is closed to the public was not read", Reason.OUT_OF_SCOPE)


def _by_host(view: View, connection: ConnectedResource) -> ArmId | None:
    host = _host(connection.target.value or "")
    label = host.partition(".")[0]
    if not label:
        return None
    if ".search." in host:
        rows = view.estate.listed(SearchService)
        return next((row.id for row in rows if same_text(row.name, label)), None)
    if ".core." in host:
        stores = view.estate.listed(StorageAccount)
        return next((row.id for row in stores if same_text(row.name, label)), None)
    return next((row.id for row in view.estate.listed(CognitiveAccount) if _answers(row, host, label)), None)


def _answers(account: CognitiveAccount, host: str, label: str) -> bool:
    endpoint, subdomain = account.endpoint, account.custom_subdomain
    if not endpoint.is_malformed and endpoint.value and _host(endpoint.value) == host:
        # Accounts without a subdomain of their own share the region's host.
        return subdomain.is_stated
    named = None if subdomain.is_malformed else subdomain.value
    return (
        bool(named) and same_text(named or "", label) and any(suffix in host for suffix in _ACCOUNT_SUFFIXES)
    )


def _host(url: str) -> str:
    """The host in lower case; empty where there is none, or what is said is no URL."""
    try:
        return (urlsplit(url if "://" in url else f"https://{url}").hostname or "").lower()
    except ValueError:
        return ""
