"""openai-trusted-service-access."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.ai_services import search_service, shared_private_link
from auditor.sandbox.sample.company import CLAIMS, UNDERWRITING, within
from auditor.sandbox.sample.fraud_hub import FRAUD_HUB
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, HR_OPENAI
from auditor.sandbox.sample.private_app import OPENAI as LONE
from auditor_rules.openai.openai_trusted_service_access import openai_trusted_service_access
from tests.rules.cases import Case, Change
from tests.rules.world import World

BYPASS = "properties.networkAcls.bypass"
LINK = f"{CLAIMS_SEARCH}/sharedPrivateLinkResources/link-openai"
SUBSCRIPTION = CLAIMS_OPENAI.split("/resourceGroups")[0]
SECOND = within(CLAIMS, "Microsoft.Search/searchServices", "srch-second")
NEIGHBOUR = within(UNDERWRITING, "Microsoft.Search/searchServices", "srch-next-door")


def shut(world: World) -> World:
    """No bypass: only the link is left."""
    return world.put(CLAIMS_OPENAI, BYPASS, "None")


def linked(path: str, value: object) -> Change:
    return lambda world: shut(world).put(LINK, f"properties.{path}", value)


def second_search(status: str) -> Change:
    """Another search service with a link to the account, in that state."""

    def change(world: World) -> None:
        shut(world).add(
            search_service(SECOND), *shared_private_link(SECOND, "two", CLAIMS_OPENAI, "openai_account")
        )
        world.put(f"{SECOND}/sharedPrivateLinkResources/two", "properties.status", status)

    return change


def open_to_all(world: World) -> None:
    shut(world).put(CLAIMS_OPENAI, "properties.networkAcls.defaultAction", "Allow")
    world.cut(CLAIMS_OPENAI, "properties.publicNetworkAccess")


def selected_networks(world: World) -> None:
    linked("status", "Pending")(world)
    world.put(CLAIMS_OPENAI, "properties.publicNetworkAccess", "Enabled")


CASES = (
    Case(name="bypass", about=CLAIMS_OPENAI, status="pass", seen=((BYPASS, "AzureServices"),)),
    Case(
        name="bypass-in-lower-case-without-link",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda world: world.put(CLAIMS_OPENAI, BYPASS, "azureservices").put(
            LINK, "properties.status", "Pending"
        ),
    ),
    Case(name="link", about=CLAIMS_OPENAI, status="pass", change=shut, says="link-openai"),
    Case(
        name="link-in-other-case",
        about=CLAIMS_OPENAI,
        status="pass",
        change=linked(
            "privateLinkResourceId", CLAIMS_OPENAI.upper().replace("/SUBSCRIPTIONS", "/subscriptions")
        ),
    ),
    Case(
        name="link-group-in-other-case",
        about=CLAIMS_OPENAI,
        status="pass",
        change=linked("groupId", "OpenAI_Account"),
    ),
    Case(
        name="link-pending",
        about=CLAIMS_OPENAI,
        status="fail",
        change=linked("status", "Pending"),
        severity=Severity.HIGH,
        says="link-openai (openai_account) is Pending, Succeeded",
        seen=((BYPASS, "None"), ("properties.status", "Pending")),
    ),
    Case(
        name="link-incomplete",
        about=CLAIMS_OPENAI,
        status="fail",
        change=linked("provisioningState", "Incomplete"),
    ),
    Case(
        name="link-without-provisioning-state",
        about=CLAIMS_OPENAI,
        status="fail",
        change=linked("provisioningState", None),
    ),
    Case(name="link-of-other-group", about=CLAIMS_OPENAI, status="fail", change=linked("groupId", "account")),
    Case(
        name="bypass-absent",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.cut(CLAIMS_OPENAI, BYPASS).put(LINK, "properties.status", "Rejected"),
        says="which means None",
        seen=((BYPASS, ABSENT),),
    ),
    Case(
        name="selected-networks",
        about=CLAIMS_OPENAI,
        status="fail",
        change=selected_networks,
    ),
    Case(
        name="both-linked",
        about=CLAIMS_OPENAI,
        status="pass",
        change=second_search("approved"),
        says="srch-second comes by",
    ),
    Case(
        name="one-of-two-linked",
        about=CLAIMS_OPENAI,
        status="fail",
        change=second_search("Pending"),
        says="refuses srch-second",
    ),
    Case(
        name="open-to-all",
        about=CLAIMS_OPENAI,
        status="not_applicable",
        change=open_to_all,
        reason=Reason.PUBLIC_ACCESS_OPEN,
    ),
    Case(name="lone", about=LONE, status="not_applicable", reason=Reason.NOT_RELATED),
    Case(
        name="lone-with-bypass",
        about=LONE,
        status="not_applicable",
        change=lambda world: world.put(LONE, BYPASS, "AzureServices").drop(FRAUD_HUB),
        says="nothing related needs it",
    ),
    Case(
        name="only-suggested",
        about=LONE,
        to="srch-next-door",
        status="unknown",
        change=lambda world: world.add(search_service(NEIGHBOUR)),
        reason=Reason.RELATION_SUGGESTED,
    ),
    Case(
        name="links-refused",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: shut(world).refuse("srch-norrland-claims/sharedPrivateLinkResources"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="links-refused-but-bypass",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda world: world.refuse("srch-norrland-claims/sharedPrivateLinkResources"),
    ),
    Case(
        name="link-in-new-state",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=linked("status", "Quarantined"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="new-value",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.put(CLAIMS_OPENAI, BYPASS, "AzurePortal"),
        reason=Reason.UNEXPECTED_VALUE,
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
        about=HR_OPENAI,
        status="not_applicable",
        change=lambda world: world.put(HR_OPENAI, "properties.provisioningState", "Deleting"),
        reason=Reason.BEING_DELETED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_openai_trusted_service_access(case: Case) -> None:
    case.check(openai_trusted_service_access)


def test_fix_without_firewall_denies_what_it_does_not_let_in() -> None:
    def change(world: World) -> None:
        linked("status", "Pending")(world)
        world.cut(CLAIMS_OPENAI, "properties.networkAcls")

    case = Case(name="", about=CLAIMS_OPENAI, status="fail", change=change, seen=((BYPASS, ABSENT),))
    remedy = case.check(openai_trusted_service_access).remedy
    assert remedy is not None
    assert '{"defaultAction":"Deny","bypass":"AzureServices"}' in (remedy.az or "")
