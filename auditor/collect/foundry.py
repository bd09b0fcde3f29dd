"""Foundry accounts' projects, connections, capability hosts and managed networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from auditor.collect.source import Ask, Selection, Source, below_each
from auditor.model.estate import Estate
from auditor.model.ids import same_text
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.foundry import (
    AccountCapabilityHost,
    AccountConnection,
    AccountManagedNetwork,
    CosmosAccount,
    FoundryConnection,
    FoundryProject,
    ProjectCapabilityHost,
    ProjectConnection,
)
from auditor.model.wire import Resource

API_VERSION = "2025-06-01"
WHY = "the first stable version with projects and connections"
HOSTS_VERSION = "2025-09-01"
HOSTS_WHY = "the first stable version that lists capability hosts"
_CONNECTIONS: tuple[type[FoundryConnection], ...] = (AccountConnection, ProjectConnection)


def _foundry_accounts(estate: Estate) -> Iterator[CognitiveAccount]:
    """Other accounts hold no projects, and asking them for some is answered with an error."""
    for account in estate.listed(CognitiveAccount):
        facts = (account.kind, account.allows_projects)
        if not any(fact.is_malformed for fact in facts) and account.may_hold_projects:
            yield account


def _below_foundry(of: type[Resource]) -> Callable[[Estate, Selection], Iterable[Ask]]:
    segment = of.ARM_TYPE.rpartition("/")[2]

    def asks(estate: Estate, _selection: Selection) -> Iterable[Ask]:
        for account in _foundry_accounts(estate):
            yield Ask(scope=account.id, paths=(f"{account.id}/{segment}",))

    return asks


def _managed_networks(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    """Not of accounts whose agents all run in a subnet of ours: the preview would answer 404 to them."""
    for account in _foundry_accounts(estate):
        if not _uses_own_network(account):
            network = account.id.child("managedNetworks", "default")
            yield Ask(scope=network, paths=(network.text,), single=True)


def _uses_own_network(account: CognitiveAccount) -> bool:
    if account.network_injections.is_malformed:
        return False
    agents = [one for one in account.network_injections.value if one.scenario.meaning == "agent"]
    return bool(agents) and all(one.is_managed.meaning is False for one in agents)


def _named_databases(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    """The Cosmos DB accounts that a connection names, in subscriptions that can be seen."""
    rows = (row for of in _CONNECTIONS for row in estate.listed(of))
    named = {row.resource_id.value for row in rows if not row.resource_id.is_malformed}
    for rid in sorted(rid for rid in named if rid is not None):
        if same_text(rid.resource_type or "", CosmosAccount.ARM_TYPE) and rid.subscription in estate.visible:
            yield Ask(scope=rid, paths=(rid.text,), single=True)


SOURCES = (
    *(
        Source(
            record=of,
            api_version=version,
            why=why,
            asks=_below_foundry(of),
            requires=(CognitiveAccount,),
        )
        for of, version, why in (
            (FoundryProject, API_VERSION, WHY),
            (AccountConnection, API_VERSION, WHY),
            (AccountCapabilityHost, HOSTS_VERSION, HOSTS_WHY),
        )
    ),
    *(
        Source(
            record=of,
            api_version=version,
            why=why,
            asks=below_each(of, FoundryProject),
            requires=(FoundryProject,),
        )
        for of, version, why in (
            (ProjectConnection, API_VERSION, WHY),
            (ProjectCapabilityHost, HOSTS_VERSION, HOSTS_WHY),
        )
    ),
    Source(
        record=AccountManagedNetwork,
        api_version="2026-01-15-preview",
        why="managed networks are answered by previews only; this is the one that live answers are known of",
        asks=_managed_networks,
        requires=(CognitiveAccount,),
    ),
    Source(
        record=CosmosAccount,
        api_version="2024-11-15",
        why="stable, with publicNetworkAccess and its SecuredByPerimeter",
        asks=_named_databases,
        requires=_CONNECTIONS,
    ),
)
