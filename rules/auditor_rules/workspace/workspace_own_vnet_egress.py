"""workspace-own-vnet-egress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from auditor.model.finding import Evidence, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.compute import Compute
from auditor.model.resources.network import Subnet
from auditor.model.resources.security_group import NetworkSecurityGroup, RouteTable
from auditor.model.resources.workspace import Workspace
from auditor.relate.nsg import Access, Flow, Tag, decides
from auditor.relate.prefixes import all_parsed
from auditor.relate.service_tags import NOTHING_KNOWN, Surroundings
from auditor.relate.surroundings import READS as SURROUNDINGS_READS
from auditor.relate.surroundings import surroundings_of
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
    attempt,
    rule,
)
from auditor_rules.workspace.compute_egress import Passage, filtered, opening, required, routed
from auditor_rules.workspace.parts import Runners


@rule(
    id="workspace-own-vnet-egress",
    title="Own-VNet compute egress admits required services",
    severity=Severity.MEDIUM,
    rule_class="function",
    subjects=Runners(),
    reads=(Subnet, NetworkSecurityGroup, RouteTable, *SURROUNDINGS_READS),
    profiles=("prompt-flow",),
    remedy=Remedy(
        summary="Add an allow rule for each service tag and port that the message names, with a smaller"
        " priority number than the rule that denies it, or route it to the internet where a route drops it.",
        az=None,
        url="https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet",
    ),
    sources=(
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
def workspace_own_vnet_egress(runner: Compute | Workspace, view: View) -> Verdict:
    """Compute in a network of your own may reach the Azure services that it cannot work without.

    Why
        Nodes are started, signed in and fed through a handful of Azure services. Where the subnet's security
        group denies one of them, clusters do not start, sessions hang or images cannot be pulled, with errors
        that seldom name the network.
    Pass when
        The subnet's security group lets out AzureActiveDirectory (TCP 80, 443), AzureMachineLearning (TCP
        443, 18881, UDP 5831), AzureResourceManager, AzureFrontDoor.FrontEnd and AzureFrontDoor.FirstParty
        (TCP 443), and of the compute's region BatchNodeManagement (TCP and UDP 443), Storage and
        MicrosoftContainerRegistry (TCP 443); nodes with public addresses are reached by AzureMachineLearning
        on TCP 44224. No route takes this traffic elsewhere. A subnet without a security group passes.
    Fail when
        A rule denies one of them, for all of the subnet or a part, or a route drops it (next hop None).
    Unknown when
        A route sends the traffic to an appliance or gateway, whose own rules are not read; it cannot be told
        whether a rule holds a service tag's addresses; subnet, security group or route table could not be
        read.
    Not applicable when
        The compute is in no subnet of yours: it is in a managed network, or in none, or attached.
    Evidence
        `properties.properties.subnet.id` of the compute, or
        `properties.serverlessComputeSettings.serverlessComputeCustomSubnet` of the workspace, api-version
        2024-10-01; rules, default rules and routes of the subnet, api-version 2024-05-01. A service tag is
        judged as a whole: rules that name addresses inside it leave it open. Egress to the whole internet is
        a note. Port 445 of Storage, AzureMonitor, Key Vault and 8787 are needed in some layouts only and are
        not asked for.
    Remedy
        Add the missing allow rules to the security group.
    """
    fact = runner.serverless_subnet if isinstance(runner, Workspace) else runner.subnet
    if fact.value is None:
        said = "the compute is in no subnet of yours"
        return NotApplicable(message=said, reason=Reason.NOT_USED, evidence=(fact.evidence(),))
    subnet = view.estate.find(Subnet, fact.value)
    if subnet is None:
        said = f"the subnet {fact.value.name} cannot be seen: deleted, or hidden from Reader"
        return Unknown(message=said, reason=Reason.HIDDEN, evidence=(fact.evidence(),))
    region = (runner.location or "").replace(" ", "").casefold()
    public = _has_public_address(runner)
    passages = tuple(required(region, has_public_address=public))
    group = _group(view, subnet)
    around = _surroundings(view, subnet)
    table = _table(view, subnet)
    filters = [] if group is None else _each(passages, partial(filtered, group, subnet, around))
    routes = [] if table is None else _each(passages, partial(routed, table))
    verdict = _summed(subnet, [*filters, *routes])
    ends = (group.id.text if group else subnet.id.text,)
    if isinstance(verdict, Pass):
        return replace(verdict, notes=_wide(subnet, group, around), related=ends)
    judged = zip(passages, filters, strict=False)
    denied = [(passage, one) for passage, one in judged if isinstance(one, Fail)]
    if isinstance(verdict, Fail) and group is not None and denied:
        remedy, fills = opening(group, denied)
        return replace(verdict, remedy=remedy, fills=fills, related=ends)
    return replace(verdict, related=ends)


def _each(passages: Iterable[Passage], judge: Callable[[Passage], Verdict]) -> list[Verdict]:
    return [attempt(partial(judge, passage)) for passage in passages]


def _summed(subnet: Subnet, found: Sequence[Verdict]) -> Verdict:
    failures = [verdict for verdict in found if isinstance(verdict, Fail)]
    if failures:
        evidence: list[Evidence] = []
        for seen in (one for verdict in failures for one in verdict.evidence):
            if seen not in evidence:  # values may be lists, which cannot be hashed
                evidence.append(seen)
        said = "; ".join(dict.fromkeys(verdict.message for verdict in failures))
        return Fail(
            message=f"compute in the subnet {subnet.name} is denied what it needs: {said}",
            evidence=tuple(evidence),
        )
    unsure = next((verdict for verdict in found if isinstance(verdict, Unknown)), None)
    return unsure or Pass(
        message=f"the subnet {subnet.name} lets out all that compute needs",
        evidence=(subnet.network_security_group.evidence(), subnet.route_table.evidence()),
    )


def _wide(subnet: Subnet, group: NetworkSecurityGroup | None, around: Surroundings) -> tuple[str, ...]:
    """Says so where compute may call the whole internet."""
    note = "the subnet lets compute out to the whole internet: an allow list of the tags would do"
    if group is None:
        return (f"the subnet has no security group; {note}",)
    flows = (
        Flow(direction="Outbound", source=prefix, destination=Tag("Internet"), port=443)
        for prefix in all_parsed(subnet.prefixes)
    )
    return (note,) if all(decides(group, flow, around).access is Access.ALLOW for flow in flows) else ()


def _has_public_address(runner: Compute | Workspace) -> bool:
    if isinstance(runner, Workspace):
        return not runner.serverless_no_public_ip.value
    return runner.node_public_ip.value


def _group(view: View, subnet: Subnet) -> NetworkSecurityGroup | None:
    """None: the subnet has none. Raises Undecided where it has one that was not read."""
    rid = subnet.network_security_group.value
    found = None if rid is None else view.estate.find(NetworkSecurityGroup, rid)
    if rid is not None and found is None:
        raise _hidden(rid)
    return found


def _table(view: View, subnet: Subnet) -> RouteTable | None:
    """None: the subnet has none. Raises Undecided where it has one that was not read."""
    rid = subnet.route_table.value
    found = None if rid is None else view.estate.find(RouteTable, rid)
    if rid is not None and found is None:
        raise _hidden(rid)
    return found


def _hidden(rid: ArmId) -> Undecided:
    return Undecided(f"{rid} cannot be seen: deleted, or hidden from Reader", Reason.HIDDEN)


def _surroundings(view: View, subnet: Subnet) -> Surroundings:
    """What VirtualNetwork stands for there; nothing is known where the network was not read."""
    try:
        return surroundings_of(view.estate, subnet.scope)
    except Undecided:
        return NOTHING_KNOWN
