"""openai-local-auth."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.openai.openai_local_auth import openai_local_auth
from tests.rules.cases import Case

PATH = "properties.disableLocalAuth"
SUBSCRIPTION = CLAIMS_OPENAI.split("/resourceGroups")[0]

CASES = (
    Case(name="disabled", about=CLAIMS_OPENAI, status="pass", seen=((PATH, True),)),
    Case(
        name="enabled",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, False),
        severity=Severity.MEDIUM,
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
        name="true-as-text",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.put(CLAIMS_OPENAI, PATH, "true"),
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
def test_openai_local_auth(case: Case) -> None:
    case.check(openai_local_auth)
