from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, assert_never

import pytest

from auditor.model.estate import Estate, EstateBuilder
from auditor.model.finding import Gap, NotRead, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.access import DenyAssignment, PrincipalAssignment, RoleAssignment, RoleDefinition
from auditor.model.wire import decode
from auditor.relate.actions import Requirement as SameRequirement
from auditor.relate.permissions import (
    READS,
    Conditional,
    Denied,
    Grant,
    Held,
    Missing,
    OnPart,
    Requirement,
    assignments_of,
    effective,
    grants,
    principal_scope,
)

Body = dict[str, Any]

SUB = ArmId.parse("/subscriptions/5f3c1de0-7b1c-4d2a-9c61-2d8e6a4b9f10")
OTHER_SUB = ArmId.parse("/subscriptions/9a0c77e4-11d8-4b6f-8a55-0c4f1e2d3b4a")
GROUP = f"{SUB}/resourceGroups/rg1"
TARGET = ArmId.parse(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/docs")
BLOBS = f"{TARGET}/blobServices/default/containers"
MANAGEMENT_GROUP = "/providers/Microsoft.Management/managementGroups/platform"
ME = "c0ffee00-0000-4000-8000-000000000001"
TEAM = "c0ffee00-0000-4000-8000-00000000000a"
STRANGER = "c0ffee00-0000-4000-8000-0000000000ff"
EVERYONE = "00000000-0000-0000-0000-000000000000"

CONTAINER = "Microsoft.Storage/storageAccounts/blobServices/containers"
READ_BLOBS = Requirement(actions=(f"{CONTAINER}/read",), data_actions=(f"{CONTAINER}/blobs/read",))
READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
ONLY_CONTROL = "11111111-aaaa-4000-8000-000000000001"
ONLY_DATA = "11111111-aaaa-4000-8000-000000000002"
BAD = "11111111-aaaa-4000-8000-000000000003"
BROKEN = "11111111-aaaa-4000-8000-000000000004"
GUARDED = (
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR "
    "(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {x}))"
)
ANY_ACTION = "ActionMatches{'*'}"
CONTAINER_ONLY = f"@Resource[{CONTAINER}:name] StringEquals 'docs'"
BLOB_READ_ONLY = (
    f"((!(ActionMatches{{'{CONTAINER}/blobs/read'}} AND NOT SubOperationMatches{{'Blob.List'}})) OR "
    f"({CONTAINER_ONLY}))"
)


def element(
    actions: Any = (),
    *,
    excluded: Any = (),
    data: Any = (),
    data_excluded: Any = (),
    condition: Any = None,
) -> Body:
    given = {"actions": actions, "notActions": excluded, "dataActions": data, "notDataActions": data_excluded}
    listed = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    return {**listed, "condition": condition}


def role(guid: str, *elements: Any, base: ArmId | None = SUB, name: str = "A role") -> Body:
    path = f"{base or ''}/providers/Microsoft.Authorization/roleDefinitions/{guid}"
    return {"id": path, "name": guid, "properties": {"roleName": name, "permissions": list(elements)}}


def assigned(
    name: str, role_guid: Any = READER, *, at: Any = TARGET.text, to: Any = ME, condition: Any = None
) -> Body:
    scope = at if isinstance(at, str) and at.startswith("/") and at != "/" else ""
    role_id = f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/{role_guid}"
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
        "properties": {
            "roleDefinitionId": role_id if isinstance(role_guid, str) else role_guid,
            "principalId": to,
            "scope": at,
            "condition": condition,
        },
    }


def denied(name: str, *elements: Body, at: str = GROUP, to: Any = None, **more: Any) -> Body:
    principals = [{"id": EVERYONE, "type": "SystemDefined"}] if to is None else to
    base = at if at.startswith("/") else GROUP
    return {
        "id": f"{base}/providers/Microsoft.Authorization/denyAssignments/{name}",
        "properties": {
            "permissions": list(elements) or [element(("*",), data=("*",))],
            "principals": principals,
            "scope": at,
            **more,
        },
    }


