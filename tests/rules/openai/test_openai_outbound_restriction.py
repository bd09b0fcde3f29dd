"""openai-outbound-restriction."""

from __future__ import annotations

import json
import shlex

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.openai.openai_outbound_restriction import openai_outbound_restriction
from tests.rules.cases import Case, Change
from tests.rules.world import World

PATH = "properties.restrictOutboundNetworkAccess"
HOSTS = "properties.allowedFqdnList"
SUBSCRIPTION = CLAIMS_OPENAI.split("/resourceGroups")[0]


def listing(*hosts: object) -> Change:
    return lambda world: world.put(CLAIMS_OPENAI, HOSTS, list(hosts))


def of_kind(kind: object) -> Change:
    return lambda world: world.put(CLAIMS_OPENAI, "kind", kind).put(CLAIMS_OPENAI, PATH, False)


def with_agents(scenario: object = "agent", projects: object = True) -> Change:
    def change(world: World) -> None:
        world.put(CLAIMS_OPENAI, "kind", "AIServices").put(CLAIMS_OPENAI, PATH, False)
        world.put(CLAIMS_OPENAI, "properties.allowProjectManagement", projects)
        world.put(CLAIMS_OPENAI, "properties.networkInjections", [{"scenario": scenario}])

    return change


CASES = (
    Case(name="restricted", about=CLAIMS_OPENAI, status="pass", seen=((PATH, True),), says="2 hosts"),
    Case(
        name="restricted-to-nothing",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda world: world.cut(CLAIMS_OPENAI, HOSTS),
    ),
    Case(
        name="restricted-to-the-most",
        about=CLAIMS_OPENAI,
        status="pass",
        change=listing(*(f"h{number}.norrland.example" for number in range(1000))),
    ),
    Case(
        name="unrestricted",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, False),
        severity=Severity.LOW,
        seen=((PATH, False),),
    ),
    Case(
        name="absent",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.cut(CLAIMS_OPENAI, PATH),
        says="not set",
        seen=((PATH, ABSENT),),
    ),
    Case(
        name="null",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, None),
        says="not set",
    ),
    Case(
        name="too-many-hosts",
        about=CLAIMS_OPENAI,
        status="fail",
        change=listing(*(f"h{number}.norrland.example" for number in range(1001))),
        severity=Severity.LOW,
        says="1001 entries",
    ),
    Case(
        name="shared-domain",
        about=CLAIMS_OPENAI,
        status="fail",
        change=listing("*.Blob.Core.Windows.Net"),
        says="anybody can have a host there",
    ),
    Case(
        name="many-broad-hosts",
        about=CLAIMS_OPENAI,
        status="fail",
        change=listing(*(f"*.x{number}" for number in range(8))),
        says="and 3 more",
    ),
    Case(
        name="agents",
        about=CLAIMS_OPENAI,
        status="fail",
        change=with_agents("Agent"),
        severity=Severity.MEDIUM,
        says="not governed by this setting",
    ),
    Case(
        name="agents-without-projects",
        about=CLAIMS_OPENAI,
        status="fail",
        change=with_agents(projects=None),
        severity=Severity.LOW,
    ),
    Case(
        name="projects-without-agents",
        about=CLAIMS_OPENAI,
        status="fail",
        change=with_agents("none"),
        severity=Severity.LOW,
    ),
    Case(
        name="malformed-agents-do-not-hide-the-failure",
        about=CLAIMS_OPENAI,
        status="fail",
        change=with_agents(7),
        severity=Severity.LOW,
    ),
    Case(
        name="kind-in-lower-case",
        about=CLAIMS_OPENAI,
        status="fail",
        change=of_kind("formrecognizer"),
    ),
    Case(
        name="kind-not-offered",
        about=CLAIMS_OPENAI,
        status="not_applicable",
        change=of_kind("ContentSafety"),
        reason=Reason.KIND,
    ),
    Case(
        name="kind-absent",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=of_kind(None),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="malformed-list",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.put(CLAIMS_OPENAI, HOSTS, "a.example,b.example"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="malformed-list-does-not-hide-the-failure",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.put(CLAIMS_OPENAI, HOSTS, "a.example").put(CLAIMS_OPENAI, PATH, False),
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.refuse("CognitiveServices/accounts"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="being-deleted",
        about=CLAIMS_OPENAI,
        status="not_applicable",
        change=lambda world: world.put(CLAIMS_OPENAI, "properties.provisioningState", "Deleting"),
        reason=Reason.BEING_DELETED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_openai_outbound_restriction(case: Case) -> None:
    case.check(openai_outbound_restriction)


@pytest.mark.parametrize("restricted", [True, False])
def test_fix_of_a_broad_list_keeps_the_other_hosts(restricted: bool) -> None:
    def change(world: World) -> None:
        world.put(CLAIMS_OPENAI, PATH, restricted)
        world.put(CLAIMS_OPENAI, HOSTS, ["norrland.example", "*", "it's.example"])

    found = Case(name="", about=CLAIMS_OPENAI, status="fail", change=change).check(
        openai_outbound_restriction
    )
    assert found.remedy is not None
    body = json.loads(shlex.split(found.remedy.az or "")[-1])
    assert body["properties"] == {
        "restrictOutboundNetworkAccess": True,
        "allowedFqdnList": ["norrland.example", "it's.example"],
    }
