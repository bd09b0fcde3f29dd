"""workspace-curated-model-fqdns."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.finding import Evidence
from auditor.model.guided import ProvisionManagedNetwork
from auditor.model.reasons import Reason
from auditor.model.resources.workspace import OutboundRule, Workspace
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Unknown,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.subjects import WORKSPACES
from auditor_rules.workspace.destinations import CURATED, IMAGE_TAG
from auditor_rules.workspace.fqdns import READS, deployed_from, judge_hosts, without_need
from auditor_rules.workspace.networks import unprovisioned
from auditor_rules.workspace.workspace_managed_network_provisioned import PROVISION

REBUILD = Remedy(
    summary="Provision the managed network again: Azure makes its required rules itself.", az=PROVISION
)


@rule(
    id="workspace-curated-model-fqdns",
    title="Hosts for the curated model collection are admitted",
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
            title="Use model catalog collections with a workspace managed virtual network", url=CURATED.source
        ),
    ),
)
def workspace_curated_model_fqdns(workspace: Workspace, view: View) -> Verdict:
    """A managed network that admits only approved destinations admits what curated models install.

    Why
        Language models of the curated collection install packages when their container starts. Where a host
        is missing the deployment runs for a long time and then fails, with an error that tells of pip.
    Pass when
        Active FQDN rules admit all seven hosts of the documented list, and the required service-tag rules
        are active, among them MicrosoftContainerRegistry, where the images are. A rule for `*.x` admits
        every host below x, but not x itself; a rule for x admits x only.
    Fail when
        A host is admitted by no active rule: the message names each. A required service-tag rule is Inactive
        or Failed, or there is none for MicrosoftContainerRegistry. An absent status means Inactive.
    Unknown when
        Every rule that is needed is there but not in force, for it or the network is still being built.
        Rules, endpoints or deployments could not be read.
    Not applicable when
        No online deployment has a model from a registry whose name begins with azureml; Meta's registry
        (azureml-meta) needs no further rule. The managed network is off or lets everything out. The
        workspace is a project: its hub is judged, with the deployments of its projects.
    Evidence
        `properties.{type,status,category,destination}` of `workspaces/outboundRules` and `properties.model`
        of `workspaces/onlineEndpoints/deployments`, api-version 2024-10-01. The list: seven hosts, as of
        2025; the collection was renamed since ("sold directly by Azure") and kept them. It will drift.
        Models from Azure itself come over a service endpoint policy that no rule shows.
    Remedy
        Add an FQDN rule for each missing host.
    """
    if (excluded := without_need(workspace)) is not None:
        return excluded
    used = deployed_from(view, workspace, lambda name: name.startswith("azureml") and name != "azureml-meta")
    if not used:
        return _unused(view, workspace)
    checks = (lambda: judge_hosts(view, workspace, CURATED), lambda: _required_tags(view, workspace))
    found = worst([attempt(check) for check in checks], own=Severity.MEDIUM)
    return replace(found, evidence=(*found.evidence, *used))


def _unused(view: View, workspace: Workspace) -> NotApplicable:
    meta = deployed_from(view, workspace, lambda name: name == "azureml-meta")
    said = (
        "only Meta's collection is used, which needs no further rule"
        if meta
        else ("no online deployment has a model of the curated collection")
    )
    return NotApplicable(message=said, reason=Reason.NOT_USED, evidence=meta)


def _required_tags(view: View, workspace: Workspace) -> Verdict:
    if (early := unprovisioned(workspace)) is not None:
        return early
    rules = view.estate.children(OutboundRule, workspace.id)
    tags = [one for one in rules if one.kind.value == "ServiceTag" and one.category.value == "Required"]
    broken = [one for one in tags if one.status.value in ("Inactive", "Failed", "Deleting")]
    if broken:
        names = ", ".join(f"{one.service_tag or one.name} ({one.status.value})" for one in broken)
        seen = tuple(one.status.evidence() for one in broken)
        said = f"required service-tag rules are not active: {names}"
        return _rebuild(workspace, said, seen)
    images = [one for one in tags if (one.service_tag or "").casefold().split(".")[0] == IMAGE_TAG.casefold()]
    if not images:
        none = Evidence(resource=workspace.id.text, path="outboundRules", value=[one.name for one in tags])
        said = f"there is no required rule for {IMAGE_TAG}, where the images are"
        return _rebuild(workspace, said, (none,))
    waiting = [one for one in tags if one.status.value != "Active"]
    if waiting:
        return Unknown(
            message="required service-tag rules are still being provisioned",
            reason=Reason.AMBIGUOUS,
            evidence=tuple(one.status.evidence() for one in waiting),
        )
    return Pass(
        message="the required service-tag rules are active",
        evidence=tuple(one.status.evidence() for one in images),
    )


def _rebuild(workspace: Workspace, said: str, seen: tuple[Evidence, ...]) -> Fail:
    fix = ProvisionManagedNetwork(workspace=workspace.id.text)
    return Fail(message=said, evidence=seen, remedy=REBUILD, fix=fix)