ROLES = (
    role(READER, element((f"{CONTAINER}/read",), data=(f"{CONTAINER}/blobs/read",))),
    role(OWNER, element(("*",))),
    role(ONLY_CONTROL, element((f"{CONTAINER}/read ",))),
    role(ONLY_DATA, element(data=("microsoft.storage/STORAGEACCOUNTS/*/read",))),
    role(BAD, element("not a list", data="not a list")),
    role(BROKEN, "not an object"),
)


def build(
    direct: Sequence[Body] | Reason = (),
    groups: Sequence[Body] | Reason = (),
    denies: Sequence[Body] | Reason = (),
    roles: Sequence[Body] | Reason = ROLES,
) -> Estate:
    """An estate of one subscription; a Reason in place of a list is a list that was not read."""
    builder = EstateBuilder("t", (SUB, OTHER_SUB), {SUB: "t"})
    _fill(builder, RoleAssignment, SUB, direct)
    _fill(builder, PrincipalAssignment, principal_scope(SUB, ME), groups)
    _fill(builder, DenyAssignment, SUB, denies)
    _fill(builder, RoleDefinition, SUB, roles)
    return builder.build().narrowed(READS)


def _fill(builder: EstateBuilder, of: Any, scope: ArmId, rows: Sequence[Body] | Reason) -> None:
    if isinstance(rows, Reason):
        builder.add_gap(of, Gap(scope=scope, what=of.ARM_TYPE, reason=rows, http_status=403))
    else:
        builder.add(of, scope, [decode(of, row, scope).resource for row in rows])


def told(grant: Grant) -> tuple[object, ...]:
    """A grant by the names of what it holds."""
    match grant:
        case Held(assignments=rows, via_group=via_group, inherited=inherited):
            return ("held", [row.name for row in rows], via_group, inherited and inherited.text)
        case OnPart(assignments=rows, lacking=lacking):
            return ("on part", [row.name for row in rows], lacking)
        case Conditional(assignments=rows):
            return ("conditional", [row.name for row in rows])
        case Denied(denies=denies):
            return ("denied", [row.name for row in denies])
        case Missing(lacking=lacking, near=near):
            return ("missing", lacking, [row.name for row in near])
        case _:
            assert_never(grant)


def ask(estate: Estate, need: Requirement = READ_BLOBS, target: ArmId = TARGET) -> tuple[object, ...]:
    return told(effective(estate, ME, target, need))


BOTH = (*READ_BLOBS.actions, *READ_BLOBS.data_actions)
LACKS_BOTH: tuple[object, ...] = ("missing", BOTH, [])
SIBLING = ArmId.parse(TARGET.text.replace("rg1", "rg10"))

SCOPES = (
    ("the target", TARGET.text, ("held", ["a"], False, None)),
    ("the target, spelt otherwise", TARGET.text.upper(), ("held", ["a"], False, None)),
    ("its resource group", GROUP, ("held", ["a"], False, GROUP)),
    ("its group in lower case", GROUP.lower(), ("held", ["a"], False, GROUP.lower())),
    ("its subscription", SUB.text, ("held", ["a"], False, SUB.text)),
    ("capital S", SUB.text.replace("/s", "/S"), ("held", ["a"], False, SUB.text.replace("/s", "/S"))),
    ("a management group", MANAGEMENT_GROUP, ("held", ["a"], False, MANAGEMENT_GROUP)),
    ("the root", "/", ("held", ["a"], False, "/")),
    ("another group", f"{SUB}/resourceGroups/other", LACKS_BOTH),
    ("a group whose name is a prefix", f"{SUB}/resourceGroups/rg", ("missing", BOTH, ["a"])),
    ("a group whose name runs on", f"{GROUP}0", ("missing", BOTH, ["a"])),
    ("the same name elsewhere", SIBLING.text, ("missing", BOTH, ["a"])),
    ("a sibling whose name runs on", f"{TARGET}2", ("missing", BOTH, ["a"])),
    ("a container", f"{BLOBS}/c", ("on part", ["a"], BOTH)),
)


