"""nsg-others-denied."""

from __future__ import annotations

from auditor.model.finding import Undecided, describe
from auditor.model.reasons import Reason
from auditor.model.resources.security_group import NetworkSecurityGroup
from auditor.relate.consumers import Consumer
from auditor.relate.nsg import Access, Decision, Piece
from auditor.relate.prefixes import Prefix, difference, meets, merged
from auditor.relate.service_tags import Tag
from auditor.relate.surroundings import surroundings_of
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Unknown, Verdict, View, rule
from auditor_rules.controls import controls
from auditor_rules.nsg.approaches import Approached, ApproachedSubnets, missed, prefixes_of, strays
from auditor_rules.nsg.flows import (
    READS,
    ask,
    create_rule,
    destinations_of,
    evidence_of,
    free_priority,
    group_of,
    named,
    narrow_rule,
    numbered,
    rules_of,
    sources_of,
    undecided,
)
from auditor_rules.nsg.subnets import not_guarded

_DENY = "Deny everybody else on TCP 443, behind the rules that allow the consumers."
_NARROW = (
    "Leave this rule to the known consumers, and deny the rest behind it; a consumer that is missing here"
    " belongs into the workload's `consumers` in auditor.toml first."
)


@rule(
    id="nsg-others-denied",
    title="Everyone else in the network is denied the private endpoints",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=ApproachedSubnets(),
    reads=READS,
    profiles=("private-openai",),
    remedy=Remedy(summary=_DENY, az=None),
    controls=controls(
        mcsb=("NS-1",),
        nist=(
            "SC-7",
            "AC-4",
        ),
    ),
    sources=(
        Source(
            title="Network security groups",
            url="https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview",
        ),
        Source(
            title="Virtual network service tags",
            url="https://learn.microsoft.com/azure/virtual-network/service-tags-overview",
        ),
    ),
)
def nsg_others_denied(approached: Approached, view: View) -> Verdict:
    """Nobody in the network but the known consumers may reach the private endpoints.

    Why
        Azure's default rule AllowVnetInBound lets the whole network and its peers in. Unless a deny stands
        before it, and behind nothing wider than the consumers need, any machine in a peered network reaches
        the accounts.
    Pass when
        For every address of the network and of its connected peers that is no consumer's, the first rule that
        matches inbound TCP 443 to the endpoints is a Deny.
    Fail when
        Some of these addresses are allowed: by the default rule 65000 alone, or by an allow that goes before
        the deny and is wider than the consumers.
    Unknown when
        That depends on an application security group, on a service tag other than VirtualNetwork, Internet or
        AzureLoadBalancer, or on a rule that limits source ports; a rule, prefix or address is malformed; or
        the security group, a consumer's subnet, an interface or the network could not be read. Also where a
        rule of your own lets others in, and something that may show them as consumers was not read, or they
        are subnets of apps, environments, computes or agents that no workload here is known to be used by.
    Not applicable when
        No consumer of the endpoints is known, or no security group acts on them
        (nsg-effective-on-private-endpoints).
    Evidence
        As nsg-consumer-allowed. Asked are all addresses of the network and its connected peers outside the
        prefixes of all known consumers of endpoints in this subnet, whichever workload they belong to. Not
        asked are other ports, which private endpoints of these services do not answer (file shares do, on
        445), and networks behind a gateway, whose addresses ARM does not say.
    Remedy
        Deny the rest with a number above the allow (100 to 4096, the lower number goes first), or narrow the
        allow that is too wide.
    """
    place = approached.place
    if not place.is_guarded:
        return not_guarded(place)
    group = group_of(view, place)
    surroundings = surroundings_of(view.estate, place.subnet.scope)
    known = merged(prefix for one in approached.approaches for prefix in prefixes_of(view, one.consumer))
    others = difference(surroundings.known, known)
    decision = ask(view, group, surroundings, others, (guest.endpoint for guest in place.guests))
    if allowed := decision.parts(Access.ALLOW):
        lines = rules_of(allowed)
        unread = missed(view, place)
        if unread is not None and not any(line.is_default for line in lines):
            who = f"{sources_of(allowed)}, which may be a consumer's"
            said = f"{named(lines)} also lets in {who}: {describe(unread)}"
            return Unknown(message=said, reason=unread.reason, gap=unread, evidence=evidence_of(lines))
        if (stray := _strays_alone(view, approached, allowed)) is not None:
            return stray
        return _let_in(place.subnet.prefixes, group, decision, known)
    if not decision.pieces:
        return Pass(message="the known consumers are all there is in the network", evidence=())
    if decision.access is not Access.DENY:
        return undecided(decision)
    return Pass(
        message=f"everybody else in the network is denied by {named(decision.rules)}",
        evidence=evidence_of(decision.rules),
    )


def _strays_alone(view: View, approached: Approached, allowed: tuple[Piece, ...]) -> Unknown | None:
    """Said where rules of one's own let in, beside consumers, only subnets that something stands in."""
    lines = rules_of(allowed)
    sources = merged(piece.source for piece in allowed if not isinstance(piece.source, Tag))
    placed = {one: _prefixes(view, one) for one in strays(view, approached)}
    found = [one for one, prefixes in placed.items() if any(meets(prefix, sources) for prefix in prefixes)]
    others = difference(sources, (prefix for one in found for prefix in placed[one]))
    if not found or others or any(line.is_default for line in lines):
        return None
    names = ", ".join(f"{one.user.name} in {one.subnet.name}" for one in found)
    return Unknown(
        message=f"{named(lines)} also lets in {names}, and no workload behind these endpoints is known to use"
        " that: restore its grant or declare it among the workload's consumers, else narrow the rule",
        reason=Reason.RELATION_SUGGESTED,
        evidence=(*evidence_of(lines), *(one.evidence for one in found)),
    )


def _prefixes(view: View, stray: Consumer) -> tuple[Prefix, ...]:
    """Empty where they cannot be told: its addresses are then like all others."""
    try:
        return prefixes_of(view, stray)
    except Undecided:
        return ()


def _let_in(
    subnet_prefixes: tuple[str, ...],
    group: NetworkSecurityGroup,
    decision: Decision,
    consumers: tuple[Prefix, ...],
) -> Fail:
    parts = decision.parts(Access.ALLOW)
    lines = rules_of(parts)
    wide = next((line for line in lines if not line.is_default), None)
    if wide is not None:
        remedy, fills = narrow_rule(_NARROW, group, wide, consumers)
        why = f"{named(lines)}, which goes before every deny that would stop them"
    else:
        taken = [rule.priority.value or 0 for rule in group.rules.value if rule.direction.value == "Inbound"]
        allows = [rule.priority.value or 0 for rule in group.rules.value if rule.access.value == "Allow"]
        wanted = max((200, *(number + 10 for number in allows if number in taken)))
        remedy, fills = create_rule(
            _DENY,
            group,
            name="deny-others",
            access="Deny",
            priority=free_priority(group, wanted, wanted, 4096),
            fills=(*numbered("s", ("*",)), *numbered("d", subnet_prefixes)),
        )
        why = f"{named(lines)}: no rule of the group denies them"
    return Fail(
        message=f"not only consumers reach {destinations_of(parts)}: also {sources_of(parts)}, by {why}",
        evidence=evidence_of(lines),
        remedy=remedy,
        fills=fills,
    )
