"""openai-public-network-access."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT
from auditor.model.reasons import Reason
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.openai.openai_public_network_access import openai_public_network_access
from tests.rules.cases import Case

PATH = "properties.publicNetworkAccess"
SUBSCRIPTION = CLAIMS_OPENAI.split("/resourceGroups")[0]

CASES = (
    Case(name="disabled", about=CLAIMS_OPENAI, status="pass", seen=((PATH, "Disabled"),)),
    Case(
        name="disabled-in-lower-case",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, "disabled"),
    ),
    Case(
        name="enabled",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, "Enabled"),
        seen=((PATH, "Enabled"),),
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
        seen=((PATH, None),),
    ),
    Case(
        name="new-value",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, "SecuredByPerimeter"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="malformed",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, ["Disabled"]),
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
def test_openai_public_network_access(case: Case) -> None:
    case.check(openai_public_network_access)
