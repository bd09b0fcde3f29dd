"""nsg-consumer-allowed."""

from __future__ import annotations

from auditor.model.resources.security_group import NetworkSecurityGroup
from auditor.relate.nsg import Access, Decision, Line
from auditor.relate.surroundings import surroundings_of
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Verdict, View, rule
from auditor_rules.nsg.approaches import Approach, ConsumerApproaches, prefixes_of
from auditor_rules.nsg.flows import (
    PORT,
    READS,
    ask,
    create_rule,
    evidence_of,
    free_priority,
    group_of,
    named,
    numbered,
    rules_of,
    shadowed_by,
    sources_of,
    undecided,
)
from auditor_rules.nsg.subnets import addresses_of, not_guarded

_SUMMARY = (
    "Allow the consumer's prefixes to the endpoints on TCP 443, before the rule that denies them. Ask who"
    " wrote that rule first: it may be meant."
)


@rule(
    id="nsg-consumer-allowed",
    title="Consumer subnet may reach the private endpoints on TCP 443",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=ConsumerApproaches(),
    reads=READS,
    profiles=("private-openai",),
    remedy=Remedy(summary=_SUMMARY, az=None),
    sources=(
        Source(
            title="Network security groups",
            url="https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview",
        ),
        Source(
            title="Manage network policies for private endpoints",
            url="https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy",
        ),
    ),
)
def nsg_consumer_allowed(approach: Approach, view: View) -> Verdict:
    """The subnet that the workload is used from may reach its private endpoints.

    Why
        A security group that acts on private endpoints denies what no rule allows, and a deny with a lower
        number goes before every allow behind it. The call then times out and nothing says why.
    Pass when
        For every address of the consumer's subnet and of the endpoints it needs, the first rule that matches
        inbound TCP 443, by ascending priority and Azure's default rules last, is an Allow.
    Fail when
        The first rule that matches is a Deny, for all of the consumer's prefixes or for a part of them. An
        allow of your own behind it is named: it does nothing for them.
    Unknown when
        That depends on an application security group, on a service tag other than VirtualNetwork, Internet or
        AzureLoadBalancer, or on a rule that limits source ports; a rule, prefix or address is malformed; or
        the security group, the consumer's subnet, an interface or the network could not be read.
    Not applicable when
        No consumer of the endpoints is known, or no security group acts on them
        (nsg-effective-on-private-endpoints).
    Evidence
        `securityRules[]` and `defaultSecurityRules[]` of the security group of the endpoint subnet (where
        Azure states no default rules, the six documented ones), singular and plural fields alike; addresses
        from the endpoints' network interfaces, else from `customDnsConfigs`. Consumers are the subnets of
        related web apps, container apps and computes, and those declared. VirtualNetwork is the network's own
        space, that of its connected peers and the host's address 168.63.129.16; networks behind a gateway and
        the prefixes of user-defined routes may belong to it. The outbound rules of the consumer's own subnet
        are not judged.
    Remedy
        Add an Allow with a lower number than the Deny.
    """
    if not approach.place.is_guarded:
        return not_guarded(approach.place)
    group = group_of(view, approach.place)
    surroundings = surroundings_of(view.estate, approach.place.subnet.scope)
    decision = ask(view, group, surroundings, prefixes_of(view, approach.consumer), approach.endpoints)
    if denied := decision.parts(Access.DENY):
        return _denied(approach, view, group, decision, shadowed_by(group, surroundings, denied))
    if decision.access is not Access.ALLOW:
        return undecided(decision)
    number = len(approach.endpoints)
    return Pass(
        message=f"{approach.consumer.subnet.name} is allowed to {number} endpoint{'s' * (number != 1)} by"
        f" {named(decision.rules)}",
        evidence=evidence_of(decision.rules),
    )


def _denied(
    approach: Approach,
    view: View,
    group: NetworkSecurityGroup,
    decision: Decision,
    shadowed: tuple[Line, ...],
) -> Fail:
    parts = decision.parts(Access.DENY)
    lines = rules_of(parts)
    part = "" if decision.access is Access.DENY else "a part of "
    below = lines[0].priority - 1
    addresses = {address for endpoint in approach.endpoints for address in addresses_of(view, endpoint)}
    remedy, fills = create_rule(
        _SUMMARY,
        group,
        name="allow-consumers",
        access="Allow",
        priority=free_priority(group, min(150, below), 100, below),
        fills=(
            *numbered("s", prefixes_of(view, approach.consumer)),
            *numbered("d", sorted(addresses, key=str)),
        ),
    )
    before = f", before {named(shadowed)} could allow it" if shadowed else ""
    return Fail(
        message=f"{part}{approach.consumer.subnet.name} ({sources_of(parts)}) is denied TCP {PORT} to"
        f" {', '.join(endpoint.name for endpoint in approach.endpoints)} by {named(lines)}{before}",
        evidence=evidence_of((*lines, *shadowed)),
        remedy=remedy,
        fills=fills,
    )
