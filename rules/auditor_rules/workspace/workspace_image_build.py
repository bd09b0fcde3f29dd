"""workspace-image-build."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.model.finding import Evidence
from auditor.model.reasons import Reason
from auditor.model.resources.compute import Compute, OnlineDeployment, OnlineEndpoint
from auditor.model.resources.container_registry import Registry
from auditor.model.resources.workspace import Workspace
from auditor.relate.dependencies import link_of
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
    rule,
)
from auditor_rules.subjects import WORKSPACES
from auditor_rules.workspace.parts import governing

# Environments that Microsoft builds: in its own registry, or in a workspace under its own prefix.
_CURATED = re.compile(r"azureml:/+registries/azureml/|.*/registries/azureml/|.*/environments/azureml-", re.I)


@rule(
    id="workspace-image-build",
    title="Image build works with a private registry",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=WORKSPACES,
    reads=(Registry, Compute, OnlineEndpoint, OnlineDeployment),
    profiles=("prompt-flow", "compute-session"),
    remedy=Remedy(
        summary="Name a compute cluster of the workspace (CPU, in its network) on which images are built;"
        " create one first where there is none.",
        az="az ml workspace update --name {workspace} --resource-group {workspace_group} --subscription"
        " {subscription} --image-build-compute {cluster}",
    ),
    sources=(
        Source(
            title="Workspace managed virtual network isolation",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-managed-network",
        ),
        Source(
            title="Configure a private endpoint for a workspace",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link",
        ),
    ),
)
def workspace_image_build(workspace: Workspace, view: View) -> Verdict:
    """A workspace whose registry is private names a compute that builds its images.

    Why
        Images are built by tasks of the registry, and these cannot reach a registry that is closed to public
        networks. Custom environments then fail at the first build, usually at the first deployment.
    Pass when
        `imageBuildCompute` names a compute.
    Fail when
        It is absent, null or empty, the registry is private and a deployment runs a custom environment.
    Unknown when
        The registry, the hub of a project, the endpoints or the deployments could not be read: whether
        anything must be built is then not known.
    Not applicable when
        The workspace names no registry (it is made when the first image is built), the registry takes public
        requests, or no deployment of the workspace runs an environment other than Microsoft's curated ones.
    Evidence
        `properties.imageBuildCompute` and `properties.containerRegistry` of the workspace (of its hub where a
        project states none), api-version 2024-10-01; `properties.publicNetworkAccess` and
        `properties.networkRuleSet.defaultAction` of the registry (private: Disabled, or Deny);
        `properties.environmentId` of the deployments: curated are those of the registry azureml and those
        whose name begins with AzureML-. Environments that only jobs use are not read.
    Remedy
        Name a cluster. It builds with the same network as the workspace's other compute.
    """
    if not isinstance(excluded := _concerned(workspace, view), Fail):
        return excluded
    if (named := _build_compute(workspace, view)) is not None:
        return Pass(message=f"images are built on {named.value}", evidence=(named,))
    holder = workspace if workspace.kind.value != "Project" else governing(view, workspace)
    fills = (
        ("workspace", holder.name),
        ("workspace_group", holder.id.resource_group or ""),
        ("cluster", _cluster(workspace, view)),
    )
    return Fail(message=excluded.message, evidence=excluded.evidence, fills=fills)


def _concerned(workspace: Workspace, view: View) -> Verdict:
    """Fail where a private registry must have images built, else not applicable. Raises Undecided."""
    link = link_of(view.estate, workspace, "container_registry")
    if link.value is None:
        said = "the workspace has no registry yet: it is made when the first image is built"
        return NotApplicable(message=said, reason=Reason.NOT_USED, evidence=(link.evidence(),))
    custom = tuple(_custom_environments(workspace, view))
    if not custom:
        said = "no deployment runs a custom environment: curated images are built by Microsoft"
        return NotApplicable(message=said, reason=Reason.NOT_USED)
    registry = view.estate.find(Registry, link.value)
    if registry is None:
        said = f"the registry {link.value.name} cannot be seen: deleted, or hidden from Reader"
        return Unknown(message=said, reason=Reason.HIDDEN, evidence=(link.evidence(),))
    access, firewall = registry.public_network_access, registry.default_action
    if access.value == "Enabled" and firewall.value == "Allow":
        return NotApplicable(
            message=f"the registry {registry.name} takes public requests, so its own tasks can build",
            reason=Reason.PUBLIC_ACCESS_OPEN,
            evidence=(access.evidence(), firewall.evidence()),
        )
    return Fail(
        message=f"the registry {registry.name} is private and no compute is named to build images: the custom"
        f" environment of {custom[0][0]} cannot be built",
        evidence=(workspace.image_build_compute.evidence(), access.evidence(), *(seen for _, seen in custom)),
    )


def _build_compute(workspace: Workspace, view: View) -> Evidence | None:
    """Where the workspace, or a project's hub, names the compute that builds; None where none does."""
    own = workspace.image_build_compute
    if own.value or workspace.kind.value != "Project":
        return own.evidence() if own.value else None
    inherited = governing(view, workspace).image_build_compute
    return inherited.evidence() if inherited.value else None


def _custom_environments(workspace: Workspace, view: View) -> Iterator[tuple[str, Evidence]]:
    """Deployments with an environment that is not curated. Raises NotRead."""
    for endpoint in view.estate.children(OnlineEndpoint, workspace.id):
        for deployment in view.estate.children(OnlineDeployment, endpoint.id):
            named = deployment.environment.value
            if named and not _CURATED.match(named):
                yield deployment.name, deployment.environment.evidence()


def _cluster(workspace: Workspace, view: View) -> str:
    """A cluster of the workspace that could build, for the remedy."""
    computes = (one for one in view.estate.listed(Compute) if one.scope == workspace.id)
    return next((one.name for one in computes if one.kind.meaning == "AmlCompute"), "cpu-build")
