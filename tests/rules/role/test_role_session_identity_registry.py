"""role-session-identity-registry."""

from __future__ import annotations

import pytest

from auditor.sandbox.sample.shared_services import REGISTRY
from auditor_rules.role.role_session_identity_registry import role_session_identity_registry
from tests.rules.cases import Case
from tests.rules.role.session_changes import NAME, contributor_cases, identity_cases

CASES = (
    Case(name="contributor", about=REGISTRY, to=NAME, status="pass"),
    *contributor_cases(REGISTRY, narrow="Microsoft.ContainerRegistry/registries/pull/read"),
    *identity_cases(REGISTRY, link="containerRegistry"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_session_identity_registry(case: Case) -> None:
    case.check(role_session_identity_registry)
