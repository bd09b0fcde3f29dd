"""What runs in machine learning workspaces."""

from __future__ import annotations

from auditor.sandbox.sample.company import ACTUARIAL, LOCATION, child, within
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.machine_learning import WORKSPACE
from tests.meta.mutations.changes import cut, put
from tests.meta.mutations.mutation import Mutation
from tests.rules.workspace.networks import deployed
from tests.rules.workspace.runners import AKS, CLUSTER, ENDPOINT, EXTENSION, INSTANCE, added, attached
from tests.rules.world import World

ACCESS = "properties.publicNetworkAccess"
OWN_IMAGE = f"{WORKSPACE}/environments/own/versions/3"
TRAINING = within(ACTUARIAL, "Microsoft.Network/virtualNetworks", "vnet-training")
GROUP_OF_COMPUTE = within(ACTUARIAL, "Microsoft.Network/networkSecurityGroups", "nsg-compute")
NO_WAY_OUT = {
    "name": "deny-all",
    "properties": {
        "protocol": "*",
        "sourcePortRange": "*",
        "destinationPortRange": "*",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
        "access": "Deny",
        "priority": 100,
        "direction": "Outbound",
    },
}
HUGGING_FACE = "azureml://registries/HuggingFace/models/tiny/versions/1"


def training(world: World) -> None:
    """The cluster stands in a network of its own, whose security group has no rule yet."""
    group = {"id": GROUP_OF_COMPUTE, "properties": {"securityRules": [], "defaultSecurityRules": []}}
    subnet = {"addressPrefix": "10.60.0.0/24", "networkSecurityGroup": {"id": GROUP_OF_COMPUTE}}
    inside = [{"id": f"{TRAINING}/subnets/compute", "name": "compute", "properties": subnet}]
    network = {"id": TRAINING, "properties": {"subnets": inside}}
    for body, kind in ((group, "networkSecurityGroups"), (network, "virtualNetworks")):
        name = str(body["id"]).rsplit("/", 1)[1]
        world.add({**body, "name": name, "type": f"Microsoft.Network/{kind}", "location": LOCATION})
    world.put(CLUSTER, "properties.properties.subnet", {"id": f"{TRAINING}/subnets/compute"})


def cluster(world: World) -> None:
    """A private Kubernetes cluster in the network of the endpoints serves the workspace's models."""
    added(
        "Microsoft.ContainerService/ManagedClusters",
        AKS,
        location=LOCATION,
        properties={
            "provisioningState": "Succeeded",
            "disableLocalAccounts": True,
            "apiServerAccessProfile": {"enablePrivateCluster": True, "enablePrivateClusterPublicFQDN": False},
            "agentPoolProfiles": [{"name": "nodepool1", "vnetSubnetID": f"{SPOKE}/subnets/apps"}],
        },
    )(world)
    settings = {
        "enableInference": "True",
        "inferenceRouterServiceType": "LoadBalancer",
        "internalLoadBalancerProvider": "azure",
        "allowInsecureConnections": "False",
    }
    extension = {"extensionType": "Microsoft.AzureML.Kubernetes", "configurationSettings": settings}
    added("Microsoft.KubernetesConfiguration/extensions", EXTENSION, properties=extension)(world)
    attached("Kubernetes", AKS)(world)


