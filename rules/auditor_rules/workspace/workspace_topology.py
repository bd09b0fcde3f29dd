"""workspace-topology."""

from __future__ import annotations

from functools import partial

from auditor.model.finding import Evidence
from auditor.model.reasons import Reason
from auditor.model.resources.compute import Compute, OnlineDeployment, OnlineEndpoint
from auditor.model.resources.workspace import Workspace
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
from auditor_rules.workspace.networks import family, inherits, own_network

# (ingress is private, egress is private, the network is managed) → row of the documented table.
ROWS = {
    (False, False, True): "A",
    (False, False, False): "B",
    (True, False, True): "C",
    (True, False, False): "D",
    (False, True, True): "E",
    (True, True, True): "F",
}
# Attached from a network of their own, in lower case.
ATTACHED = frozenset({"kubernetes", "aks", "virtualmachine"})
NOTE = (
    "the compute that flows are written on is not shown by ARM: use serverless compute or a compute instance"
)
DETACH = Remedy(
    summary="Attach it to a workspace without a managed network; here deploy to a managed online endpoint.",
    az=None,
    url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-secure-prompt-flow",
)
ONE_NETWORK = Remedy(
    summary="Make the compute anew without a subnet, and take serverlessComputeCustomSubnet away: the managed"
    " network is there for good once it is on.",
    az=None,
    url="https://learn.microsoft.com/azure/machine-learning/how-to-managed-network",
)


@rule(
    id="workspace-topology",
    title="The combination of networks, compute and endpoints is supported",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=WORKSPACES,
    reads=(Compute, OnlineEndpoint, OnlineDeployment),
    profiles=("prompt-flow", "compute-session"),
    remedy=Remedy(
        summary="Deploy from a second workspace with a managed network (fill in its name), and keep this one"
        " for authoring in your own.",
        az='az ml workspace create --name "$NEW_NAME" --resource-group {group} --subscription {subscription}'
        " --managed-network allow_only_approved_outbound",
    ),
    sources=(
        Source(
            title="Network isolation in prompt flow",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-secure-prompt-flow",
        ),
        Source(
            title="Workspace managed virtual network isolation",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-managed-network",
        ),
        Source(
            title="What is an Azure Machine Learning hub workspace?",
            url="https://learn.microsoft.com/azure/machine-learning/concept-hub-workspace",
        ),
    ),
)
def workspace_topology(workspace: Workspace, view: View) -> Verdict:
    """Ingress, egress, compute and endpoints of the workspace make a combination that Azure supports.

    Why
        A managed network and a network of your own exclude each other, and each has its own way to deploy. A
        mixture can be configured, and then fails when a flow is run or deployed.
    Pass when
        Nothing below holds. The message names the row of the documented table: A public in, public out,
        managed network; B the same, own network; C private in, public out, managed; D the same, own; E
        public in, private out, managed; F private both ways, managed. Egress is private where the isolation
        mode is AllowOnlyApprovedOutbound. Two workspaces, one to write and one to deploy, pass each by
        itself.
    Fail when
        The workspace has a managed network and compute in a subnet of your own. It has only the latter, and
        an online deployment of type Managed. It has a managed network and an attached Kubernetes cluster or
        virtual machine, or a deployment of type Kubernetes. It is a hub and has compute in a network of your
        own, or a compute cluster.
    Unknown when
        Computes, endpoints or deployments could not be read, or a deployment states no compute type.
    Not applicable when
        The workspace has neither network: workspace-managed-network-isolation judges that. It is a project:
        its hub is judged, with the endpoints of its projects.
    Evidence
        `properties.publicNetworkAccess`, `properties.managedNetwork.isolationMode` and
        `properties.serverlessComputeSettings.serverlessComputeCustomSubnet` of the workspace;
        `properties.computeType` and `properties.properties.subnet.id` of its computes;
        `properties.endpointComputeType` of the deployments, api-version 2024-10-01. The compute of a flow
        session is not in ARM, which is noted. Whether the network of a Kubernetes cluster meets that of the
        workspace's private endpoints is judged by workspace-kubernetes-inference.
    Remedy
        Use a second workspace with a managed network to deploy.
    """
    if (served := inherits(workspace)) is not None:
        return served
    own = own_network(view, workspace)
    is_managed = workspace.isolation_mode.value != "Disabled"
    if not own and not is_managed:
        return NotApplicable(
            message="the workspace has neither a managed network nor one of its owner",
            reason=Reason.NOT_USED,
            evidence=(workspace.isolation_mode.evidence(),),
        )
    checks = (
        lambda: _one_network(workspace, own, is_managed),
        lambda: _deployments(view, workspace, is_managed),
        lambda: _attached(view, workspace, is_managed),
        lambda: _hub(view, workspace, own),
    )
    return worst([*(attempt(check) for check in checks), _row(workspace, is_managed)], own=Severity.MEDIUM)


