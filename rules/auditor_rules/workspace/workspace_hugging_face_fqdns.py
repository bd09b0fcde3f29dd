"""workspace-hugging-face-fqdns."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.reasons import Reason
from auditor.model.resources.workspace import Workspace
from auditor.rule import NotApplicable, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.subjects import WORKSPACES
from auditor_rules.workspace.destinations import (
    HUGGING_FACE,
    HUGGING_FACE_MANAGED_NETWORK,
    HUGGING_FACE_TODAY,
)
from auditor_rules.workspace.fqdns import READS, admits, deployed_from, judge_hosts, without_need

REGISTRY = "huggingface"


@rule(
    id="workspace-hugging-face-fqdns",
    title="Hosts for the Hugging Face collection are admitted",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=WORKSPACES,
    reads=READS,
    profiles=("model-catalog",),
    remedy=Remedy(
        summary="Add an FQDN rule for each missing host (fill in RULE and HOST).",
        az="az ml workspace outbound-rule set --workspace-name {name} --resource-group {group}"
        " --subscription {subscription} --rule RULE --type fqdn --destination HOST",
    ),
    sources=(
        Source(
            title="Use model catalog collections with a workspace managed virtual network",
            url=HUGGING_FACE.source,
        ),
        Source(title="Workspace managed virtual network isolation", url=HUGGING_FACE_MANAGED_NETWORK.source),
    ),
)
def workspace_hugging_face_fqdns(workspace: Workspace, view: View) -> Verdict:
    """A managed network that admits only approved destinations admits what Hugging Face models load.

    Why
        The weights of these models are not on Azure: the endpoint fetches them, and its image, when it is
        deployed. Where a host is missing the deployment fails after a long wait.
    Pass when
        Active FQDN rules admit all five hosts of the documented list. A rule for `*.x` admits every host
        below x, but not x itself. It is always noted that a deployment should be tried, and which further
        hosts no rule admits.
    Fail when
        A host is admitted by no active rule: the message names each. An absent status means Inactive.
        Contested: the page on the model catalog lists five hosts; the page on managed networks lists others
        and leaves out the hub itself; Hugging Face names hosts that are on neither. This rule passes on the
        first list and notes the rest.
    Unknown when
        Every rule that is needed is there but not in force, for it or the network is still being built.
        Rules, endpoints or deployments could not be read.
    Not applicable when
        No online deployment has a model from the registry HuggingFace. The managed network is off or lets
        everything out. The workspace is a project: its hub is judged, with the deployments of its projects.
    Evidence
        `properties.{type,status,destination}` of `workspaces/outboundRules` and `properties.model` of
        `workspaces/onlineEndpoints/deployments`, api-version 2024-10-01. The lists are as of 2025 and 2026.
    Remedy
        Add an FQDN rule for each missing host, then try a deployment.
    """
    if (excluded := without_need(workspace)) is not None:
        return excluded
    used = deployed_from(view, workspace, lambda name: name == REGISTRY)
    if not used:
        said = "no online deployment has a model of the Hugging Face collection"
        return NotApplicable(message=said, reason=Reason.NOT_USED)
    found = judge_hosts(view, workspace, HUGGING_FACE)
    notes = _further(view, workspace) if isinstance(found, Pass) else ()
    return replace(found, evidence=(*found.evidence, *used), notes=(*found.notes, *notes))


def _further(view: View, workspace: Workspace) -> tuple[str, ...]:
    others = dict.fromkeys((*HUGGING_FACE_MANAGED_NETWORK.hosts, *HUGGING_FACE_TODAY.hosts))
    closed = [host for host in others if not admits(view, workspace, host)]
    tried = "the documented list is probably incomplete: try a deployment"
    return (tried, f"named elsewhere and admitted by no rule: {', '.join(closed)}") if closed else (tried,)
