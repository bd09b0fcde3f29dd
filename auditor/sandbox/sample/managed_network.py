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
_PRIVATE_ENDPOINT_RULES: Final = (
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
    rules = {
        _rule_name(name, target, group_id): _private_endpoint_rule(name, target, group_id)
        for name, target, group_id in _PRIVATE_ENDPOINT_RULES
    }
    for tag, protocol, ports in _SERVICE_TAG_RULES:
        rules[f"__SYS_ST_{tag}_{protocol}"] = _rule(
            "ServiceTag",
            {"serviceTag": tag, "protocol": protocol, "portRanges": ports, "action": "Allow"},
            required=True,
        )
    rules["national-statistics"] = host_rule(_STATISTICS_HOST)
    rules[FAILED_RULE]["status"] = "Failed"
    return rules


def host_rule(host: str) -> ArmObject:
    """The properties of a rule that admits a host."""
    return _rule("FQDN", host, required=False)


def managed_network_entries() -> Iterable[ArmObject]:
    for name, properties in outbound_rules().items():
        yield entry(child(WORKSPACE, "outboundRules", name), properties=properties)
    for name, target, group_id in _PRIVATE_ENDPOINT_RULES:
        if name != FAILED_RULE:
            yield connection_on_target(_rule_name(name, target, group_id), target, group_id)


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


def connection_on_target(rule: str, target: str, group_id: str) -> ArmObject:
    """The endpoint lives in a subscription of the platform, where we can read nothing."""
    requester = within(
        f"/subscriptions/{LEARNING_PLATFORM}/resourceGroups/{guid('platform-group', WORKSPACE)}",
        "Microsoft.Network/privateEndpoints",
        f"{guid('managed-network', WORKSPACE)}.{guid('rule-endpoint', rule)}",
    )
    state = {"status": "Approved", "description": "Auto-Approved", "actionsRequired": "None"}
    return connection(target, group_id, requester, state=state, seed=name_of(requester))
