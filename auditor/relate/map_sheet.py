"""The sheet that one workload's map is drawn on: nodes and edges, each once, and what is unread of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from auditor.model.estate import Estate
from auditor.model.finding import NotRead
from auditor.model.ids import ArmId
from auditor.model.map import EdgeKind, MapEdge, MapNode, NodeKind
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.compute import Compute
from auditor.model.resources.container_registry import Registry
from auditor.model.resources.key_vault import Vault
from auditor.model.resources.monitoring import Component
from auditor.model.resources.network import PrivateEndpoint, Subnet, VirtualNetwork
from auditor.model.resources.private_dns import PrivateDnsZone
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.user_assigned_identity import ManagedIdentity
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.map_index import MapIndex

R = TypeVar("R", bound=Resource)

SERVICES: Mapping[type[Resource], NodeKind] = {
    CognitiveAccount: "account",
    SearchService: "search",
    StorageAccount: "storage",
    Workspace: "workspace",
    Site: "web-app",
    ContainerApp: "container-app",
    Vault: "key-vault",
    Registry: "registry",
    Component: "telemetry",
}
_KINDS: Mapping[type[Resource], NodeKind] = {
    **SERVICES,
    Compute: "compute",
    PrivateEndpoint: "private-endpoint",
    VirtualNetwork: "network",
    Subnet: "subnet",
    ManagedIdentity: "identity",
    PrivateDnsZone: "dns-zone",
}
_BY_TYPE = {of.ARM_TYPE.lower(): of for of in _KINDS}
NOT_ASKED = "no selected rule reads it: it is known by what names it alone"


class MapSheet:
    """Gathers the nodes and edges of one map."""

    def __init__(self, estate: Estate, index: MapIndex) -> None:
        self.estate = estate
        self.index = index
        self._nodes: dict[str, MapNode] = {}
        self._ids: dict[str, ArmId] = {}
        self._edges: dict[tuple[str, str, str, str], MapEdge] = {}

    def __contains__(self, rid: ArmId) -> bool:
        return rid.key in self._nodes

    def add(self, rid: ArmId, *, kind: NodeKind | None = None, parent: ArmId | None = None) -> None:
        """Put the resource on the map by its type, inside `parent`. What stands there already, stays."""
        if rid.key not in self._nodes:
            self._ids[rid.key] = rid
            of = _BY_TYPE.get((rid.resource_type or "").lower())
            self._nodes[rid.key] = MapNode(
                id=rid.text,
                kind=kind or (_KINDS[of] if of else "other"),
                label=rid.name,
                parent=parent.text if parent else None,
                unread=self._unread(of, rid),
            )

    def add_node(self, node: MapNode) -> None:
        """Put a node on the map as it is. What stands there already, stays."""
        self._nodes.setdefault(node.id.lower(), node)

    def add_subnet(self, subnet: ArmId) -> None:
        """Put a subnet inside its network on the map; a network's own id is put there as that."""
        network = subnet.parent
        if (subnet.resource_type or "").lower() != Subnet.ARM_TYPE.lower() or network is None:
            self.add(subnet)
            return
        self.add(network)
        self.add(subnet, parent=network)

    def join(
        self, source: ArmId, target: ArmId, kind: EdgeKind, label: str, *, resource: ArmId | str, path: str
    ) -> None:
        """Lead from one node to another, unless either is not on the map or both are the same."""
        if source != target and source in self and target in self:
            self.add_edge(
                MapEdge(
                    source=self._nodes[source.key].id,
                    target=self._nodes[target.key].id,
                    kind=kind,
                    label=label,
                    resource=str(resource),
                    path=path,
                )
            )

    def add_edge(self, edge: MapEdge) -> None:
        key = (edge.kind, edge.source.lower(), edge.target.lower(), edge.resource.lower())
        self._edges.setdefault(key, edge)

    def drawn(self, of: type[R]) -> tuple[R, ...]:
        """What was read of a type and is on the map, ordered by id."""
        rows = self.estate.tables[of].rows if of in self.estate.tables else {}
        return tuple(rows[rid] for _, rid in sorted(self._ids.items()) if rid in rows)

    def nearest(self, rid: ArmId) -> ArmId | None:
        """The resource itself or the nearest resource above it that is on the map; None for none."""
        above = (scope for scope in rid.scopes() if scope.resource_type is not None)
        return next((scope for scope in above if scope in self), None)

    def nodes(self) -> tuple[MapNode, ...]:
        return tuple(self._nodes[key] for key in sorted(self._nodes))

    def edges(self) -> tuple[MapEdge, ...]:
        return tuple(self._edges[key] for key in sorted(self._edges))

    def _unread(self, of: type[Resource] | None, rid: ArmId) -> tuple[str, ...]:
        own = (self._unseen(of, rid),) if of else ()
        return tuple(dict.fromkeys(said for said in (*own, *self.index.unread.get(rid, ())) if said))

    def _unseen(self, of: type[Resource], rid: ArmId) -> str:
        """Why the resource itself is not among what was read; empty where it is."""
        if of not in self.estate.tables:
            return NOT_ASKED
        try:
            row = self.estate.find(of, rid)
        except NotRead as unread:
            return unread.message
        return "" if row is not None else "not in its subscription's list: deleted, or hidden"
