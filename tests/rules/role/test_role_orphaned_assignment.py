"""role-orphaned-assignment."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import (
    AI_PROD,
    GROUP_ACTUARIES,
    GROUP_CLAIMS_STEWARDS,
    GROUP_UNDERWRITING_CALLERS,
    principal_of,
)
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE
from auditor.sandbox.sample.private_app import OPENAI
from auditor_rules.role.role_orphaned_assignment import role_orphaned_assignment
from tests.rules.cases import Case
from tests.rules.role.changes import ASSIGNMENTS, group_of
from tests.rules.role.people import declared
from tests.rules.world import World, mended

GHOST = "00000000-0000-4000-8000-00000000dead"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
PRINCIPAL = "properties.principalId"


def made(scope: str, principal: str) -> str:
    """The id of the first assignment of a principal at a scope."""
    found: str = mended().assignments(scope=scope, principal=principal)[0]["id"]
    return found


APP = made(CLAIMS_OPENAI, principal_of(CLAIMS_APP))
STEWARDS = made(CLAIMS_STORAGE, GROUP_CLAIMS_STEWARDS)
ACTUARIES = made(WORKSPACE, GROUP_ACTUARIES)
CALLERS = made(OPENAI, GROUP_UNDERWRITING_CALLERS)


def ghost(world: World, scope: str, **properties: object) -> str:
    """Somebody of whom nothing tells holds Reader there; the id of that assignment."""
    world.grant(READER, GHOST, scope, **properties)
    found: dict[str, Any] = world.assignments(scope=scope, principal=GHOST)[0]
    rid: str = found["id"]
    return rid


CASES = (
    Case(name="identity", about=APP, status="pass", says="the identity of app-norrland-claims"),
    Case(
        name="identity-in-upper-case",
        about=APP,
        status="pass",
        change=lambda w: w.put(APP, PRINCIPAL, principal_of(CLAIMS_APP).upper()),
    ),
    Case(name="group-of-an-identity", about=CALLERS, status="pass", says="a group of an identity"),
    Case(
        name="declared-principal",
        about=ACTUARIES,
        status="pass",
        declared=declared(GROUP_ACTUARIES.upper()),
        says="the workload claims declares",
    ),
    Case(
        name="nothing-tells-of-the-principal",
        about=STEWARDS,
        status="unknown",
        reason=Reason.NOT_IN_ARM,
        says=f"whether the Group {GROUP_CLAIMS_STEWARDS} still exists does not show in ARM",
    ),
    Case(
        name="identity-made-again",
        about=APP,
        status="unknown",
        change=lambda w: w.put(CLAIMS_APP, "identity.principalId", GHOST),
        reason=Reason.NOT_IN_ARM,
    ),
    Case(
        name="principal-absent",
        about=APP,
        status="unknown",
        change=lambda w: w.cut(APP, PRINCIPAL),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="principal-malformed",
        about=APP,
        status="unknown",
        change=lambda w: w.put(APP, PRINCIPAL, 7),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="assignments-refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda w: w.refuse(ASSIGNMENTS),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_orphaned_assignment(case: Case) -> None:
    case.check(role_orphaned_assignment)


@pytest.mark.parametrize(
    ("scope", "created", "is_judged"),
    [
        (CLAIMS_SEARCH, "2026-05-30T00:00:00Z", True),
        (CLAIMS_SEARCH, None, True),
        (CLAIMS_SEARCH, "2026-05-31T12:00:00Z", False),
        (CLAIMS_APP, None, False),
        (group_of(CLAIMS_SEARCH), None, False),
        (f"{CLAIMS_SEARCH}/indexes/claims", None, False),
    ],
)
def test_orphaned_assignment_looks_at_settled_ones_made_on_an_ai_resource(
    scope: str, created: str | None, is_judged: bool
) -> None:
    world = mended()
    rid = ghost(world, scope, createdOn=created)
    results = world.judge(role_orphaned_assignment)
    assert (rid in {found.resource for found in results}) is is_judged


def test_orphaned_assignment_never_fails_without_graph() -> None:
    assert {found.status for found in mended().judge(role_orphaned_assignment)} == {"pass", "unknown"}
