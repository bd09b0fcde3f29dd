"""role-prompt-flow-user."""

from __future__ import annotations

import pytest

from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.role.role_prompt_flow_user import role_prompt_flow_user
from tests.rules.cases import Case
from tests.rules.role.people import BY_PERSON, PERSON, TO_PERSON, declared, may, people_cases

_WORKSPACES = "Microsoft.MachineLearningServices/workspaces"
SERVES = {
    "actions": [f"{_WORKSPACES}/*/{verb}" for verb in ("read", "action", "delete", "write")],
    "notActions": [f"{_WORKSPACES}/write", f"{_WORKSPACES}/computes/*/write"],
}
LACKS = {"actions": ["*/read"]}
NARROW = {"actions": [f"{_WORKSPACES}/{end}" for end in ("jobs/*", "onlineEndpoints/*", "datastores/read")]}
NOTE = "it may also add outbound rules"

CASES = (
    *people_cases(WORKSPACE, SERVES, LACKS),
    Case(
        name="documented-role-also-widens-the-network",
        about=WORKSPACE,
        to=TO_PERSON,
        status="pass",
        declared=BY_PERSON,
        change=may(WORKSPACE, SERVES),
        says=NOTE,
    ),
    Case(
        name="any-kind-of-workload",
        about=WORKSPACE,
        to=TO_PERSON,
        status="fail",
        declared=declared(PERSON, kind="prompt-flow"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_prompt_flow_user(case: Case) -> None:
    case.check(role_prompt_flow_user)


def test_prompt_flow_user_with_a_narrow_role_gets_no_note() -> None:
    case = Case(
        name="",
        about=WORKSPACE,
        to=TO_PERSON,
        status="pass",
        declared=BY_PERSON,
        change=may(WORKSPACE, NARROW),
    )
    assert not any(NOTE in note for note in case.check(role_prompt_flow_user).verdict.notes)
