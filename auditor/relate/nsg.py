"""What a network security group makes of a flow: the first rule that matches, for every part of the flow.

Rules match in ascending priority, Azure's default rules last. A flow between two prefixes may meet several
rules, so it is cut into pieces, each decided by one rule. Where it cannot be told whether a rule matches (an
application security group, a service tag whose addresses ARM does not say, a source port), the piece is
decided only if the rule and what follows it agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeVar

from auditor.model.finding import Evidence
from auditor.model.resources.security_group import NetworkSecurityGroup, SecurityRule
from auditor.model.wire import Fact
from auditor.relate.actions import unstated
from auditor.relate.port_ranges import port_ranges
from auditor.relate.service_tags import (
    NOTHING_KNOWN,
    UNNAMED,
    Element,
    End,
    Surroundings,
    Tag,
    cut,
    element,
    shared,
    take_out,
)

T = TypeVar("T")

Direction = Literal["Inbound", "Outbound"]
Protocol = Literal["Tcp", "Udp", "Icmp", "Esp", "Ah"]


class Access(StrEnum):
    ALLOW = "Allow"
    DENY = "Deny"
    MIXED = "mixed"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Packets from one end to a port of another. An end is a prefix, or a service tag taken as a whole."""

    direction: Direction
    source: End
    destination: End
    port: int
    protocol: Protocol = "Tcp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule as it stands in the order: its name, priority and access, and where that was seen."""

    name: str
    priority: int
    access: Access
    is_default: bool
    evidence: tuple[Evidence, ...] = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of the flow with one fate. `rule` is None where no rule decides; `doubts` are what is unsure."""

    source: End
    destination: End
    access: Access
    rule: Line | None
    doubts: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The fate of a flow. `access` is MIXED where parts are surely allowed and others surely denied."""

    pieces: tuple[Piece, ...]

    @property
    def access(self) -> Access:
        found = {piece.access for piece in self.pieces}
        if len(found) == 1:
            return found.pop()
        return Access.MIXED if found >= {Access.ALLOW, Access.DENY} else Access.UNDECIDED

    @property
    def rule(self) -> Line | None:
        """The rule that decides, the first in order where there are several."""
        return min(self.rules, key=lambda line: line.priority, default=None)

    @property
    def rules(self) -> tuple[Line, ...]:
        """The rules that decide the pieces, each once."""
        return tuple(dict.fromkeys(piece.rule for piece in self.pieces if piece.rule is not None))

    @property
    def undecided_by(self) -> tuple[Line, ...]:
        unsure = (piece for piece in self.pieces if piece.access is Access.UNDECIDED)
        return tuple(dict.fromkeys(line for piece in unsure for line in piece.doubts))

    def parts(self, access: Access) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.access is access)


def decides(
    group: NetworkSecurityGroup,
    flow: Flow,
    surroundings: Surroundings = NOTHING_KNOWN,
    *,
    without: Collection[Line] = (),
) -> Decision:
    """What the group's rules make of the flow; `surroundings` say what the tag VirtualNetwork stands for.

    `without` are rules to think away. Raises Undecided where a rule that is asked is malformed, or one whose
    place in the order is.
    """
    open_pieces = [_Open(box=(flow.source, flow.destination))]
    closed: list[Piece] = []
    for row in (row for row in _ordered(group, flow.direction) if row.line not in without):
        if not open_pieces:
            break
        later: list[_Open] = []
        for piece in open_pieces:
            _meet(row, flow, piece, surroundings, later, closed)
        open_pieces = later
    closed.extend(_closed(piece, None) for piece in open_pieces)
    return Decision(pieces=tuple(closed))


Box = tuple[End, End]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A piece that no rule has decided yet, with the rules that may have."""

    box: Box
    doubts: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A rule in the order; `rule` None is one of the documented defaults, with its two prefixes."""

    line: Line
    rule: SecurityRule | None
    source: str = "*"
    destination: str = "*"


# https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules
_DOCUMENTED: Sequence[tuple[str, Direction, int, Access, str, str]] = (
    ("AllowVNetInBound", "Inbound", 65000, Access.ALLOW, "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", "Inbound", 65001, Access.ALLOW, "AzureLoadBalancer", "*"),
    ("DenyAllInbound", "Inbound", 65500, Access.DENY, "*", "*"),
    ("AllowVnetOutBound", "Outbound", 65000, Access.ALLOW, "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", "Outbound", 65001, Access.ALLOW, "*", "Internet"),
    ("DenyAllOutBound", "Outbound", 65500, Access.DENY, "*", "*"),
)


def _ordered(group: NetworkSecurityGroup, direction: Direction) -> list[_Row]:
    rows = [row for rule in group.rules.value if (row := _row(rule, direction, False)) is not None]
    defaults = group.default_rules
    if defaults.value:
        rows += [row for rule in defaults.value if (row := _row(rule, direction, True)) is not None]
    else:
        seen = (defaults.evidence(),)
        rows += [
            _Row(
                line=Line(name=name, priority=priority, access=access, evidence=seen, is_default=True),
                rule=None,
                source=source,
                destination=destination,
            )
            for name, way, priority, access, source, destination in _DOCUMENTED
            if way == direction
        ]
    return sorted(rows, key=lambda row: row.line.priority)


