"""The endpoints' subnet of the sample company and its security group, and how tests change them."""

from __future__ import annotations

from typing import Any

from auditor.sandbox.sample.company import child
from auditor.sandbox.sample.endpoints import ENDPOINT_SUBNET, SPOKE
from auditor.sandbox.sample.network import ENDPOINTS_NSG as GROUP
from tests.rules.cases import Change
from tests.rules.world import World

SUBSCRIPTION = "/".join(SPOKE.split("/")[:3])
RULES = "properties.securityRules"
APPS = "10.40.2.0/26"


def subnet_at(world: World, rid: str = ENDPOINT_SUBNET) -> dict[str, Any]:
    """The properties of one subnet, which stands inside its network's body."""
    subnets: list[dict[str, Any]] = world.body(rid.split("/subnets/", maxsplit=1)[0])["properties"]["subnets"]
    properties: dict[str, Any] = next(one for one in subnets if one["id"] == rid)["properties"]
    return properties


def in_subnet(rid: str = ENDPOINT_SUBNET, **properties: object) -> Change:
    """Set properties of a subnet; `...` takes one away."""

    def change(world: World) -> None:
        found = subnet_at(world, rid)
        for name, value in properties.items():
            if value is ...:
                del found[name]
            else:
                found[name] = value

    return change


def security_rule(name: str, priority: int, access: str = "Allow", **properties: object) -> dict[str, Any]:
    """A rule as Azure answers it, from anybody to anybody on TCP 443 unless said otherwise."""
    stated = {
        "priority": priority,
        "access": access,
        "direction": "Inbound",
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "443",
        **properties,
    }
    kept = {key: value for key, value in stated.items() if value is not ...}
    return {"id": child(GROUP, "securityRules", name), "name": name, "properties": kept}


def with_rule(name: str, priority: int, access: str = "Allow", **properties: object) -> Change:
    """Add one rule to the endpoints' group."""
    rule = security_rule(name, priority, access, **properties)
    return lambda world: world.body(GROUP)["properties"]["securityRules"].append(rule)


def only(*rules: dict[str, Any]) -> Change:
    """Replace all rules of the endpoints' group."""
    return lambda world: world.put(GROUP, RULES, list(rules))


def both(*changes: Change) -> Change:
    def change(world: World) -> None:
        for one in changes:
            one(world)

    return change
