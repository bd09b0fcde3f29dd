"""Which ways out (and in) compute needs in a network of its owner, and what its subnet makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from auditor.model.finding import Evidence
from auditor.model.reasons import Reason
from auditor.model.resources.network import Subnet
from auditor.model.resources.security_group import NetworkSecurityGroup, Route, RouteTable
from auditor.relate.nsg import Access, Decision, Direction, Flow, Line, Protocol, Tag, decides
from auditor.relate.prefixes import all_parsed
from auditor.relate.service_tags import Surroundings
from auditor.rule import Fail, Pass, Remedy, Severity, Unknown, Verdict
from auditor_rules.workspace.rule_names import free_name

# Service tag, protocol and port that compute calls; {region} is its own. Required tab of
# https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet#required-public-internet-access
OUTBOUND: tuple[tuple[str, Protocol, int], ...] = (
    ("AzureActiveDirectory", "Tcp", 80),
    ("AzureActiveDirectory", "Tcp", 443),
    ("AzureMachineLearning", "Tcp", 443),
    ("AzureMachineLearning", "Tcp", 18881),
    ("AzureMachineLearning", "Udp", 5831),
    ("BatchNodeManagement.{region}", "Tcp", 443),
    ("BatchNodeManagement.{region}", "Udp", 443),
    ("AzureResourceManager", "Tcp", 443),
    ("Storage.{region}", "Tcp", 443),
    ("AzureFrontDoor.FrontEnd", "Tcp", 443),
    ("AzureFrontDoor.FirstParty", "Tcp", 443),
    ("MicrosoftContainerRegistry.{region}", "Tcp", 443),
)
INBOUND: tuple[str, Protocol, int] = ("AzureMachineLearning", "Tcp", 44224)
# Two halves are the usual way to outdo a default route.
_ANYWHERE = ("0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/0")
# The largest priority that a rule of the customer's may have.
MOST = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One thing that has to get through."""

    tag: str
    protocol: Protocol
    port: int
    direction: Direction = "Outbound"

    def __str__(self) -> str:
        way = "to" if self.direction == "Outbound" else "from"
        return f"{way} {self.tag} {self.protocol.upper()} {self.port}"


def required(region: str, *, has_public_address: bool) -> Iterator[Passage]:
    """What compute in that region has to get through; what creates nodes comes in by public address only."""
    for tag, protocol, port in OUTBOUND:
        yield Passage(tag=tag.format(region=region), protocol=protocol, port=port)
    if has_public_address:
        tag, protocol, port = INBOUND
        yield Passage(tag=tag, protocol=protocol, port=port, direction="Inbound")


def filtered(
    group: NetworkSecurityGroup, subnet: Subnet, surroundings: Surroundings, passage: Passage
) -> Verdict:
    """What the subnet's security group makes of one passage. Raises Undecided where a rule is malformed."""
    evidence: list[Evidence] = []
    accesses: list[Access] = []
    names: list[str] = []
    for prefix in all_parsed(subnet.prefixes):
        ours, theirs = prefix, Tag(passage.tag)
        out = passage.direction == "Outbound"
        flow = Flow(
            direction=passage.direction,
            source=ours if out else theirs,
            destination=theirs if out else ours,
            port=passage.port,
            protocol=passage.protocol,
        )
        decision = decides(group, flow, surroundings)
        accesses.append(decision.access)
        lines = _lines(decision)
        evidence.extend(seen for line in lines for seen in line.evidence)
        names.extend(line.name for line in lines)
    return _summed(passage, accesses, tuple(evidence), ", ".join(dict.fromkeys(names)), subnet)


def _lines(decision: Decision) -> list[Line]:
    """The rules that decide, or that leave it undecided; not hashed, for they may hold lists as evidence."""
    pieces = decision.parts(Access.UNDECIDED)
    if decision.access is Access.UNDECIDED:
        return [line for piece in pieces for line in piece.doubts]
    return [piece.rule for piece in decision.pieces if piece.rule is not None]


