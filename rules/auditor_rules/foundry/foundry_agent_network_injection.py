"""foundry-agent-network-injection."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_network

from auditor.model.finding import NotApplicable, Undecided, describe
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount, NetworkInjection
from auditor.model.resources.network import Subnet, VirtualNetwork
from auditor.relate.owners import known
from auditor.rule import (
    Fail,
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
from auditor_rules.foundry.accounts import (
    FOUNDRY_ACCOUNTS,
    HOST_READS,
    agent_injections,
    capability_hosts,
)
from auditor_rules.foundry.managed_network import READS as MANAGED_READS
from auditor_rules.foundry.managed_network import judge_managed_network

DELEGATION = "Microsoft.App/environments"
LONGEST_PREFIX = 27
ADVISED_PREFIX = 24
PRIVATE = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


@rule(
    id="foundry-agent-network-injection",
    title="Agent compute is network-injected",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=FOUNDRY_ACCOUNTS,
    reads=(*HOST_READS, *MANAGED_READS, VirtualNetwork, Subnet),
    profiles=("foundry",),
    remedy=Remedy(
        summary="Deploy the account anew from the template for standard agents in a private network, with a"
        " subnet of its own of /24, delegated to Microsoft.App/environments: an account that runs agents"
        " cannot be moved into a network afterwards.",
        az=None,
        url="https://learn.microsoft.com/azure/ai-foundry/agents/how-to/virtual-networks",
    ),
    controls=controls(mcsb=("NS-1",), nist=("SC-7",)),
    sources=(
        Source(
            title="Use a virtual network with the Azure AI Agent Service",
            url="https://learn.microsoft.com/azure/ai-foundry/agents/how-to/virtual-networks",
        ),
        Source(
            title="Configure a private link for Foundry",
            url="https://learn.microsoft.com/azure/ai-foundry/how-to/configure-private-link",
        ),
    ),
)
def foundry_agent_network_injection(account: CognitiveAccount, view: View) -> Verdict:
    """The compute of the account's agents runs in a network that holds it back.

    Why
        Agents call tools from compute of their own. Without injection that compute stands in Microsoft's
        network with the whole internet before it and no way to resources that only private endpoints lead to:
        the private account then has an unwatched way out.
    Pass when
        `networkInjections` has the scenario agent with a subnet that is delegated to
        Microsoft.App/environments, is /27 or larger, lies in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16,
        and serves no other account; or with useMicrosoftManagedNetwork, and foundry-managed-network passes.
        A subnet smaller than /24 is noted.
    Fail when
        A capability host shows that agents run, and there is no such injection (absent, null and the scenario
        none mean none); it names no subnet; one of the subnet's conditions does not hold; or the managed
        network fails. High where public network access is Disabled, medium where the account is open anyway.
    Unknown when
        The subnet, or what decides whether agents run, could not be read; the managed network is unknown; or
        a value is malformed.
    Not applicable when
        The account is not of kind AIServices, does not allow projects, has no capability hosts and no
        injection for agents, or is being deleted.
    Evidence
        `properties.networkInjections` of `Microsoft.CognitiveServices/accounts`, api-version 2025-06-01;
        `capabilityHosts` of the account and its projects, 2025-09-01; the subnet in its network's answer.
        Only accounts that were read can show that a subnet is shared; where some were not, that is noted.
    Remedy
        Deploy the account anew: injection cannot be added in the portal later.
    """
    is_private = account.public_network_access.meaning == "Disabled"
    severity = Severity.HIGH if is_private else Severity.MEDIUM
    injections = agent_injections(account)
    if not injections:
        return _without(account, view, severity)
    checks = [attempt(partial(_injection, account, one, view, severity)) for one in injections]
    return worst(checks, own=severity)


def _without(account: CognitiveAccount, view: View, severity: Severity) -> Verdict:
    fact = account.network_injections
    hosts = capability_hosts(view.estate, account)
    if not hosts:
        said = "no agents run on the account: it has no capability host"
        return NotApplicable(message=said, reason=Reason.NOT_USED, evidence=(fact.evidence(),))
    subnets = [host.customer_subnet for host in hosts if host.customer_subnet.is_stated]
    notes = tuple(f"a capability host names the subnet {named.raw}, the account none" for named in subnets)
    unset = "names no network for agents" if fact.is_stated else "has no networkInjections, which means none"
    return Fail(
        message=f"agents run on the account, but it {unset}: their compute is in no network of ours",
        evidence=(fact.evidence(), *(host.kind.evidence() for host in hosts)),
        severity=severity,
        notes=notes,
    )


def _injection(
    account: CognitiveAccount, injection: NetworkInjection, view: View, severity: Severity
) -> Verdict:
    if injection.is_managed.value:
        return _managed(account, injection, view, severity)
    named = injection.subnet
    if named.value is None:
        said = "the injection for agents names no subnet and no managed network"
        return Fail(message=said, evidence=(named.evidence(),), severity=severity)
    checks = (
        attempt(lambda: _subnet(injection, view, severity)),
        attempt(lambda: _sharing(account, injection, view, severity)),
    )
    return worst(checks, own=severity)


def _managed(
    account: CognitiveAccount, injection: NetworkInjection, view: View, severity: Severity
) -> Verdict:
    verdict = judge_managed_network(account, view)
    flag = injection.is_managed.evidence()
    if isinstance(verdict, Fail):
        said = f"agents run in the managed network, which fails: {verdict.message}"
        evidence = (flag, *verdict.evidence)
        return Fail(message=said, evidence=evidence, severity=severity, remedy=verdict.remedy)
    if isinstance(verdict, Pass):
        said = f"agents run in the managed network: {verdict.message}"
        return Pass(message=said, evidence=(flag, *verdict.evidence))
    return verdict


def _subnet(injection: NetworkInjection, view: View, severity: Severity) -> Verdict:
    named = injection.subnet
    subnet = _found(named.value, view)
    evidence = (
        named.evidence(),
        subnet.delegations.evidence(),
        subnet.address_prefix.evidence(),
        subnet.address_prefixes.evidence(),
    )
    prefixes = _parsed(subnet)
    if problems := tuple(_problems(subnet, prefixes)):
        said = f"the agents' subnet {subnet.name} {'; it '.join(problems)}"
        return Fail(message=said, evidence=evidence, severity=severity)
    largest = min(prefix.prefixlen for prefix in prefixes)
    small = f"the subnet is /{largest}; /{ADVISED_PREFIX} is recommended"
    return Pass(
        message=f"agents run in the subnet {subnet.name}, delegated to {DELEGATION}",
        evidence=evidence,
        notes=(small,) if largest > ADVISED_PREFIX else (),
    )


def _found(rid: ArmId | None, view: View) -> Subnet:
    """The subnet. Raises NotRead where its network was not read, Undecided where there is none."""
    network = rid.parent if rid else None
    if rid is not None and network is not None and view.estate.find(VirtualNetwork, network) is not None:
        for subnet in view.estate.children(Subnet, network):
            if subnet.id == rid:
                return subnet
    raise Undecided(f"the agents' subnet {rid} cannot be seen: deleted, or hidden", Reason.HIDDEN)


def _parsed(subnet: Subnet) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        found = tuple(ip_network(text, strict=False) for text in subnet.prefixes)
    except ValueError:
        found = ()
    if not found:
        seen = (subnet.address_prefix.evidence(), subnet.address_prefixes.evidence())
        said = f"the address space of the subnet {subnet.id} cannot be read"
        raise Undecided(said, Reason.MALFORMED, evidence=seen)
    return found


def _problems(subnet: Subnet, prefixes: tuple[IPv4Network | IPv6Network, ...]) -> Iterator[str]:
    if DELEGATION.casefold() not in {name.casefold() for name in subnet.delegations.value}:
        yield f"is not delegated to {DELEGATION}"
    if min(prefix.prefixlen for prefix in prefixes) > LONGEST_PREFIX:
        yield f"is smaller than /{LONGEST_PREFIX}"
    if odd := [str(prefix) for prefix in prefixes if not _is_private(prefix)]:
        yield f"has addresses outside the private ranges ({', '.join(odd)})"


def _is_private(prefix: IPv4Network | IPv6Network) -> bool:
    return isinstance(prefix, IPv4Network) and any(prefix.subnet_of(whole) for whole in PRIVATE)


def _sharing(
    account: CognitiveAccount, injection: NetworkInjection, view: View, severity: Severity
) -> Verdict:
    named = injection.subnet
    others = [
        (other, one)
        for other in view.estate.listed(CognitiveAccount)
        if other.id != account.id
        for one in known(other.network_injections) or ()
        if known(one.subnet) == named.value
    ]
    if others:
        names = ", ".join(other.name for other, _ in others)
        evidence = (named.evidence(), *(one.subnet.evidence() for _, one in others))
        said = f"the agents' subnet is used by {names} too: each account needs one of its own"
        return Fail(message=said, evidence=evidence, severity=severity)
    gaps = view.estate.gaps(CognitiveAccount)
    notes = tuple(f"whether another account uses the subnet: {describe(gap)}" for gap in gaps)
    said = "no other account uses the agents' subnet"
    return Pass(message=said, evidence=(named.evidence(),), notes=notes)
