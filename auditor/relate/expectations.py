"""Connections that our own services asked Azure to make: managed networks and shared private links.

Their endpoints live in subscriptions of the platform that nobody here can see. A rule or link proves that a
connection is wanted (catalogue 4.2, E2 and E3), never that a certain request is it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.model.estate import Estate
from auditor.model.finding import Evidence, Gap
from auditor.model.ids import ArmId
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
from auditor.model.resources.search_service import SearchService, SharedPrivateLink
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import OutboundRule, Workspace
from auditor.model.wire import Fact, Misfit, Resource
from auditor.relate.owners import known, unseen_siblings
from auditor.relate.targets import CONNECTION_OF, CONNECTION_TYPES
from auditor.relate.workloads import Relations, Workload

READS: tuple[type[Resource], ...] = (
    Workspace,
    OutboundRule,
    SearchService,
    SharedPrivateLink,
    StorageAccount,
    *CONNECTION_TYPES,
)

# Lower case throughout. Search names the groups of its outbound links otherwise than the targets name them.
_ONLY_GROUP: Mapping[type[PrivateEndpointConnection], str] = {
    CognitiveConnection: "account",
    SearchConnection: "searchservice",
    WorkspaceConnection: "amlworkspace",
    VaultConnection: "vault",
    RegistryConnection: "registry",
    SiteConnection: "sites",
}
_STORAGE_GROUPS = frozenset(
    name + end for name in ("blob", "file", "queue", "table", "dfs", "web") for end in ("", "_secondary")
)
_INBOUND_NAME: Mapping[str, str] = {"openai_account": "account", "cognitiveservices_account": "account"}

_NONCE = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,})(?![0-9a-f])")
_LEAST_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One connection that a service of ours asked for.

    `asker` is the outbound rule or shared private link, its `scope` the workspace or search service.
    `is_waiting` where it is not connected yet, `is_served` where it is; neither where that is unclear or it
    is being taken away. `message` is what a link sent along, None for rules.
    """

    asker: OutboundRule | SharedPrivateLink
    target: ArmId
    group: str
    is_waiting: bool
    is_served: bool
    message: str | None
    evidence: tuple[Evidence, ...]

    @property
    def said(self) -> str:
        what = "outbound rule" if isinstance(self.asker, OutboundRule) else "shared private link"
        return f"{what} {self.asker.name} of {self.asker.scope.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Which served wishes of our services may stand behind an approved connection.

    Empty `wanted_by`: none. `others` are the target's other approved connections from subscriptions that
    nobody here can see; where they outnumber the wishes and this one's subscription is not the usual one,
    it `is_surplus`.
    """

    wanted_by: tuple[Expectation, ...]
    is_surplus: bool
    others: tuple[ArmId, ...]
    unread: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededGroups:
    """The private link groups, in lower case, that workloads need of a target.

    `is_sure` is False where the target's only ties to a workload are suggestions.
    """

    names: frozenset[str]
    is_sure: bool


def needed_groups(
    estate: Estate, relations: Relations, target: ArmId, of: type[PrivateEndpointConnection]
) -> NeededGroups:
    """Which groups the target's workloads need; `of` is the type of its connections.

    Storage in no workload needs none; it needs files where a workspace keeps its own there. Queues and
    tables are needed by batch endpoints alone, which are not read. Raises Undecided where the storage
    account's namespace kind is malformed.
    """
    if (only := _ONLY_GROUP.get(of)) is not None:
        return NeededGroups(names=frozenset({only}), is_sure=True)
    workloads = relations.workloads_of(target)
    names = {"blob"} if workloads else set[str]()
    readable = (row for row in estate.listed(Workspace) if not row.storage_account.is_malformed)
    if keeps_files(readable, target):
        names.add("file")
    row = next((row for row in estate.listed(StorageAccount) if row.id == target), None)
    if workloads and row is not None and row.is_hns_enabled.value:
        names.add("dfs")
    return NeededGroups(names=frozenset(names), is_sure=any(holds_surely(each, target) for each in workloads))


def keeps_files(workspaces: Iterable[Workspace], account: ArmId) -> bool:
    """Whether one of the workspaces keeps its own files on the account. Raises Undecided."""
    return any(workspace.storage_account.value == account for workspace in workspaces)


def expectations(estate: Estate, connection: PrivateEndpointConnection) -> tuple[Expectation, ...]:
    """Every connection that was asked for to this connection's target and could be this one, by group.

    Silent about what could not be read: see `unread_askers`. Raises Undecided where the connection's own
    groups are malformed.
    """
    stated = connection.group_ids()
    groups = _STORAGE_GROUPS if isinstance(connection, StorageConnection) else {_ONLY_GROUP[type(connection)]}
    accepted = groups if stated is None else {_inbound(name) for name in stated}
    return tuple(
        found
        for found in _all(estate)
        if found.target == connection.scope and _inbound(found.group) in accepted
    )


def unread_askers(estate: Estate) -> tuple[Gap, ...]:
    """Where rules and links, or what one asks for, could not be read: one might have been missed."""
    types: tuple[type[Resource], ...] = (Workspace, OutboundRule, SearchService, SharedPrivateLink)
    return (*(gap for of in types for gap in estate.gaps(of)), *_unclear_askers(estate))


def _unclear_askers(estate: Estate) -> Iterator[Gap]:
    rules = ((row, (row.kind, row.status)) for row in estate.listed(OutboundRule))
    links = ((row, (row.target, row.group, row.status)) for row in estate.listed(SharedPrivateLink))
    askers: Iterable[tuple[OutboundRule | SharedPrivateLink, tuple[Fact[Any], ...]]] = (*rules, *links)
    for row, facts in askers:
        for fact in facts:
            if isinstance(fact.meaning, Misfit):
                said = f"{fact.path} is {fact.raw!r}, expected {fact.meaning.expected}"
                yield Gap(scope=row.id, what=row.ARM_TYPE, reason=fact.meaning.reason, detail=said)


def is_usual_requester(estate: Estate, expectation: Expectation, subscription: ArmId) -> bool:
    """Whether this subscription holds approved connections for every other served wish of the same service.

    A good correlation and no proof (E2+). False where there is nothing to compare with: one approval of a
    stranger must not vouch for the next, so all targets that could be read must agree.
    """
    seen = [
        subscription in requesters
        for other in _all(estate)
        if other.asker.scope == expectation.asker.scope and other.is_served
        if other.target != expectation.target
        if (requesters := _approved_from(estate, other.target)) is not None
    ]
    return bool(seen) and all(seen)


def holds_nonce(estate: Estate, message: str | None) -> bool:
    """Whether a text holds 128 random bits, as 32 hexadecimal digits or a GUID (E3+).

    Ids that others know, those of subscriptions and the tenant, are no secret.
    """
    public = {rid.name.lower() for rid in estate.visible} | {(estate.tenant_id or "").lower()}
    found = _NONCE.findall((message or "").lower())
    return any(each not in public and len(set(each) - {"-"}) >= _LEAST_DIGITS for each in found)


def explain(estate: Estate, connection: PrivateEndpointConnection, subscription: ArmId) -> Explanation:
    """What may have made an approved connection from this invisible subscription. Touches READS."""
    wishes = tuple(wish for wish in expectations(estate, connection) if wish.is_served)
    others = tuple(row.id for row in unseen_siblings(estate, connection) if known(row.status) == "Approved")
    usual = tuple(wish for wish in wishes if is_usual_requester(estate, wish, subscription))
    return Explanation(
        wanted_by=usual or wishes,
        is_surplus=not usual and len(others) + 1 > len(wishes),
        others=others,
        unread=unread_askers(estate),
    )


def _all(estate: Estate) -> Iterator[Expectation]:
    for rule in estate.listed(OutboundRule):
        if rule.target is not None and rule.group is not None:
            status = known(rule.status)
            yield Expectation(
                asker=rule,
                target=rule.target,
                group=rule.group,
                is_waiting=status in ("Inactive", "Provisioning", "Failed"),
                is_served=status == "Active",
                message=None,
                evidence=(rule.destination.evidence(), rule.status.evidence()),
            )
    for link in estate.listed(SharedPrivateLink):
        target, group = known(link.target), known(link.group)
        if target is not None and group is not None:
            status = known(link.status)
            yield Expectation(
                asker=link,
                target=target,
                group=group,
                is_waiting=status == "Pending",
                is_served=status == "Approved",
                message=known(link.request_message),
                evidence=(link.target.evidence(), link.group.evidence(), link.status.evidence()),
            )


def _approved_from(estate: Estate, target: ArmId) -> frozenset[ArmId] | None:
    """The subscriptions of a target's approved endpoints; None where its connections were not read."""
    of = CONNECTION_OF.get((target.resource_type or "").lower())
    rows: Iterable[PrivateEndpointConnection] | None = estate.lists(of).get(target) if of else None
    if rows is None:
        return None
    named = (known(row.private_endpoint) for row in rows if known(row.status) == "Approved")
    return frozenset(rid.subscription for rid in named if rid is not None and rid.subscription is not None)


def holds_surely(workload: Workload, target: ArmId) -> bool:
    """Whether more than a suggestion makes the target a member of the workload."""
    return workload.anchor == target or any(
        target in pair and tie != "suggested" for pair, tie in workload.ties.items()
    )


def _inbound(group: str) -> str:
    lowered = group.lower()
    return _INBOUND_NAME.get(lowered, lowered)
