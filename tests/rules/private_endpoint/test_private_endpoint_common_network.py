"""private-endpoint-common-network."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.finding import Confidence, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import LEARNING_PLATFORM, STRANGER, within
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.learning_dependencies import STORAGE
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.network import HUB_VNET
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE
from auditor.sandbox.sample.private_app import OPENAI
from auditor_rules.private_endpoint.private_endpoint_common_network import private_endpoint_common_network
from tests.rules.cases import Case
from tests.rules.private_endpoint.doors import (
    AI_PROD,
    ENDPOINT_ID,
    NETWORK,
    STATUS,
    at,
    endpoint_id,
    knock,
    ours,
)
from tests.rules.world import World, mended

SUBNET = "properties.subnet.id"
ISLAND = within(NETWORK, "Microsoft.Network/virtualNetworks", "vnet-island")
VIRTUAL_HUB = within(
    f"/subscriptions/{LEARNING_PLATFORM}/resourceGroups/rg-hub", "Microsoft.Network/virtualNetworks", "HV_hub"
)
CONSUMED = Declared(
    discover=False,
    workloads=(
        DeclaredWorkload(
            name="underwriting",
            kind="private-openai",
            openai=(OPENAI,),
            consumers=(f"{HUB_VNET}/subnets/management",),
        ),
    ),
)


def island(world: World, *peers: str, **peering: object) -> World:
    """A network of our own beside the spoke, peered with these."""
    rows = [_peering(ISLAND, remote, peering) for remote in peers]
    properties = {"addressSpace": {"addressPrefixes": ["10.99.0.0/24"]}, "subnets": []}
    return world.add(
        {
            "id": ISLAND,
            "name": "vnet-island",
            "type": "Microsoft.Network/virtualNetworks",
            "location": "swedencentral",
            "properties": {**properties, "virtualNetworkPeerings": rows},
        }
    )


def _peering(network: str, remote: str, other: dict[str, object]) -> dict[str, Any]:
    stated = {"peeringState": "Connected", "remoteVirtualNetwork": {"id": remote}}
    return {
        "id": f"{network}/virtualNetworkPeerings/to-{remote.rsplit('/', 1)[1]}",
        "properties": {**stated, **other},
    }


def storage_on_island(world: World, *peers: str, **peering: object) -> World:
    return island(world, *peers, **peering).put(ours("pe-claims-blob"), SUBNET, f"{ISLAND}/subnets/s")


def from_spoke(world: World, remote: str, **peering: object) -> World:
    """Peer the spoke with another network, as the spoke's side sees it."""
    world.body(SPOKE)["properties"]["virtualNetworkPeerings"].append(_peering(SPOKE, remote, peering))
    return world


