"""The map of a workload: what stands where, and what leads where, as far as it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NodeKind = Literal[
    "internet",
    "account",
    "search",
    "storage",
    "workspace",
    "web-app",
    "container-app",
    "key-vault",
    "registry",
    "telemetry",
    "compute",
    "private-endpoint",
    "network",
    "subnet",
    "identity",
    "dns-zone",
    "scope",
    "other",
]
EdgeKind = Literal[
    "public-access",
    "private-link",
    "shared-private-link",
    "managed-private-endpoint",
    "integration",
    "peering",
    "dns-zone-group",
    "dns-link",
    "identity",
    "role",
    "uses",
]
INTERNET = "internet"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapNode:
    """One thing on the map.

    `id` is its ARM id, or INTERNET. `parent` is the node it is drawn in: a network for a subnet, a subnet for
    a private endpoint; None at the top. `unread` says in sentences what of it could not be read, and why;
    empty where everything that the selected rules read of it was read.
    """

    id: str
    kind: NodeKind
    label: str
    parent: str | None = None
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapEdge:
    """One thing that leads from a node to another.

    `resource` and `path` are where it was seen: a connection, zone link or role assignment of its own, or the
    property of one of its ends.
    """

    source: str
    target: str
    kind: EdgeKind
    label: str
    resource: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadMap:
    """The map of one workload, by its id; nodes and edges in a stable order, ids as ARM wrote them.

    `not_read` are the kinds of things that no selected rule reads: they are not on the map, which says
    nothing of whether they exist.
    """

    workload: str
    nodes: tuple[MapNode, ...]
    edges: tuple[MapEdge, ...]
    not_read: tuple[str, ...] = ()
