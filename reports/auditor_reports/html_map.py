"""Which verdict colours which node and edge of a map: results joined to them by whole ids, without case.

A node has the results about its resource, and about what lies below it that is nowhere else on the map. An
edge has those about the thing it stands for (a connection, link or assignment), the passes that were proved
by it, or, where it is a property of a node, the results about the node that cite that property. A failure or
unknown about exactly two things on the map that hangs on no edge between them is an edge of its own: what is
missing must be seen as well as what is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from auditor.model.ids import ArmId, MalformedId
from auditor.model.map import MapEdge, MapNode, WorkloadMap
from auditor.model.result import AuditResult, Result
from auditor_reports.html_unread import unread_lists
from auditor_reports.visible import shortened, visible

_LABEL_LIMIT = 200
_LAYERS = {
    "public-access": "network",
    "private-link": "network",
    "shared-private-link": "network",
    "managed-private-endpoint": "network",
    "integration": "network",
    "peering": "network",
    "dns-zone-group": "names",
    "dns-link": "names",
    "identity": "access",
    "role": "access",
    "uses": "use",
}
_RANK = {"fail": 0, "unknown": 1, "waived": 2, "pass": 3, "none": 4}
_OPEN = frozenset({"fail", "unknown", "waived"})


class MapDrawer:
    """Joins all results to any of their maps. `places` are where the page shows one, by its identity."""

    def __init__(self, result: AuditResult, places: Mapping[int, int]) -> None:
        self._places = places
        self._titles = {rule.id: rule.title for rule in result.rules}
        self._names = {f"/subscriptions/{guid}": name for guid, name in result.subscription_names.items()}
        self._unread = unread_lists(result.gaps, result.subscription_names)
        self._about: dict[str, list[Result]] = defaultdict(list)
        self._proved: dict[str, list[Result]] = defaultdict(list)
        self._below: dict[str, list[str]] = defaultdict(list)
        for found in result.results:
            self._about[found.resource.lower()].append(found)
            if found.status == "pass":
                for cited in dict.fromkeys(seen.resource.lower() for seen in found.verdict.evidence):
                    self._proved[cited].append(found)
        for key, about in self._about.items():
            for above in _above(about[0].resource):
                self._below[above].append(key)

    def draw(self, drawn: WorkloadMap) -> dict[str, Any]:
        """The map as the page draws it: ends as places in `nodes`, verdicts, and places of findings."""
        numbers = {node.id.lower(): number for number, node in enumerate(drawn.nodes)}
        stood_for = {edge.resource.lower() for edge in drawn.edges} - numbers.keys()
        edges = self._edges(drawn, numbers)
        return {
            "nodes": [self._node(node, numbers, stood_for) for node in drawn.nodes],
            "edges": [*edges, *self._missing(drawn, numbers)],
            "notRead": [_said(kind) for kind in drawn.not_read],
            "unread": self._unread,
        }

    def _node(self, node: MapNode, numbers: Mapping[str, int], stood_for: set[str]) -> dict[str, Any]:
        key = node.id.lower()
        results = list(self._about.get(key, ()))
        # A network's other subnets are other workloads'; what stands in a scope has nodes of its own.
        for below in () if node.kind in {"scope", "network"} else self._below.get(key, ()):
            nearest = next(above for above in _above(below) if above in numbers)
            if nearest == key and below not in numbers and below not in stood_for:
                results += self._about[below]
        return {
            "id": visible(node.id),
            "kind": node.kind,
            "label": _said(self._names.get(key, node.label)),
            "parent": numbers.get((node.parent or "").lower()),
            "unread": [_said(sentence, 2000) for sentence in node.unread],
            **self._judged(results, is_unread=bool(node.unread)),
        }

    def _edges(self, drawn: WorkloadMap, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
        """Those that lead from the same node to the same node and are of one kind, together."""
        groups: dict[tuple[int, int, str], list[MapEdge]] = defaultdict(list)
        for edge in drawn.edges:
            ends = numbers.get(edge.source.lower()), numbers.get(edge.target.lower())
            if ends[0] is not None and ends[1] is not None:
                groups[ends[0], ends[1], edge.kind].append(edge)
        joined = {frozenset(key[:2]) for key in groups if _LAYERS[key[2]] != "use"}
        return [
            self._edge(key, edges, numbers)
            for key, edges in groups.items()
            if _LAYERS[key[2]] != "use" or frozenset(key[:2]) not in joined
        ]

    def _edge(
        self, key: tuple[int, int, str], edges: Sequence[MapEdge], numbers: Mapping[str, int]
    ) -> dict[str, Any]:
        results = [result for edge in edges for result in self._on(edge, numbers)]
        return {
            "from": key[0],
            "to": key[1],
            "kind": key[2],
            "layer": _LAYERS[key[2]],
            "labels": [_said(label) for label in dict.fromkeys(edge.label for edge in edges)],
            **self._judged(results),
        }

    def _on(self, edge: MapEdge, numbers: Mapping[str, int]) -> list[Result]:
        key = edge.resource.lower()
        if key not in numbers:
            return [*self._about.get(key, ()), *self._proved.get(key, ())]
        return [result for result in self._about.get(key, ()) if _cites(result, key, edge.path)]

    def _missing(self, drawn: WorkloadMap, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
        hung: dict[frozenset[int], set[int]] = defaultdict(set)
        for edge in drawn.edges:
            ends = frozenset(numbers.get(end.lower(), -1) for end in (edge.source, edge.target))
            hung[ends] |= {id(result) for result in self._on(edge, numbers)}
        found: dict[tuple[int, int], list[Result]] = defaultdict(list)
        for key, number in numbers.items():
            for result in self._about.get(key, ()):
                other = numbers.get(result.related[0].lower()) if len(result.related) == 1 else None
                is_open = _status(result) in _OPEN and other is not None and other != number
                if is_open and other is not None and id(result) not in hung[frozenset((number, other))]:
                    found[other, number].append(result)
        return [self._missed(ends, results) for ends, results in found.items()]

    def _missed(self, ends: tuple[int, int], results: Sequence[Result]) -> dict[str, Any]:
        labels = dict.fromkeys(self._titles.get(result.rule, result.rule) for result in results)
        return {
            "from": ends[0],
            "to": ends[1],
            "kind": "finding",
            "layer": "finding",
            "labels": [_said(label) for label in labels],
            **self._judged(results),
        }

    def _judged(self, results: Iterable[Result], *, is_unread: bool = False) -> dict[str, Any]:
        """The worst verdict, its severity where it is a failure, and where the page shows the findings."""
        each = list({id(result): result for result in results}.values())
        each.sort(key=lambda result: (_RANK[_status(result)], result.severity.rank))
        worst = _status(each[0]) if each else "none"
        if is_unread and _RANK[worst] > _RANK["unknown"]:
            worst = "unknown"
        places = [self._places[id(result)] for result in each if id(result) in self._places]
        return {
            "verdict": worst,
            "severity": each[0].severity.value if worst == "fail" else "",
            "findings": places,
            "hidden": len(each) - len(places),
        }


def _status(result: Result) -> str:
    """The verdict as a map shows it: waived failures apart, and not applicable is no verdict."""
    if result.waiver:
        return "waived"
    return "none" if result.status == "not_applicable" else result.status


def _cites(result: Result, key: str, path: str) -> bool:
    return any(seen.resource.lower() == key and seen.path == path for seen in result.verdict.evidence)


def _above(text: str) -> Iterator[str]:
    """The resources, in lower case, that hold this one, nearest first."""
    try:
        rid = ArmId.parse(text)
    except MalformedId:
        return
    for scope in rid.scopes():
        if scope != rid and scope.resource_type is not None:
            yield scope.key


def _said(text: str, limit: int = _LABEL_LIMIT) -> str:
    return visible(shortened(text, limit))
