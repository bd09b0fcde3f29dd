"""role-developer-assigns-roles."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from auditor_rules.role.role_developer_assigns_roles import role_developer_assigns_roles
from tests.rules.cases import Case
from tests.rules.role.people import kind_case, people_cases

SERVES = {"actions": ["Microsoft.Authorization/roleAssignments/*"]}
LACKS = {"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]}

CASES = (
    *people_cases(CLAIMS_OPENAI, SERVES, LACKS, severity=Severity.INFO, conditional="pass"),
    kind_case(CLAIMS_OPENAI),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_developer_assigns_roles(case: Case) -> None:
    case.check(role_developer_assigns_roles)
