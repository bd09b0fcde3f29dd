"""search-system-identity."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.on_your_data import CLAIMS_SEARCH, HR_SEARCH
from auditor_rules.search.search_system_identity import search_system_identity
from tests.rules.cases import Case
from tests.rules.search.strangers import LONELY, add_lonely_service
from tests.rules.world import World


def user_assigned_only(world: World) -> None:
    world.put(CLAIMS_SEARCH, "identity.type", "UserAssigned")
    world.put(CLAIMS_SEARCH, "identity.principalId", None)


def lonely_and_storage_refused(world: World) -> None:
    add_lonely_service(world)
    world.refuse("Microsoft.Storage/storageAccounts\\?")


CASES = (
    Case(name="both-kinds-with-a-blank", about=CLAIMS_SEARCH, status="pass"),
    Case(name="system-assigned", about=HR_SEARCH, status="pass"),
    Case(
        name="both-kinds-without-a-blank-in-lower-case",
        about=CLAIMS_SEARCH,
        status="pass",
        change=lambda world: world.put(CLAIMS_SEARCH, "identity.type", "systemassigned,userassigned"),
    ),
    Case(
        name="user-assigned-only",
        about=CLAIMS_SEARCH,
        status="fail",
        severity=Severity.HIGH,
        change=user_assigned_only,
        says="only user-assigned",
    ),
    Case(
        name="none",
        about=HR_SEARCH,
        status="fail",
        change=lambda world: world.put(HR_SEARCH, "identity", {"type": "None"}),
    ),
    Case(
        name="absent",
        about=HR_SEARCH,
        status="fail",
        change=lambda world: world.cut(HR_SEARCH, "identity"),
        says="no managed identity",
    ),
    Case(
        name="null",
        about=HR_SEARCH,
        status="fail",
        change=lambda world: world.put(HR_SEARCH, "identity", None),
    ),
    Case(
        name="no-principal-id",
        about=HR_SEARCH,
        status="fail",
        change=lambda world: world.cut(HR_SEARCH, "identity.principalId"),
        says="no principal id",
    ),
    Case(
        name="new-kind",
        about=HR_SEARCH,
        status="unknown",
        change=lambda world: world.put(HR_SEARCH, "identity.type", "SystemAssigned, Borrowed"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda world: world.refuse("Search/searchServices"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="nothing-related",
        about=LONELY,
        status="not_applicable",
        change=add_lonely_service,
        reason=Reason.NOT_RELATED,
    ),
    Case(
        name="nothing-related-but-storage-refused",
        about=LONELY,
        status="unknown",
        change=lonely_and_storage_refused,
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_search_system_identity(case: Case) -> None:
    case.check(search_system_identity)


def test_remedy_of_a_service_with_user_assigned_identities_keeps_them() -> None:
    case = next(case for case in CASES if case.name == "user-assigned-only")
    remedy = case.check(search_system_identity).remedy
    assert remedy is not None
    assert remedy.az is not None
    assert remedy.az.endswith("--set identity.type='SystemAssigned, UserAssigned'")
