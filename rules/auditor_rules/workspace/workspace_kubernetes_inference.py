"""workspace-kubernetes-inference."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from auditor.model.ids import same_text
from auditor.model.reasons import Reason
from auditor.model.resources.compute import Compute
from auditor.model.resources.kubernetes import ClusterExtension, ManagedCluster
from auditor.model.resources.storage_account import StorageAccount
from auditor.relate.permissions import READS as PERMISSION_READS
from auditor.rule import (
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
from auditor_rules.controls import controls
from auditor_rules.workspace.cluster_networks import READS as NETWORK_READS
from auditor_rules.workspace.cluster_networks import network
from auditor_rules.workspace.clusters import Attached, api_server, business_critical, extensions, region
from auditor_rules.workspace.parts import EachBelow, governing, holder_of

_ARC = "Microsoft.Kubernetes/connectedClusters"


@rule(
    id="workspace-kubernetes-inference",
    title="Kubernetes inference cluster secured",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=EachBelow(of=Compute),
    reads=(
        ManagedCluster,
        ClusterExtension,
        *NETWORK_READS,
        StorageAccount,
        *PERMISSION_READS,
    ),
    profiles=("prompt-flow",),
    remedy=Remedy(
        summary="Close what the message names; a private API server is a redesign of the cluster.",
        az=None,
        url="https://learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-inferencing-environment",
    ),
    controls=controls(mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Secure Azure Kubernetes Service inferencing environment",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-inferencing-environment",
        ),
        Source(
            title="Deploy the Azure Machine Learning extension on a Kubernetes cluster",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension",
        ),
        Source(
            title="Create a private Azure Kubernetes Service cluster",
            url="https://learn.microsoft.com/azure/aks/private-clusters",
        ),
    ),
)
def workspace_kubernetes_inference(compute: Compute, view: View) -> Verdict:
    """A Kubernetes cluster that serves models is private, encrypted and joined to the workspace's network.

    Why
        On a Kubernetes endpoint the workspace's network switches mean nothing: the cluster's router lets
        callers in and its API server lets operators in. Both are public by default.
    Pass when
        The API server is private without a public name, or answers named ranges only; the inference router is
        no load balancer, or an internal one; plain HTTP is refused; the cluster's network holds, or is peered
        with, an approved private endpoint of the workspace, its storage, vault and registry; a private
        workspace is in the same region; with high business impact the cluster's identity holds Storage Blob
        Data Contributor and Storage Account Contributor on the storage account.
    Fail when
        One of these is not so. High where the router has a public address. Medium for the rest: an API server
        open to all (`enablePrivateCluster` false, absent or null and no `authorizedIPRanges`, or a range that
        holds every address), a public name on a private cluster (`enablePrivateClusterPublicFQDN` true, and
        absent or null, which mean true), `allowInsecureConnections` True (absent or null: false).
    Unknown when
        The cluster is connected by Azure Arc, and so outside the networks that ARM shows; the cluster, its
        extensions, networks or endpoints could not be read; it lists no machine learning extension; a setting
        has a value that is not known.
    Not applicable when
        The compute is no Kubernetes cluster.
    Evidence
        `properties.resourceId` of the compute; `apiServerAccessProfile`, `agentPoolProfiles[].vnetSubnetID`,
        `identity` and `location` of the cluster, api-version 2024-05-01; `configurationSettings` of the
        extension microsoft.azureml.kubernetes, api-version 2023-05-01; our private endpoints and networks.
        Enabled local accounts are not objected to: the extension needs them. That authorised ranges admit
        Azure Machine Learning in both paired regions is not verified: a note.
    Remedy
        Make the router internal and refuse plain HTTP by the extension's settings; the rest is by design.
    """
    kind, rid = compute.kind, compute.resource.value
    if (kind.value or "").casefold() not in ("kubernetes", "aks"):
        return NotApplicable(
            message=f"not a Kubernetes cluster ({kind.value or 'no type stated'})",
            reason=Reason.KIND,
            evidence=(kind.evidence(),),
        )
    seen = (compute.resource.evidence(),)
    of = (rid.resource_type or "") if rid is not None else ""
    if rid is None or not same_text(of, ManagedCluster.ARM_TYPE):
        arc = "a cluster connected by Azure Arc" if same_text(of, _ARC) else "no cluster that ARM shows"
        said = f"the compute is {arc}: its network cannot be seen"
        return Unknown(message=said, reason=Reason.NOT_IN_ARM, evidence=seen)
    cluster = view.estate.find(ManagedCluster, rid)
    if cluster is None:
        said = f"the cluster {rid.name} cannot be seen: deleted, or hidden from Reader"
        return Unknown(message=said, reason=Reason.HIDDEN, evidence=seen)
    workspace = governing(view, holder_of(view, compute))
    at = Attached(compute=compute, cluster=cluster, workspace=workspace, view=view)
    checks = (api_server, extensions, network, region, business_critical)
    found = [attempt(partial(check, at)) for check in checks]
    verdict = worst(found, own=Severity.MEDIUM)
    if isinstance(verdict, Pass):
        verdict = _all_well(cluster, found)
    return replace(verdict, related=(cluster.id.text,))


def _all_well(cluster: ManagedCluster, found: list[Verdict]) -> Pass:
    said = "; ".join(verdict.message for verdict in found[:2])
    return Pass(
        message=f"{cluster.name}: {said}; its network reaches all that the workspace stands on",
        evidence=tuple(seen for verdict in found for seen in verdict.evidence),
        notes=tuple(note for verdict in found for note in verdict.notes),
    )
