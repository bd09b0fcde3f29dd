"""workspace-own-vnet-egress."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD, LOCATION
from auditor_rules.workspace.compute_egress import INBOUND, OUTBOUND, required
from auditor_rules.workspace.workspace_own_vnet_egress import workspace_own_vnet_egress
from tests.rules.cases import Case, Change
from tests.rules.workspace.runners import (
    AKS,
    CLUSTER,
    GROUP,
    KUBERNETES,
    WORKSPACE,
    added,
    attached,
    both,
    put,
    refuse,
    refused_workspaces,
)
from tests.rules.world import World

NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-training"
SUBNET = f"{NETWORK}/subnets/compute"
NSG = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg-compute"
TABLE = f"{GROUP}/providers/Microsoft.Network/routeTables/rt-compute"
IN_SUBNET = "properties.properties.subnet"
PUBLIC = "properties.properties.enableNodePublicIp"
TAGS = tuple(dict.fromkeys(tag.format(region=LOCATION) for tag, _, _ in OUTBOUND))


def line(priority: int, tag: str, access: str = "Allow", **stated: Any) -> dict[str, Any]:
    properties = {
        "protocol": "*",
        "sourcePortRange": "*",
        "destinationPortRange": "*",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": tag,
        "access": access,
        "priority": priority,
        "direction": "Outbound",
        **stated,
    }
    return {"name": f"{access.lower()}-{priority}", "properties": properties}


DEFAULTS = [
    line(65000, "VirtualNetwork", sourceAddressPrefix="VirtualNetwork"),
    line(65001, "Internet"),
    line(65500, "*", "Deny"),
    line(65000, "VirtualNetwork", direction="Inbound", sourceAddressPrefix="VirtualNetwork"),
    line(65001, "*", direction="Inbound", sourceAddressPrefix="AzureLoadBalancer"),
    line(65500, "*", "Deny", direction="Inbound"),
]


def allow_list(*left_out: str) -> list[dict[str, Any]]:
    """One rule for each required tag, and a denial of everything else."""
    allowed = [line(100 + number, tag) for number, tag in enumerate(TAGS) if tag not in left_out]
    return [*allowed, line(4000, "*", "Deny")]


def network(
    rules: list[dict[str, Any]] | None = None, routes: list[dict[str, Any]] | None = None, **more: Any
) -> Change:
    """The cluster is in a subnet with this security group (None: without) and this route table."""

    def change(world: World) -> None:
        subnet: dict[str, Any] = {"addressPrefix": "10.60.0.0/24", **more}
        if rules is not None:
            subnet["networkSecurityGroup"] = {"id": NSG}
            group = {"securityRules": rules, "defaultSecurityRules": DEFAULTS}
            added("Microsoft.Network/networkSecurityGroups", NSG, location=LOCATION, properties=group)(world)
        if routes is not None:
            subnet["routeTable"] = {"id": TABLE}
            added("Microsoft.Network/routeTables", TABLE, location=LOCATION, properties={"routes": routes})(
                world
            )
        inside = [{"id": SUBNET, "name": "compute", "properties": subnet}]
        space = {"addressSpace": {"addressPrefixes": ["10.60.0.0/16"]}, "subnets": inside}
        added("Microsoft.Network/virtualNetworks", NETWORK, location=LOCATION, properties=space)(world)
        world.put(CLUSTER, IN_SUBNET, {"id": SUBNET})

    return change


def route(prefix: str, hop: str) -> dict[str, Any]:
    return {"name": f"to-{hop}", "properties": {"addressPrefix": prefix, "nextHopType": hop}}


def passes(name: str, change: Change, says: str | None = None, about: str = CLUSTER) -> Case:
    return Case(name=name, about=about, status="pass", change=change, says=says)


def fails(name: str, change: Change, says: str, about: str = CLUSTER) -> Case:
    return Case(name=name, about=about, status="fail", change=change, severity=Severity.MEDIUM, says=says)


def unknown(name: str, change: Change, reason: Reason) -> Case:
    return Case(name=name, about=CLUSTER, status="unknown", change=change, reason=reason)


public = put(CLUSTER, (PUBLIC, True))
inbound = line(120, "*", direction="Inbound", sourceAddressPrefix="AzureMachineLearning")
serverless = put(
    WORKSPACE,
    (
        "properties.serverlessComputeSettings",
        {"serverlessComputeCustomSubnet": SUBNET, "serverlessComputeNoPublicIP": True},
    ),
)
CASES = (
    passes("no-group", network(), "the subnet has no security group"),
    passes("default-rules-only", network([]), "to the whole internet"),
    passes(
        "default-rules-unsaid",
        both(network([]), put(NSG, ("properties.defaultSecurityRules", []))),
        "internet",
    ),
    fails(
        "default-rules-unsaid-and-no-way-in",
        both(network(allow_list()), public, put(NSG, ("properties.defaultSecurityRules", []))),
        "TCP 44224",
    ),
    passes("allow-list", network(allow_list())),
    passes(
        "whole-services",
        network([*(line(100 + n, t.split(".")[0]) for n, t in enumerate(TAGS)), line(4000, "*", "Deny")]),
    ),
    passes("denial-of-other-ports", network([line(100, "Internet", "Deny", destinationPortRange="25")])),
    passes("azure-routes", network(allow_list(), [])),
    passes("routed-to-the-internet", network(allow_list(), [route("0.0.0.0/0", "Internet")])),
    passes(
        "services-routed-around-the-appliance",
        network(
            allow_list(), [route("0.0.0.0/0", "VirtualAppliance"), *(route(t, "Internet") for t in TAGS)]
        ),
    ),
    passes("public-with-the-way-in", both(network([*allow_list(), inbound]), public)),
    passes("serverless", both(network(allow_list()), serverless), about=WORKSPACE),
    *(fails(f"without-{tag}", network(allow_list(tag)), f"to {tag} ") for tag in TAGS),
    fails("internet-denied", network([line(100, "Internet", "Deny")]), "to AzureActiveDirectory TCP 80"),
    fails(
        "ports-too-few",
        network(
            [
                *allow_list("AzureMachineLearning"),
                line(300, "AzureMachineLearning", destinationPortRange="443"),
            ]
        ),
        "to AzureMachineLearning TCP 18881",
    ),
    fails(
        "protocol-too-narrow",
        network([*allow_list("AzureMachineLearning"), line(300, "AzureMachineLearning", protocol="tcp")]),
        "to AzureMachineLearning UDP 5831",
    ),
    fails(
        "another-region",
        network([*allow_list(f"Storage.{LOCATION}"), line(300, "Storage.WestEurope")]),
        "to Storage.",
    ),
    fails(
        "denied-before-it-is-allowed",
        network([line(100, "Storage", "Deny"), *allow_list()[1:]]),
        "to Storage.",
    ),
    fails("dropped", network(allow_list(), [route("0.0.0.0/0", "None")]), "dropped by to-None"),
    fails(
        "public-without-the-way-in",
        both(network(allow_list()), public),
        "from AzureMachineLearning TCP 44224",
    ),
    fails(
        "serverless-denied",
        both(network(allow_list("AzureResourceManager")), serverless),
        "to AzureResourceManager",
        WORKSPACE,
    ),
    fails(
        "failure-not-hidden-by-an-appliance",
        network(allow_list("AzureResourceManager"), [route("0.0.0.0/0", "VirtualAppliance")]),
        "to AzureResourceManager TCP 443",
    ),
    unknown("appliance", network(allow_list(), [route("0.0.0.0/0", "VirtualAppliance")]), Reason.NOT_IN_ARM),
    unknown("halves", network(allow_list(), [route("128.0.0.0/1", "VirtualAppliance")]), Reason.NOT_IN_ARM),
    unknown(
        "gateway", network(allow_list(), [route("0.0.0.0/0", "VirtualNetworkGateway")]), Reason.NOT_IN_ARM
    ),
    unknown(
        "addresses-for-a-tag",
        network([*allow_list("Storage." + LOCATION), line(300, "20.60.0.0/16")]),
        Reason.AMBIGUOUS,
    ),
    unknown("rule-malformed", network([line(100, "*", "Perhaps")]), Reason.UNEXPECTED_VALUE),
    unknown("group-refused", both(network([]), refuse("networkSecurityGroups")), Reason.NO_PERMISSION),
    unknown("group-gone", both(network([]), lambda world: world.drop(NSG)), Reason.HIDDEN),
    unknown("table-refused", both(network([], []), refuse("routeTables")), Reason.NO_PERMISSION),
    unknown("networks-refused", both(network([]), refuse("virtualNetworks")), Reason.NO_PERMISSION),
    unknown("subnet-gone", put(CLUSTER, (IN_SUBNET, {"id": SUBNET})), Reason.HIDDEN),
    Case(
        name="computes-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse(f"{WORKSPACE}/computes"),
        reason=Reason.NO_PERMISSION,
    ),
    refused_workspaces(),
    Case(name="managed-network", about=CLUSTER, status="not_applicable", reason=Reason.NOT_USED),
    Case(
        name="subnet-unsaid",
        about=CLUSTER,
        status="not_applicable",
        change=put(CLUSTER, (IN_SUBNET, ...)),
        reason=Reason.NOT_USED,
    ),
    Case(
        name="attached",
        about=KUBERNETES,
        status="not_applicable",
        change=attached("Kubernetes", AKS),
        reason=Reason.NOT_USED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_own_vnet_egress(case: Case) -> None:
    case.check(workspace_own_vnet_egress)


@pytest.mark.parametrize("public_address", [False, True])
def test_required_passages_include_the_way_in_for_public_nodes_only(public_address: bool) -> None:
    found = list(required("westus", has_public_address=public_address))
    assert len(found) == len(OUTBOUND) + public_address
    assert ("AzureMachineLearning", 44224) in {(one.tag, one.port) for one in found} or not public_address
    assert all("{" not in one.tag for one in found)
    assert INBOUND[2] == 44224


def test_workspace_own_vnet_egress_allow_list_has_no_note_about_the_internet() -> None:
    assert passes("narrow", network(allow_list())).check(workspace_own_vnet_egress).verdict.notes == ()


def test_workspace_own_vnet_egress_remedy_allows_each_denied_tag_before_the_denial() -> None:
    denied = [line(101, "Internet", "Deny"), line(100, "Sql")]
    found = fails("denied", network(denied), "TCP 80").check(workspace_own_vnet_egress)
    assert found.remedy is not None
    assert found.remedy.az is None
    assert "renumber" in found.remedy.summary
    found = fails("denied", network([line(4000, "Internet", "Deny")]), "TCP 80").check(
        workspace_own_vnet_egress
    )
    assert found.remedy is not None
    assert found.remedy.az is not None
    commands = found.remedy.az.split(" && ")
    assert len(commands) == len({(tag, protocol) for tag, protocol, _ in OUTBOUND})
    assert commands[0] == (
        f"az network nsg rule create --resource-group rg-actuarial-ml --subscription {AI_PROD}"
        " --nsg-name nsg-compute --access Allow --name allow-azureactivedirectory-tcp --priority 100"
        " --direction Outbound --protocol Tcp --source-address-prefixes VirtualNetwork"
        " --destination-address-prefixes AzureActiveDirectory --destination-port-ranges 80 443"
    )


def test_workspace_own_vnet_egress_remedy_makes_the_rule_pass() -> None:
    """What the command would add is added, and the verdict turns."""
    denied = network([line(4000, "Internet", "Deny"), *(line(100 + n, tag) for n, tag in enumerate(TAGS))])
    passes("mended", denied).check(workspace_own_vnet_egress)
