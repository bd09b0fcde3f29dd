"""network-subnet-layout."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import chain

from auditor.model.finding import Evidence
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.network import NetworkInterface, Subnet
from auditor.relate.gateways import is_gateway_subnet
from auditor.relate.prefixes import all_parsed, meets, parsed
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.network.homes import Home, HomeNetworks, consumers_in, free_prefix

APP_DELEGATIONS = frozenset({"microsoft.web/serverfarms", "microsoft.app/environments"})
DOCKER = parsed("172.17.0.0/16")
_LEARNING = frozenset({"prompt-flow", "machine-learning", "foundry"})
_READDRESS = Remedy(
    summary="Give the network an address space without 172.17.0.0/16. Move what lies in it first; where that"
    " is not possible, build the workload in a new network.",
    az=None,
)


@rule(
    id="network-subnet-layout",
    title="Private endpoints, gateway and apps have subnets of their own",
    severity=Severity.LOW,
    rule_class="function",
    subjects=HomeNetworks(),
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Add a subnet and move one of the two there. Private endpoints cannot be moved: create new"
        " ones in the new subnet, then delete the old ones.",
        az="az network vnet subnet create --resource-group {group} --subscription {subscription}"
        " --vnet-name {name} --name {new_subnet} --address-prefixes {prefix}",
    ),
    controls=controls(mcsb=("NS-1",)),
    sources=(
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
        Source(
            title="Integrate your app with an Azure virtual network",
            url="https://learn.microsoft.com/azure/app-service/overview-vnet-integration",
        ),
        Source(
            title="Configure a private endpoint for an Azure Machine Learning workspace",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link",
        ),
    ),
)
def network_subnet_layout(home: Home, view: View) -> Verdict:
    """Private endpoints, the gateway and each kind of app stand in separate subnets.

    Why
        The subnet of a web app or of a Container Apps environment is handed over to that service and grows
        and shrinks with it; what else stands in it takes its addresses, and rules for the one hit the other.
        Machine Learning and Foundry computes run Docker on 172.17.0.0/16 and do not reach such addresses.
    Pass when
        Private endpoints, the gateway (GatewaySubnet) and the apps are in separate subnets, in any order, and
        the address space does not overlap 172.17.0.0/16 where Machine Learning or Foundry uses it.
    Fail when
        Private endpoints are in a subnet that is delegated to, or used by, an app; an app's subnet is shared
        with another kind of app or with network interfaces of other machines; or the address space of a
        network that Machine Learning or Foundry uses overlaps 172.17.0.0/16.
    Unknown when
        A subnet or endpoint could not be read or is malformed.
    Not applicable when
        The network has no gateway, and no app of the workloads stands in it.
    Evidence
        `delegations[]`, `privateEndpoints[]` and `ipConfigurations[]` of the subnets, and
        `addressSpace.addressPrefixes`, api-version 2024-05-01. App subnets are those of related web apps and
        container apps, and those delegated to Microsoft.Web/serverFarms or Microsoft.App/environments. The
        order of the subnets differs between revisions of the On Your Data page and is not looked at.
    Remedy
        Add subnets. Moving private endpoints means creating them anew.
    """
    subnets = view.estate.children(Subnet, home.network.id)
    users = _users(view, home)
    apps = tuple(subnet for subnet in subnets if subnet.id in users or _is_delegated(subnet))
    has_gateway = any(is_gateway_subnet(subnet) for subnet in subnets)
    overlap = attempt(partial(_docker, home))
    if not apps and not has_gateway and isinstance(overlap, Pass):
        return NotApplicable(
            message="neither a gateway nor an app of the workloads stands in this network",
            reason=Reason.NOT_USED,
        )
    holders = frozenset(place.subnet.id for place in home.places)
    checks = chain(
        (overlap,), (attempt(partial(_shared, one, holders, users.get(one.id, frozenset()))) for one in apps)
    )
    verdict = worst(checks, Severity.LOW)
    if isinstance(verdict, Fail) and verdict.remedy is None:
        return _with_prefix(verdict, home, subnets)
    if isinstance(verdict, Pass):
        names = ", ".join(subnet.name for subnet in (*(place.subnet for place in home.places), *apps))
        seen = tuple(place.subnet.delegations.evidence() for place in home.places)
        return Pass(message=f"separate subnets: {names}{' and GatewaySubnet' * has_gateway}", evidence=seen)
    return verdict


def _users(view: View, home: Home) -> dict[ArmId, frozenset[str]]:
    """The kinds of apps that use each subnet."""
    found: dict[ArmId, frozenset[str]] = {}
    for _, consumer in consumers_in(view, home):
        kind = consumer.user.resource_type or ""
        if consumer.user != consumer.subnet and kind.lower().startswith(("microsoft.web/", "microsoft.app/")):
            found[consumer.subnet] = found.get(consumer.subnet, frozenset()) | {kind.lower()}
    return found


def _is_delegated(subnet: Subnet) -> bool:
    delegations = subnet.delegations
    return not delegations.is_malformed and any(name.lower() in APP_DELEGATIONS for name in delegations.value)


def _shared(subnet: Subnet, holders: frozenset[ArmId], users: frozenset[str]) -> Verdict:
    """What an app's subnet is shared with."""
    delegated = ", ".join(subnet.delegations.value)
    whose = f"delegated to {delegated}" if delegated else "an app's"
    if subnet.id in holders or subnet.private_endpoints.value:
        return _fail(
            subnet,
            f"the subnet {subnet.name} holds private endpoints and is {whose}",
            subnet.private_endpoints.evidence(),
        )
    if len(users) > 1:
        return _fail(subnet, f"the subnet {subnet.name} is used by {' and '.join(sorted(users))}")
    interfaces = [rid for rid in subnet.ip_configurations.value if _is_interface(rid)]
    if interfaces:
        said = f"the app's subnet {subnet.name} also holds network interfaces of machines ({len(interfaces)})"
        return _fail(subnet, said, subnet.ip_configurations.evidence())
    return Pass(message=f"{subnet.name} is the apps' own", evidence=(subnet.delegations.evidence(),))


