"""A map in words: for screen readers, for print, and for where no script runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

KINDS = {
    "internet": "the internet",
    "account": "AI services account",
    "search": "search service",
    "storage": "storage account",
    "workspace": "machine learning workspace",
    "web-app": "web app",
    "container-app": "container app",
    "key-vault": "key vault",
    "registry": "container registry",
    "telemetry": "Application Insights",
    "compute": "compute",
    "private-endpoint": "private endpoint",
    "network": "virtual network",
    "subnet": "subnet",
    "identity": "managed identity",
    "dns-zone": "private DNS zone",
    "scope": "scope",
    "other": "resource",
}
EDGES = {
    "public-access": "reaches",
    "private-link": "leads to",
    "shared-private-link": "has a shared private link to",
    "managed-private-endpoint": "has a managed private endpoint to",
    "integration": "goes out by",
    "peering": "is peered with",
    "dns-zone-group": "registers in",
    "dns-link": "asks",
    "identity": "runs as",
    "role": "holds a role on",
    "uses": "uses",
    "finding": "has a finding with",
}
VERDICTS = {
    "fail": "failed",
    "unknown": "unknown",
    "waived": "waived",
    "pass": "passed",
    "none": "not judged",
}
_LINKS_SHOWN = 6


def words(drawn: Mapping[str, Any], findings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is on the map, each thing under the one it stands in, and a sentence for each edge."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for number, node in enumerate(drawn["nodes"]):
        below[node["parent"]].append(number)
    return {
        "things": [_thing(number, drawn["nodes"], below, findings) for number in below[None]],
        "ways": [_way(edge, drawn["nodes"], findings) for edge in drawn["edges"]],
        "not_read": drawn["notRead"],
        "unread": drawn["unread"],
    }


def _thing(
    number: int,
    nodes: Sequence[Mapping[str, Any]],
    below: Mapping[int | None, Sequence[int]],
    findings: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    node = nodes[number]
    return {
        "said": node["label"] if node["kind"] == "internet" else f"{KINDS[node['kind']]} {node['label']}",
        "unread": node["unread"],
        "inside": [_thing(inner, nodes, below, findings) for inner in below.get(number, ())],
        **_verdict(node, findings),
    }


def _way(
    edge: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    ends = nodes[edge["from"]]["label"], nodes[edge["to"]]["label"]
    said = f"{ends[0]} {EDGES[edge['kind']]} {ends[1]}: {'; '.join(edge['labels'])}"
    return {"said": said, **_verdict(edge, findings)}


def _verdict(of: Mapping[str, Any], findings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The verdict in a word, and links to what is open."""
    found = [findings[place] for place in of["findings"]]
    opened = [one for one in found if one["status"] in {"fail", "unknown", "waived"}]
    return {
        "verdict": of["verdict"],
        "word": VERDICTS[of["verdict"]],
        "links": [(one["rule"], one["fingerprint"]) for one in opened[:_LINKS_SHOWN]],
        "more": max(len(opened) - _LINKS_SHOWN, 0),
    }
