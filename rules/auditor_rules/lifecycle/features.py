"""The features that Azure retires, and what speaks for a workload using one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from auditor.model.finding import Evidence, NotRead
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.workspace import Datastore, Workspace
from auditor.relate.evidence import Edge
from auditor.relate.workloads import PROMPT_FLOW_DATASTORE, Workload
from auditor.rule import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature with the day of its end. `before` is said of the time until then."""

    name: str
    ends: date
    source: str
    before: str = ""


# Tiers from here on say that two stand beside each other, not that one uses the other.
_NEIGHBOURS = 4

ON_YOUR_DATA = Feature(
    name="Azure OpenAI On Your Data",
    ends=date(2026, 10, 14),
    source="https://learn.microsoft.com/azure/foundry-classic/openai/references/on-your-data",
    before=" (deprecated)",
)
PROMPT_FLOW = Feature(
    name="prompt flow",
    ends=date(2027, 4, 20),
    source="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-migrate-prompt-flow",
    before=" (frozen since 2026-04-20, its images are no longer patched)",
)
SDK_V1 = Feature(
    name="Azure Machine Learning SDK v1",
    ends=date(2026, 6, 30),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-configure-network-isolation-with-v2",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A feature that something speaks for."""

    feature: Feature
    evidence: tuple[Evidence, ...]


def uses_of(
    anchor: CognitiveAccount | Workspace, workloads: tuple[Workload, ...], view: View
) -> Iterator[Use]:
    """The features that the workloads of an anchor use, as far as ARM shows it. Raises Undecided."""
    for workload in workloads:
        if workload.kind == "on-your-data":
            yield Use(feature=ON_YOUR_DATA, evidence=_pairing(anchor, workload))
        if workload.kind == "prompt-flow":
            yield Use(feature=PROMPT_FLOW, evidence=_flows(anchor, view))
    if isinstance(anchor, Workspace) and anchor.v1_legacy_mode.value:
        yield Use(feature=SDK_V1, evidence=(anchor.v1_legacy_mode.evidence(),))


def _pairing(anchor: CognitiveAccount | Workspace, workload: Workload) -> tuple[Evidence, ...]:
    """What ties the account to search; the account itself where the operator alone says so."""
    searches = workload.members.get("search", ())
    edges = [
        edge
        for edge in workload.edges
        if {edge.source, edge.target} & set(searches) and anchor.id in (edge.source, edge.target)
    ]
    # Neighbours prove little, and nothing beside a link or a grant.
    telling = [edge for edge in edges if edge.tier < _NEIGHBOURS] or edges
    return tuple(_seen(edge) for edge in telling) or (anchor.kind.evidence(),)


def _seen(edge: Edge) -> Evidence:
    """A grant is seen on the assignment, whose id is the edge's path."""
    if edge.kind.startswith("role:"):
        return Evidence(resource=edge.path, path="properties.scope", value=edge.target.text)
    return Evidence(resource=edge.source.text, path=edge.path, value=edge.target.text)


def _flows(anchor: CognitiveAccount | Workspace, view: View) -> tuple[Evidence, ...]:
    try:
        stores = view.estate.children(Datastore, anchor.id)
    except NotRead:
        stores = ()
    found = (store for store in stores if store.name.lower() == PROMPT_FLOW_DATASTORE)
    return tuple(store.kind.evidence() for store in found) or (anchor.kind.evidence(),)
