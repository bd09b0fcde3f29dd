"""Changes to the sample's Foundry account that the tests of the area share."""

from __future__ import annotations

from typing import Any

from auditor.sandbox.sample.agents import ACCOUNT, PROJECT, SEARCH, STORAGE
from auditor.sandbox.sample.company import child
from tests.rules.cases import Change
from tests.rules.world import World

INJECTIONS = "properties.networkInjections"
NETWORK = child(ACCOUNT, "managedNetworks", "default")
SUBSCRIPTION = ACCOUNT.split("/resourceGroups")[0]


def endpoint_rule(target: str, group: str, status: str = "Active") -> dict[str, Any]:
    destination = {"serviceResourceId": target.upper().replace("/SUBSCRIPTIONS", "/subscriptions")}
    destination["subresourceTarget"] = group
    return {
        "type": "PrivateEndpoint",
        "category": "UserDefined",
        "status": status,
        "destination": destination,
        "errorInformation": None,
    }


def network_body() -> dict[str, Any]:
    """As the preview answers it: no id, no name, the rules a map by name."""
    rules = {
        "files": endpoint_rule(STORAGE, "blob"),
        "knowledge": endpoint_rule(SEARCH, "searchService"),
        "__SYS_ST_AzureActiveDirectory_TCP": {
            "type": "ServiceTag",
            "category": "Required",
            "status": "Active",
            "destination": {"serviceTag": "AzureActiveDirectory", "portRanges": "80, 443"},
        },
    }
    network = {
        "isolationMode": "AllowOnlyApprovedOutbound",
        "managedNetworkKind": "V2",
        "changeableIsolationModes": [],
        "outboundRules": rules,
        "status": {"status": "Active"},
        "provisioningState": "Succeeded",
    }
    return {"managedNetwork": network, "provisioningState": "Succeeded"}


def managed(**changes: object) -> Change:
    """Agents run in the managed network; `changes` are put into it by path, `__` standing for a dot."""

    def change(world: World) -> None:
        world.put(ACCOUNT, INJECTIONS, [{"scenario": "Agent", "useMicrosoftManagedNetwork": True}])
        kind = "Microsoft.CognitiveServices/accounts/managedNetworks"
        world.add({"id": NETWORK, "name": "default", "type": kind, "properties": network_body()})
        for path, value in changes.items():
            world.put(NETWORK, f"properties.{path.replace('__', '.')}", value)

    return change


def then(*changes: Change) -> Change:
    def change(world: World) -> None:
        for one in changes:
            one(world)

    return change


def without_hosts(world: World) -> None:
    host = child(ACCOUNT, "capabilityHosts", f"{ACCOUNT.rsplit('/', 1)[1]}@aml_aiagentservice")
    world.drop(host, child(PROJECT, "capabilityHosts", "agents"))
