"""workspace-kubernetes-inference."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.model.resources.kubernetes import ManagedCluster
from auditor.sandbox.sample.company import AI_PROD, LOCATION
from auditor.sandbox.sample.endpoints import SPOKE
from auditor_rules.workspace.workspace_kubernetes_inference import workspace_kubernetes_inference
from tests.rules.cases import Case, Change
from tests.rules.workspace.runners import (
    AKS,
    CLUSTER,
    EXTENSION,
    GROUP,
    KUBERNETES,
    STORAGE,
    WORKSPACE,
    added,
    attached,
    both,
    put,
    refuse,
    refused_workspaces,
)
from tests.rules.world import World, mended

PROFILE = "properties.apiServerAccessProfile"
PRIVATE = f"{PROFILE}.enablePrivateCluster"
PUBLIC_NAME = f"{PROFILE}.enablePrivateClusterPublicFQDN"
RANGES = f"{PROFILE}.authorizedIPRanges"
SETTINGS = "properties.configurationSettings"
SERVICE = f"{SETTINGS}.inferenceRouterServiceType"
PROVIDER = f"{SETTINGS}.internalLoadBalancerProvider"
INSECURE = f"{SETTINGS}.allowInsecureConnections"
POOLS = "properties.agentPoolProfiles"
HBI = "properties.hbiWorkspace"
PRINCIPAL = "11111111-2222-4333-8444-555555555555"
NODE_GROUP = f"MC_{GROUP.rsplit('/', 1)[1]}_aks-models_{LOCATION}"
BLOBS = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
ACCOUNT = "17d1049b-9a84-46fb-8f53-869881c3d3ab"


def pools(subnet: str | None) -> list[dict[str, Any]]:
    pool: dict[str, Any] = {"name": "nodepool1", "mode": "System", "count": 3}
    return [pool if subnet is None else {**pool, "vnetSubnetID": subnet}]


def cluster(world: World) -> None:
    """A private cluster in the network of the workspace's endpoints, with an internal router."""
    properties = {
        "provisioningState": "Succeeded",
        "nodeResourceGroup": NODE_GROUP,
        "disableLocalAccounts": False,
        "apiServerAccessProfile": {"enablePrivateCluster": True, "enablePrivateClusterPublicFQDN": False},
        "agentPoolProfiles": pools(f"{SPOKE}/subnets/apps"),
    }
    identity = {"type": "SystemAssigned", "principalId": PRINCIPAL}
    added(
        "Microsoft.ContainerService/ManagedClusters",
        AKS,
        location=LOCATION,
        identity=identity,
        properties=properties,
    )(world)
    settings = {
        "enableInference": "True",
        "inferenceRouterServiceType": "LoadBalancer",
        "internalLoadBalancerProvider": "azure",
        "allowInsecureConnections": "False",
    }
    extension = {"extensionType": "Microsoft.AzureML.Kubernetes", "configurationSettings": settings}
    added("Microsoft.KubernetesConfiguration/extensions", EXTENSION, properties=extension)(world)
    attached("Kubernetes", AKS.replace("/resourceGroups/", "/resourcegroups/"))(world)


def on_cluster(*stated: tuple[str, object]) -> Change:
    return both(cluster, put(AKS, *stated))


def on_extension(*stated: tuple[str, object]) -> Change:
    return both(cluster, put(EXTENSION, *stated))


