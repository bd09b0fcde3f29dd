"""lifecycle-retired-features."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from auditor.model.finding import Confidence, Unknown, describe
from auditor.model.ids import ArmId
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import Workload
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Subject, Verdict, View, rule, worst
from auditor_rules.controls import controls
from auditor_rules.lifecycle.features import Use, uses_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """An account or workspace, with the workloads that it is the anchor of."""

    anchor: CognitiveAccount | Workspace
    workloads: tuple[Workload, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """Every workload's anchor, once. That a workload uses a feature is inferred, so never surely known."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (CognitiveAccount, Workspace)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return RELATION_READS

    def __call__(self, view: View, /) -> Iterator[Subject[Anchored]]:
        by_anchor: dict[ArmId, list[Workload]] = defaultdict(list)
        for workload in view.relations.workloads:
            by_anchor[workload.anchor].append(workload)
        accounts: tuple[CognitiveAccount | Workspace, ...] = view.estate.listed(CognitiveAccount)
        for row in (*accounts, *view.estate.listed(Workspace)):
            if workloads := tuple(by_anchor.get(row.id, ())):
                judged = Anchored(anchor=row, workloads=workloads)
                yield Subject(resource=row, judged=judged, confidence=_confidence(workloads))


def _confidence(workloads: tuple[Workload, ...]) -> Confidence:
    """Low where all that makes On Your Data of it is a suggestion."""
    paired = [one for one in workloads if one.kind == "on-your-data"]
    is_suggested = bool(paired) and all(one.confidence == "suggested" for one in paired)
    return Confidence.LOW if is_suggested else Confidence.MEDIUM


@rule(
    id="lifecycle-retired-features",
    title="Workload does not depend on retired features",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=Anchors(),
    profiles=("private-openai", "on-your-data", "prompt-flow", "model-catalog", "compute-session", "foundry"),
    remedy=Remedy(
        summary="Plan the move: On Your Data to Foundry Agent Service with Foundry IQ, prompt flow to"
        " Microsoft Agent Framework, SDK v1 to v2 (then set v1LegacyMode to false). The private design has to"
        " be made anew for the successor.",
        az=None,
        url="https://learn.microsoft.com/azure/foundry-classic/openai/references/on-your-data",
    ),
    controls=controls(nist=("SA-22",)),
    sources=(
        Source(
            title="Azure OpenAI On Your Data",
            url="https://learn.microsoft.com/azure/foundry-classic/openai/references/on-your-data",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely (2026-02)",
            url="https://learn.microsoft.com/azure/foundry-classic/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Migrate prompt flow to Microsoft Agent Framework",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-migrate-prompt-flow",
        ),
        Source(
            title="Network isolation change with the v2 API",
            url="https://learn.microsoft.com/azure/machine-learning/"
            "how-to-configure-network-isolation-with-v2",
        ),
    ),
)
def lifecycle_retired_features(anchored: Anchored, view: View) -> Verdict:
    """The workload does not stand on a feature that Azure retires.

    Why
        A retired feature stops, or stays and gets no more security fixes. Its network design does not carry
        over to the successor, so the move takes months, not days.
    Pass when
        Nothing that ARM shows speaks for a feature of the list.
    Fail when
        Something does. On Your Data (the account and a search service belong together, outside Foundry) ends
        on 2026-10-14; prompt flow (the datastore workspaceworkingdirectory) is frozen since 2026-04-20 and
        ends on 2027-04-20; Machine Learning SDK v1 (`v1LegacyMode` true) ends on 2026-06-30. Low before that
        day, medium from that day on.
    Unknown when
        `v1LegacyMode` is malformed; that account and search belong together is only suggested; or something
        in the subscription could not be read that might have spoken for a feature.
    Not applicable when
        Never: accounts and workspaces that anchor no workload have no result.
    Evidence
        What ties account and search service together (roles, links, rules); the workspace's `datastores`,
        api-version 2024-10-01; its `properties.v1LegacyMode`. All of it is circumstantial: an application of
        your own on search looks like On Your Data, and each new workspace has that datastore, with flows or
        without. The confidence is therefore never high. Seeds and older pages call both features current;
        the sources above say otherwise.
    Remedy
        Plan the move before the day.
    """
    uses = tuple(uses_of(anchored.anchor, anchored.workloads, view))
    if uses:
        return worst([partial(_judged, use, view)() for use in uses], own=Severity.MEDIUM)
    for gap in view.relations.unread_near(anchored.anchor.id):
        said = f"nothing seen speaks for a retired feature, but {describe(gap)}"
        return Unknown(message=said, reason=gap.reason, gap=gap)
    return Pass(message="nothing speaks for a feature that Azure retires")


def _judged(use: Use, view: View) -> Fail:
    feature, has_ended = use.feature, view.now.date() >= use.feature.ends
    when = f"was retired on {feature.ends}" if has_ended else f"retires on {feature.ends}{feature.before}"
    return Fail(
        message=f"the workload seems to use {feature.name}, which {when}; see {feature.source}",
        evidence=use.evidence,
        severity=Severity.MEDIUM if has_ended else Severity.LOW,
    )
