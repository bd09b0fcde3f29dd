"""ARM ids: parsed, compared without case, held by scopes segment by segment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.ids import ROOT_SCOPE, ArmId, MalformedId, same_text

SEARCH = "/subscriptions/0A/resourceGroups/rg1/providers/Microsoft.Search/searchServices/s1"

segments = st.text(alphabet="abcXYZ019-_.", min_size=1, max_size=8)
ids = st.lists(segments, min_size=1, max_size=10).map(lambda parts: "/" + "/".join(parts))


@pytest.mark.parametrize(
    ("text", "subscription", "group", "resource_type", "name"),
    [
        (SEARCH, "0a", "rg1", "Microsoft.Search/searchServices", "s1"),
        (
            SEARCH.replace("resourceGroups", "resourcegroups"),
            "0a",
            "rg1",
            "Microsoft.Search/searchServices",
            "s1",
        ),
        (
            f"{SEARCH}/sharedPrivateLinkResources/l1",
            "0a",
            "rg1",
            "Microsoft.Search/searchServices/sharedPrivateLinkResources",
            "l1",
        ),
        (
            f"{SEARCH}/providers/Microsoft.Authorization/roleAssignments/a1",
            "0a",
            "rg1",
            "Microsoft.Authorization/roleAssignments",
            "a1",
        ),
        ("/Subscriptions/0A", "0a", None, None, "0A"),
        (
            "/providers/Microsoft.Management/managementGroups/mg",
            None,
            None,
            "Microsoft.Management/managementGroups",
            "mg",
        ),
        (ROOT_SCOPE, None, None, None, ""),
    ],
)
def test_arm_id_parsed_gives_its_parts(
    text: str, subscription: str | None, group: str | None, resource_type: str | None, name: str
) -> None:
    found = ArmId.parse(text)
    assert (found.subscription_id, found.resource_group) == (subscription, group)
    assert (found.resource_type, found.name) == (resource_type, name)


@pytest.mark.parametrize("text", ["", "subscriptions/x", "/subscriptions//x", None, 7, ["/x"]])
def test_arm_id_of_other_text_is_refused(text: object) -> None:
    with pytest.raises(MalformedId):
        ArmId.parse(text)


@pytest.mark.parametrize(
    ("inner", "scope", "expected"),
    [
        (SEARCH, "/subscriptions/0a/resourcegroups/RG1", True),
        (SEARCH, "/subscriptions/0a/resourceGroups/rg", False),
        ("/subscriptions/0a/resourceGroups/rg10", "/subscriptions/0a/resourceGroups/rg1", False),
        (SEARCH, SEARCH + "/", True),
        (SEARCH, ROOT_SCOPE, True),
        ("/subscriptions/0a", SEARCH, False),
    ],
)
def test_arm_id_within_scope_is_judged_by_whole_segments(inner: str, scope: str, expected: bool) -> None:
    assert ArmId.parse(inner).is_within(ArmId.parse(scope)) is expected


def test_arm_id_scopes_run_from_the_resource_to_the_root() -> None:
    found = [str(scope) for scope in ArmId.parse(f"{SEARCH}/links/l1").scopes()]
    assert found == [
        f"{SEARCH}/links/l1",
        SEARCH,
        "/subscriptions/0A/resourceGroups/rg1",
        "/subscriptions/0A",
        ROOT_SCOPE,
    ]


@given(ids)
def test_arm_id_in_any_case_is_the_same_id_and_keeps_its_text(text: str) -> None:
    found = ArmId.parse(text)
    for other in (text.upper(), text.lower(), text.swapcase(), f"{text}/"):
        assert ArmId.parse(other) == found
        assert hash(ArmId.parse(other)) == hash(found)
    assert str(found) == text


@given(ids, segments)
def test_arm_id_holds_its_children_and_no_longer_named_sibling(text: str, name: str) -> None:
    scope = ArmId.parse(text)
    assert scope.child(name).is_within(scope)
    assert not ArmId.parse(text + name).is_within(scope)
    assert scope.child("type", name).parent == scope


@given(ids)
def test_arm_id_scopes_each_hold_the_id(text: str) -> None:
    found = ArmId.parse(text)
    scopes = list(found.scopes())
    assert scopes[0] == found
    assert scopes[-1] == ArmId.parse(ROOT_SCOPE)
    assert all(found.is_within(scope) for scope in scopes)


@pytest.mark.parametrize(("left", "right", "expected"), [("Deny", "deny", True), ("Deny", "Denied", False)])
def test_same_text_ignores_case_only(left: str, right: str, expected: bool) -> None:
    assert same_text(left, right) is expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("rg-network", "rg-networ\u212a", False),  # the Kelvin sign, which Python lowers to k
        ("rg-i", "rg-\u0130", False),
        ("rg-s", "rg-\u017f", False),
        ("G\u00c4VLE", "g\u00e4vle", True),
        ("RG-Network", "rg-network", True),
    ],
)
def test_arm_id_beyond_ascii_is_never_taken_for_another(one: str, other: str, same: bool) -> None:
    ids = [ArmId.parse(f"/subscriptions/0a/resourceGroups/{name}") for name in (one, other)]
    assert (ids[0] == ids[1]) is same
