"""Draws each workload as a map, from what was read for the selected rules and nothing else. Never raises."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.estate import Estate
from auditor.model.finding import Undecided
from auditor.model.ids import ArmId
from auditor.model.map import INTERNET, MapEdge, MapNode, WorkloadMap
from auditor.model.resources.access import RoleAssignment
from auditor.model.resources.app import ContainerApp
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.container_registry import Registry
from auditor.model.resources.key_vault import Vault
from auditor.model.resources.network import PrivateDnsZoneGroup, PrivateEndpoint, VirtualNetwork
from auditor.model.resources.private_dns import PrivateDnsZone, ZoneLink
from auditor.model.resources.search_service import SearchService, SharedPrivateLink
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import OutboundRule, Workspace
from auditor.model.wire import Fact, Misfit, Resource
from auditor.relate.consumers import consumers
from auditor.relate.dependencies import Link, link_of
from auditor.relate.map_index import indexed
from auditor.relate.map_network import draw_endpoints, draw_names, draw_peerings
from auditor.relate.map_roles import draw_identities, draw_roles
from auditor.relate.map_sheet import MapSheet
from auditor.relate.owners import known
from auditor.relate.workloads import Relations, Workload

_Open = CognitiveAccount | SearchService | StorageAccount | Workspace | Vault | Registry
_OPENABLE: tuple[type[_Open], ...] = (
    CognitiveAccount,
    SearchService,
    StorageAccount,
    Workspace,
    Vault,
    Registry,
)
_LINKS: tuple[Link, ...] = ("storage_account", "key_vault", "container_registry", "application_insights")
# Evidence of use that is drawn; nearness is none, and roles and links are drawn as what they are.
_USES = {
    "declared": "declared to use",
    "resource-access-rule": "let in by a resource rule",
    "workspace-reference": "works with",
    "user-owned-storage": "keeps its data in",
    "workspace-connection": "connects to",
    "foundry-connection": "connects to",
}
# What a map shows, and the type of which there must be some before its absence says anything.
_SHOWN: tuple[tuple[str, type[Resource], type[Resource] | None], ...] = (
    ("private endpoints", PrivateEndpoint, None),
    ("virtual networks", VirtualNetwork, None),
    ("zone groups of private endpoints", PrivateDnsZoneGroup, PrivateEndpoint),
    ("private DNS zones", PrivateDnsZone, None),
    ("network links of private DNS zones", ZoneLink, PrivateDnsZone),
    ("shared private links of search services", SharedPrivateLink, SearchService),
    ("outbound rules of managed networks", OutboundRule, Workspace),
    ("role assignments", RoleAssignment, None),
)


def maps(estate: Estate, relations: Relations) -> tuple[WorkloadMap, ...]:
    """One map for each workload, ordered by the workload's id."""
    index = indexed(estate, relations)
    found = sorted(relations.workloads, key=lambda workload: workload.id)
    return tuple(_map(MapSheet(estate, index), relations, workload) for workload in found)


def _map(sheet: MapSheet, relations: Relations, workload: Workload) -> WorkloadMap:
    for rid in (rid for ids in workload.members.values() for rid in ids):
        sheet.add(rid)
    _draw_dependencies(sheet)
    _draw_uses(sheet, workload)
    _draw_own_links(sheet)
    _draw_consumers(sheet, relations, workload)
    draw_endpoints(sheet)
    draw_names(sheet)
    draw_peerings(sheet)
    draw_identities(sheet)
    draw_roles(sheet)
    _draw_public_access(sheet)
    return WorkloadMap(
        workload=workload.id,
        nodes=sheet.nodes(),
        edges=sheet.edges(),
        not_read=tuple(_not_read(sheet.estate)),
    )


