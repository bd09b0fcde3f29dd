"""Kubernetes clusters that a workspace computes on, and the extensions that are installed on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.resources.identity import Identity
from auditor.model.wire import Fact, Resource, arm_ids, flag, part, text, texts

PRIVATE = "https://learn.microsoft.com/azure/aks/private-clusters"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManagedCluster(Resource):
    """`Microsoft.ContainerService/managedClusters`, read by id where a compute names it.

    `public_fqdn` matters on private clusters only: these get a public name unless it is switched off.
    Agent pools state no subnet where the network is one that Azure made in `node_resource_group`.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.ContainerService/managedClusters"

    identity: Identity = part("identity", Identity)
    private: Fact[bool] = flag(
        "properties.apiServerAccessProfile.enablePrivateCluster", absent=False, source=PRIVATE
    )
    public_fqdn: Fact[bool] = flag(
        "properties.apiServerAccessProfile.enablePrivateClusterPublicFQDN", absent=True, source=PRIVATE
    )
    authorized_ranges: Fact[tuple[str, ...]] = texts("properties.apiServerAccessProfile.authorizedIPRanges")
    subnets: Fact[tuple[ArmId, ...]] = arm_ids("properties.agentPoolProfiles[].vnetSubnetID")
    node_resource_group: Fact[str | None] = text("properties.nodeResourceGroup")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterExtension(Resource):
    """`{cluster}/providers/Microsoft.KubernetesConfiguration/extensions/{name}`. `scope` is the cluster.

    All settings are texts, truth values too, in the case in which somebody typed them.
    """

    ARM_TYPE: ClassVar[str] = "Microsoft.KubernetesConfiguration/extensions"

    extension_type: Fact[str | None] = text("properties.extensionType")
    enable_inference: Fact[str | None] = text("properties.configurationSettings.enableInference")
    router_service: Fact[str | None] = text("properties.configurationSettings.inferenceRouterServiceType")
    load_balancer: Fact[str | None] = text("properties.configurationSettings.internalLoadBalancerProvider")
    insecure: Fact[str | None] = text("properties.configurationSettings.allowInsecureConnections")
