"""Evidence that two resources belong together, read from the estate (catalogue, section 5).

Tier 0 is declared by the operator, 1 a declared reference, 2 an authorisation that only makes sense for the
pair, 4 the same network, 5 the same resource group. (Tier 3 needs more than Reader: `deeper_evidence`.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from auditor.model.clouds import CLOUDS
from auditor.model.estate import Estate
from auditor.model.ids import ArmId, MalformedId
from auditor.model.resources.access import PrincipalAssignment, RoleAssignment, RoleDefinition
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.foundry import (
    AccountConnection,
    FoundryConnection,
    FoundryProject,
    ProjectConnection,
)
from auditor.model.resources.network import PrivateEndpoint
from auditor.model.resources.search_objects import host_of
from auditor.model.resources.search_service import SearchService, SharedPrivateLink
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import ConnectedResource, OutboundRule, Workspace
from auditor.model.wire import Fact, Resource
from auditor.relate.identities import principals
from auditor.relate.permissions import Requirement, grants

READS: tuple[type[Resource], ...] = (
    CognitiveAccount,
    SearchService,
    SharedPrivateLink,
    StorageAccount,
    Workspace,
    ConnectedResource,
    OutboundRule,
    AccountConnection,
    FoundryProject,
    ProjectConnection,
    Site,
    ContainerApp,
    PrivateEndpoint,
    RoleAssignment,
    PrincipalAssignment,
    RoleDefinition,
)

# The three services of which nearness says something (catalogue 5.1, tiers 4 and 5).
_NEAR: tuple[type[Resource], ...] = (CognitiveAccount, SearchService, StorageAccount)
_BELONGING_ROLES: Mapping[type[Resource], tuple[Requirement, ...]] = {
    SearchService: (
        Requirement(data_actions=("Microsoft.Search/searchServices/indexes/documents/read",)),
        Requirement(actions=("Microsoft.Search/searchServices/indexes/write",)),
    ),
    CognitiveAccount: (
        Requirement(
            data_actions=("Microsoft.CognitiveServices/accounts/OpenAI/deployments/embeddings/action",)
        ),
        Requirement(
            data_actions=("Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",)
        ),
    ),
    StorageAccount: (
        Requirement(data_actions=("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",)),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One piece of evidence that `source` uses `target`, and where it was seen."""

    source: ArmId
    target: ArmId
    tier: int
    kind: str
    path: str


def gather(estate: Estate) -> tuple[Edge, ...]:
    """All the evidence that could be read; what could not is silent here and kept by the estate's gaps."""
    found = (
        *_shared_private_links(estate),
        *_resource_access_rules(estate),
        *_account_references(estate),
        *_workspace_references(estate),
        *_workspace_connections(estate),
        *_foundry_connections(estate),
        *_outbound_rules(estate),
        *_roles(estate),
        *_neighbours(estate),
        *_resource_groups(estate),
    )
    types: tuple[type[Resource], ...] = (*_NEAR, Workspace, Site, ContainerApp)
    known = {row.id for of in types for row in estate.listed(of)}
    kept = (e for e in found if e.source != e.target and e.source in known and e.target in known)
    return tuple(dict.fromkeys(sorted(kept, key=lambda e: (e.tier, e.source.key, e.target.key, e.kind))))


def _reference(source: Resource, fact: Fact[ArmId | None], kind: str, tier: int = 1) -> Iterator[Edge]:
    if not fact.is_malformed and (target := fact.value) is not None:
        yield Edge(source=source.id, target=target, tier=tier, kind=kind, path=fact.path)


def _from_parent(child: Resource, fact: Fact[ArmId | None], kind: str) -> Iterator[Edge]:
    if not fact.is_malformed and (target := fact.value) is not None:
        path = f"{child.name}.{fact.path}"
        yield Edge(source=child.scope, target=target, tier=1, kind=kind, path=path)


def _shared_private_links(estate: Estate) -> Iterator[Edge]:
    for link in estate.listed(SharedPrivateLink):
        yield from _from_parent(link, link.target, "shared-private-link")


def _resource_access_rules(estate: Estate) -> Iterator[Edge]:
    for storage in estate.listed(StorageAccount):
        if storage.resource_access_rules.is_malformed:
            continue
        for row in storage.resource_access_rules.value:
            said = row.resource_id
            if said.is_malformed or not said.value or "*" in said.value:
                continue
            if (source := _arm_id(said.value)) is not None:
                yield Edge(
                    source=source, target=storage.id, tier=1, kind="resource-access-rule", path=said.path
                )


def _arm_id(text: str) -> ArmId | None:
    try:
        return ArmId.parse(text)
    except MalformedId:
        return None


def _account_references(estate: Estate) -> Iterator[Edge]:
    for account in estate.listed(CognitiveAccount):
        yield from _reference(account, account.workspace, "workspace-reference")
        if not account.user_owned_storage.is_malformed:
            for owned in account.user_owned_storage.value:
                yield from _reference(account, owned.resource_id, "user-owned-storage")


def _workspace_references(estate: Estate) -> Iterator[Edge]:
    for workspace in estate.listed(Workspace):
        yield from _reference(workspace, workspace.storage_account, "workspace-storage")


def _workspace_connections(estate: Estate) -> Iterator[Edge]:
    by_host = dict(hosts(estate, CognitiveAccount, SearchService))
    for connection in estate.listed(ConnectedResource):
        yield from _from_parent(connection, connection.resource_id, "workspace-connection")
        fact = connection.target
        if connection.resource_id.is_stated or fact.is_malformed or not fact.value:
            continue
        if (target := by_host.get(host_of(fact.value))) is not None:
            path = f"{connection.name}.{fact.path}"
            yield Edge(source=connection.scope, target=target, tier=1, kind="workspace-connection", path=path)


