"""private-endpoint-common-network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from auditor.model.finding import Evidence
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.network import VirtualNetwork
from auditor.model.resources.workspace import Workspace
from auditor.relate.requesters import READS
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
    rule,
)
from auditor_rules.private_endpoint.networks import (
    Ends,
    Homes,
    WorkloadEnds,
    consumers_of,
    homes_of,
    meet,
    third_networks,
)

_BESIDE_WORKSPACE = Remedy(
    summary="Create a private endpoint for the storage account in the workspace's network (and one for file"
    " where the workspace keeps its files there), with its DNS zone group.",
    az="az network private-endpoint create --name {endpoint} --resource-group {network_group}"
    " --subscription {network_subscription} --subnet {subnet} --private-connection-resource-id {storage}"
    " --group-id blob --connection-name {endpoint}",
)


@rule(
    id="private-endpoint-common-network",
    title="The workload's endpoints are in one reachable network",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=WorkloadEnds(),
    reads=(*READS, VirtualNetwork),
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Create the missing private endpoint in the consumer's network, or peer the two networks,"
        " both ways, if their address spaces do not overlap.",
        az="az network vnet peering create --name to-other --resource-group {one_group}"
        " --subscription {one_subscription} --vnet-name {one_name} --remote-vnet {other} --allow-vnet-access"
        " && az network vnet peering create --name to-other --resource-group {other_group}"
        " --subscription {other_subscription} --vnet-name {other_name} --remote-vnet {one}"
        " --allow-vnet-access",
    ),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Secure a workspace with virtual networks",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet",
        ),
        Source(
            title="Network isolation in prompt flow",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-secure-prompt-flow",
        ),
    ),
)
def private_endpoint_common_network(ends: Ends, view: View) -> Verdict:
    """The private endpoints of a workload can all be reached from where it is used.

    Why
        A private endpoint answers in its own virtual network and in networks peered with it. Endpoints of one
        workload in networks that do not meet each look healthy, and still no caller reaches them all.
    Pass when
        Azure OpenAI, search and storage have approved endpoints of ours in one virtual network or in networks
        peered with it, and the networks the workload is used from, where known, are that one or peered with
        it. Peered means: Connected and open to traffic on each side that can be read. For a workspace: its
        storage has an endpoint in the very network of the workspace's endpoint, as the studio needs it.
    Fail when
        The networks do not meet. For a workspace also where they are only peered.
    Unknown when
        Connections, an approved endpoint or a network could not be read, endpoints of managed networks and
        shared private links of ours left out; the networks meet only
        through a third one, such as a hub or a virtual WAN, whose routing is not read; or that the resources
        belong together is only suggested.
    Not applicable when
        Fewer than two ends have a known network: rules on single endpoints say where one is missing.
    Evidence
        `properties.subnet.id` of each approved endpoint: equal network ids need nothing else. Otherwise
        `virtualNetworkPeerings[]` of the networks with `peeringState` and `allowVirtualNetworkAccess` (absent
        or null: true), api-version 2024-05-01. Consumers are the integration subnets of related web apps and
        the declared ones; those of container apps are not read here. Endpoints of managed networks and shared
        private links lie in networks of the platform and do not count.
    Remedy
        Create the missing endpoint, or peer the networks.
    """
    homes = [homes_of(view, rid) for rid in ends.members]
    unseen = [home for home in homes if home.unseen and not home.networks]
    notes = _notes(ends, homes)
    present = [home for home in homes if home.networks]
    is_learning = (ends.workload.anchor.resource_type or "").lower() == Workspace.ARM_TYPE.lower()
    consumers = {} if is_learning else consumers_of(view, ends.workload)
    if len(present) + bool(consumers) < 2 or not present or (is_learning and not homes[0].networks):
        verdict: Verdict = NotApplicable(
            message="fewer than two ends of the workload have a known network", reason=Reason.NOT_USED
        )
    else:
        verdict = _beside_workspace(present) if is_learning else _together(view, present, consumers)
    if unseen and isinstance(verdict, Pass | NotApplicable):
        verdict = _unseen(unseen)
    return replace(verdict, notes=(*verdict.notes, *notes))


def _notes(ends: Ends, homes: Sequence[Homes]) -> tuple[str, ...]:
    """Each end that is left out and why; by its id where another end has the same name."""
    names = Counter(rid.name.lower() for rid in (*ends.members, *ends.apart))

    def called(rid: ArmId) -> str:
        return rid.name if names[rid.name.lower()] == 1 else rid.text

    lone = [home for home in homes if not home.networks]
    return tuple(
        dict.fromkeys(
            (
                *(f"{called(one.member)} has no approved endpoint of ours" for one in lone if not one.unseen),
                *(
                    f"{called(one.member)} is reached by endpoints that cannot be read"
                    for one in lone
                    if one.unseen
                ),
                *(f"{called(rid)} is left out: that it belongs here is only suggested" for rid in ends.apart),
            )
        )
    )


def _unseen(homes: Sequence[Homes]) -> Unknown:
    first = homes[0]
    return Unknown(
        message=f"the approved endpoint of {first.member.name} cannot be read, nor its network told",
        reason=Reason.HIDDEN,
        evidence=tuple(seen for home in homes for seen in home.unseen),
    )


def _beside_workspace(homes: Sequence[Homes]) -> Verdict:
    own, *stores = homes
    evidence = tuple(seen for home in homes for seen in home.evidence)
    away = [home for home in stores if own.networks.isdisjoint(home.networks)]
    if not away:
        return Pass(message=f"all in the workspace's network {_names(own.networks)}", evidence=evidence)
    store, subnet = away[0].member, own.subnet
    fills = (
        ("endpoint", f"pe-{store.name}-blob"),
        ("network_group", (subnet.resource_group if subnet else None) or ""),
        ("network_subscription", (subnet.subscription_id if subnet else None) or ""),
        ("subnet", subnet.text if subnet else ""),
        ("storage", store.text),
    )
    names = ", ".join(f"{home.member.name} in {_names(home.networks)}" for home in away)
    said = f"the workspace's endpoint is in {_names(own.networks)}, but those of its storage are not: {names}"
    return Fail(message=said, evidence=evidence, remedy=_BESIDE_WORKSPACE, fills=fills)


def _together(view: View, homes: Sequence[Homes], consumers: Mapping[ArmId, Evidence]) -> Verdict:
    evidence = (*(seen for home in homes for seen in home.evidence), *consumers.values())
    everywhere = frozenset[ArmId]().union(*(home.networks for home in homes))
    starts = sorted(consumers or everywhere)
    if common := _same(homes, consumers):
        return Pass(message=f"all in the network {common.name}", evidence=evidence)
    apart = {start: [home for home in homes if not _reaches(view, start, home)] for start in starts}
    reached = [start for start in starts if not apart[start]]
    if len(reached) == len(starts) or (reached and not consumers):
        said = f"all reachable from the network {_names(frozenset(reached))}, directly or over its peerings"
        return Pass(message=said, evidence=evidence)
    start = next(start for start in starts if apart[start])
    home = apart[start][0]
    if hubs := third_networks(view, start, [each.networks for each in apart[start]]):
        is_seen = any(hub.subscription in view.estate.visible for hub in hubs)
        where = f"{start.name} and the network of {home.member.name} meet only through {_names(hubs)}"
        return Unknown(
            message=f"{where}, whose routing was not read",
            reason=Reason.AMBIGUOUS if is_seen else Reason.HIDDEN,
            evidence=evidence,
        )
    lost = ", ".join(f"{each.member.name} in {_names(each.networks)}" for each in apart[start])
    where = "the workload is used from" if consumers else "other endpoints of the workload are in"
    said = f"{where} {start.name}, which is not peered with the network of {lost}"
    return Fail(message=said, evidence=evidence, fills=_fills(start, min(home.networks)))


def _same(homes: Sequence[Homes], consumers: Mapping[ArmId, Evidence]) -> ArmId | None:
    """The network that holds an endpoint of every member, and every consumer: by ids alone."""
    found = frozenset.intersection(*(home.networks for home in homes))
    if consumers:
        found &= frozenset(consumers) if len(consumers) == 1 else frozenset()
    return min(found, default=None)


def _reaches(view: View, start: ArmId, home: Homes) -> bool:
    return start in home.networks or any(meet(view, start, network) for network in sorted(home.networks))


def _names(networks: frozenset[ArmId]) -> str:
    return ", ".join(network.name for network in sorted(networks))


def _fills(one: ArmId, other: ArmId) -> tuple[tuple[str, str], ...]:
    return tuple(
        pair
        for label, network in (("one", one), ("other", other))
        for pair in (
            (label, network.text),
            (f"{label}_name", network.name),
            (f"{label}_group", network.resource_group or ""),
            (f"{label}_subscription", network.subscription_id or ""),
        )
    )