def _draw_dependencies(sheet: MapSheet) -> None:
    """The hub, vault, registry, storage and telemetry of workspaces, and the registries of apps."""
    for workspace in sheet.drawn(Workspace):
        _draw_named(sheet, workspace, workspace.hub, "project of")
    for workspace in sheet.drawn(Workspace):
        for link in _LINKS:
            try:
                _draw_named(sheet, workspace, link_of(sheet.estate, workspace, link), "uses")
            except Undecided:
                continue  # the workspace's own node says what of it is unread
    for app in sheet.drawn(ContainerApp):
        for registry in sheet.index.registries.get(app.id, ()):
            sheet.add(registry)
            sheet.join(app.id, registry, "uses", "pulls from", resource=app.id, path=app.registries.path)


def _draw_named(sheet: MapSheet, user: Resource, fact: Fact[ArmId | None], label: str) -> None:
    if (named := known(fact)) is not None:
        sheet.add(named)
        sheet.join(user.id, named, "uses", label, resource=fact.resource, path=fact.path)


def _draw_uses(sheet: MapSheet, workload: Workload) -> None:
    for edge in workload.edges:
        if (label := _USES.get(edge.kind)) is not None:
            place = edge.target if edge.kind == "resource-access-rule" else edge.source
            sheet.join(edge.source, edge.target, "uses", label, resource=place, path=edge.path)


def _draw_own_links(sheet: MapSheet) -> None:
    """The private ways that services open themselves: Search's shared links, managed networks' endpoints."""
    for search in sheet.drawn(SearchService):
        for link in sheet.index.shared_links.get(search.id, ()):
            if (target := known(link.target)) is not None:
                sheet.add(target)
                label = _words(known(link.group), known(link.status))
                path = link.target.path
                sheet.join(search.id, target, "shared-private-link", label, resource=link.id, path=path)
    for workspace in sheet.drawn(Workspace):
        for rule in sheet.index.outbound_rules.get(workspace.id, ()):
            target = None if rule.destination.is_malformed else rule.target
            if target is not None:
                sheet.add(target)
                label = _words(rule.group, known(rule.status))
                path = rule.destination.path
                sheet.join(
                    workspace.id, target, "managed-private-endpoint", label, resource=rule.id, path=path
                )


def _draw_consumers(sheet: MapSheet, relations: Relations, workload: Workload) -> None:
    for one in consumers(sheet.estate, relations, workload):
        sheet.add_subnet(one.subnet)
        if one.user != one.subnet:
            sheet.add(one.user)
            seen = one.evidence
            sheet.join(
                one.user, one.subnet, "integration", "goes out by", resource=seen.resource, path=seen.path
            )


def _draw_public_access(sheet: MapSheet) -> None:
    """The internet, and every service on the map whose public network access is on, or cannot be read."""
    opened = [row for of in _OPENABLE for row in sheet.drawn(of) if _may_be_public(row)]
    if not opened:
        return
    sheet.add_node(MapNode(id=INTERNET, kind="internet", label="Internet"))
    for row in opened:
        fact = row.public_network_access
        sheet.add_edge(
            MapEdge(
                source=INTERNET,
                target=row.id.text,
                kind="public-access",
                label=_narrowed(row),
                resource=fact.resource.text,
                path=fact.path,
            )
        )


def _may_be_public(row: _Open) -> bool:
    return (known(row.public_network_access) or "") not in {"Disabled", "SecuredByPerimeter"}


def _narrowed(row: _Open) -> str:
    """How far the public door is open, as the service's own firewall says it."""
    if known(row.public_network_access) is None:
        return "public access cannot be read"
    if isinstance(row, SearchService):
        rules = known(row.ip_rules)
        allows = None if rules is None else not rules
    else:
        fact = row.firewall_default_action if isinstance(row, Workspace) else row.default_action
        allows = None if isinstance(fact.meaning, Misfit) else fact.meaning != "Deny"
    if allows is None:
        return "public, its firewall cannot be read"
    return "from any network" if allows else "from what its firewall lists"


def _words(*words: str | None) -> str:
    return ", ".join(word for word in words if word)


def _not_read(estate: Estate) -> Iterator[str]:
    """What no selected rule reads. A list that was refused is no such thing: it has its gap."""
    for title, of, parent in _SHOWN:
        has_parents = parent is None or bool(estate.listed(parent))
        if of not in estate.tables and has_parents:
            yield title