def _foundry_connections(estate: Estate) -> Iterator[Edge]:
    """What an account or one of its projects connects to; the account stands for its projects."""
    by_host = dict(hosts(estate, CognitiveAccount, SearchService))
    projects: tuple[FoundryConnection, ...] = estate.listed(ProjectConnection)
    for connection in (*estate.listed(AccountConnection), *projects):
        account = connection.scope.parent if isinstance(connection, ProjectConnection) else connection.scope
        for fact, target in _connected(connection, by_host):
            if account is not None:
                path = f"{connection.name}.{fact.path}"
                yield Edge(source=account, target=target, tier=1, kind="foundry-connection", path=path)


def _connected(
    connection: FoundryConnection, by_host: Mapping[str, ArmId]
) -> Iterator[tuple[Fact[Any], ArmId]]:
    """The resource that a connection names by its id, else the one whose host it names."""
    named, address = connection.resource_id, connection.target
    if named.is_stated:
        if not named.is_malformed and named.value is not None:
            yield named, named.value
    elif not address.is_malformed and address.value and (target := by_host.get(host_of(address.value))):
        yield address, target


Answering = type[CognitiveAccount] | type[SearchService]


def hosts(estate: Estate, *types: Answering) -> Iterator[tuple[str, ArmId]]:
    """The names that services of these types answer to, in lower case, in whichever cloud it is."""
    for account in estate.listed(CognitiveAccount) if CognitiveAccount in types else ():
        fact = account.endpoint
        if not fact.is_malformed and fact.value and (host := host_of(fact.value)):
            yield host, account.id
    for search in estate.listed(SearchService) if SearchService in types else ():
        for cloud in CLOUDS.values():
            yield f"{search.name}.{cloud.search_suffix}".lower(), search.id


def _outbound_rules(estate: Estate) -> Iterator[Edge]:
    for rule in estate.listed(OutboundRule):
        if not rule.destination.is_malformed and (target := rule.target) is not None:
            path = f"{rule.name}.{rule.destination.path}.serviceResourceId"
            yield Edge(
                source=rule.scope, target=target, tier=1, kind="managed-network-outbound-rule", path=path
            )


def _roles(estate: Estate) -> Iterator[Edge]:
    """Assignments on the resource are tier 2, those on its resource group tier 4, wider ones say nothing."""
    owners = principals(estate)
    definitions = {definition.guid: definition for definition in estate.listed(RoleDefinition)}
    groups = _by_resource_group(estate, tuple(_BELONGING_ROLES))
    targets: dict[ArmId, Resource] = {row.id: row for rows in groups.values() for row in rows}
    for principal, assignment in assigned(estate):
        at, role = assignment.assigned_at.value, assignment.role_definition.value
        definition = definitions.get(role.name.lower()) if role else None
        if at is None or definition is None:
            continue
        direct = targets.get(at)
        reached = ((direct, 2),) if direct else ((row, 4) for row in groups.get(at, ()))
        for target, tier in reached:
            if any(grants(definition, need) for need in _BELONGING_ROLES[type(target)]):
                for source in owners.get(principal, ()):
                    yield Edge(
                        source=source.id,
                        target=target.id,
                        tier=tier,
                        kind=f"role:{definition.guid}",
                        path=assignment.id.text,
                    )


def assigned(estate: Estate) -> Iterator[tuple[str, RoleAssignment]]:
    """Every well-formed assignment with the principal it reaches, directly or through a group."""
    direct = ((None, assignment) for assignment in estate.listed(RoleAssignment))
    reaching = (
        (scope.name, assignment)
        for scope, assignments in estate.lists(PrincipalAssignment).items()
        for assignment in assignments
    )
    for principal, assignment in (*direct, *reaching):
        facts = (assignment.assigned_at, assignment.principal_id, assignment.role_definition)
        if not any(fact.is_malformed or not fact.is_stated for fact in facts):
            yield (principal or assignment.principal_id.value or "").lower(), assignment


def _neighbours(estate: Estate) -> Iterator[Edge]:
    """Services with private endpoints in one virtual network."""
    by_network: dict[ArmId, set[ArmId]] = defaultdict(set)
    near: set[ArmId] = {row.id for of in _NEAR for row in estate.listed(of)}
    for endpoint in estate.listed(PrivateEndpoint):
        if any(f.is_malformed for f in (endpoint.subnet, endpoint.automatic, endpoint.manual)):
            continue
        network = endpoint.virtual_network
        for request in endpoint.requests:
            target = None if request.target.is_malformed else request.target.value
            if network and target in near:
                by_network[network].add(target)
    for network, targets in sorted(by_network.items()):
        for one, other in combinations(sorted(targets), 2):
            yield Edge(source=one, target=other, tier=4, kind="same-network", path=network.text)


def _resource_groups(estate: Estate) -> Iterator[Edge]:
    for group, rows in _by_resource_group(estate, _NEAR).items():
        for one, other in combinations(sorted(row.id for row in rows), 2):
            yield Edge(source=one, target=other, tier=5, kind="same-resource-group", path=group.text)


def _by_resource_group(estate: Estate, types: Iterable[type[Resource]]) -> dict[ArmId, list[Resource]]:
    found: dict[ArmId, list[Resource]] = defaultdict(list)
    for of in types:
        for row in estate.listed(of):
            if row.id.parent is not None:
                found[row.id.parent].append(row)
    return found
