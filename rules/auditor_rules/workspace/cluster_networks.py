"""Whether a Kubernetes cluster stands in a network that reaches what its workspace stands on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from auditor.model.finding import Evidence, NotRead, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.network import PrivateEndpoint, VirtualNetwork
from auditor.model.wire import Resource
from auditor.relate.dependencies import Link, link_of
from auditor.rule import Fail, Pass, Remedy, Severity, Verdict, attempt, worst
from auditor_rules.private_endpoint.networks import meet
from auditor_rules.workspace.clusters import Attached

READS: tuple[type[Resource], ...] = (PrivateEndpoint, VirtualNetwork)
_ENDPOINT = Remedy(
    summary="Create the missing private endpoint in the cluster's network, with its DNS zone group, or peer"
    " the two networks both ways.",
    az=None,
    url="https://learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-inferencing-environment",
)


def network(at: Attached) -> Verdict:
    """The cluster's network holds, or is peered with, endpoints of all that the workspace stands on."""
    homes = _networks(at)
    checks = (partial(_reached, at, homes, name, rid) for name, rid in _dependencies(at))
    return worst((attempt(check) for check in checks), own=Severity.MEDIUM)


def _reached(at: Attached, homes: frozenset[ArmId], name: str, rid: ArmId) -> Verdict:
    """Whether an approved endpoint of this dependency can be reached from the cluster. Raises Undecided."""
    endpoints = [one for one in at.view.estate.listed(PrivateEndpoint) if _leads_to(one, rid)]
    found = {one.virtual_network: one for one in endpoints if one.virtual_network is not None}
    doubts: list[Undecided] = []
    for there, endpoint in found.items():
        for here in sorted(homes):
            try:
                if meet(at.view, here, there):
                    return Pass(message=f"{name} is reached", evidence=(endpoint.subnet.evidence(),))
            except Undecided as undecided:
                doubts.append(undecided)
    if doubts:
        raise doubts[0]
    for gap in at.view.estate.gaps(PrivateEndpoint):
        raise NotRead(gap)
    seen = tuple(one.subnet.evidence() for one in endpoints) or (
        Evidence(resource=rid.text, path="privateEndpoints", value=[]),
    )
    said = f"no approved private endpoint of {name} ({rid.name}) is in reach of the cluster's network"
    return Fail(message=said, evidence=(*seen, at.cluster.subnets.evidence()), remedy=_ENDPOINT)


def _leads_to(endpoint: PrivateEndpoint, rid: ArmId) -> bool:
    """Raises Undecided where the endpoint's requests are malformed."""
    return any(one.target.value == rid and one.status.value == "Approved" for one in endpoint.requests)


def _dependencies(at: Attached) -> Iterator[tuple[str, ArmId]]:
    """The workspace and what it names. Raises Undecided."""
    yield "the workspace", at.workspace.id
    links: tuple[tuple[str, Link], ...] = (
        ("the storage account", "storage_account"),
        ("the key vault", "key_vault"),
        ("the registry", "container_registry"),
    )
    for name, member in links:
        if (rid := link_of(at.view.estate, at.workspace, member).value) is not None:
            yield name, rid


def _networks(at: Attached) -> frozenset[ArmId]:
    """The networks of the cluster's nodes; that of its node resource group where pools name no subnet."""
    subnets = at.cluster.subnets.value
    found = {subnet.parent for subnet in subnets if subnet.parent is not None}
    if found:
        return frozenset(found)
    group, subscription = at.cluster.node_resource_group.value, at.cluster.id.subscription
    if group and subscription:
        own = subscription.child("resourceGroups", group)
        rows = at.view.estate.children(VirtualNetwork, subscription)
        found = {row.id for row in rows if row.id.is_within(own)}
    if not found:
        said = f"the network of the cluster {at.cluster.name} cannot be seen"
        raise Undecided(said, Reason.HIDDEN, evidence=(at.cluster.subnets.evidence(),))
    return frozenset(found)
