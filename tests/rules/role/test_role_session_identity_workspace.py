"""role-session-identity-workspace."""

from __future__ import annotations

import pytest

from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.role.role_session_identity_workspace import role_session_identity_workspace
from tests.rules.cases import Case
from tests.rules.role.session_changes import NAME, contributor_cases, identity_cases

CASES = (
    Case(name="contributor", about=WORKSPACE, to=NAME, status="pass"),
    *contributor_cases(WORKSPACE, narrow="Microsoft.MachineLearningServices/workspaces/write"),
    *identity_cases(WORKSPACE, link=None),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_session_identity_workspace(case: Case) -> None:
    case.check(role_session_identity_workspace)
