"""The managed network of ``actuarial-ml``: its outbound rules, and the endpoints they make.

Wrong on purpose: the rule to the storage queues, which the batch endpoint needs, has failed, and no rule
admits the hosts from which the model of the catalog installs its packages.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.sandbox.sample.company import (
    LEARNING_PLATFORM,
    LOCATION,
    ArmObject,
    child,
    entry,
    guid,
    name_of,
    within,
)
from auditor.sandbox.sample.endpoints import connection
from auditor.sandbox.sample.learning_dependencies import STORAGE, VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH
from auditor.sandbox.sample.shared_services import REGISTRY

# Name of the user-defined rule ("" for one that the service itself requires), target, private link group.
Wanted = tuple[tuple[str, str, str], ...]
_WANTED: Final[Wanted] = (
    ("", WORKSPACE, "amlworkspace"),
    ("", STORAGE, "blob"),
    ("", STORAGE, "file"),
    ("", VAULT, "vault"),
    ("", REGISTRY, "registry"),
    ("claims-openai", CLAIMS_OPENAI, "account"),
    ("claims-search", CLAIMS_SEARCH, "searchService"),
    ("reserve-runs-queue", STORAGE, "queue"),
    ("reserve-runs-table", STORAGE, "table"),
)
FAILED_RULE: Final = "reserve-runs-queue"
_SERVICE_TAG_RULES: Final = (
    ("AzureActiveDirectory", "TCP", "80, 443"),
    ("AzureFrontDoor.FirstParty", "TCP", "443"),
    ("AzureMachineLearning", "TCP", "443, 8787, 18881"),
    ("AzureMachineLearning", "UDP", "5831"),
    ("AzureMonitor", "TCP", "443"),
    ("AzureResourceManager", "TCP", "443"),
    (f"BatchNodeManagement.{LOCATION}", "Any", "443"),
    (f"MicrosoftContainerRegistry.{LOCATION}", "TCP", "443"),
    ("VirtualNetwork", "Any", "*"),
)
_STATISTICS_HOST: Final = "api.scb.se"


def outbound_rules() -> dict[str, ArmObject]:
    """Rule properties by rule name, as the workspace shows them."""
    rules = private_endpoint_rules(_WANTED)
    for tag, protocol, ports in _SERVICE_TAG_RULES:
        rules[f"__SYS_ST_{tag}_{protocol}"] = _rule(
            "ServiceTag",
            {"serviceTag": tag, "protocol": protocol, "portRanges": ports, "action": "Allow"},
            required=True,
        )
    rules["national-statistics"] = host_rule(_STATISTICS_HOST)
    rules[FAILED_RULE]["status"] = "Failed"
    return rules


def private_endpoint_rules(wanted: Wanted) -> dict[str, ArmObject]:
    """Active rules by name, one for each endpoint that a managed network holds."""
    return {
        _rule_name(name, target, group_id): _private_endpoint_rule(name, target, group_id)
        for name, target, group_id in wanted
    }


def host_rule(host: str) -> ArmObject:
    """The properties of a rule that admits a host."""
    return _rule("FQDN", host, required=False)


def managed_network_entries() -> Iterable[ArmObject]:
    yield from rule_entries(WORKSPACE, outbound_rules())
    yield from platform_connections(WORKSPACE, tuple(row for row in _WANTED if row[0] != FAILED_RULE))


def rule_entries(workspace_id: str, rules: dict[str, ArmObject]) -> Iterable[ArmObject]:
    for name, properties in rules.items():
        yield entry(child(workspace_id, "outboundRules", name), properties=properties)


def platform_connections(workspace_id: str, wanted: Wanted) -> Iterable[ArmObject]:
    """What the endpoints of a managed network leave on their targets.

    They live in a subscription of the platform, where we can read nothing.
    """
    for name, target, group_id in wanted:
        rule = _rule_name(name, target, group_id)
        requester = within(
            f"/subscriptions/{LEARNING_PLATFORM}/resourceGroups/{guid('platform-group', workspace_id)}",
            "Microsoft.Network/privateEndpoints",
            f"{guid('managed-network', workspace_id)}.{guid('rule-endpoint', rule)}",
        )
        state = {"status": "Approved", "description": "Auto-Approved", "actionsRequired": "None"}
        yield connection(target, group_id, requester, state=state, seed=name_of(requester))


def _rule_name(name: str, target: str, group_id: str) -> str:
    return name or f"__SYS_PE_{name_of(target)}_{group_id}_{guid('rule', target, group_id)[:8]}"


def _private_endpoint_rule(name: str, target: str, group_id: str) -> ArmObject:
    destination = {
        "serviceResourceId": target,
        "subresourceTarget": group_id,
        "sparkEnabled": False,
        "sparkStatus": "Inactive",
    }
    return _rule("PrivateEndpoint", destination, required=not name)


def _rule(rule_type: str, destination: ArmObject | str, *, required: bool) -> ArmObject:
    return {
        "type": rule_type,
        "category": "Required" if required else "UserDefined",
        "status": "Active",
        "destination": destination,
    }