@pytest.mark.parametrize(("at", "expected"), [row[1:] for row in SCOPES], ids=[row[0] for row in SCOPES])
def test_effective_assignment_at_scope_holds_by_whole_segments(at: str, expected: tuple[object, ...]) -> None:
    assert ask(build([assigned("a", at=at)])) == expected
    assert ask(build([], [assigned("a", at=at)])) == expected


def test_effective_two_wrong_scopes_are_not_one_right_scope() -> None:
    estate = build([assigned("a", at=f"{SUB}/resourceGroups/rg"), assigned("b", at=f"{GROUP}0")])
    assert ask(estate) == ("missing", BOTH, ["a", "b"])


def test_effective_target_in_longer_named_group_is_not_reached_from_shorter() -> None:
    estate = build([assigned("a", at=GROUP)])
    assert ask(estate, target=SIBLING) == ("missing", BOTH, ["a"])


UNIONS: tuple[tuple[str, list[Body], tuple[object, ...]], ...] = (
    (
        "from two roles",
        [assigned("a", ONLY_CONTROL), assigned("b", ONLY_DATA)],
        ("held", ["a", "b"], False, None),
    ),
    ("one would do", [assigned("a", ONLY_CONTROL), assigned("b")], ("held", ["b"], False, None)),
    ("duplicates", [assigned("b"), assigned("a")], ("held", ["a"], False, None)),
    ("narrow before wide", [assigned("a", at="/"), assigned("b")], ("held", ["b"], False, None)),
    (
        "widest scope used",
        [assigned("a", ONLY_CONTROL, at=GROUP), assigned("b", ONLY_DATA, at=SUB.text)],
        ("held", ["b", "a"], False, SUB.text),
    ),
    (
        "whole and part",
        [assigned("a", ONLY_CONTROL), assigned("b", ONLY_DATA, at=f"{BLOBS}/c")],
        ("on part", ["b"], READ_BLOBS.data_actions),
    ),
    (
        "two parts, none whole",
        [assigned("a", ONLY_CONTROL, at=f"{BLOBS}/c"), assigned("b", ONLY_DATA, at=f"{BLOBS}/d")],
        ("missing", BOTH, ["a", "b"]),
    ),
    ("the control plane only", [assigned("a", OWNER)], ("missing", READ_BLOBS.data_actions, ["a"])),
    ("nothing", [], LACKS_BOTH),
    ("another principal", [assigned("a", to=STRANGER)], LACKS_BOTH),
    ("our id in capitals", [assigned("a", to=ME.upper())], ("held", ["a"], False, None)),
)


@pytest.mark.parametrize(("rows", "expected"), [row[1:] for row in UNIONS], ids=[row[0] for row in UNIONS])
def test_effective_assignments_are_united_and_only_needed_ones_named(
    rows: list[Body], expected: tuple[object, ...]
) -> None:
    assert ask(build(rows)) == expected


def test_effective_group_assignment_is_held_via_group() -> None:
    estate = build([assigned("g", to=TEAM)], [assigned("g", to=TEAM)])
    assert ask(estate) == ("held", ["g"], True, None)


def test_effective_direct_and_group_halves_unite() -> None:
    own = assigned("a", ONLY_CONTROL)
    estate = build([own], [own, assigned("g", ONLY_DATA, to=TEAM)])
    assert ask(estate) == ("held", ["a", "g"], True, None)


def test_effective_unread_group_list_matters_only_where_direct_ones_do_not_hold() -> None:
    assert ask(build([assigned("a")], Reason.NO_PERMISSION)) == ("held", ["a"], False, None)
    for rows in ([], [assigned("a", ONLY_DATA)], [assigned("a", condition=CONTAINER_ONLY)]):
        with pytest.raises(NotRead) as caught:
            ask(build(rows, Reason.NO_PERMISSION))
        assert caught.value.gap is not None
        assert caught.value.gap.scope == principal_scope(SUB, ME)