def _summed(
    passage: Passage, accesses: list[Access], evidence: tuple[Evidence, ...], names: str, subnet: Subnet
) -> Verdict:
    seen = evidence or (subnet.network_security_group.evidence(),)
    if any(access in (Access.DENY, Access.MIXED) for access in accesses):
        return Fail(message=f"{passage} (by {names})", evidence=seen, severity=Severity.MEDIUM)
    if not accesses or Access.UNDECIDED in accesses:
        said = f"whether the security group lets through what goes {passage} cannot be told ({names})"
        return Unknown(message=said, reason=Reason.AMBIGUOUS, evidence=seen)
    return Pass(message=str(passage), evidence=seen)


def routed(table: RouteTable, passage: Passage) -> Verdict:
    """Where the subnet's route table sends one passage. Raises Undecided where routes are malformed."""
    if passage.direction == "Inbound" or (route := _route(table.routes.value, passage.tag)) is None:
        return Pass(message=f"{passage}: Azure's own route")
    hop = route.next_hop
    kind = (hop.value or "").casefold()
    name = route.name.value or f"route {route.key}"
    if kind == "internet":
        return Pass(message=f"{passage}: {name}", evidence=(hop.evidence(),))
    if kind == "none":
        return Fail(message=f"{passage} (dropped by {name})", evidence=(hop.evidence(),))
    said = (
        f"what goes {passage} is routed to {hop.value or 'no stated hop'} ({name}), whose rules are not read"
    )
    return Unknown(message=said, reason=Reason.NOT_IN_ARM, evidence=(hop.evidence(),))


def _route(routes: Iterable[Route], tag: str) -> Route | None:
    """The route of the tag or of its service, else the default route; None where there is none."""
    by_prefix = {(route.prefix.value or "").casefold(): route for route in routes}
    for wanted in (tag, tag.partition(".")[0], "AzureCloud", *_ANYWHERE):
        if (route := by_prefix.get(wanted.casefold())) is not None:
            return route
    return None


Denied = tuple[Passage, Fail]
Fills = tuple[tuple[str, str], ...]
_CREATE = (
    "az network nsg rule create --resource-group {nsg_group} --subscription {nsg_subscription}"
    " --nsg-name {nsg} --access Allow"
)


def opening(group: NetworkSecurityGroup, denied: Sequence[Denied]) -> tuple[Remedy, Fills]:
    """A remedy that adds an allow rule for each denied tag before every rule that denies one, and its fills.

    Without a command where the group has not enough free priorities there.
    """
    summary = "Allow what the message names, before the rule that denies it."
    ports: dict[tuple[str, Protocol, Direction], list[int]] = {}
    for passage, _ in denied:
        ports.setdefault((passage.tag, passage.protocol, passage.direction), []).append(passage.port)
    taken = {rule.priority.meaning for rule in group.rules.value}
    free = [number for number in range(100, _first_denial(denied)) if number not in taken]
    if len(free) < len(ports):
        return Remedy(summary=f"{summary} No priority is free there: renumber the rules.", az=None), ()
    commands: list[str] = []
    fills = [("nsg", group.name), ("nsg_group", group.id.resource_group or "")]
    fills.append(("nsg_subscription", group.id.subscription_id or ""))
    names = [str(rule.name.meaning) for rule in group.rules.value]
    for number, ((tag, protocol, direction), wanted) in enumerate(ports.items()):
        names.append(free_name(f"allow {tag} {protocol}", names))
        fills += [(f"tag_{number}", tag), (f"rule_{number}", names[-1])]
        ends = (f"{{tag_{number}}}", "VirtualNetwork")
        source, destination = ends if direction == "Inbound" else ends[::-1]
        commands.append(
            f"{_CREATE} --name {{rule_{number}}} --priority {free[number]} --direction {direction}"
            f" --protocol {protocol} --source-address-prefixes {source}"
            f" --destination-address-prefixes {destination}"
            f" --destination-port-ranges {' '.join(str(port) for port in wanted)}"
        )
    return Remedy(summary=summary, az=" && ".join(commands)), tuple(fills)


def _first_denial(denied: Iterable[Denied]) -> int:
    """The smallest priority among the rules that deny; one beyond all where only default rules do."""
    seen = (one for _, verdict in denied for one in verdict.evidence)
    found = (one.value for one in seen if one.path.endswith("properties.priority"))
    return min((number for number in found if isinstance(number, int) and number <= MOST), default=MOST + 1)