def apart(world: World) -> None:
    """The cluster is in a network that is peered with nothing."""
    on_cluster((POOLS, pools(f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-alone/subnets/aks")))(
        world
    )
    lonely = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-alone"
    added(
        "Microsoft.Network/virtualNetworks", lonely, properties={"subnets": [], "virtualNetworkPeerings": []}
    )(world)


def in_own_group(world: World) -> None:
    """The pools name no subnet; the cluster's network, in its node group, is peered with ours both ways."""
    group = f"/subscriptions/{AI_PROD}/resourceGroups/{NODE_GROUP}"
    own = f"{group}/providers/Microsoft.Network/virtualNetworks/aks-vnet"
    on_cluster((POOLS, pools(None)))(world)

    def peering(remote: str) -> dict[str, Any]:
        stated = {"peeringState": "Connected", "remoteVirtualNetwork": {"id": remote}}
        return {"id": f"{remote}/virtualNetworkPeerings/p", "name": "p", "properties": stated}

    properties = {"subnets": [], "virtualNetworkPeerings": [peering(SPOKE)]}
    added("Microsoft.Network/virtualNetworks", own, location=LOCATION, properties=properties)(world)
    world.body(SPOKE)["properties"]["virtualNetworkPeerings"].append(peering(own))


def critical(*roles: str) -> Change:
    """High business impact; the cluster's identity holds these roles on the workspace's storage."""

    def change(world: World) -> None:
        cluster(world)
        world.put(WORKSPACE, HBI, True)
        world.define(ACCOUNT, actions=["Microsoft.Storage/storageAccounts/*"])
        for role in roles:
            world.grant(role, PRINCIPAL, STORAGE)

    return change


def fails(name: str, change: Change, says: str, severity: Severity = Severity.MEDIUM) -> Case:
    return Case(name=name, about=KUBERNETES, status="fail", change=change, severity=severity, says=says)


def passes(name: str, change: Change, says: str | None = None) -> Case:
    return Case(name=name, about=KUBERNETES, status="pass", change=change, says=says)


def unknown(name: str, change: Change, reason: Reason) -> Case:
    return Case(name=name, about=KUBERNETES, status="unknown", change=change, reason=reason)


CASES = (
    passes("private", cluster, "the API server is private"),
    passes("aks-of-the-older-kind", both(cluster, put(KUBERNETES, ("properties.computeType", "aks")))),
    passes(
        "settings-in-any-case",
        on_extension((SERVICE, "loadbalancer"), (PROVIDER, "Azure"), (INSECURE, "false")),
    ),
    passes("router-in-the-cluster", on_extension((SERVICE, "ClusterIP"), (PROVIDER, ...))),
    passes("router-on-nodes", on_extension((SERVICE, "nodePort"), (PROVIDER, ...))),
    passes("training-only", on_extension((SETTINGS, {"enableTraining": "True"}))),
    passes("tls-by-default", on_extension((INSECURE, ...))),
    passes(
        "named-ranges",
        on_cluster((PROFILE, {"authorizedIPRanges": ["203.0.113.0/24"]})),
        "in both regions of the pair: not verified",
    ),
    passes("own-network-peered", in_own_group),
    passes("business-critical", critical(BLOBS, ACCOUNT)),
    passes(
        "elsewhere-with-a-public-workspace",
        both(
            on_cluster(("location", "westeurope")),
            put(WORKSPACE, ("properties.publicNetworkAccess", "Enabled")),
        ),
    ),
    passes("location-as-people-write-it", on_cluster(("location", "Sweden Central"))),
    fails("public-router", on_extension((PROVIDER, ...)), "router has a public address", Severity.HIGH),
    fails("public-router-null", on_extension((PROVIDER, None)), "router has a public address", Severity.HIGH),
    fails("plain-http", on_extension((INSECURE, "True")), "takes plain HTTP"),
    fails("public-api-server", on_cluster((PRIVATE, False)), "answers the whole internet"),
    fails("public-api-server-null", on_cluster((PRIVATE, None)), "answers the whole internet"),
    fails("public-api-server-unsaid", on_cluster((PROFILE, ...)), "answers the whole internet"),
    fails("no-ranges", on_cluster((PROFILE, {"authorizedIPRanges": []})), "answers the whole internet"),
    fails("a-range-of-all", on_cluster((PROFILE, {"authorizedIPRanges": ["0.0.0.0/0"]})), "whole internet"),
    fails("public-name", on_cluster((PUBLIC_NAME, True)), "which Azure Machine Learning does not support"),
    fails("public-name-by-default", on_cluster((PUBLIC_NAME, ...)), "has a public name"),
    fails("public-name-by-null", on_cluster((PUBLIC_NAME, None)), "has a public name"),
    fails("network-apart", apart, "no approved private endpoint of the workspace"),
    fails(
        "other-region",
        on_cluster(("location", "westeurope")),
        "the cluster is in westeurope, the private workspace in swedencentral",
    ),
    fails("business-critical-without-roles", critical(), "may not"),
    fails("business-critical-with-blobs-only", critical(BLOBS), "may not manage the storage account"),
    fails(
        "worst-of-several",
        both(on_extension((PROVIDER, ...), (INSECURE, "True")), put(AKS, (PRIVATE, False))),
        "router has a public address",
        Severity.HIGH,
    ),
    fails(
        "not-hidden-by-what-is-unread",
        both(on_extension((PROVIDER, ...)), refuse("Microsoft.Network/privateEndpoints")),
        "router has a public address",
        Severity.HIGH,
    ),
    unknown("router-in-a-new-way", on_extension((SERVICE, "Magic")), Reason.UNEXPECTED_VALUE),
    unknown("http-in-a-new-way", on_extension((INSECURE, "maybe")), Reason.UNEXPECTED_VALUE),
    unknown("no-extension", both(cluster, lambda world: world.drop(EXTENSION)), Reason.NOT_IN_ARM),
    unknown(
        "another-extension-only",
        on_extension(("properties.extensionType", "microsoft.flux")),
        Reason.NOT_IN_ARM,
    ),
    unknown("cluster-refused", both(cluster, refuse(rf"{AKS}\?")), Reason.NO_PERMISSION),
    unknown(
        "extensions-refused",
        both(cluster, refuse("Microsoft.KubernetesConfiguration/extensions")),
        Reason.NO_PERMISSION,
    ),
    unknown(
        "endpoints-refused", both(cluster, refuse("Microsoft.Network/privateEndpoints")), Reason.NO_PERMISSION
    ),
    unknown("own-network-unseen", on_cluster((POOLS, pools(None))), Reason.HIDDEN),
    unknown(
        "arc",
        attached("Kubernetes", f"{GROUP}/providers/Microsoft.Kubernetes/connectedClusters/arc"),
        Reason.NOT_IN_ARM,
    ),
    unknown("no-cluster-named", attached("Kubernetes", None), Reason.NOT_IN_ARM),
    unknown(
        "cluster-of-a-hidden-subscription",
        attached("Kubernetes", AKS.replace(AI_PROD, "99999999-0000-4000-8000-000000000000")),
        Reason.HIDDEN,
    ),
    Case(
        name="computes-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse(f"{WORKSPACE}/computes"),
        reason=Reason.NO_PERMISSION,
    ),
    refused_workspaces(),
    Case(name="a-cluster-of-nodes", about=CLUSTER, status="not_applicable", reason=Reason.KIND),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_kubernetes_inference(case: Case) -> None:
    case.check(workspace_kubernetes_inference)


def test_workspace_kubernetes_inference_evidence_keeps_absent_apart_from_false() -> None:
    seen = fails("unsaid", on_cluster((PROFILE, ...)), "internet").check(workspace_kubernetes_inference)
    values = {one.path: one.value for one in seen.verdict.evidence}
    assert values[PRIVATE] is ABSENT
    assert seen.related == (AKS,)


def test_workspace_kubernetes_inference_router_remedy_updates_that_extension() -> None:
    found = fails("router", on_extension((PROVIDER, ...)), "router", Severity.HIGH).check(
        workspace_kubernetes_inference
    )
    assert found.remedy is not None
    assert found.remedy.az is not None
    assert found.remedy.az.startswith(
        "az k8s-extension update --name azureml --cluster-type managedClusters --cluster-name aks-models"
    )
    assert found.remedy.az.endswith(
        "--config internalLoadBalancerProvider=azure allowInsecureConnections=False"
    )


def test_workspace_kubernetes_inference_reads_no_cluster_that_no_compute_names() -> None:
    world = mended()
    cluster(world)
    other = AKS.replace("aks-models", "aks-shop")
    added("Microsoft.ContainerService/ManagedClusters", other, location=LOCATION, properties={})(world)
    estate = world.estate(workspace_kubernetes_inference.all_reads)
    assert [row.name for row in estate.listed(ManagedCluster)] == ["aks-models"]