def test_effective_unread_direct_list_is_made_good_by_principal_list() -> None:
    assert ask(build(Reason.NO_PERMISSION, [assigned("a")])) == ("held", ["a"], False, None)
    assert ask(build(Reason.NO_PERMISSION, [])) == LACKS_BOTH
    with pytest.raises(NotRead) as caught:
        ask(build(Reason.NO_PERMISSION, Reason.TIMEOUT))
    assert caught.value.reason is Reason.NO_PERMISSION


def test_effective_target_above_subscriptions_is_not_read() -> None:
    with pytest.raises(NotRead):
        effective(build(), ME, ArmId.parse(MANAGEMENT_GROUP), READ_BLOBS)


CONDITIONS = (
    ("on a container", CONTAINER_ONLY, ("conditional", ["a"])),
    ("not understood", "((", ("conditional", ["a"])),
    ("without precedence", f"{ANY_ACTION} OR {ANY_ACTION} AND {ANY_ACTION}", ("conditional", ["a"])),
    ("on any action", f"{ANY_ACTION} OR {CONTAINER_ONLY}", ("held", ["a"], False, None)),
    ("on none, the other way round", f"{CONTAINER_ONLY} || {ANY_ACTION}", ("held", ["a"], False, None)),
    ("on a few", f"NOT ({CONTAINER_ONLY} AND ActionMatches{{'X/y'}})", ("held", ["a"], False, None)),
    ("on all but a few", f"!({CONTAINER_ONLY} && {ANY_ACTION})", ("conditional", ["a"])),
    ("cut short", f"({ANY_ACTION}", ("conditional", ["a"])),
    ("two operators", f"{ANY_ACTION} OR OR {ANY_ACTION}", ("conditional", ["a"])),
    ("a stray parenthesis", f"{ANY_ACTION})", ("conditional", ["a"])),
    ("blank", " ", ("held", ["a"], False, None)),
    ("on other actions", GUARDED, ("held", ["a"], False, None)),
    ("on reading blobs", BLOB_READ_ONLY, ("conditional", ["a"])),
)


@pytest.mark.parametrize(
    ("condition", "expected"), [row[1:] for row in CONDITIONS], ids=[row[0] for row in CONDITIONS]
)
def test_effective_condition_counts_where_it_has_a_say(condition: str, expected: tuple[object, ...]) -> None:
    by_assignment = [assigned("a", condition=condition)]
    assert ask(build(by_assignment, by_assignment)) == expected
    conditioned = role(READER, element((BOTH[0],), data=(BOTH[1],), condition=condition))
    plain = [assigned("a")]
    assert ask(build(plain, plain, roles=[conditioned])) == expected


def test_effective_condition_on_one_half_is_no_matter_where_the_other_halves_hold() -> None:
    rows = [assigned("a", condition=BLOB_READ_ONLY), assigned("b", ONLY_DATA)]
    assert ask(build(rows, rows)) == ("held", ["a", "b"], False, None)


def test_effective_half_readable_role_that_lacks_the_rest_is_missing() -> None:
    rows, half = [assigned("a")], role(READER, element("not a list"))
    assert ask(build(rows, rows, roles=[half])) == LACKS_BOTH


def test_effective_conditional_names_only_those_under_condition() -> None:
    rows = [assigned("a", ONLY_CONTROL), assigned("b", ONLY_DATA, condition=CONTAINER_ONLY)]
    assert ask(build(rows, rows)) == ("conditional", ["b"])
    free = assigned("c", at=SUB.text)
    assert ask(build([*rows, free])) == ("held", ["c"], False, SUB.text)


def test_effective_condition_on_part_is_conditional() -> None:
    rows = [assigned("a", at=f"{BLOBS}/c", condition=CONTAINER_ONLY)]
    assert ask(build(rows, rows)) == ("conditional", ["a"])


