"""role-session-identity-app-insights."""

from __future__ import annotations

import pytest

from auditor.sandbox.sample.learning_dependencies import COMPONENT
from auditor_rules.role.role_session_identity_app_insights import role_session_identity_app_insights
from tests.rules.cases import Case
from tests.rules.role.session_changes import NAME, contributor_cases, identity_cases

CASES = (
    Case(name="contributor", about=COMPONENT, to=NAME, status="pass"),
    *contributor_cases(COMPONENT, narrow="Microsoft.Insights/components/write"),
    *identity_cases(COMPONENT, link="applicationInsights"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_session_identity_app_insights(case: Case) -> None:
    case.check(role_session_identity_app_insights)
