"""What the maps of all workloads look up, gathered from the estate once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from auditor.model.estate import Estate
from auditor.model.finding import describe
from auditor.model.ids import ArmId
from auditor.model.resources.access import RoleAssignment, RoleDefinition
from auditor.model.resources.app import ContainerApp
from auditor.model.resources.connection import (
    CognitiveConnection,
    PrivateEndpointConnection,
    SearchConnection,
    StorageConnection,
    WorkspaceConnection,
)
from auditor.model.resources.container_registry import RegistryConnection
from auditor.model.resources.key_vault import VaultConnection
from auditor.model.resources.network import PrivateDnsZoneGroup, PrivateEndpoint, PrivateLinkServiceConnection
from auditor.model.resources.private_dns import ZoneLink
from auditor.model.resources.search_service import SharedPrivateLink
from auditor.model.resources.workspace import OutboundRule
from auditor.model.wire import Resource
from auditor.relate.dependencies import registry_users
from auditor.relate.evidence import assigned
from auditor.relate.owners import known
from auditor.relate.workloads import Relations

R = TypeVar("R", bound=Resource)
K = TypeVar("K")

CONNECTIONS: tuple[type[PrivateEndpointConnection], ...] = (
    CognitiveConnection,
    SearchConnection,
    StorageConnection,
    WorkspaceConnection,
    VaultConnection,
    RegistryConnection,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapIndex:
    """Each mapping holds what was read, by what the drawing asks with; a missing key means none was read.

    `requests` are by target, `connections`, `shared_links`, `outbound_rules` and `zone_groups` by their
    parent, `zone_links` by network, `assignments` by the object id they reach, in lower case, `role_names` by
    the role's GUID, `registries` by the container app that pulls from them. `unread` says what of a resource
    could not be read, in sentences in their own order.
    """

    requests: Mapping[ArmId, list[tuple[PrivateEndpoint, PrivateLinkServiceConnection]]]
    connections: Mapping[ArmId, list[PrivateEndpointConnection]]
    shared_links: Mapping[ArmId, list[SharedPrivateLink]]
    outbound_rules: Mapping[ArmId, list[OutboundRule]]
    zone_groups: Mapping[ArmId, list[PrivateDnsZoneGroup]]
    zone_links: Mapping[ArmId, list[ZoneLink]]
    assignments: Mapping[str, list[RoleAssignment]]
    role_names: Mapping[str, str | None]
    registries: Mapping[ArmId, list[ArmId]]
    unread: Mapping[ArmId, list[str]]


def indexed(estate: Estate, relations: Relations) -> MapIndex:
    """Touches what was read only, and never raises."""
    connections = (row for of in CONNECTIONS for row in estate.listed(of))
    return MapIndex(
        requests=_requests(estate),
        connections=_by(connections, lambda row: row.scope),
        shared_links=_by(estate.listed(SharedPrivateLink), lambda row: row.scope),
        outbound_rules=_by(estate.listed(OutboundRule), lambda row: row.scope),
        zone_groups=_by(estate.listed(PrivateDnsZoneGroup), lambda row: row.scope),
        zone_links=_by(estate.listed(ZoneLink), lambda row: known(row.network)),
        assignments=_assignments(estate),
        role_names={row.guid: known(row.role_name) for row in estate.listed(RoleDefinition)},
        registries=_registries(estate, relations),
        unread=_unread(estate),
    )


def _by(rows: Iterable[R], key: Callable[[R], K | None]) -> dict[K, list[R]]:
    found: dict[K, list[R]] = defaultdict(list)
    for row in rows:
        if (place := key(row)) is not None:
            found[place].append(row)
    return dict(found)


def _requests(estate: Estate) -> dict[ArmId, list[tuple[PrivateEndpoint, PrivateLinkServiceConnection]]]:
    found: dict[ArmId, list[tuple[PrivateEndpoint, PrivateLinkServiceConnection]]] = defaultdict(list)
    for endpoint in estate.listed(PrivateEndpoint):
        for request in (*(known(endpoint.automatic) or ()), *(known(endpoint.manual) or ())):
            if (target := known(request.target)) is not None:
                found[target].append((endpoint, request))
    return dict(found)


def _assignments(estate: Estate) -> dict[str, list[RoleAssignment]]:
    found: dict[str, list[RoleAssignment]] = defaultdict(list)
    for principal, assignment in assigned(estate):
        found[principal].append(assignment)
    return dict(found)


def _registries(estate: Estate, relations: Relations) -> dict[ArmId, list[ArmId]]:
    found: dict[ArmId, list[ArmId]] = defaultdict(list)
    for registry, users in registry_users(estate, relations).items():
        for user in users:
            if isinstance(user, ContainerApp):
                found[user.id].append(registry)
    return dict(found)


def _unread(estate: Estate) -> dict[ArmId, list[str]]:
    found: dict[ArmId, set[str]] = defaultdict(set)
    for gap in estate.all_gaps():
        found[gap.scope].add(describe(gap))
    return {scope: sorted(said) for scope, said in found.items()}
