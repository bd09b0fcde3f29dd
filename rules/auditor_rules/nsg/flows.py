"""Asking a security group about TCP 443 from somewhere to private endpoints, and mending what it says."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model.finding import Evidence, Remedy, Undecided
from auditor.model.reasons import Reason
from auditor.model.resources.network import NetworkInterface, PrivateEndpoint
from auditor.model.resources.security_group import NetworkSecurityGroup
from auditor.model.wire import Resource
from auditor.relate.nsg import Access, Decision, Flow, Line, Piece, decides
from auditor.relate.prefixes import Prefix, merged, shown
from auditor.relate.service_tags import Surroundings, Tag
from auditor.relate.surroundings import READS as SURROUNDING_READS
from auditor.rule import Unknown, View
from auditor_rules.nsg.subnets import EndpointSubnet, addresses_of

PORT = 443
READS: tuple[type[Resource], ...] = (NetworkSecurityGroup, NetworkInterface, *SURROUNDING_READS)
_IN_GROUP = "--resource-group {nsg_group} --subscription {nsg_subscription} --nsg-name {nsg}"


def group_of(view: View, place: EndpointSubnet) -> NetworkSecurityGroup:
    """The subnet's security group. Raises NotRead, or Undecided where it is gone."""
    fact = place.subnet.network_security_group
    rid = fact.value
    found = view.estate.find(NetworkSecurityGroup, rid) if rid is not None else None
    if found is None:
        said = f"the security group {rid} is not in its subscription's list: deleted, or hidden"
        raise Undecided(said, Reason.HIDDEN, evidence=(fact.evidence(),))
    return found


def ask(
    view: View,
    group: NetworkSecurityGroup,
    surroundings: Surroundings,
    sources: Iterable[Prefix],
    endpoints: Iterable[PrivateEndpoint],
) -> Decision:
    """What the group makes of TCP 443 from all of the sources to all addresses of the endpoints."""
    pieces: list[Piece] = []
    starts = tuple(sources)
    for endpoint in endpoints:
        for address in addresses_of(view, endpoint):
            for source in starts:
                if source.version == address.version:
                    flow = Flow(direction="Inbound", source=source, destination=address, port=PORT)
                    pieces.extend(decides(group, flow, surroundings).pieces)
    return Decision(pieces=tuple(pieces))


def shadowed_by(
    group: NetworkSecurityGroup, surroundings: Surroundings, denied: Iterable[Piece]
) -> tuple[Line, ...]:
    """The customer's own allows that would decide for these pieces, were it not for the rules before them."""
    pieces = tuple(denied)
    behind = [
        piece
        for one in pieces
        for piece in decides(
            group,
            Flow(direction="Inbound", source=one.source, destination=one.destination, port=PORT),
            surroundings,
            without=rules_of(pieces),
        ).parts(Access.ALLOW)
    ]
    return tuple(line for line in rules_of(behind) if not line.is_default)


def undecided(decision: Decision) -> Unknown:
    lines = decision.undecided_by or decision.rules
    return Unknown(
        message=f"it cannot be told whether {named(lines)} matches TCP {PORT} from"
        f" {sources_of(decision.parts(Access.UNDECIDED))}: it names a service tag or application security"
        " group whose addresses are not readable here, limits source ports, or the network reaches further"
        " than is known",
        reason=Reason.AMBIGUOUS,
        evidence=evidence_of(lines),
    )


def named(lines: Iterable[Line]) -> str:
    """Rules by name and priority, the default ones called so."""
    return ", ".join(
        f"{'default rule' if line.is_default else 'rule'} {line.name} (priority {line.priority})"
        for line in sorted(lines, key=lambda line: line.priority)
    )


def evidence_of(lines: Iterable[Line]) -> tuple[Evidence, ...]:
    return tuple(seen for line in lines for seen in line.evidence)


def sources_of(pieces: Iterable[Piece]) -> str:
    return shown(merged(piece.source for piece in pieces if not isinstance(piece.source, Tag)))


def destinations_of(pieces: Iterable[Piece]) -> str:
    """The endpoint addresses of the pieces, one by one."""
    found = {piece.destination for piece in pieces if not isinstance(piece.destination, Tag)}
    hosts = [prefix.network_address for prefix in sorted(found, key=str)]
    rest = f" and {len(hosts) - 3} more" if len(hosts) > 3 else ""
    return ", ".join(str(host) for host in hosts[:3]) + rest


def rules_of(pieces: Iterable[Piece]) -> tuple[Line, ...]:
    found = dict.fromkeys(piece.rule for piece in pieces if piece.rule is not None)
    return tuple(sorted(found, key=lambda line: line.priority))


def free_priority(group: NetworkSecurityGroup, wanted: int, low: int, high: int) -> int | None:
    """The unused priority nearest to the wanted one, between two bounds; None where all are taken."""
    taken = {rule.priority.value for rule in group.rules.value if rule.direction.value == "Inbound"}
    free = [number for number in range(max(low, 100), min(high, 4096) + 1) if number not in taken]
    return min(free, key=lambda number: (abs(number - wanted), number), default=None)


def create_rule(
    summary: str, group: NetworkSecurityGroup, *, name: str, access: str, priority: int | None, fills: Fills
) -> tuple[Remedy, Fills]:
    """A remedy that adds an inbound rule for TCP 443. `fills` are its sources (s…) and destinations (d…)."""
    if priority is None:
        return Remedy(summary=f"{summary} No priority is free for it: renumber the rules.", az=None), ()
    az = (
        f"az network nsg rule create {_IN_GROUP} --name {name} --priority {priority} --direction Inbound"
        f" --access {access} --protocol Tcp --source-address-prefixes {_placeholders(fills, 's')}"
        f" --destination-address-prefixes {_placeholders(fills, 'd')} --destination-port-ranges {PORT}"
    )
    return Remedy(summary=summary, az=az), (*fills, *_in_group(group))


def narrow_rule(
    summary: str, group: NetworkSecurityGroup, line: Line, sources: Iterable[Prefix]
) -> tuple[Remedy, Fills]:
    """A remedy that leaves one rule to these sources only."""
    fills = numbered("s", sources)
    az = (
        f"az network nsg rule update {_IN_GROUP} --name {{rule}} --source-address-prefixes"
        f" {_placeholders(fills, 's')}"
    )
    return Remedy(summary=summary, az=az), (*fills, ("rule", line.name), *_in_group(group))


Fills = tuple[tuple[str, str], ...]


def numbered(letter: str, values: Iterable[object]) -> Fills:
    """Each value under a name of its own, since each becomes one quoted word of a command."""
    return tuple((f"{letter}{number}", str(value)) for number, value in enumerate(values))


def _placeholders(fills: Fills, letter: str) -> str:
    return " ".join(f"{{{name}}}" for name, _ in fills if name[0] == letter and name[1:].isdecimal())


def _in_group(group: NetworkSecurityGroup) -> Fills:
    return (
        ("nsg", group.name),
        ("nsg_group", group.id.resource_group or ""),
        ("nsg_subscription", group.id.subscription_id or ""),
    )
