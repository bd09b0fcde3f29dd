"""The managed network of a workspace, and the outbound rules that the workspace answers with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ArmObject = Mapping[str, Any]


def with_status(resource: ArmObject, provisioning_state: str) -> ArmObject:
    properties = resource.get("properties") or {}
    return {**resource, "properties": {**properties, "provisioningState": provisioning_state}}


def provisioned(workspace: ArmObject, *, spark: bool) -> ArmObject:
    """The workspace once its network stands. Rules without a private endpoint are in force from then on."""
    network = _network(workspace)
    rules = {
        name: rule if rule.get("type") == "PrivateEndpoint" else {**rule, "status": "Active"}
        for name, rule in (network.get("outboundRules") or {}).items()
    }
    return _with_network(
        workspace, {**network, "outboundRules": rules, "status": {"status": "Active", "sparkReady": spark}}
    )


def with_rule(workspace: ArmObject, rule: ArmObject) -> tuple[ArmObject, ArmObject]:
    """A new rule as it is answered, and the workspace that holds it.

    A private endpoint rule waits for its approval; the others are in force where the network stands.
    """
    network = _network(workspace)
    stands = str((network.get("status") or {}).get("status", "")).lower() == "active"
    in_force = stands and rule["properties"].get("type") != "PrivateEndpoint"
    properties = {
        "category": "UserDefined",
        **rule["properties"],
        "status": "Active" if in_force else "Inactive",
    }
    rules = {**(network.get("outboundRules") or {}), rule["name"]: properties}
    return {**rule, "properties": properties}, _with_network(workspace, {**network, "outboundRules": rules})


def without_rule(workspace: ArmObject, name: str) -> ArmObject:
    network = _network(workspace)
    rules = {held: rule for held, rule in (network.get("outboundRules") or {}).items() if held != name}
    return _with_network(workspace, {**network, "outboundRules": rules})


def _network(workspace: ArmObject) -> ArmObject:
    return (workspace.get("properties") or {}).get("managedNetwork") or {}


def _with_network(workspace: ArmObject, network: ArmObject) -> ArmObject:
    properties = workspace.get("properties") or {}
    return {**workspace, "properties": {**properties, "managedNetwork": network}}
