"""workspace-deployment-egress."""

from __future__ import annotations

from auditor.model.reasons import Reason
from auditor.model.resources.compute import OnlineDeployment, OnlineEndpoint
from auditor.model.resources.workspace import Workspace
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Verdict,
    View,
    rule,
)
from auditor_rules.controls import controls
from auditor_rules.workspace.parts import EachBelow, governing, holder_of


@rule(
    id="workspace-deployment-egress",
    title="Deployment egress controlled",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=EachBelow(of=OnlineDeployment, above=(OnlineEndpoint, Workspace)),
    profiles=("prompt-flow",),
    remedy=Remedy(
        summary="Give the workspace a managed network and deploy again, or, in the older way, deploy again"
        " with egress_public_network_access: disabled and move the traffic over. The switch of a deployment"
        " that exists cannot be changed, so no command mends this one.",
        az=None,
        url="https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint",
    ),
    controls=controls(mcsb=("DP-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Network isolation with managed online endpoints",
            url="https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint",
        ),
        Source(
            title="Network isolation in prompt flow",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-secure-prompt-flow",
        ),
    ),
)
def workspace_deployment_egress(deployment: OnlineDeployment, view: View) -> Verdict:
    """A managed deployment cannot send to the internet as it likes.

    Why
        The model, its packages and the data of requests are all inside the deployment. With open egress a
        poisoned package or a prompt that makes a tool call can carry them to any host.
    Pass when
        The workspace has no managed network and `egressPublicNetworkAccess` of the deployment is Disabled.
    Fail when
        It has none and the property is Enabled, or absent or null, which mean Enabled.
    Unknown when
        A property has another value, or deployments, workspace or the hub of a project could not be read.
    Not applicable when
        The workspace (or the hub of a project) has a managed network, which decides on egress for all that
        runs in it: Azure ignores the switch there. The deployment runs on a Kubernetes cluster, where the
        switch means nothing.
    Evidence
        `properties.endpointComputeType` and `properties.egressPublicNetworkAccess` of the deployment,
        `properties.managedNetwork.isolationMode` of the workspace (absent or null: Disabled), api-version
        2024-10-01.
    Remedy
        Deploy again: the switch cannot be changed afterwards. A managed network is the way that Azure
        recommends.
    """
    kind, egress = deployment.compute_type, deployment.egress
    if kind.value == "Kubernetes":
        return NotApplicable(
            message="the deployment runs on a Kubernetes cluster, where this switch means nothing",
            reason=Reason.KIND,
            evidence=(kind.evidence(),),
        )
    mode = governing(view, holder_of(view, deployment)).isolation_mode
    if mode.value != "Disabled":
        legacy = egress.is_stated and egress.meaning == "Disabled"
        return NotApplicable(
            message=f"the managed network ({mode.value}) decides; the deployment's own switch is ignored",
            reason=Reason.SERVED_OTHERWISE,
            evidence=(mode.evidence(),),
            notes=("egressPublicNetworkAccess is Disabled, a leftover of the older way",) if legacy else (),
        )
    seen = (egress.evidence(), mode.evidence())
    if egress.value == "Disabled":
        return Pass(message="the deployment reaches private endpoints only", evidence=seen)
    unset = "" if egress.is_stated else " (egressPublicNetworkAccess is not set, which means Enabled)"
    return Fail(message=f"the deployment may send to any host on the internet{unset}", evidence=seen)