def _row(workspace: Workspace, is_managed: bool) -> Pass:
    access, mode = workspace.public_network_access, workspace.isolation_mode
    is_private, is_closed = access.value == "Disabled", mode.value == "AllowOnlyApprovedOutbound"
    said = f"{'private' if is_private else 'public'} in, {'private' if is_closed else 'public'} out"
    network = "a managed network" if is_managed else "a network of its owner"
    return Pass(
        message=f"supported, row {ROWS[is_private, is_closed, is_managed]}: {said}, {network}",
        evidence=(access.evidence(), mode.evidence()),
        notes=(NOTE,),
    )


def _one_network(workspace: Workspace, own: tuple[Evidence, ...], is_managed: bool) -> Verdict:
    if not (own and is_managed):
        return _row(workspace, is_managed)
    return Fail(
        message="the workspace has a managed network and compute in a network of its owner, which exclude"
        " each other",
        evidence=(workspace.isolation_mode.evidence(), *own),
        remedy=ONE_NETWORK,
    )


def _deployments(view: View, workspace: Workspace, is_managed: bool) -> Verdict:
    wrong = "Kubernetes" if is_managed else "Managed"
    checks = [
        attempt(partial(_deployment, one, wrong))
        for member in family(view, workspace)
        for endpoint in view.estate.children(OnlineEndpoint, member.id)
        for one in view.estate.children(OnlineDeployment, endpoint.id)
    ]
    return worst([*checks, _row(workspace, is_managed)], own=Severity.MEDIUM)


def _deployment(one: OnlineDeployment, wrong: str) -> Verdict:
    found, name = one.compute_type, f"{one.scope.name}/{one.name}"
    if found.value is None:
        said = f"the deployment {name} states no compute type"
        return Unknown(message=said, reason=Reason.UNEXPECTED_VALUE, evidence=(found.evidence(),))
    if found.value != wrong:
        return Pass(message=f"the deployment {name} is of type {found.value}")
    if wrong == "Managed":
        said = f"the deployment {name} is managed, which needs a managed network: this one is its owner's"
        return Fail(message=said, evidence=(found.evidence(),))
    said = f"the deployment {name} is on Kubernetes, which a managed network does not support"
    return Fail(message=said, evidence=(found.evidence(),), remedy=DETACH)


def _attached(view: View, workspace: Workspace, is_managed: bool) -> Verdict:
    computes = view.estate.children(Compute, workspace.id) if is_managed else ()
    wrong = [one for one in computes if (one.kind.value or "").casefold() in ATTACHED]
    if not wrong:
        return _row(workspace, is_managed)
    names = ", ".join(f"{one.name} ({one.kind.value})" for one in wrong)
    return Fail(
        message=f"compute is attached that a managed network does not support: {names}",
        evidence=tuple(one.kind.evidence() for one in wrong),
        remedy=DETACH,
    )


def _hub(view: View, workspace: Workspace, own: tuple[Evidence, ...]) -> Verdict:
    if workspace.kind.value != "Hub":
        return Pass(message="the workspace is no hub")
    computes = view.estate.children(Compute, workspace.id)
    clusters = [one for one in computes if (one.kind.value or "").casefold() == "amlcompute"]
    if own:
        return Fail(
            message="a hub cannot have compute in a network of its owner", evidence=own, remedy=ONE_NETWORK
        )
    if clusters:
        names = ", ".join(one.name for one in clusters)
        return Fail(
            message=f"a hub does not support compute clusters: {names}",
            evidence=tuple(one.kind.evidence() for one in clusters),
            remedy=Remedy(summary="Use a workspace of kind Default for clusters.", az=None),
        )
    return Pass(message="the hub has only compute that hubs support")
