"""openai-firewall-default-action."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.openai.openai_firewall_default_action import openai_firewall_default_action
from tests.rules.cases import Case, Change
from tests.rules.world import World

PATH = "properties.networkAcls.defaultAction"
PUBLIC = "properties.publicNetworkAccess"
SUBSCRIPTION = CLAIMS_OPENAI.split("/resourceGroups")[0]


def opened(action: object, access: object = "Enabled") -> Change:
    def change(world: World) -> None:
        world.put(CLAIMS_OPENAI, PATH, action).put(CLAIMS_OPENAI, PUBLIC, access)

    return change


def firewall_never_set(world: World) -> None:
    world.cut(CLAIMS_OPENAI, "properties.networkAcls").put(CLAIMS_OPENAI, PUBLIC, "Enabled")


CASES = (
    Case(name="deny", about=CLAIMS_OPENAI, status="pass", seen=((PATH, "Deny"),)),
    Case(name="deny-in-capitals", about=CLAIMS_OPENAI, status="pass", change=opened("DENY")),
    Case(
        name="allow-while-public",
        about=CLAIMS_OPENAI,
        status="fail",
        change=opened("Allow"),
        severity=Severity.HIGH,
        seen=((PATH, "Allow"), (PUBLIC, "Enabled")),
    ),
    Case(
        name="allow-while-access-is-absent",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, "Allow").cut(CLAIMS_OPENAI, PUBLIC),
        severity=Severity.HIGH,
    ),
    Case(
        name="allow-while-private",
        about=CLAIMS_OPENAI,
        status="fail",
        change=opened("allow", "disabled"),
        severity=Severity.LOW,
        says="turned on again",
    ),
    Case(
        name="allow-while-access-has-a-new-value",
        about=CLAIMS_OPENAI,
        status="fail",
        change=opened("Allow", "SecuredByPerimeter"),
        severity=Severity.HIGH,
    ),
    Case(
        name="absent-firewall",
        about=CLAIMS_OPENAI,
        status="fail",
        change=firewall_never_set,
        severity=Severity.HIGH,
        says="which means Allow",
        seen=((PATH, ABSENT),),
    ),
    Case(
        name="null-firewall-while-private",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.put(CLAIMS_OPENAI, "properties.networkAcls", None),
        severity=Severity.LOW,
    ),
    Case(name="null-action", about=CLAIMS_OPENAI, status="fail", change=opened(None), seen=((PATH, None),)),
    Case(
        name="new-value",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=opened("Audit"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="malformed-firewall",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.put(CLAIMS_OPENAI, "properties.networkAcls", "Deny"),
        reason=Reason.MALFORMED,
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
def test_openai_firewall_default_action(case: Case) -> None:
    case.check(openai_firewall_default_action)


def fix_of(change: Change) -> str:
    found = Case(name="", about=CLAIMS_OPENAI, status="fail", change=change).check(
        openai_firewall_default_action
    )
    assert found.remedy is not None
    assert found.remedy.az is not None
    return found.remedy.az


def test_fix_of_a_present_firewall_sets_one_member() -> None:
    assert fix_of(opened("Allow")).endswith("--set properties.networkAcls.defaultAction=Deny")


def test_fix_of_an_absent_firewall_makes_the_object() -> None:
    assert fix_of(firewall_never_set).endswith("""--set 'properties.networkAcls={"defaultAction":"Deny"}'""")
