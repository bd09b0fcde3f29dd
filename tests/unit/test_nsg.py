"""What a network security group decides: order, defaults, plural fields, tags, and honest doubt."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.finding import Undecided
from auditor.model.ids import ArmId
from auditor.model.resources.security_group import NetworkSecurityGroup
from auditor.model.wire import decode
from auditor.relate.nsg import Access, Decision, Direction, Flow, Protocol, decides
from auditor.relate.prefixes import all_parsed, difference
from auditor.relate.service_tags import End, Surroundings, Tag

SUBSCRIPTION = ArmId.parse("/subscriptions/00000000-0000-0000-0000-000000000001")
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg"
NETWORK = Surroundings(known=all_parsed(("10.40.0.0/20", "10.10.0.0/16")), possible=())
APPS = "10.40.2.0/26"
ENDPOINT = "10.40.1.10/32"


def security_rule(priority: int, access: str = "Allow", **properties: object) -> dict[str, Any]:
    stated = {
        "priority": priority,
        "access": access,
        "direction": "Inbound",
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "destinationPortRange": "443",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
        **properties,
    }
    kept = {name: value for name, value in stated.items() if value is not ...}
    return {"name": f"{access.lower()}-{priority}", "properties": kept}


def security_group(*rules: dict[str, Any], **properties: object) -> NetworkSecurityGroup:
    body = {"id": GROUP, "name": "nsg", "properties": {"securityRules": list(rules), **properties}}
    return decode(NetworkSecurityGroup, body, SUBSCRIPTION).resource


def end(text: str) -> End:
    return ip_network(text) if text[0].isdigit() or ":" in text else Tag(text)


def ask(
    *rules: dict[str, Any],
    source: str = APPS,
    destination: str = ENDPOINT,
    port: int = 443,
    protocol: Protocol = "Tcp",
    direction: Direction = "Inbound",
    surroundings: Surroundings = NETWORK,
) -> Decision:
    flow = Flow(
        direction=direction, source=end(source), destination=end(destination), port=port, protocol=protocol
    )
    return decides(security_group(*rules), flow, surroundings)


@dataclass(frozen=True, kw_only=True)
class Row:
    name: str
    access: Access
    rules: tuple[dict[str, Any], ...] = ()
    rule: str | None = None
    by: tuple[str, ...] = ()
    question: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


ROWS = (
    Row(name="no-rules-inside-network", access=Access.ALLOW, rule="AllowVNetInBound"),
    Row(
        name="no-rules-from-outside",
        access=Access.DENY,
        rule="DenyAllInbound",
        question={"source": "203.0.113.0/24"},
    ),
    Row(
        name="no-rules-from-load-balancer",
        access=Access.ALLOW,
        rule="AllowVNetInBound",
        question={"source": "168.63.129.16/32"},
    ),
    Row(
        name="lower-priority-number-wins",
        access=Access.DENY,
        rules=(security_rule(200, "Allow"), security_rule(150, "Deny")),
        rule="deny-150",
    ),
    Row(
        name="allow-shadows-deny",
        access=Access.ALLOW,
        rules=(security_rule(200, "Deny"), security_rule(150, "Allow", sourceAddressPrefix="VirtualNetwork")),
        rule="allow-150",
    ),
    Row(
        name="other-direction-is-not-asked",
        access=Access.ALLOW,
        rules=(security_rule(100, "Deny", direction="outbound"),),
        rule="AllowVNetInBound",
    ),
    Row(
        name="outbound-default-internet",
        access=Access.ALLOW,
        rule="AllowInternetOutBound",
        question={"direction": "Outbound", "destination": "8.8.8.8/32"},
    ),
    Row(
        name="protocol-in-upper-case",
        access=Access.DENY,
        rules=(security_rule(100, "Deny", protocol="TCP"),),
        rule="deny-100",
    ),
    Row(
        name="any-protocol",
        access=Access.DENY,
        rules=(security_rule(100, "Deny", protocol="*"),),
        rule="deny-100",
    ),
    Row(
        name="other-protocol",
        access=Access.ALLOW,
        rules=(security_rule(100, "Deny", protocol="Udp"),),
        rule="AllowVNetInBound",
    ),
    Row(
        name="port-in-range",
        access=Access.DENY,
        rules=(security_rule(100, "Deny", destinationPortRange="400-500"),),
        rule="deny-100",
    ),
    Row(
        name="port-next-to-range",
        access=Access.ALLOW,
        rules=(security_rule(100, "Deny", destinationPortRange="444-500"),),
        rule="AllowVNetInBound",
    ),
    Row(
        name="plural-ports-singular-absent",
        access=Access.DENY,
        rules=(
            security_rule(100, "Deny", destinationPortRange=..., destinationPortRanges=["80", "443", "445"]),
        ),
        rule="deny-100",
    ),
    Row(
        name="plural-prefixes-singular-absent",
        access=Access.DENY,
        rules=(
            security_rule(
                100,
                "Deny",
                sourceAddressPrefix=...,
                sourceAddressPrefixes=["192.168.0.0/16", "10.40.2.0/24"],
                destinationAddressPrefix=...,
                destinationAddressPrefixes=["10.40.1.0/24"],
            ),
        ),
        rule="deny-100",
    ),
    Row(
        name="empty-plural-lists",
        access=Access.DENY,
        rules=(security_rule(100, "Deny", sourceAddressPrefixes=[], destinationPortRanges=[]),),
        rule="deny-100",
    ),
    Row(
        name="prefix-covers-half",
        access=Access.MIXED,
        rules=(security_rule(100, "Deny", sourceAddressPrefix="10.40.2.0/27"),),
        rule="deny-100",
    ),
    Row(
        name="two-halves-make-the-whole",
        access=Access.DENY,
        rules=(
            security_rule(100, "Deny", sourceAddressPrefix="10.40.2.0/27"),
            security_rule(110, "Deny", sourceAddressPrefix="10.40.2.32/27"),
        ),
        rule="deny-100",
    ),
    Row(
        name="host-bits-set",
        access=Access.DENY,
        rules=(security_rule(100, "Deny", sourceAddressPrefix="10.40.2.7/26"),),
        rule="deny-100",
    ),
    Row(
        name="single-address",
        access=Access.DENY,
        rules=(security_rule(100, "Deny", destinationAddressPrefix="10.40.1.10"),),
        rule="deny-100",
    ),
    Row(
        name="ipv6-question-ipv4-rule",
        access=Access.DENY,
        rules=(security_rule(100, "Allow", sourceAddressPrefix="0.0.0.0/0"),),
        rule="DenyAllInbound",
        question={"source": "2001:db8::/64", "destination": "fd00::1/128"},
    ),
    Row(
        name="ipv6-containment",
        access=Access.ALLOW,
        rules=(security_rule(100, "Allow", sourceAddressPrefix="2001:db8::/32"),),
        rule="allow-100",
        question={"source": "2001:db8::/64", "destination": "fd00::1/128"},
    ),
    Row(
        name="virtual-network-holds-peers",
        access=Access.DENY,
        rules=(security_rule(100, "Deny", sourceAddressPrefix="VirtualNetwork"),),
        rule="deny-100",
        question={"source": "10.10.2.0/24"},
    ),
    Row(
        name="virtual-network-in-lower-case",
        access=Access.DENY,
        rules=(security_rule(100, "Deny", sourceAddressPrefix="virtualnetwork"),),
        rule="deny-100",
    ),
    Row(
        name="internet-is-not-inside",
        access=Access.ALLOW,
        rules=(security_rule(100, "Deny", sourceAddressPrefix="Internet"),),
        rule="AllowVNetInBound",
    ),
    Row(
        name="internet-from-outside",
        access=Access.ALLOW,
        rules=(security_rule(100, "Allow", sourceAddressPrefix="Internet"),),
        rule="allow-100",
        question={"source": "198.51.100.0/24"},
    ),
    Row(
        name="unresolvable-tag-that-denies-what-is-allowed-else",
        access=Access.UNDECIDED,
        rules=(security_rule(100, "Deny", sourceAddressPrefix="Storage"),),
        rule="AllowVNetInBound",
        by=("deny-100",),
    ),
    Row(
        name="unresolvable-tag-that-agrees-with-what-follows",
        access=Access.ALLOW,
        rules=(security_rule(100, "Allow", sourceAddressPrefix="Storage"),),
        rule="AllowVNetInBound",
    ),
    Row(
        name="unresolvable-tag-below-the-deciding-rule",
        access=Access.DENY,
        rules=(
            security_rule(100, "Deny"),
            security_rule(110, "Allow", sourceAddressPrefix="Storage"),
        ),
        rule="deny-100",
    ),
    Row(
        name="application-security-group",
        access=Access.UNDECIDED,
        rules=(
            security_rule(
                100,
                "Deny",
                sourceAddressPrefix=...,
                sourceApplicationSecurityGroups=[{"id": f"{GROUP}/asg"}],
            ),
        ),
        rule="AllowVNetInBound",
        by=("deny-100",),
    ),
    Row(
        name="source-port-narrows",
        access=Access.UNDECIDED,
        rules=(security_rule(100, "Deny", sourcePortRange="1024-2048"),),
        rule="AllowVNetInBound",
        by=("deny-100",),
    ),
    Row(
        name="network-behind-gateway",
        access=Access.UNDECIDED,
        rule="DenyAllInbound",
        by=("AllowVNetInBound",),
        question={
            "source": "172.16.200.0/24",
            "surroundings": Surroundings(known=NETWORK.known, possible=all_parsed(("172.16.0.0/12",))),
        },
    ),
    Row(
        name="tag-asked-and-named",
        access=Access.ALLOW,
        rules=(
            security_rule(
                100, "Allow", direction="Outbound", destinationAddressPrefix="azureactivedirectory"
            ),
            security_rule(200, "Deny", direction="Outbound"),
        ),
        rule="allow-100",
        question={"direction": "Outbound", "destination": "AzureActiveDirectory"},
    ),
    Row(
        name="tag-asked-and-another-named",
        access=Access.DENY,
        rules=(
            security_rule(
                100, "Allow", direction="Outbound", destinationAddressPrefix="AzureMachineLearning"
            ),
            security_rule(200, "Deny", direction="Outbound", destinationAddressPrefix="Internet"),
        ),
        rule="deny-200",
        question={"direction": "Outbound", "destination": "AzureActiveDirectory"},
    ),
    Row(
        name="region-of-a-tag",
        access=Access.ALLOW,
        rules=(
            security_rule(100, "Allow", direction="Outbound", destinationAddressPrefix="Storage"),
            security_rule(200, "Deny", direction="Outbound"),
        ),
        rule="allow-100",
        question={"direction": "Outbound", "destination": "Storage.SwedenCentral"},
    ),
    Row(
        name="tag-asked-and-only-a-region-named",
        access=Access.UNDECIDED,
        rules=(
            security_rule(
                100, "Allow", direction="Outbound", destinationAddressPrefix="Storage.SwedenCentral"
            ),
            security_rule(200, "Deny", direction="Outbound"),
        ),
        rule="deny-200",
        by=("allow-100",),
        question={"direction": "Outbound", "destination": "Storage"},
    ),
    Row(
        name="tag-asked-and-azure-cloud-named",
        access=Access.UNDECIDED,
        rules=(
            security_rule(100, "Allow", direction="Outbound", destinationAddressPrefix="AzureCloud"),
            security_rule(200, "Deny", direction="Outbound"),
        ),
        rule="deny-200",
        by=("allow-100",),
        question={"direction": "Outbound", "destination": "Storage"},
    ),
    Row(
        name="tag-asked-and-default-internet",
        access=Access.ALLOW,
        rule="AllowInternetOutBound",
        question={"direction": "Outbound", "destination": "Storage"},
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_decides_by_the_first_matching_rule(row: Row) -> None:
    found = ask(*row.rules, **row.question)
    assert found.access is row.access
    assert (found.rule.name if found.rule else None) == row.rule
    assert tuple(line.name for line in found.undecided_by) == row.by


def test_decides_asks_the_groups_own_default_rules_where_it_states_them() -> None:
    stated = security_rule(65500, "Deny", protocol="*", destinationPortRange="*")
    group = security_group(defaultSecurityRules=[stated])
    flow = Flow(direction="Inbound", source=end(APPS), destination=end(ENDPOINT), port=443)
    found = decides(group, flow, NETWORK)
    assert found.access is Access.DENY
    assert found.rule is not None
    assert found.rule.is_default


@pytest.mark.parametrize("defaults", [None, []])
def test_decides_takes_the_documented_defaults_where_none_are_stated(defaults: object) -> None:
    group = security_group(defaultSecurityRules=defaults)
    flow = Flow(direction="Inbound", source=end(APPS), destination=end(ENDPOINT), port=443)
    assert decides(group, flow, NETWORK).access is Access.ALLOW


def test_decides_leaves_undecided_what_no_stated_default_matches() -> None:
    group = security_group(defaultSecurityRules=[security_rule(65000, "Allow", destinationPortRange="80")])
    flow = Flow(direction="Inbound", source=end(APPS), destination=end(ENDPOINT), port=443)
    found = decides(group, flow, NETWORK)
    assert (found.access, found.rule) == (Access.UNDECIDED, None)


@pytest.mark.parametrize(
    "broken",
    [
        {"priority": "100"},
        {"access": "Perhaps"},
        {"access": None},
        {"direction": "Sideways"},
        {"protocol": "Sctp"},
        {"destinationPortRange": "https"},
        {"sourceAddressPrefix": None},
        {"sourceAddressPrefixes": "10.0.0.0/8"},
    ],
    ids=str,
)
def test_decides_malformed_rule_is_undecided(broken: dict[str, object]) -> None:
    rule = security_rule(100)
    rule["properties"] |= broken
    with pytest.raises(Undecided):
        ask(rule)


def test_decides_malformed_rule_below_the_deciding_one_does_not_matter() -> None:
    found = ask(security_rule(100, "Deny"), security_rule(200, protocol="Sctp"))
    assert found.access is Access.DENY


def test_difference_of_prefixes_leaves_exactly_the_rest() -> None:
    left = difference(all_parsed(("10.0.0.0/30", "fd00::/127")), all_parsed(("10.0.0.1/32", "fd00::/128")))
    assert [str(prefix) for prefix in left] == ["10.0.0.0/32", "10.0.0.2/31", "fd00::1/128"]


_SMALL = st.builds(
    lambda address, length: str(ip_network((int(ip_address("10.0.0.0")) + address, length), strict=False)),
    st.integers(0, 15),
    st.integers(28, 32),
)
_RULES = st.lists(
    st.tuples(st.sampled_from(["Allow", "Deny"]), _SMALL, _SMALL, st.sampled_from(["*", "443", "80-90"])),
    max_size=5,
)


def _oracle(rules: list[tuple[str, str, str, str]], source: str, destination: str) -> str:
    """One packet, rule after rule, as the documentation tells it."""
    for access, from_prefix, to_prefix, port in rules:
        inside = ip_address(source) in ip_network(from_prefix) and ip_address(destination) in ip_network(
            to_prefix
        )
        if inside and port in ("*", "443"):
            return access
    return "Deny"


@settings(max_examples=150, deadline=None)
@given(rules=_RULES, source=_SMALL, destination=_SMALL)
def test_pieces_cover_the_flow_once_and_each_packet_has_its_own_fate(
    rules: list[tuple[str, str, str, str]], source: str, destination: str
) -> None:
    stated = [
        security_rule(
            100 + position,
            access,
            sourceAddressPrefix=from_prefix,
            destinationAddressPrefix=to_prefix,
            destinationPortRange=port,
        )
        for position, (access, from_prefix, to_prefix, port) in enumerate(rules)
    ]
    found = ask(
        *stated,
        source=source,
        destination=destination,
        surroundings=Surroundings(known=(), possible=()),
    )
    fates: dict[tuple[str, str], str] = {}
    for piece in found.pieces:
        assert not isinstance(piece.source, Tag)
        assert not isinstance(piece.destination, Tag)
        for one in piece.source:
            for other in piece.destination:
                assert (str(one), str(other)) not in fates
                fates[str(one), str(other)] = piece.access.value
    expected = {
        (str(one), str(other)): _oracle(rules, str(one), str(other))
        for one in ip_network(source)
        for other in ip_network(destination)
    }
    assert fates == expected


@settings(max_examples=60, deadline=None)
@given(rules=_RULES, source=_SMALL)
def test_doubtful_rule_first_never_changes_a_decided_piece(
    rules: list[tuple[str, str, str, str]], source: str
) -> None:
    stated = [
        security_rule(200 + n, access, sourceAddressPrefix=prefix)
        for n, (access, prefix, _, _) in enumerate(rules)
    ]
    plain = {(p.source, p.access) for p in ask(*stated, source=source).pieces}
    doubtful = ask(security_rule(100, "Allow", sourceAddressPrefix="Storage"), *stated, source=source)
    for piece in doubtful.pieces:
        if piece.access is not Access.UNDECIDED:
            assert (piece.source, piece.access) in plain