EXCLUSIONS: tuple[tuple[str, list[Any], bool], ...] = (
    ("excluded in its own element", [element(("*",), excluded=("*/READ",))], False),
    ("excluded beside it", [element(("*",), excluded=("*/read",)), element(("*/read",))], True),
    ("data exclusion leaves actions", [element(("*",), data_excluded=("*",))], True),
    ("data action is no action", [element(data=("*",))], False),
    ("longer than the pattern", [element(("A.B/c/rea",))], False),
    ("overlap is not counted twice", [element(("A.B/c/re*ead",))], False),
    ("star over slashes", [element(("A.B/*",))], True),
    ("star for nothing", [element(("A.B/c/read*",))], True),
    ("stars around", [element(("*b/C*",))], True),
    ("stray blank", [element((" A.B/c/read ",))], True),
    ("dot is a dot", [element(("AxB/c/read",))], False),
    ("no element", [], False),
    ("malformed", [element("A.B/c/read")], False),
    ("malformed exclusion", [element(("*",), excluded=7)], False),
    ("malformed beside a good one", [element(7), element(("*",))], True),
    ("elements are no list of objects", ["*"], False),
)


@pytest.mark.parametrize(
    ("elements", "expected"), [row[1:] for row in EXCLUSIONS], ids=[row[0] for row in EXCLUSIONS]
)
def test_grants_patterns_within_one_element(elements: list[Any], expected: bool) -> None:
    definition = decode(RoleDefinition, role(READER, *elements), SUB).resource
    assert grants(definition, Requirement(actions=("a.B/C/read",))) is expected


@pytest.mark.parametrize("middle", ["x", "*", "any-name"])
def test_grants_managed_identity_operator_covers_any_middle_segment(middle: str) -> None:
    published = "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action"
    definition = decode(RoleDefinition, role(READER, element((published,))), SUB).resource
    need = f"Microsoft.ManagedIdentity/userAssignedIdentities/{middle}/assign/action"
    assert grants(definition, Requirement(actions=(need,)))
    assert not grants(definition, Requirement(actions=(need.replace("/assign", ""),)))


def test_grants_hostile_pattern_is_judged_in_linear_time() -> None:
    definition = decode(RoleDefinition, role(READER, element(("*a" * 5000 + "b",))), SUB).resource
    assert not grants(definition, Requirement(actions=("a" * 400,)))


def test_requirement_without_actions_is_refused() -> None:
    assert SameRequirement is Requirement
    with pytest.raises(ValueError, match="needs no action"):
        Requirement()


ROLE_PLACES = (
    ("subscription-qualified", role(READER, element(("*",), data=("*",)))),
    ("tenant-wide id", role(READER, element(("*",), data=("*",)), base=None)),
    (
        "listed elsewhere",
        role(READER.upper(), element(("*",), data=("*",)), base=ArmId.parse(MANAGEMENT_GROUP)),
    ),
    ("renamed", role(READER, element(("*",), data=("*",)), name="Foundry User ")),
)


@pytest.mark.parametrize("body", [row[1] for row in ROLE_PLACES], ids=[row[0] for row in ROLE_PLACES])
def test_effective_role_is_found_by_guid(body: Body) -> None:
    assert ask(build([assigned("a")], roles=[body])) == ("held", ["a"], False, None)


def test_effective_role_of_same_name_and_other_guid_does_not_count() -> None:
    same_name = role(READER, element(("*/none",)), name="Storage Blob Data Reader")
    rows = [assigned("a")]
    assert ask(build(rows, rows, roles=[same_name])) == LACKS_BOTH


def test_effective_role_listed_under_another_subscription_only_is_found() -> None:
    builder = EstateBuilder("t", (SUB, OTHER_SUB), {})
    for of, scope, rows in (
        (RoleAssignment, SUB, [assigned("a")]),
        (DenyAssignment, SUB, []),
        (RoleDefinition, OTHER_SUB, [role(READER, element(("*",), data=("*",)), base=OTHER_SUB)]),
        (RoleDefinition, SUB, Reason.TIMEOUT),
    ):
        _fill(builder, of, scope, rows)
    assert ask(builder.build()) == ("held", ["a"], False, None)


