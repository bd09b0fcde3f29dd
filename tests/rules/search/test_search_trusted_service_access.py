"""search-trusted-service-access."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH
from auditor_rules.search.search_trusted_service_access import search_trusted_service_access
from tests.rules.cases import Case, Change
from tests.rules.search.strangers import LONELY, add_lonely_service
from tests.rules.world import World

BYPASS = "properties.networkRuleSet.bypass"
ACCESS = "properties.publicNetworkAccess"
IP_RULES = "properties.networkRuleSet.ipRules"


def without_bypass(**also: object) -> Change:
    """The bypass is None, and whatever else: access and ip_rules."""

    def change(world: World) -> None:
        world.put(CLAIMS_SEARCH, BYPASS, "None")
        for name, path in (("access", ACCESS), ("ip_rules", IP_RULES)):
            if name in also:
                world.put(CLAIMS_SEARCH, path, also[name])

    return change


def workspace_alone(world: World) -> None:
    """Only the workspace is left, which reaches the service through its managed network."""
    without_bypass()(world)
    world.drop(CLAIMS_OPENAI)


def workspace_alone_and_inactive(world: World) -> None:
    workspace_alone(world)
    for found in world.tenant["resources"]:
        if found["type"].lower().endswith("workspaces/outboundrules"):
            found["properties"]["status"] = "Inactive"


CASES = (
    Case(name="azure-services", about=CLAIMS_SEARCH, status="pass", seen=((BYPASS, "AzureServices"),)),
    Case(
        name="azure-services-among-others-in-lower-case",
        about=CLAIMS_SEARCH,
        status="pass",
        change=lambda world: world.put(CLAIMS_SEARCH, BYPASS, "azureportal, azureservices"),
    ),
    Case(
        name="none",
        about=CLAIMS_SEARCH,
        status="fail",
        severity=Severity.HIGH,
        change=without_bypass(),
        says="oai-norrland-claims",
        seen=((BYPASS, "None"),),
    ),
    Case(
        name="portal-only",
        about=CLAIMS_SEARCH,
        status="fail",
        change=lambda world: world.put(CLAIMS_SEARCH, BYPASS, "AzurePortal"),
    ),
    Case(
        name="absent",
        about=CLAIMS_SEARCH,
        status="fail",
        change=lambda world: world.cut(CLAIMS_SEARCH, "properties.networkRuleSet"),
        seen=((BYPASS, ABSENT),),
    ),
    Case(
        name="null",
        about=CLAIMS_SEARCH,
        status="fail",
        change=lambda world: world.put(CLAIMS_SEARCH, BYPASS, None),
    ),
    Case(
        name="limited-to-addresses",
        about=CLAIMS_SEARCH,
        status="fail",
        change=without_bypass(access="enabled", ip_rules=[{"value": "203.0.113.7"}]),
    ),
    Case(
        name="open-to-all",
        about=CLAIMS_SEARCH,
        status="not_applicable",
        change=without_bypass(access="Enabled"),
        reason=Reason.PUBLIC_ACCESS_OPEN,
    ),
    Case(
        name="secured-by-perimeter",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=without_bypass(access="SecuredByPerimeter"),
        reason=Reason.AMBIGUOUS,
    ),
    Case(
        name="new-value",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=lambda world: world.put(CLAIMS_SEARCH, BYPASS, "Everybody"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="workspace-with-a-managed-endpoint",
        about=CLAIMS_SEARCH,
        status="not_applicable",
        change=workspace_alone,
        reason=Reason.SERVED_OTHERWISE,
    ),
    Case(
        name="workspace-whose-managed-endpoint-is-inactive",
        about=CLAIMS_SEARCH,
        status="fail",
        change=workspace_alone_and_inactive,
        says="actuarial-ml",
    ),
    Case(
        name="nobody-related",
        about=LONELY,
        status="not_applicable",
        change=add_lonely_service,
        reason=Reason.NOT_RELATED,
    ),
    Case(
        name="refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda world: world.refuse("Search/searchServices"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_search_trusted_service_access(case: Case) -> None:
    case.check(search_trusted_service_access)
