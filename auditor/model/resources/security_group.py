"""Network security groups and route tables: what a packet meets on its way through a subnet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Part, Resource, arm_ids, choice, number, parts, text, texts

MODEL = "https://learn.microsoft.com/rest/api/virtualnetwork/network-security-groups/get"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SecurityRule(Part):
    """One rule, its own or a default one.

    Azure fills either the singular field, leaving the plural list empty, or the plural list, leaving the
    singular key out; the protocol stands in the case it was typed in.
    """

    name: Fact[str | None] = text("name")
    access: Fact[str | None] = choice("properties.access", "Allow", "Deny", source=MODEL)
    direction: Fact[str | None] = choice("properties.direction", "Inbound", "Outbound", source=MODEL)
    priority: Fact[int | None] = number("properties.priority", source=MODEL)
    protocol: Fact[str | None] = choice(
        "properties.protocol", "*", "Tcp", "Udp", "Icmp", "Esp", "Ah", source=MODEL
    )
    source_port: Fact[str | None] = text("properties.sourcePortRange")
    source_ports: Fact[tuple[str, ...]] = texts("properties.sourcePortRanges")
    destination_port: Fact[str | None] = text("properties.destinationPortRange")
    destination_ports: Fact[tuple[str, ...]] = texts("properties.destinationPortRanges")
    source_prefix: Fact[str | None] = text("properties.sourceAddressPrefix")
    source_prefixes: Fact[tuple[str, ...]] = texts("properties.sourceAddressPrefixes")
    source_groups: Fact[tuple[ArmId, ...]] = arm_ids("properties.sourceApplicationSecurityGroups[].id")
    destination_prefix: Fact[str | None] = text("properties.destinationAddressPrefix")
    destination_prefixes: Fact[tuple[str, ...]] = texts("properties.destinationAddressPrefixes")
    destination_groups: Fact[tuple[ArmId, ...]] = arm_ids(
        "properties.destinationApplicationSecurityGroups[].id"
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkSecurityGroup(Resource):
    """`Microsoft.Network/networkSecurityGroups`. Its default rules stand in a list of their own."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/networkSecurityGroups"

    rules: Fact[tuple[SecurityRule, ...]] = parts("properties.securityRules", SecurityRule)
    default_rules: Fact[tuple[SecurityRule, ...]] = parts("properties.defaultSecurityRules", SecurityRule)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route(Part):
    name: Fact[str | None] = text("name")
    prefix: Fact[str | None] = text("properties.addressPrefix")
    next_hop: Fact[str | None] = text("properties.nextHopType")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RouteTable(Resource):
    """`Microsoft.Network/routeTables`."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Network/routeTables"

    routes: Fact[tuple[Route, ...]] = parts("properties.routes", Route)
