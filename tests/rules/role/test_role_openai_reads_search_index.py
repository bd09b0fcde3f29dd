"""role-openai-reads-search-index."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH
from auditor_rules.role.role_openai_reads_search_index import role_openai_reads_search_index
from tests.rules.cases import Case, Change
from tests.rules.world import World

READER = "1407120a-92aa-4202-b7e9-c0e197c71c8f"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
OPENAI = CLAIMS_OPENAI.split("/")[-1]
SEARCH_GROUP = CLAIMS_SEARCH.split("/providers")[0]


def revoked(world: World) -> World:
    """The account's identity holds nothing on the search service any more."""
    return world.revoke(scope=CLAIMS_SEARCH, principal=world.principal(CLAIMS_OPENAI))


def granted_at(scope: str, role: str = READER, **properties: object) -> Change:
    def change(world: World) -> None:
        revoked(world).grant(role, world.principal(CLAIMS_OPENAI), scope, **properties)

    return change


CASES = (
    Case(name="granted", about=CLAIMS_SEARCH, to=OPENAI, status="pass"),
    Case(
        name="granted-on-the-resource-group",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="pass",
        change=granted_at(SEARCH_GROUP),
        says="wider than the resource",
    ),
    Case(
        name="granted-in-upper-case",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="pass",
        change=granted_at(CLAIMS_SEARCH.upper().replace("/SUBSCRIPTIONS", "/Subscriptions")),
    ),
    Case(name="missing", about=CLAIMS_SEARCH, to=OPENAI, status="fail", change=revoked),
    Case(
        name="owner-has-no-data-action",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="fail",
        change=granted_at(CLAIMS_SEARCH, OWNER),
    ),
    Case(
        name="granted-on-a-look-alike-group",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="fail",
        change=granted_at(SEARCH_GROUP[:-1]),
    ),
    Case(
        name="granted-on-one-index",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="fail",
        severity=Severity.LOW,
        change=granted_at(f"{CLAIMS_SEARCH}/indexes/claims"),
        says="only on a part",
    ),
    Case(
        name="conditional",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="unknown",
        change=granted_at(CLAIMS_SEARCH, condition="@Resource[x] StringEquals 'y'"),
        reason=Reason.CONDITIONAL,
    ),
    Case(
        name="assignments-refused",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="unknown",
        change=lambda world: world.refuse(f"{AI_PROD}/providers/Microsoft.Authorization/roleAssignments"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="no-identity",
        about=CLAIMS_SEARCH,
        to=OPENAI,
        status="not_applicable",
        change=lambda world: world.cut(CLAIMS_OPENAI, "identity"),
        reason=Reason.NO_IDENTITY,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_openai_reads_search_index(case: Case) -> None:
    case.check(role_openai_reads_search_index)
