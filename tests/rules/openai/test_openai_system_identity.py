"""openai-system-identity."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.ai_services import search_service
from auditor.sandbox.sample.company import UNDERWRITING, within
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE
from auditor.sandbox.sample.private_app import OPENAI as LONE
from auditor_rules.openai.openai_system_identity import openai_system_identity
from tests.rules.cases import Case, Change
from tests.rules.world import World

TYPE, PRINCIPAL = "identity.type", "identity.principalId"
SUBSCRIPTION = CLAIMS_OPENAI.split("/resourceGroups")[0]
NEIGHBOUR = within(UNDERWRITING, "Microsoft.Search/searchServices", "srch-next-door")
PRIVATE = Declared(
    workloads=(
        DeclaredWorkload(
            name="claims", kind="private-openai", openai=(CLAIMS_OPENAI,), storage=(CLAIMS_STORAGE,)
        ),
    ),
    discover=False,
)


def identity(value: object) -> Change:
    return lambda world: world.put(CLAIMS_OPENAI, "identity", value)


def beside_search(world: World) -> World:
    """A search service in the resource group of an account that nothing else is related to."""
    return world.add(search_service(NEIGHBOUR))


USER_ASSIGNED = {"type": "UserAssigned", "userAssignedIdentities": {}}

CASES = (
    Case(name="system", about=CLAIMS_OPENAI, status="pass", seen=((TYPE, "SystemAssigned"),)),
    Case(name="related", about=CLAIMS_OPENAI, to=CLAIMS_SEARCH.split("/")[-1], status="pass"),
    Case(
        name="both",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda world: world.put(CLAIMS_OPENAI, TYPE, "SystemAssigned, UserAssigned"),
    ),
    Case(
        name="both-without-blank-in-lower-case",
        about=CLAIMS_OPENAI,
        status="pass",
        change=lambda world: world.put(CLAIMS_OPENAI, TYPE, "systemassigned,userassigned"),
    ),
    Case(
        name="absent",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.cut(CLAIMS_OPENAI, "identity"),
        severity=Severity.HIGH,
        says="no managed identity",
        seen=((TYPE, ABSENT), (PRINCIPAL, ABSENT)),
    ),
    Case(name="null", about=CLAIMS_OPENAI, status="fail", change=identity(None)),
    Case(name="none", about=CLAIMS_OPENAI, status="fail", change=identity({"type": "None"})),
    Case(
        name="user-assigned-only",
        about=CLAIMS_OPENAI,
        status="fail",
        change=identity(USER_ASSIGNED),
        severity=Severity.HIGH,
        says="only user-assigned",
    ),
    Case(
        name="no-principal",
        about=CLAIMS_OPENAI,
        status="fail",
        change=lambda world: world.put(CLAIMS_OPENAI, PRINCIPAL, None),
        says="no principalId",
        seen=((PRINCIPAL, None),),
    ),
    Case(
        name="neither-on-your-data-nor-foundry",
        about=CLAIMS_OPENAI,
        status="fail",
        change=identity(None),
        declared=PRIVATE,
        severity=Severity.INFO,
    ),
    Case(
        name="new-value",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda world: world.put(CLAIMS_OPENAI, TYPE, "Federated"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="only-suggested",
        about=LONE,
        to="srch-next-door",
        status="unknown",
        change=beside_search,
        reason=Reason.RELATION_SUGGESTED,
        says="declare the workload",
    ),
    Case(
        name="lone",
        about=LONE,
        status="not_applicable",
        reason=Reason.NOT_RELATED,
    ),
    Case(
        name="lone-where-search-was-refused",
        about=LONE,
        status="unknown",
        change=lambda world: world.refuse("Microsoft.Search/searchServices"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.refuse("CognitiveServices/accounts"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="being-deleted",
        about=CLAIMS_OPENAI,
        status="not_applicable",
        change=lambda world: world.put(CLAIMS_OPENAI, "properties.provisioningState", "Deleting"),
        reason=Reason.BEING_DELETED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_openai_system_identity(case: Case) -> None:
    case.check(openai_system_identity)


@pytest.mark.parametrize(
    ("found", "command"),
    [(None, "identity assign"), (USER_ASSIGNED, '{"identity":{"type":"SystemAssigned, UserAssigned"}}')],
    ids=["none", "user-assigned"],
)
def test_fix_of_a_missing_identity_keeps_the_others(found: object, command: str) -> None:
    case = Case(name="", about=CLAIMS_OPENAI, status="fail", change=identity(found))
    remedy = case.check(openai_system_identity).remedy
    assert remedy is not None
    assert command in (remedy.az or "")
