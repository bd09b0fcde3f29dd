"""role-search-calls-openai."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.sandbox.sample.company import HR_LOOK_ALIKE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, HR_OPENAI, HR_SEARCH
from auditor.sandbox.sample.private_app import OPENAI as UNDERWRITING_OPENAI
from auditor_rules.role.role_search_calls_openai import role_search_calls_openai
from tests.rules.cases import Case
from tests.rules.role.changes import OWNER, given, regranted, shared_cases
from tests.rules.world import company, mended

OPENAI = "Microsoft.CognitiveServices/accounts/OpenAI"
OPENAI_CONTRIBUTOR = "a001fd3d-188f-4b5d-821b-7da978bf7442"
OPENAI_USER = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
SEARCH = CLAIMS_SEARCH.split("/")[-1]

CASES = (
    *shared_cases(
        CLAIMS_OPENAI,
        CLAIMS_SEARCH,
        OPENAI_CONTRIBUTOR,
        part=f"{CLAIMS_OPENAI}/deployments/embeddings",
        denies=f"{OPENAI}/deployments/embeddings/action",
    ),
    Case(
        name="openai-user-passes-with-a-note",
        about=CLAIMS_OPENAI,
        to=SEARCH,
        status="pass",
        change=regranted(CLAIMS_OPENAI, CLAIMS_SEARCH, OPENAI_USER),
        says="custom skill",
    ),
    Case(
        name="cognitive-services-user-serves",
        about=CLAIMS_OPENAI,
        to=SEARCH,
        status="pass",
        change=given(CLAIMS_OPENAI, CLAIMS_SEARCH, dataActions=["Microsoft.CognitiveServices/*"]),
    ),
    Case(
        name="chat-alone-does-not-embed",
        about=CLAIMS_OPENAI,
        to=SEARCH,
        status="fail",
        severity=Severity.HIGH,
        change=given(
            CLAIMS_OPENAI, CLAIMS_SEARCH, dataActions=[f"{OPENAI}/deployments/chat/completions/action"]
        ),
    ),
    Case(
        name="owner-has-no-data-action",
        about=CLAIMS_OPENAI,
        to=SEARCH,
        status="fail",
        change=regranted(CLAIMS_OPENAI, CLAIMS_SEARCH, OWNER),
    ),
    Case(name="no-search-service", about=UNDERWRITING_OPENAI, status="not_applicable"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_search_calls_openai(case: Case) -> None:
    case.check(role_search_calls_openai)


def test_full_role_carries_no_note() -> None:
    results = mended().judge(role_search_calls_openai)
    assert not [note for found in results for note in found.verdict.notes]


def test_role_on_a_group_with_the_same_prefix_fails_and_is_shown() -> None:
    world = company()
    wrong = world.assignments(scope=HR_LOOK_ALIKE, principal=world.principal(HR_SEARCH))
    failed = [found for found in world.judge(role_search_calls_openai) if found.status == "fail"]
    assert [found.resource for found in failed] == [HR_OPENAI]
    shown = {seen.resource.lower() for seen in failed[0].verdict.evidence}
    assert wrong[0]["id"].lower() in shown