HIDDEN = "22222222-bbbb-4000-8000-000000000001"
UNCERTAIN: tuple[tuple[str, Body, Reason], ...] = (
    ("hidden role", assigned("z", HIDDEN), Reason.HIDDEN),
    ("hidden role on a part", assigned("z", HIDDEN, at=f"{BLOBS}/c"), Reason.HIDDEN),
    ("malformed role", assigned("z", 7), Reason.MALFORMED),
    ("no role", {**assigned("z"), "properties": {"principalId": ME, "scope": GROUP}}, Reason.MALFORMED),
    ("malformed scope", assigned("z", at="not an id"), Reason.MALFORMED),
    ("no scope", assigned("z", at=None), Reason.MALFORMED),
    ("malformed condition", assigned("z", condition=7), Reason.MALFORMED),
    ("malformed actions", assigned("z", BAD), Reason.MALFORMED),
    ("malformed permissions", assigned("z", BROKEN), Reason.MALFORMED),
)


@pytest.mark.parametrize(("row", "reason"), [row[1:] for row in UNCERTAIN], ids=[row[0] for row in UNCERTAIN])
def test_effective_uncertain_assignment_counts_only_where_it_could_matter(row: Body, reason: Reason) -> None:
    with pytest.raises(Undecided) as caught:
        ask(build([row], [row]))
    assert caught.value.reason is reason
    assert ask(build([row, assigned("a")], [row]))[0:2] == ("held", ["a"])
    theirs = {**row, "properties": {**row["properties"], "principalId": STRANGER}}
    assert ask(build([theirs]))[0] == "missing"


def test_effective_hidden_role_elsewhere_does_not_matter() -> None:
    rows = [assigned("z", HIDDEN, at=f"{GROUP}0")]
    assert ask(build(rows, rows)) == LACKS_BOTH


def test_effective_hidden_role_names_its_definition() -> None:
    rows = [assigned("z", HIDDEN)]
    with pytest.raises(Undecided, match=HIDDEN):
        ask(build(rows, rows))


def test_effective_hidden_role_under_condition_could_only_be_conditional() -> None:
    rows = [assigned("a", condition=CONTAINER_ONLY), assigned("z", HIDDEN, condition=CONTAINER_ONLY)]
    assert ask(build(rows, rows)) == ("conditional", ["a"])


def test_effective_unread_definitions_are_not_read() -> None:
    rows = [assigned("a")]
    with pytest.raises(NotRead) as caught:
        ask(build(rows, rows, roles=Reason.NO_PERMISSION))
    assert caught.value.reason is Reason.NO_PERMISSION
    assert ask(build(roles=Reason.NO_PERMISSION)) == LACKS_BOTH


def test_effective_role_lacking_where_another_list_was_not_read_is_not_read() -> None:
    builder = EstateBuilder("t", (SUB, OTHER_SUB), {})
    for of, scope, rows in (
        (RoleAssignment, SUB, [assigned("a")]),
        (PrincipalAssignment, principal_scope(SUB, ME), [assigned("a")]),
        (RoleDefinition, SUB, []),
        (RoleDefinition, OTHER_SUB, Reason.TIMEOUT),
    ):
        _fill(builder, of, scope, rows)
    with pytest.raises(NotRead) as caught:
        ask(builder.build())
    assert caught.value.reason is Reason.TIMEOUT


def test_effective_malformed_principal_is_decided_by_principal_list() -> None:
    row = assigned("z", to=7)
    assert ask(build([row], [])) == LACKS_BOTH
    assert ask(build([row], [row])) == ("held", ["z"], True, None)
    with pytest.raises(NotRead):
        ask(build([row], Reason.NO_PERMISSION))


def _principals(*pairs: tuple[Any, Any]) -> list[Body]:
    return [{"id": named, "type": kind} for named, kind in pairs]


