"""role-developer-search."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.sandbox.sample.on_your_data import CLAIMS_SEARCH
from auditor_rules.role.role_developer_search import role_developer_search
from tests.rules.cases import Case
from tests.rules.role.people import both, key_cases, kind_case, people_cases
from tests.rules.world import World

PATH = "properties.disableLocalAuth"
SERVES = {"actions": ["Microsoft.Search/searchServices/*"]}
LACKS = {"actions": ["Microsoft.Search/searchServices/listQueryKeys/action"]}


def keys_on(world: World) -> None:
    world.put(CLAIMS_SEARCH, PATH, False)


CASES = (
    *(
        replace(case, change=both(keys_on, case.change))
        for case in people_cases(CLAIMS_SEARCH, SERVES, LACKS)
    ),
    *key_cases(CLAIMS_SEARCH, PATH, off=True, permission=SERVES),
    kind_case(CLAIMS_SEARCH),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_developer_search(case: Case) -> None:
    case.check(role_developer_search)
