"""The sample tenant's identities and roles: each exists, and each sits where the sample means it."""

from __future__ import annotations

import pytest

from auditor.sandbox.sample.company import AI_PROD
from tests.sandbox.sample_index import BY_ID, RESOURCES, TENANT, of_type


def test_role_assignment_names_a_known_role_principal_and_scope() -> None:
    roles = {role["name"] for role in of_type("Microsoft.Authorization/roleDefinitions")}
    used = set()
    for assignment in of_type("Microsoft.Authorization/roleAssignments"):
        properties = assignment["properties"]
        used.add(properties["roleDefinitionId"].rsplit("/", 1)[1])
        assert assignment["id"].startswith(f"{properties['scope']}/providers/Microsoft.Authorization/")
        assert properties["principalId"] in set(TENANT["groups"]) | principals()
        assert scope_exists(properties["scope"]), properties["scope"]
    assert used == roles


def scope_exists(scope: str) -> bool:
    management_groups = {
        f"/providers/microsoft.management/managementgroups/{group['name']}".lower()
        for group in TENANT["management_groups"]
    }
    container = scope.lower().partition("/blobservices/default/containers/")[0]
    return container in BY_ID or container in management_groups | {f"/subscriptions/{AI_PROD}"}


def principals() -> set[str]:
    return set(identity_holders())


def identity_holders() -> dict[str, set[str]]:
    """Which resources show each principal id as their own identity."""
    holders: dict[str, set[str]] = {}
    for resource in RESOURCES:
        own = resource.get("identity", {}).get("principalId")
        if resource["type"] == "Microsoft.ManagedIdentity/userAssignedIdentities":
            own = resource["properties"]["principalId"]
        if own:
            holders.setdefault(own, set()).add(resource["id"])
    return holders


def test_identity_principal_belongs_to_one_resource() -> None:
    assert all(len(resources_) == 1 for resources_ in identity_holders().values())
    assert len(identity_holders()) == 19


def test_user_assigned_identity_in_use_exists_with_the_same_principal() -> None:
    seen = 0
    for resource in RESOURCES:
        for identity_id, told in (resource.get("identity", {}).get("userAssignedIdentities") or {}).items():
            seen += 1
            assert BY_ID[identity_id.lower()]["properties"]["principalId"] == told["principalId"]
    assert seen == 4


def test_group_member_is_an_identity_a_person_or_the_auditor_and_never_twice() -> None:
    members = [member for group in TENANT["groups"].values() for member in group]
    assert len(members) == len(set(members))
    assert TENANT["principal"]["object_id"] in members
    assert len(principals() & set(members)) == 1


def role_scopes(holder: str, role_name: str) -> set[str]:
    (role,) = [
        r
        for r in of_type("Microsoft.Authorization/roleDefinitions")
        if r["properties"]["roleName"] == role_name
    ]
    (principal,) = [p for p, ids in identity_holders().items() if any(i.endswith(f"/{holder}") for i in ids)]
    return {
        assignment["properties"]["scope"].rsplit("/", 1)[1]
        for assignment in of_type("Microsoft.Authorization/roleAssignments")
        if assignment["properties"]["principalId"] == principal
        and assignment["properties"]["roleDefinitionId"].endswith(role["name"])
    }


@pytest.mark.parametrize(
    ("holder", "role_name", "scopes"),
    [
        ("srch-norrland-claims", "Cognitive Services OpenAI Contributor", {"oai-norrland-claims"}),
        ("srch-norrland-hr", "Cognitive Services OpenAI Contributor", {"rg-hr"}),
        ("app-norrland-hr", "Contributor", {AI_PROD}),
        ("id-underwriting-copilot", "Cognitive Services OpenAI User", set()),
        ("actuarial-ml", "Storage File Data SMB Share Contributor", {"stactuarialml"}),
        ("actuarial-ml", "Norrland Embeddings Caller", {"oai-norrland-claims"}),
    ],
)
def test_identity_holds_its_role_where_the_sample_means_it(
    holder: str, role_name: str, scopes: set[str]
) -> None:
    assert role_scopes(holder, role_name) == scopes