def _row(rule: SecurityRule, direction: Direction, is_default: bool) -> _Row | None:
    if _stated(rule.direction) != direction:
        return None
    sides = (rule.source_prefix, rule.source_prefixes, rule.destination_prefix, rule.destination_prefixes)
    facts = (rule.name, rule.priority, rule.access, *(fact for fact in sides if fact.raw and fact.is_stated))
    line = Line(
        name=rule.name.value or f"rule {rule.key}",
        priority=_stated(rule.priority),
        access=Access(_stated(rule.access)),
        evidence=tuple(fact.evidence() for fact in facts),
        is_default=is_default,
    )
    return _Row(line=line, rule=rule)


def _meet(
    row: _Row,
    flow: Flow,
    piece: _Open,
    surroundings: Surroundings,
    later: list[_Open],
    closed: list[Piece],
) -> None:
    """Sort one open piece into what the rule decides, what it may decide, and what it leaves alone."""
    sure, maybe = _regions(row, flow, piece.box, surroundings)
    decided, rest = _carve([piece.box], sure)
    doubtful, untouched = _carve(rest, maybe)
    closed.extend(_closed(_Open(box=box, doubts=piece.doubts), row.line) for box in decided)
    later.extend(_Open(box=box, doubts=(*piece.doubts, row.line)) for box in doubtful)
    later.extend(_Open(box=box, doubts=piece.doubts) for box in untouched)


def _closed(piece: _Open, line: Line | None) -> Piece:
    against = tuple(doubt for doubt in piece.doubts if line is None or doubt.access is not line.access)
    access = Access.UNDECIDED if against or line is None else line.access
    source, destination = piece.box
    return Piece(source=source, destination=destination, access=access, rule=line, doubts=against)


def _regions(row: _Row, flow: Flow, box: Box, surroundings: Surroundings) -> tuple[list[Box], list[Box]]:
    """The parts of the box that the rule surely matches, and those that it surely or maybe matches."""
    is_certain = True
    if row.rule is not None:
        if _stated(row.rule.protocol) not in ("*", flow.protocol):
            return [], []
        if flow.protocol in ("Tcp", "Udp"):
            ports = port_ranges(row.rule.destination_port, row.rule.destination_ports)
            if not any(low <= flow.port <= high for low, high in ports):
                return [], []
            is_certain = (0, 65535) in port_ranges(row.rule.source_port, row.rule.source_ports)
    sources, destinations = _elements(row)
    source, destination = box
    sure_from, all_from = cut(source, sources, surroundings)
    sure_to, all_to = cut(destination, destinations, surroundings)
    every = [(one, other) for one in all_from for other in all_to]
    return ([(one, other) for one in sure_from for other in sure_to] if is_certain else []), every


def _elements(row: _Row) -> tuple[tuple[Element, ...], tuple[Element, ...]]:
    if (rule := row.rule) is None:
        return (element(row.source),), (element(row.destination),)
    return (
        _side(rule.source_prefix, rule.source_prefixes, bool(rule.source_groups.value)),
        _side(rule.destination_prefix, rule.destination_prefixes, bool(rule.destination_groups.value)),
    )


def _side(single: Fact[str | None], several: Fact[tuple[str, ...]], has_groups: bool) -> tuple[Element, ...]:
    """What one side of a rule names, in whichever fields; nobody knows who is in an application group."""
    texts = ((single.value,) if single.value else ()) + several.value
    named = tuple(element(text) for text in texts)
    if has_groups:
        return (*named, UNNAMED)
    if not named:
        raise unstated(single)
    return named


def _carve(boxes: Iterable[Box], regions: Sequence[Box]) -> tuple[list[Box], list[Box]]:
    """What of the boxes lies inside the regions, and what is left of them."""
    inside: list[Box] = []
    left = list(boxes)
    for region in regions:
        rest: list[Box] = []
        for box in left:
            found = _both(box, region)
            if found is None:
                rest.append(box)
            else:
                inside.append(found)
                rest.extend(_remainder(box, found))
        left = rest
    return inside, left


def _both(box: Box, region: Box) -> Box | None:
    source, destination = shared(box[0], region[0]), shared(box[1], region[1])
    return (source, destination) if source is not None and destination is not None else None


def _remainder(box: Box, taken: Box) -> Iterator[Box]:
    yield from ((source, box[1]) for source in take_out(box[0], taken[0]))
    yield from ((taken[0], destination) for destination in take_out(box[1], taken[1]))


def _stated(fact: Fact[T | None]) -> T:
    if (found := fact.value) is None:
        raise unstated(fact)
    return found


__all__ = ["Access", "Decision", "Flow", "Line", "Piece", "Surroundings", "Tag", "decides"]
