from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

S1 = "33333333-0000-4000-8000-000000000001"
S2 = "33333333-0000-4000-8000-000000000002"
SUBSCRIPTION = f"/subscriptions/{S1}"
RG = f"{SUBSCRIPTION}/resourceGroups/rg1"
ACCOUNT = f"{RG}/providers/Microsoft.CognitiveServices/accounts/openai"
MG = "/providers/Microsoft.Management/managementGroups"
ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"
DEFINITIONS = "providers/Microsoft.Authorization/roleDefinitions"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CUSTOM = "44444444-0000-4000-8000-000000000009"


@pytest.mark.parametrize(
    ("scope", "query", "names"),
    [
        (SUBSCRIPTION, "", "at-tenant at-root at-subscription at-group at-group-0 at-account"),
        (SUBSCRIPTION, "atScope()", "at-tenant at-root at-subscription"),
        (RG, "", "at-tenant at-root at-subscription at-group at-account"),
        (RG, "atScope()", "at-tenant at-root at-subscription at-group"),
        (ACCOUNT, "atScope()", "at-tenant at-root at-subscription at-group at-account"),
        (f"/subscriptions/{S2}", "", "at-tenant at-root at-other"),
        (f"{MG}/root", "atScope()", "at-tenant at-root"),
        (f"{MG}/root", "", "at-tenant at-root at-other at-subscription at-group at-group-0 at-account"),
        (SUBSCRIPTION, "principalId eq 'APP'", "at-tenant at-group-0"),
        (SUBSCRIPTION, "assignedTo('app')", "at-tenant at-root at-group-0 at-account"),
        (RG, "atScope() and assignedTo('app')", "at-tenant at-root"),
        (ACCOUNT, "atScope() and assignedTo('someone')", "at-subscription at-group"),
        (SUBSCRIPTION, "assignedTo('nobody')", ""),
    ],
)
def test_assignments_filter_by_scope_and_principal(caller: Any, scope: str, query: str, names: str) -> None:
    suffix = f"?$filter={query}" if query else ""
    assert caller.names(f"{scope}/{ASSIGNMENTS}{suffix}") == names.split()


def test_assignments_with_an_unknown_filter_are_refused(caller: Any) -> None:
    status, code, message = caller.error(f"{RG}/{ASSIGNMENTS}?$filter=roleName eq 'Reader'")
    assert (status, code) == (400, "UnsupportedQuery")
    assert "rolename" in message


def test_assignments_of_a_group_ring_end(caller_of: Callable[..., Any]) -> None:
    caller = caller_of(groups={"g-inner": ["app", "g-outer"], "g-outer": ["g-inner"]})
    found = caller.names(f"{SUBSCRIPTION}/{ASSIGNMENTS}?$filter=assignedTo('app')")
    assert found == ["at-tenant", "at-root", "at-group-0", "at-account"]


def test_deny_assignments_are_found_by_their_principals(caller_of: Callable[..., Any]) -> None:
    everyone = "00000000-0000-0000-0000-000000000000"
    deny = "providers/Microsoft.Authorization/denyAssignments"
    entries = [
        {
            "id": f"{RG}/{deny}/{name}",
            "name": name,
            "type": "Microsoft.Authorization/denyAssignments",
            "properties": {"scope": RG, "principals": [{"id": principal}]},
        }
        for name, principal in [("all", everyone), ("inner", "g-inner"), ("else", "someone")]
    ]
    caller = caller_of(resources=entries)
    assert caller.names(f"{RG}/{deny}?$filter=assignedTo('app')") == ["all", "inner"]
    assert caller.names(f"{RG}/{deny}?$filter=principalId eq 'someone'") == ["else"]
    assert caller.names(f"{RG}/{deny}") == ["all", "inner", "else"]


@pytest.mark.parametrize(
    ("scope", "query", "names"),
    [
        (SUBSCRIPTION, "", [READER, CUSTOM]),
        (RG, "", [READER, CUSTOM]),
        (f"/subscriptions/{S2}", "", [READER]),
        (f"{MG}/root", "", [READER]),
        (f"{MG}/root", "atScopeAndBelow()", [READER, CUSTOM]),
        (SUBSCRIPTION, "type eq 'CustomRole'", [CUSTOM]),
        (SUBSCRIPTION, "type eq 'BuiltInRole'", [READER]),
        (SUBSCRIPTION, "atScopeAndBelow() and type eq 'CustomRole'", [CUSTOM]),
    ],
)
def test_definitions_are_listed_where_they_can_be_assigned(
    caller: Any, scope: str, query: str, names: list[str]
) -> None:
    suffix = f"?$filter={query}" if query else ""
    assert caller.names(f"{scope}/{DEFINITIONS}{suffix}") == names


@pytest.mark.parametrize("subscription_id", [S1, S2])
def test_built_in_definition_is_shown_under_the_callers_subscription(
    caller: Any, subscription_id: str
) -> None:
    role_id = f"/subscriptions/{subscription_id}/{DEFINITIONS}/{READER}"
    assert caller.get(f"/subscriptions/{subscription_id}/{DEFINITIONS}")["value"][0]["id"] == role_id
    assert caller.get(role_id)["id"] == role_id
    assert caller.get(f"/{DEFINITIONS}/{READER}")["id"] == f"/{DEFINITIONS}/{READER}"


def test_custom_definition_is_hidden_where_it_cannot_be_assigned(caller: Any) -> None:
    assert caller.get(f"{SUBSCRIPTION}/{DEFINITIONS}/{CUSTOM}")["name"] == CUSTOM
    assert caller.error(f"/subscriptions/{S2}/{DEFINITIONS}/{CUSTOM}")[0] == 404