TAKES_READ = element(data=("*/READ",))
DENIES: tuple[tuple[str, Body, bool], ...] = (
    ("everyone", denied("d"), True),
    ("everyone but us", denied("d", excludePrincipals=_principals((ME, "ServicePrincipal"))), False),
    ("everyone but our group", denied("d", excludePrincipals=_principals((TEAM, "Group"))), False),
    ("everyone but another", denied("d", excludePrincipals=_principals((STRANGER, "User"))), True),
    ("us", denied("d", to=_principals((ME.upper(), "ServicePrincipal"))), True),
    ("our group", denied("d", to=_principals((TEAM, "Group"))), True),
    ("another user", denied("d", to=_principals((STRANGER, "User"))), False),
    ("us beside an unknown group", denied("d", to=_principals((STRANGER, "Group"), (ME, None))), True),
    ("nobody", denied("d", to=[]), False),
    ("a needed data action", denied("d", TAKES_READ), True),
    ("another action", denied("d", element(("*/delete",), data=("*/delete",))), False),
    ("all but what is needed", denied("d", element(("*",), excluded=("*/read",))), False),
    ("on the target only", denied("d", at=TARGET.text, doNotApplyToChildScopes=True), True),
    ("on the group only", denied("d", doNotApplyToChildScopes=True), False),
    ("on another group", denied("d", at=f"{GROUP}0"), False),
    ("on the subscription", denied("d", at=SUB.text), True),
    ("under a condition on other actions", denied("d", condition=GUARDED), True),
)


@pytest.mark.parametrize(("deny", "takes"), [row[1:] for row in DENIES], ids=[row[0] for row in DENIES])
def test_effective_deny_assignment_takes_what_it_covers(deny: Body, takes: bool) -> None:
    rows = [assigned("a"), assigned("g", ONLY_CONTROL, to=TEAM, at=f"{SUB}/resourceGroups/other")]
    answer = ask(build(rows, rows, [deny]))
    assert answer == (("denied", ["d"]) if takes else ("held", ["a"], False, None))


DOUBTFUL: tuple[tuple[str, Body, Reason], ...] = (
    ("unknown group", denied("d", to=_principals((STRANGER, "Group"))), Reason.CONDITIONAL),
    ("unknown kind", denied("d", to=_principals((STRANGER, None))), Reason.CONDITIONAL),
    ("all but a group", denied("d", excludePrincipals=_principals((STRANGER, "Group"))), Reason.CONDITIONAL),
    ("condition", denied("d", condition=CONTAINER_ONLY), Reason.CONDITIONAL),
    ("element's condition", denied("d", element(("*",), condition=CONTAINER_ONLY)), Reason.CONDITIONAL),
    ("malformed condition", denied("d", condition=7), Reason.MALFORMED),
    ("malformed principals", denied("d", to="everyone"), Reason.MALFORMED),
    ("malformed principal", denied("d", to=_principals((7, "User"))), Reason.MALFORMED),
    ("principal without id", denied("d", to=_principals((None, "User"))), Reason.MALFORMED),
    ("malformed exclusion", denied("d", excludePrincipals=7), Reason.MALFORMED),
    ("malformed permissions", denied("d", element(7)), Reason.MALFORMED),
    ("malformed scope", denied("d", at="somewhere"), Reason.MALFORMED),
    ("no scope", denied("d", scope=None), Reason.MALFORMED),
    ("malformed reach", denied("d", doNotApplyToChildScopes="no"), Reason.MALFORMED),
)


@pytest.mark.parametrize(("deny", "reason"), [row[1:] for row in DOUBTFUL], ids=[row[0] for row in DOUBTFUL])
def test_effective_doubtful_deny_assignment_counts_only_where_it_could_matter(
    deny: Body, reason: Reason
) -> None:
    with pytest.raises(Undecided) as caught:
        ask(build([assigned("a")], [assigned("a")], [deny]))
    assert caught.value.reason is reason
    assert ask(build([assigned("a")], [], [deny, denied("e")])) == ("denied", ["e"])
    assert ask(build([], [], [deny])) == LACKS_BOTH


def test_effective_deny_naming_group_with_unread_group_list_is_not_read() -> None:
    deny = denied("d", to=_principals((TEAM, "Group")))
    with pytest.raises(NotRead):
        ask(build([assigned("a")], Reason.NO_PERMISSION, [deny]))


