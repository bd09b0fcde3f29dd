"""search-role-based-access."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.on_your_data import CLAIMS_SEARCH
from auditor_rules.search.search_role_based_access import search_role_based_access
from tests.rules.cases import Case, Change
from tests.rules.world import World

LOCAL = "properties.disableLocalAuth"
OPTIONS = "properties.authOptions"


def options(found: object, local: object = False) -> Change:
    """Both properties set; ABSENT takes one away."""

    def change(world: World) -> None:
        for path, value in ((OPTIONS, found), (LOCAL, local)):
            if value is ABSENT:
                world.cut(CLAIMS_SEARCH, path)
            else:
                world.put(CLAIMS_SEARCH, path, value)

    return change


BEARER = {"aadOrApiKey": {"aadAuthFailureMode": "http401WithBearerChallenge"}}
CASES = (
    Case(name="roles-only", about=CLAIMS_SEARCH, status="pass", says="roles only"),
    Case(name="roles-and-keys", about=CLAIMS_SEARCH, status="pass", change=options(BEARER)),
    Case(
        name="roles-and-keys-empty", about=CLAIMS_SEARCH, status="pass", change=options({"aadOrApiKey": {}})
    ),
    Case(
        name="roles-and-keys-without-challenge",
        about=CLAIMS_SEARCH,
        status="pass",
        change=options({"aadOrApiKey": {"aadAuthFailureMode": "HTTP403"}}),
        says="answered 403",
    ),
    Case(
        name="roles-and-keys-with-a-new-failure-mode",
        about=CLAIMS_SEARCH,
        status="pass",
        change=options({"aadOrApiKey": {"aadAuthFailureMode": "http418"}}),
    ),
    Case(
        name="keys-only",
        about=CLAIMS_SEARCH,
        status="fail",
        change=options({"apiKeyOnly": {}}),
        seen=((f"{OPTIONS}.apiKeyOnly", {}),),
    ),
    Case(
        name="options-null",
        about=CLAIMS_SEARCH,
        status="fail",
        change=options(None),
        says="means keys only",
    ),
    Case(name="options-absent", about=CLAIMS_SEARCH, status="fail", change=options(ABSENT, ABSENT)),
    Case(name="both-null", about=CLAIMS_SEARCH, status="fail", change=options(None, None)),
    Case(
        name="options-malformed",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=options("aadOrApiKey"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="local-auth-as-text",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=options(None, "true"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda world: world.refuse("Search/searchServices"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_search_role_based_access(case: Case) -> None:
    case.check(search_role_based_access)
