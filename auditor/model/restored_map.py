"""The map of a workload, read back from a saved report."""

from __future__ import annotations

from typing import cast, get_args

from auditor.model.json_object import JsonObject
from auditor.model.map import EdgeKind, MapEdge, MapNode, NodeKind, WorkloadMap


def restored_map(of: JsonObject) -> WorkloadMap:
    """The map that `auditor.model.document` made the object of. Raises Malformed."""
    drawn = WorkloadMap(
        workload=of.text("workload"),
        nodes=tuple(_node(node) for node in of.objects("nodes")),
        edges=tuple(_map_edge(edge) for edge in of.objects("edges")),
        not_read=of.texts("not_read"),
    )
    of.refuse_rest()
    return drawn


def _node(of: JsonObject) -> MapNode:
    node = MapNode(
        id=of.text("id"),
        kind=cast("NodeKind", of.one_of("kind", get_args(NodeKind))),
        label=of.text("label"),
        parent=of.optional_text("parent"),
        unread=of.texts("unread"),
    )
    of.refuse_rest()
    return node


def _map_edge(of: JsonObject) -> MapEdge:
    edge = MapEdge(
        source=of.text("from"),
        target=of.text("to"),
        kind=cast("EdgeKind", of.one_of("kind", get_args(EdgeKind))),
        label=of.text("label"),
        resource=of.text("resource"),
        path=of.text("path"),
    )
    of.refuse_rest()
    return edge
