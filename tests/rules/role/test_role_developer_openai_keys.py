"""role-developer-openai-keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.role.role_developer_openai_keys import role_developer_openai_keys
from tests.rules.cases import Case
from tests.rules.role.people import both, key_cases, kind_case, people_cases
from tests.rules.world import World

PATH = "properties.disableLocalAuth"
SERVES = {"actions": ["Microsoft.CognitiveServices/accounts/listKeys/action"]}
LACKS = {"actions": ["Microsoft.CognitiveServices/accounts/read"]}


def keys_on(world: World) -> None:
    world.put(CLAIMS_OPENAI, PATH, False)


CASES = (
    *(
        replace(case, change=both(keys_on, case.change))
        for case in people_cases(CLAIMS_OPENAI, SERVES, LACKS)
    ),
    *key_cases(CLAIMS_OPENAI, PATH, off=True, permission=SERVES),
    kind_case(CLAIMS_OPENAI),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_developer_openai_keys(case: Case) -> None:
    case.check(role_developer_openai_keys)
