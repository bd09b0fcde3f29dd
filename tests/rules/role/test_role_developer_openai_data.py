"""role-developer-openai-data."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.role.role_developer_openai_data import role_developer_openai_data
from tests.rules.cases import Case
from tests.rules.role.people import BY_PERSON, PERSON, TO_PERSON, declared, kind_case, may, people_cases

_OPENAI = "Microsoft.CognitiveServices/accounts/OpenAI"
SERVES = {"dataActions": [f"{_OPENAI}/*"]}
LACKS = {"actions": ["*"], "dataActions": [f"{_OPENAI}/deployments/*/action"]}
NOTE = "asks for Cognitive Services Contributor too"

CASES = (
    *people_cases(CLAIMS_OPENAI, SERVES, LACKS),
    kind_case(CLAIMS_OPENAI),
    Case(
        name="without-managing-the-account",
        about=CLAIMS_OPENAI,
        to=TO_PERSON,
        status="pass",
        declared=BY_PERSON,
        change=may(CLAIMS_OPENAI, SERVES),
        says=NOTE,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_developer_openai_data(case: Case) -> None:
    case.check(role_developer_openai_data)


@pytest.mark.parametrize(
    ("workload", "actions"),
    [
        (BY_PERSON, ["Microsoft.CognitiveServices/*"]),
        (declared(PERSON, kind="private-openai"), []),
    ],
)
def test_openai_data_says_nothing_of_account_management_where_it_is_held_or_not_needed(
    workload: Declared, actions: list[str]
) -> None:
    change = may(CLAIMS_OPENAI, {"actions": actions, **SERVES})
    case = Case(name="", about=CLAIMS_OPENAI, to=TO_PERSON, status="pass", declared=workload, change=change)
    assert not any(NOTE in note for note in case.check(role_developer_openai_data).verdict.notes)


def test_openai_data_remedy_names_the_developer_and_the_account() -> None:
    case = next(case for case in CASES if case.name == "missing")
    remedy = case.check(role_developer_openai_data).remedy
    assert remedy is not None
    assert remedy.az == (
        f"az role assignment create --assignee {PERSON} --role a001fd3d-188f-4b5d-821b-7da978bf7442"
        f" --scope {CLAIMS_OPENAI}"
    )