def _fail(subnet: Subnet, said: str, *seen: Evidence) -> Fail:
    return Fail(message=said, evidence=(subnet.delegations.evidence(), *seen))


def _is_interface(configuration: ArmId) -> bool:
    owner = configuration.parent
    return owner is not None and same_text(owner.resource_type or "", NetworkInterface.ARM_TYPE)


def _docker(home: Home) -> Verdict:
    fact = home.network.address_prefixes
    if DOCKER is None or not any(workload.kind in _LEARNING for workload in home.workloads):
        return Pass(message="no Machine Learning here", evidence=(fact.evidence(),))
    hit = [str(prefix) for prefix in all_parsed(fact.value) if meets(prefix, (DOCKER,))]
    if not hit:
        return Pass(message="no overlap with Docker's bridge", evidence=(fact.evidence(),))
    said = (
        f"{', '.join(hit)} overlaps 172.17.0.0/16, the Docker bridge of Machine Learning and Foundry computes"
    )
    return Fail(message=said, evidence=(fact.evidence(),), remedy=_READDRESS)


def _with_prefix(verdict: Fail, home: Home, subnets: Iterable[Subnet]) -> Fail:
    """The failure with a free prefix for the new subnet; without a command where the network is full."""
    free = free_prefix(home.network, subnets)
    remedy = (
        None
        if free
        else Remedy(summary="Widen the address space, then add a subnet and move one there.", az=None)
    )
    fills = (("new_subnet", "private-endpoints-2"), ("prefix", str(free)))
    return Fail(message=verdict.message, evidence=verdict.evidence, remedy=remedy, fills=fills)
