"""defender-ai-plan."""

from __future__ import annotations

import pytest

from auditor import engine
from auditor.model.declared import Declared
from auditor.model.finding import Severity
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.relate.workloads import discover
from auditor.rule import View
from auditor.sandbox.sample.company import AI_PROD, CLAIMS, HUB
from auditor_rules.defender.defender_ai_plan import defender_ai_plan
from tests.rules.cases import Case
from tests.rules.world import NOW, mended

SUBSCRIPTION = f"/subscriptions/{AI_PROD}"
PLAN = f"{SUBSCRIPTION}/providers/Microsoft.Security/pricings/AI"
TIER = "properties.pricingTier"

CASES = (
    Case(name="standard", about=SUBSCRIPTION, status="pass", says="extension AIPromptEvidence is on"),
    Case(
        name="extension-off",
        about=SUBSCRIPTION,
        status="pass",
        change=lambda world: world.put(PLAN, "properties.extensions[0].isEnabled", "False"),
        says="extension AIPromptEvidence is off",
    ),
    Case(
        name="no-extensions",
        about=SUBSCRIPTION,
        status="pass",
        change=lambda world: world.cut(PLAN, "properties.extensions"),
    ),
    Case(
        name="free",
        about=SUBSCRIPTION,
        status="fail",
        change=lambda world: world.put(PLAN, TIER, "free"),
        severity=Severity.MEDIUM,
        seen=((TIER, "free"),),
    ),
    Case(
        name="not-found",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.drop(PLAN),
        reason=Reason.NOT_OFFERED,
    ),
    Case(
        name="provider-never-used",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.refuse("pricings", 409, "MissingSubscriptionRegistration"),
        reason=Reason.NOT_OFFERED,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.refuse("pricings"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="tier-absent",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.cut(PLAN, TIER),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="tier-not-known",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.put(PLAN, TIER, "Premium"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="accounts-refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.refuse("CognitiveServices/accounts"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_defender_ai_plan(case: Case) -> None:
    case.check(defender_ai_plan)


def test_subscription_without_an_account_has_no_result() -> None:
    assert all(HUB not in result.resource for result in mended().judge(defender_ai_plan))


@pytest.mark.parametrize(("scope", "count"), [(SUBSCRIPTION, 1), (CLAIMS, 0)])
def test_subscription_is_judged_only_where_the_whole_of_it_is_in_scope(scope: str, count: int) -> None:
    estate = mended().estate(defender_ai_plan.all_reads)
    relations = discover(estate, Declared(discover=False))
    view = View(estate=estate, relations=relations, declared=Declared(), now=NOW)
    assert len(engine.run([defender_ai_plan], view, [ArmId.parse(scope)])) == count