def test_effective_unread_deny_list_matters_only_where_granted() -> None:
    granted = ([assigned("a")], [assigned("a", at=f"{BLOBS}/c")])
    for rows in granted:
        with pytest.raises(NotRead) as caught:
            ask(build(rows, rows, Reason.NO_PERMISSION))
        assert caught.value.reason is Reason.NO_PERMISSION
    assert ask(build([], [], Reason.NO_PERMISSION)) == LACKS_BOTH
    conditioned = [assigned("a", condition=CONTAINER_ONLY)]
    assert ask(build(conditioned, conditioned, Reason.NO_PERMISSION)) == ("conditional", ["a"])


def test_effective_conditional_grant_can_be_denied() -> None:
    rows = [assigned("a", condition=CONTAINER_ONLY)]
    assert ask(build(rows, rows, [denied("d")])) == ("denied", ["d"])


def test_effective_deny_on_part_takes_only_that_part() -> None:
    rows = [assigned("a", at=f"{BLOBS}/c"), assigned("b", at=f"{BLOBS}/d")]
    on_c, on_d = denied("d1", at=f"{BLOBS}/c"), denied("d2", at=f"{BLOBS}/d")
    assert ask(build(rows, rows, [])) == ("on part", ["a", "b"], BOTH)
    assert ask(build(rows, rows, [on_c])) == ("on part", ["b"], BOTH)
    assert ask(build(rows, rows, [on_c, on_d])) == ("denied", ["d1", "d2"])


def test_assignments_of_unites_own_and_groups_ordered_by_id() -> None:
    own, team = assigned("b", at=GROUP), assigned("a", to=TEAM, at=GROUP)
    estate = build([own, assigned("c", to=STRANGER)], [team, own])
    assert [row.name for row in assignments_of(estate, ME, SUB)] == ["a", "b"]
    with pytest.raises(NotRead):
        assignments_of(build([own], Reason.TIMEOUT), ME, SUB)


SHARED = Path(__file__).parents[2].parent / "shared"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference payloads are not beside the repository")
def test_effective_built_in_roles_satisfy_exactly_the_published_requirements() -> None:
    """A role that satisfies a requirement under a condition alone is Conditional, and in the table too."""
    facts = json.loads((SHARED / "catalogue" / "facts.json").read_text("utf-8"))["roleRequirements"]
    roles = json.loads((SHARED / "real-arm" / "roles" / "builtin-roles.json").read_text("utf-8"))
    listed = [role(body["name"], *body["permissions"], name=body["roleName"]) for body in roles]
    definitions = [decode(RoleDefinition, body, SUB).resource for body in listed]
    differing: dict[str, list[str]] = {}
    for name, fact in facts.items():
        need = Requirement(actions=tuple(fact["actions"]), data_actions=tuple(fact["dataActions"]))
        expected = {each["guid"] for each in fact["satisfiedByBuiltIn"]}
        found = {row.guid for row in definitions if grants(row, need)}
        for guid in {row.guid for row in definitions} & (found ^ expected):
            rows = [assigned("a", guid)]
            estate = build(rows, rows, roles=[body for body in listed if body["name"] == guid])
            if guid in found or not isinstance(effective(estate, ME, TARGET, need), Conditional):
                differing.setdefault(name, []).append(guid)
        assert expected <= {row.guid for row in definitions}
    assert len(facts) >= 29
    assert differing == {}


def test_effective_direct_only_leaves_out_what_groups_hold_and_their_unread_list() -> None:
    by_team = assigned("g", to=TEAM)
    assert told(effective(build((), (by_team,)), ME, TARGET, READ_BLOBS, direct_only=True)) == LACKS_BOTH
    unread_groups = build((assigned("a", ONLY_CONTROL),), Reason.SERVER_ERROR)
    found = effective(unread_groups, ME, TARGET, READ_BLOBS, direct_only=True)
    assert told(found) == ("missing", READ_BLOBS.data_actions, ["a"])


def test_effective_direct_only_needs_the_direct_list() -> None:
    with pytest.raises(NotRead):
        effective(build(Reason.NO_PERMISSION), ME, TARGET, READ_BLOBS, direct_only=True)
