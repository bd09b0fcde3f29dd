"""foundry-agent-network-injection."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.agents import ACCOUNT
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.network import AGENTS_SUBNET
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.foundry.foundry_agent_network_injection import foundry_agent_network_injection
from tests.rules.cases import Case, Change
from tests.rules.foundry.agents import INJECTIONS, SUBSCRIPTION, managed, then, without_hosts
from tests.rules.world import World


def injected(*injections: object) -> Change:
    return lambda world: world.put(ACCOUNT, INJECTIONS, list(injections))


def subnet(**properties: object) -> Change:
    """Change the agents' subnet inside its network's answer; ABSENT takes a property away."""

    def change(world: World) -> None:
        subnets: list[dict[str, Any]] = world.body(SPOKE)["properties"]["subnets"]
        found = next(row["properties"] for row in subnets if row["id"] == AGENTS_SUBNET)
        for name, value in properties.items():
            found.pop(name) if value is ABSENT else found.update({name: value})

    return change


def gone(world: World) -> None:
    body = world.body(SPOKE)["properties"]
    body["subnets"] = [row for row in body["subnets"] if row["id"] != AGENTS_SUBNET]


def shared(world: World) -> None:
    other = {"scenario": "agent", "subnetArmId": AGENTS_SUBNET.lower()}
    world.put(CLAIMS_OPENAI, INJECTIONS, [other])


def open_account(world: World) -> None:
    world.put(ACCOUNT, "properties.publicNetworkAccess", "Enabled")


def failing(name: str, change: Change, says: str, severity: Severity = Severity.HIGH) -> Case:
    return Case(name=name, about=ACCOUNT, status="fail", change=change, severity=severity, says=says)


IN_NOTHING = {"scenario": "none", "subnetArmId": None}

CASES = (
    Case(name="own-subnet", about=ACCOUNT, status="pass", says="delegated to Microsoft.App/environments"),
    Case(
        name="ids-and-names-in-other-case",
        about=ACCOUNT,
        status="pass",
        change=then(
            injected({"scenario": "Agent", "subnetArmId": AGENTS_SUBNET.lower()}),
            subnet(delegations=[{"properties": {"serviceName": "microsoft.app/Environments"}}]),
        ),
    ),
    Case(
        name="small-subnet-is-noted",
        about=ACCOUNT,
        status="pass",
        change=subnet(addressPrefix="10.40.6.0/27"),
        says="/24 is recommended",
    ),
    Case(
        name="plural-prefixes",
        about=ACCOUNT,
        status="pass",
        change=subnet(addressPrefix=ABSENT, addressPrefixes=["172.20.0.0/24"]),
    ),
    Case(name="managed-network-passes", about=ACCOUNT, status="pass", change=managed()),
    failing("none", injected(), "in no network of ours"),
    failing("scenario-none", injected(IN_NOTHING), "in no network of ours"),
    failing("null", lambda world: world.put(ACCOUNT, INJECTIONS, None), "means none"),
    failing("absent", lambda world: world.cut(ACCOUNT, INJECTIONS), "means none"),
    failing("absent-on-an-open-account", then(open_account, injected()), "in no network", Severity.MEDIUM),
    failing("no-subnet", injected({"scenario": "agent"}), "names no subnet"),
    failing("not-delegated", subnet(delegations=[]), "not delegated"),
    failing("too-small", subnet(addressPrefix="10.40.6.0/28"), "smaller than /27"),
    failing("public-addresses", subnet(addressPrefix="100.64.0.0/24"), "outside the private ranges"),
    failing("shared", shared, "used by oai-norrland-claims"),
    failing("managed-network-fails", managed(provisioningState="Failed"), "is Failed"),
    failing(
        "one-of-two",
        injected({"scenario": "agent", "subnetArmId": AGENTS_SUBNET}, {"scenario": "agent"}),
        "names no subnet",
    ),
    Case(
        name="hosts-subnet-is-noted",
        about=ACCOUNT,
        status="fail",
        change=injected(),
        says="a capability host names the subnet",
    ),
    Case(
        name="subnet-gone",
        about=ACCOUNT,
        status="unknown",
        change=gone,
        reason=Reason.HIDDEN,
    ),
    Case(
        name="networks-refused",
        about=ACCOUNT,
        status="unknown",
        change=lambda world: world.refuse("Microsoft.Network/virtualNetworks"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="refused-network-does-not-hide-the-failure",
        about=ACCOUNT,
        status="fail",
        change=then(shared, lambda world: world.refuse("Microsoft.Network/virtualNetworks")),
        says="not checked",
    ),
    Case(
        name="no-prefix",
        about=ACCOUNT,
        status="unknown",
        change=subnet(addressPrefix=ABSENT),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="managed-network-not-answered",
        about=ACCOUNT,
        status="unknown",
        change=then(managed(), lambda world: world.refuse("managedNetworks", 404, "NotFound")),
        reason=Reason.BLIND_API,
    ),
    Case(
        name="malformed-injections",
        about=ACCOUNT,
        status="unknown",
        change=lambda world: world.put(ACCOUNT, INJECTIONS, "agent"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="unknown-scenario",
        about=ACCOUNT,
        status="unknown",
        change=injected({"scenario": "training"}),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="hosts-refused",
        about=ACCOUNT,
        status="unknown",
        change=then(injected(), lambda world: world.refuse("capabilityHosts")),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="accounts-refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.refuse("CognitiveServices/accounts"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="no-agents",
        about=ACCOUNT,
        status="not_applicable",
        change=then(injected(), without_hosts),
        reason=Reason.NOT_USED,
    ),
    Case(name="kind", about=CLAIMS_OPENAI, status="not_applicable", reason=Reason.KIND),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_foundry_agent_network_injection(case: Case) -> None:
    case.check(foundry_agent_network_injection)
