"""workspace-managed-network-isolation."""

from __future__ import annotations

from auditor.model.reasons import Reason
from auditor.model.resources.compute import Compute
from auditor.model.resources.workspace import Workspace
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Fail, NotApplicable, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.subjects import WORKSPACES
from auditor_rules.workspace.networks import declared_for, inherits, own_network

OPEN = "the managed network lets everything out to the internet"


@rule(
    id="workspace-managed-network-isolation",
    title="Managed network isolation chosen",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=WORKSPACES,
    reads=(Compute, *RELATION_READS),
    profiles=("prompt-flow", "model-catalog", "foundry"),
    remedy=Remedy(
        summary="Give the workspace a managed network that admits only approved destinations. This cannot be"
        " taken back, and compute and endpoints that exist must be deleted first and made anew: plan it. Add"
        " the rules for what the work needs (workspace-curated-model-fqdns, workspace-fqdn-hygiene).",
        az="az ml workspace update --name {name} --resource-group {group} --subscription {subscription}"
        " --managed-network allow_only_approved_outbound",
    ),
    controls=controls(policy=("6ddb1705-c8cf-450e-aa4b-19ad6703c440",), mcsb=("NS-1",), nist=("SC-7",)),
    sources=(
        Source(
            title="Workspace managed virtual network isolation",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-managed-network",
        ),
        Source(
            title="Network isolation in prompt flow",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-secure-prompt-flow",
        ),
        Source(
            title="Use model catalog collections with a workspace managed virtual network",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-network-isolation-model-catalog",
        ),
    ),
)
def workspace_managed_network_isolation(workspace: Workspace, view: View) -> Verdict:
    """The workspace's compute runs in a managed network that limits what it can reach.

    Why
        Code on compute of the workspace holds data and tokens of the workspace's identity. Without a network
        of its own it can send both to any host, and it reaches storage and AI services over public
        addresses.
    Pass when
        `isolationMode` is AllowOnlyApprovedOutbound. AllowInternetOutbound passes with a note, for it keeps
        strangers out but lets data out.
    Fail when
        It is Disabled, absent or null, which mean off, and no compute lies in a network of your own. Medium:
        it is AllowInternetOutbound and a workload of the workspace declares `egress = "private"`.
    Unknown when
        The mode has a value that is not documented; it is off and the computes could not be read.
    Not applicable when
        The mode is off and compute, or serverless compute, lies in a subnet of your own: workspace-topology
        judges that. Only a managed network supports the model catalog. The workspace is a project: its hub
        is judged.
    Evidence
        `properties.managedNetwork.isolationMode` and `properties.serverlessComputeSettings` of
        `Microsoft.MachineLearningServices/workspaces` and `properties.properties.subnet.id` of its computes,
        api-version 2024-10-01. The Azure Policy named below wants AllowOnlyApprovedOutbound in every case.
    Remedy
        Turn the managed network on; approved destinations only, where data must not leave.
    """
    if (served := inherits(workspace)) is not None:
        return served
    mode = workspace.isolation_mode
    if mode.value == "AllowOnlyApprovedOutbound":
        return Pass(message="only approved destinations can be reached", evidence=(mode.evidence(),))
    if mode.value == "AllowInternetOutbound":
        return _open(workspace, view)
    if own := own_network(view, workspace):
        return NotApplicable(
            message="compute lies in a network of its owner (workspace-topology); the model catalog supports"
            " only a managed network",
            reason=Reason.SERVED_OTHERWISE,
            evidence=(mode.evidence(), *own),
        )
    unset = "" if mode.is_stated else ": the property is not set, which means off"
    return Fail(
        message=f"compute of the workspace runs in no network of its own{unset}", evidence=(mode.evidence(),)
    )


def _open(workspace: Workspace, view: View) -> Verdict:
    mode = workspace.isolation_mode
    for workload in declared_for(view, workspace):
        if workload.egress == "private":
            said = f"{OPEN}, but the workload {workload.name} declares private egress"
            return Fail(message=said, evidence=(mode.evidence(),), severity=Severity.MEDIUM)
    return Pass(
        message="compute runs in a managed network",
        evidence=(mode.evidence(),),
        notes=(f"{OPEN}: data can leave with it",),
    )
