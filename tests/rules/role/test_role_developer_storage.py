"""role-developer-storage."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.sandbox.sample.on_your_data import CLAIMS_STORAGE
from auditor_rules.role.role_developer_storage import role_developer_storage
from tests.rules.cases import Case
from tests.rules.role.people import both, key_cases, kind_case, people_cases
from tests.rules.world import World

PATH = "properties.allowSharedKeyAccess"
SERVES = {"actions": ["Microsoft.Storage/storageAccounts/listAccountSas/action"]}
LACKS = {"actions": ["Microsoft.Storage/storageAccounts/listkeys/action"]}


def keys_on(world: World) -> None:
    world.put(CLAIMS_STORAGE, PATH, True)


CASES = (
    *(
        replace(case, change=both(keys_on, case.change))
        for case in people_cases(CLAIMS_STORAGE, SERVES, LACKS)
    ),
    *key_cases(CLAIMS_STORAGE, PATH, off=False, permission=SERVES),
    kind_case(CLAIMS_STORAGE),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_developer_storage(case: Case) -> None:
    case.check(role_developer_storage)