CASES = (
    Case(
        name="one-network",
        about=CLAIMS_OPENAI,
        status="pass",
        says="all in the network vnet-norrland-ai-prod",
    ),
    Case(
        name="one-network-by-ids-alone",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda w: w.refuse("Network/virtualNetworks"),
    ),
    Case(
        name="one-network-in-another-case",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda w: w.put(ours("pe-claims-blob"), SUBNET, f"{SPOKE}/subnets/s".lower()),
    ),
    Case(
        name="peered",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda w: from_spoke(storage_on_island(w, SPOKE), ISLAND),
        says="over its peerings",
    ),
    Case(
        name="disjoint",
        about=CLAIMS_OPENAI,
        status="fail",
        change=storage_on_island,
        severity=Severity.MEDIUM,
        says="stnorrlandclaims in vnet-island",
        seen=((SUBNET, f"{ISLAND}/subnets/s"),),
    ),
    Case(
        name="networks-with-one-prefix",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda w: w.put(ours("pe-claims-blob"), SUBNET, f"{SPOKE}2/subnets/private-endpoints"),
    ),
    Case(
        name="peering-disconnected",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda w: from_spoke(
            storage_on_island(w, SPOKE, peeringState="Disconnected"), ISLAND, peeringState="Disconnected"
        ),
    ),
    Case(
        name="peering-closed-on-one-side",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda w: from_spoke(storage_on_island(w, SPOKE), ISLAND, allowVirtualNetworkAccess=False),
    ),
    Case(
        name="access-null-means-open",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda w: from_spoke(storage_on_island(w, SPOKE), ISLAND, allowVirtualNetworkAccess=None),
    ),
    Case(
        name="only-through-the-hub",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda w: storage_on_island(w, HUB_VNET),
        reason=Reason.AMBIGUOUS,
        says="meet only through vnet-norrland-hub",
    ),
    Case(
        name="only-through-a-virtual-wan",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda w: from_spoke(storage_on_island(w, VIRTUAL_HUB), VIRTUAL_HUB),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="consumer-elsewhere",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda w: island(w).put(
            CLAIMS_APP, "properties.virtualNetworkSubnetId", f"{ISLAND}/subnets/apps"
        ),
        says="the workload is used from vnet-island",
    ),
    Case(
        name="declared-consumer-peered",
        about=OPENAI,
        status="pass",
        declared=CONSUMED,
        says="vnet-norrland-hub",
    ),
    Case(
        name="declared-consumer-not-peered",
        about=OPENAI,
        status="fail",
        change=lambda w: w.put(HUB_VNET, "properties.virtualNetworkPeerings", []),
        declared=CONSUMED,
        says="used from vnet-norrland-hub",
    ),
    Case(
        name="a-rejected-endpoint-does-not-count",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda w: storage_on_island(w).put(at(CLAIMS_STORAGE, "pe-claims-blob"), STATUS, "Rejected"),
        says="stnorrlandclaims has no approved endpoint of ours",
    ),
    Case(
        name="workspace-and-storage",
        about=WORKSPACE,
        status="pass",
        says="all in the workspace's network",
    ),
    Case(
        name="storage-of-a-workspace-peered-only",
        about=WORKSPACE,
        status="fail",
        change=lambda w: (
            from_spoke(island(w, SPOKE), ISLAND)
            .put(ours("pe-actuarial-blob"), SUBNET, f"{ISLAND}/subnets/s")
            .put(ours("pe-actuarial-file"), SUBNET, f"{ISLAND}/subnets/s")
        ),
        says="stactuarialml in vnet-island",
    ),
    Case(
        name="one-end-alone",
        about=OPENAI,
        status="not_applicable",
        reason=Reason.NOT_USED,
    ),
    Case(
        name="an-approved-endpoint-of-ours-is-not-listed",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda w: w.drop(ours("pe-claims-blob")),
        reason=Reason.HIDDEN,
        says="not in its subscription's list of private endpoints",
    ),
    Case(
        name="one-end-reached-from-nowhere-that-can-be-read",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda w: w.put(
            at(CLAIMS_STORAGE, "pe-claims-blob"), ENDPOINT_ID, endpoint_id(STRANGER, "pe-elsewhere")
        ),
        reason=Reason.HIDDEN,
        says="stnorrlandclaims is reached by endpoints that cannot be read",
    ),
    Case(
        name="a-lone-end-reached-from-nowhere-that-can-be-read",
        about=OPENAI,
        status="unknown",
        change=lambda w: knock(w.drop(at(OPENAI, "pe-underwriting-openai")), OPENAI, status="Approved"),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="networks-refused",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda w: storage_on_island(w).refuse("Network/virtualNetworks"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="endpoints-refused",
        about=WORKSPACE,
        status="unknown",
        change=lambda w: w.refuse("Network/privateEndpoints"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="connections-refused",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda w: w.refuse("srch-norrland-claims/privateEndpointConnections"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="accounts-refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda w: w.refuse("CognitiveServices/accounts"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_private_endpoint_common_network(case: Case) -> None:
    case.check(private_endpoint_common_network)


def test_common_network_names_the_other_members() -> None:
    results = {result.resource: result for result in mended().judge(private_endpoint_common_network)}
    assert set(results[CLAIMS_OPENAI].related) == {CLAIMS_SEARCH, CLAIMS_STORAGE}
    assert results[CLAIMS_OPENAI].confidence is Confidence.MEDIUM
    assert results[WORKSPACE].related == (STORAGE,)


def test_common_network_peers_both_ways() -> None:
    case = next(case for case in CASES if case.name == "disjoint")
    remedy = case.check(private_endpoint_common_network).remedy
    assert remedy is not None
    assert f"--vnet-name vnet-norrland-ai-prod --remote-vnet {ISLAND}" in (remedy.az or "")
    assert f"--vnet-name vnet-island --remote-vnet {SPOKE}" in (remedy.az or "")


def test_common_network_tells_ends_of_one_name_apart() -> None:
    world = mended()
    twins = [OPENAI.replace("/rg-underwriting-copilot/", f"/{group}/") for group in ("rg-hr", "rg-ai-shared")]
    world.add(*({**world.body(OPENAI), "id": twin} for twin in twins))
    ends = (CLAIMS_OPENAI, *twins)
    declared = Declared(
        workloads=(
            DeclaredWorkload(name="twins", kind="private-openai", openai=ends, search=(CLAIMS_SEARCH,)),
        )
    )
    results = world.judge(private_endpoint_common_network, declared)
    notes = next(found for found in results if found.resource == CLAIMS_OPENAI).verdict.notes
    assert [note for note in notes if "no approved endpoint" in note] == [
        f"{twin} has no approved endpoint of ours" for twin in twins
    ]
