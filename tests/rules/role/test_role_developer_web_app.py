"""role-developer-web-app."""

from __future__ import annotations

import pytest

from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.on_your_data import CLAIMS_APP
from auditor_rules.role.role_developer_web_app import role_developer_web_app
from tests.rules.cases import Case
from tests.rules.role.changes import group_of
from tests.rules.role.people import BY_PERSON, TO_PERSON, kind_case, may, people_cases

GROUP = group_of(CLAIMS_APP)
SERVES = {
    "actions": [
        "Microsoft.Web/sites/write",
        "Microsoft.Web/serverfarms/write",
        "Microsoft.Resources/deployments/*",
    ]
}
WEBSITE_CONTRIBUTOR = {"actions": ["Microsoft.Web/sites/*", "Microsoft.Resources/deployments/*"]}

CASES = (
    *people_cases(CLAIMS_APP, SERVES, WEBSITE_CONTRIBUTOR, at=GROUP),
    kind_case(CLAIMS_APP),
    Case(
        name="granted-on-the-app-alone",
        about=CLAIMS_APP,
        to=TO_PERSON,
        status="fail",
        declared=BY_PERSON,
        change=may(CLAIMS_APP, SERVES),
        says="only on a part of rg-claims-chat",
    ),
    Case(
        name="granted-on-the-subscription",
        about=CLAIMS_APP,
        to=TO_PERSON,
        status="pass",
        declared=BY_PERSON,
        change=may(f"/subscriptions/{AI_PROD}", SERVES),
        says="wider than the resource",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_developer_web_app(case: Case) -> None:
    case.check(role_developer_web_app)


def test_web_app_remedy_assigns_on_the_resource_group() -> None:
    case = next(case for case in CASES if case.name == "missing")
    remedy = case.check(role_developer_web_app).remedy
    assert remedy is not None
    assert (remedy.az or "").endswith(f" --scope {GROUP}")
    assert GROUP in remedy.summary
