"""role-openai-manages-search."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH
from auditor_rules.role.role_openai_manages_search import role_openai_manages_search
from tests.rules.cases import Case, Change
from tests.rules.role.changes import (
    ASSIGNMENTS,
    CONDITION,
    CONTRIBUTOR,
    OWNER,
    denied,
    given,
    group_of,
    regranted,
    revoked,
)
from tests.rules.world import mended

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
SERVICE_CONTRIBUTOR = "7ca78c08-252a-4471-8644-bb5ff32d4ba0"
OPENAI = CLAIMS_OPENAI.split("/")[-1]
SEARCH = "Microsoft.Search/searchServices"


def _with(role: str, scope: str | None = None, **properties: object) -> Change:
    return regranted(CLAIMS_SEARCH, CLAIMS_OPENAI, role, scope, **properties)


CASES = (
    Case(name="granted", about=CLAIMS_SEARCH, to=OPENAI, status="pass", says="list the admin keys"),
    Case(
        name="granted-on-the-group",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="pass",
        change=_with(SERVICE_CONTRIBUTOR, group_of(CLAIMS_SEARCH)),
        says="wider than the resource",
    ),
    Case(
        name="custom-role-with-the-four-writes",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="pass",
        change=given(
            CLAIMS_SEARCH,
            CLAIMS_OPENAI,
            actions=[
                f"{SEARCH}/{kind}/WRITE" for kind in ("indexes", "datasources", "skillsets", "indexers")
            ],
        ),
    ),
    Case(
        name="contributor-passes-with-the-contradiction",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="pass",
        change=_with(CONTRIBUTOR),
        says="sources disagree",
    ),
    Case(
        name="owner-passes-with-the-contradiction",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="pass",
        change=_with(OWNER),
        says="sources disagree",
    ),
    Case(
        name="missing",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="fail",
        severity=Severity.HIGH,
        change=revoked(CLAIMS_SEARCH, CLAIMS_OPENAI),
        says="nothing grants",
    ),
    Case(
        name="reader-may-still-answer",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="fail",
        severity=Severity.MEDIUM,
        change=_with(READER),
        says="ingestion will not",
    ),
    Case(
        name="not-actions-take-one-write-away",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="fail",
        severity=Severity.MEDIUM,
        change=given(
            CLAIMS_SEARCH,
            CLAIMS_OPENAI,
            actions=[f"{SEARCH}/*"],
            notActions=[f"{SEARCH}/indexers/write"],
        ),
    ),
    Case(
        name="granted-on-a-look-alike",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="fail",
        severity=Severity.HIGH,
        change=_with(SERVICE_CONTRIBUTOR, group_of(CLAIMS_SEARCH)[:-1]),
    ),
    Case(
        name="granted-on-one-index",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="fail",
        severity=Severity.LOW,
        change=_with(SERVICE_CONTRIBUTOR, f"{CLAIMS_SEARCH}/indexes/claims"),
    ),
    Case(
        name="writes-denied",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="fail",
        severity=Severity.MEDIUM,
        change=denied(CLAIMS_SEARCH, CLAIMS_OPENAI, actions=[f"{SEARCH}/indexes/write"]),
        says="deny assignment",
    ),
    Case(
        name="all-denied",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="fail",
        severity=Severity.HIGH,
        change=denied(CLAIMS_SEARCH, CLAIMS_OPENAI, actions=["*"]),
    ),
    Case(
        name="conditional",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="unknown",
        reason=Reason.CONDITIONAL,
        change=_with(SERVICE_CONTRIBUTOR, condition=CONDITION),
    ),
    Case(
        name="refused",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="unknown",
        reason=Reason.NO_PERMISSION,
        change=lambda world: world.refuse(ASSIGNMENTS),
    ),
    Case(
        name="no-identity",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="not_applicable",
        reason=Reason.NO_IDENTITY,
        change=lambda world: world.cut(CLAIMS_OPENAI, "identity"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_openai_manages_search(case: Case) -> None:
    case.check(role_openai_manages_search)


def test_search_specific_role_carries_no_contradiction() -> None:
    results = mended().judge(role_openai_manages_search)
    assert not [note for result in results for note in result.verdict.notes if "disagree" in note]