MUTATIONS = (
    Mutation(
        name="workspace-builds-images-nowhere",
        change=cut(WORKSPACE, "properties.imageBuildCompute"),
        before=put(f"{ENDPOINT}/deployments/blue", "properties.environmentId", OWN_IMAGE),
        flips="""
    fail workspace-image-build on actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-serves-hugging-face",
        change=deployed(HUGGING_FACE),
        flips="""
    fail workspace-hugging-face-fqdns on actuarial-ml
    pass workspace-key-authentication on more
    pass workspace-online-endpoint-ingress on more
    not_applicable workspace-deployment-egress on green
    """,
    ),
    Mutation(
        name="workspace-endpoint-open",
        change=put(ENDPOINT, ACCESS, "Enabled"),
        flips="""
    fail workspace-online-endpoint-ingress on reserve-forecast
    """,
    ),
    Mutation(
        name="workspace-endpoint-with-keys",
        change=put(ENDPOINT, "properties.authMode", "Key"),
        flips="""
    fail workspace-key-authentication on reserve-forecast
    """,
    ),
    Mutation(
        name="workspace-connection-with-keys",
        change=put(child(WORKSPACE, "connections", "claims-openai"), "properties.authType", "ApiKey"),
        flips="""
    fail workspace-key-authentication on claims-openai
    """,
    ),
    Mutation(
        name="workspace-compute-public",
        change=put(CLUSTER, "properties.properties.enableNodePublicIp", True),
        flips="""
    fail workspace-compute-exposure on cpu-build
    """,
    ),
    Mutation(
        name="workspace-compute-with-local-accounts",
        change=put(INSTANCE, "properties.disableLocalAuth", False),
        flips="""
    fail workspace-compute-exposure on ci-ingrid
    """,
    ),
    Mutation(
        name="workspace-compute-never-stops",
        change=cut(INSTANCE, "properties.properties.idleTimeBeforeShutdown"),
        flips="""
    fail workspace-compute-idle-shutdown on ci-ingrid
    """,
    ),
    Mutation(
        name="workspace-compute-behind-a-deny",
        change=put(GROUP_OF_COMPUTE, "properties.securityRules", [NO_WAY_OUT]),
        before=training,
        flips="""
    fail workspace-own-vnet-egress on cpu-build of nsg-compute
    """,
    ),
    Mutation(
        name="workspace-compute-in-a-network-of-its-own",
        change=training,
        flips="""
    fail dns-zone-linked on api.azureml.ms of vnet-training
    fail dns-zone-linked on azurecr.io of vnet-training
    fail dns-zone-linked on blob.core.windows.net of vnet-training
    fail dns-zone-linked on cognitiveservices.azure.com of vnet-training
    fail dns-zone-linked on file.core.windows.net of vnet-training
    fail dns-zone-linked on notebooks.azure.net of vnet-training
    fail dns-zone-linked on openai.azure.com of vnet-training
    fail dns-zone-linked on search.windows.net of vnet-training
    fail dns-zone-linked on vaultcore.azure.net of vnet-training
    fail nsg-consumer-allowed on private-endpoints of compute, nsg-private-endpoints
    fail workspace-topology on actuarial-ml
    pass dns-resolver on vnet-training
    pass nsg-others-denied on private-endpoints of agents, apps +4
    pass workspace-own-vnet-egress on cpu-build of nsg-compute
    no dns-zone-linked on api.azureml.ms
    no dns-zone-linked on file.core.windows.net
    no dns-zone-linked on notebooks.azure.net
    no dns-zone-linked on vaultcore.azure.net
    no nsg-others-denied on private-endpoints of agents, apps +3
    no workspace-own-vnet-egress on cpu-build
    """,
    ),
    Mutation(
        name="workspace-deployment-with-egress-of-its-own",
        change=put(WORKSPACE, "properties.managedNetwork", None),
        flips="""
    fail workspace-deployment-egress on blue
    fail workspace-deployment-egress on blue
    fail workspace-managed-network-isolation on actuarial-ml
    not_applicable monitoring-private-telemetry on appi-actuarial-ml of actuarial-ml
    not_applicable role-managed-network-approver on actuarial-ml
    not_applicable workspace-curated-model-fqdns on actuarial-ml
    not_applicable workspace-fqdn-hygiene on actuarial-ml
    not_applicable workspace-managed-network-provisioned on actuarial-ml
    not_applicable workspace-outbound-private-endpoints on actuarial-ml
    not_applicable workspace-topology on actuarial-ml
    no role-managed-network-approver on oai-norrland-claims of actuarial-ml
    no role-managed-network-approver on srch-norrland-claims of actuarial-ml
    """,
    ),
    Mutation(
        name="workspace-kubernetes-in-the-open",
        change=put(AKS, "properties.apiServerAccessProfile.enablePrivateCluster", False),
        before=cluster,
        flips="""
    fail workspace-kubernetes-inference on k8s-models of aks-models
    """,
    ),
)
