from __future__ import annotations

import re
from typing import Any, assert_never

from hypothesis import given
from hypothesis import strategies as st

from auditor.model.estate import Estate, EstateBuilder
from auditor.model.ids import ArmId
from auditor.model.resources.access import DenyAssignment, PrincipalAssignment, RoleAssignment, RoleDefinition
from auditor.model.wire import decode
from auditor.relate.conditions import always_true, matches
from auditor.relate.permissions import (
    Conditional,
    Denied,
    Grant,
    Held,
    Missing,
    OnPart,
    Requirement,
    effective,
    grants,
    principal_scope,
)

Body = dict[str, Any]

SUB = ArmId.parse("/subscriptions/5f3c1de0-7b1c-4d2a-9c61-2d8e6a4b9f10")
ME = "c0ffee00-0000-4000-8000-0000000000ab"
STRANGER = "c0ffee00-0000-4000-8000-0000000000ff"
GROUP = f"{SUB}/resourceGroups/rg1"
TARGET = ArmId.parse(f"{GROUP}/providers/Microsoft.Search/searchServices/find")
NEED = Requirement(actions=("A.B/c/read", "A.B/c/write"), data_actions=("A.B/c/d/read",))
ACTIONS = ("A.B/c/read", "A.B/c/write", "A.B/c/*", "*/read", "*", "X.Y/z/read")
CONDITION = "@Resource[A.B/c:name] StringEquals 'x'"

name = st.text(alphabet="abcxyz019-", min_size=1, max_size=6)
patterns = st.lists(st.sampled_from(ACTIONS), max_size=3)
elements = st.fixed_dictionaries(
    {
        "actions": patterns,
        "notActions": patterns,
        "dataActions": st.lists(st.sampled_from(("A.B/c/d/read", "A.B/*", "X.Y/*")), max_size=2),
        "notDataActions": st.lists(st.sampled_from(("*/read", "X.Y/z")), max_size=1),
        "condition": st.sampled_from((None, None, CONDITION)),
    }
)
scopes = st.sampled_from(
    (TARGET.text, GROUP, SUB.text, "/", f"{TARGET}/indexes/i", f"{TARGET}2", f"{GROUP}0")
)
conditions = st.sampled_from((None, None, CONDITION))


def _role(number: int, permissions: list[Body]) -> Body:
    guid = f"11111111-aaaa-4000-8000-{number:012d}"
    path = f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/{guid}"
    return {"id": path, "name": guid, "properties": {"roleName": "r", "permissions": permissions}}


def _assigned(number: int, role_id: str, at: str, to: str, condition: str | None) -> Body:
    base = "" if at == "/" else at
    said = {"roleDefinitionId": role_id, "principalId": to, "scope": at, "condition": condition}
    path = f"{base}/providers/Microsoft.Authorization/roleAssignments/{number:04d}"
    return {"id": path, "properties": said}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Body], list[Body]]:
    """Roles, and assignments of one principal."""
    roles = [_role(number, draw(st.lists(elements, max_size=2))) for number in range(draw(st.integers(1, 3)))]
    rows = [
        _assigned(number, draw(st.sampled_from(roles))["id"], draw(scopes), ME, draw(conditions))
        for number in range(draw(st.integers(0, 5)))
    ]
    return roles, rows


def _build(roles: list[Body], rows: list[Body], strangers: list[Body] | None = None) -> Estate:
    builder = EstateBuilder("t", (SUB,), {SUB: "t"})
    lists: tuple[tuple[Any, ArmId, list[Body]], ...] = (
        (RoleDefinition, SUB, roles),
        (RoleAssignment, SUB, [*(strangers or []), *rows]),
        (PrincipalAssignment, principal_scope(SUB, ME), rows),
        (DenyAssignment, SUB, []),
    )
    for of, scope, bodies in lists:
        builder.add(of, scope, [decode(of, body, scope).resource for body in bodies])
    return builder.build()


def _told(grant: Grant) -> tuple[object, ...]:
    match grant:
        case Held(assignments=rows, via_group=via_group, inherited=inherited):
            return ("held", _ids(rows), via_group, inherited)
        case OnPart(assignments=rows, lacking=lacking):
            return ("on part", _ids(rows), lacking)
        case Conditional(assignments=rows):
            return ("conditional", _ids(rows))
        case Denied(denies=denies):
            return ("denied", denies)
        case Missing(lacking=lacking, near=near):
            return ("missing", lacking, _ids(near))
        case _:
            assert_never(grant)


def _ids(rows: tuple[RoleAssignment, ...]) -> tuple[ArmId, ...]:
    return tuple(row.id for row in rows)


def _ask(estate: Estate, *, who: str = ME, target: ArmId = TARGET) -> tuple[object, ...]:
    return _told(effective(estate, who, target, NEED))


def _swapped(body: Any) -> Any:
    """The same body with the case of all its texts swapped; conditions are not ids."""
    if isinstance(body, dict):
        return {key: each if key == "condition" else _swapped(each) for key, each in body.items()}
    if isinstance(body, list):
        return [_swapped(each) for each in body]
    return body.swapcase() if isinstance(body, str) else body


@given(worlds())
def test_effective_case_of_ids_and_actions_does_not_matter(world: tuple[list[Body], list[Body]]) -> None:
    roles, rows = world
    expected = _ask(_build(roles, rows))
    assert (
        _ask(_build(roles, rows), who=ME.swapcase(), target=ArmId.parse(TARGET.text.swapcase())) == expected
    )
    assert _ask(_build(_swapped(roles), rows)) == expected
    assert _ask(_build(roles, _swapped(rows))) == expected


@given(worlds(), st.randoms(use_true_random=False))
def test_effective_order_of_lists_does_not_matter(world: tuple[list[Body], list[Body]], random: Any) -> None:
    roles, rows = world
    expected = _ask(_build(roles, rows))
    shuffled = random.sample(rows, len(rows))
    assert _ask(_build(random.sample(roles, len(roles)), shuffled)) == expected


@given(worlds(), st.lists(scopes, max_size=4))
def test_effective_assignments_of_others_do_not_matter(
    world: tuple[list[Body], list[Body]], places: list[str]
) -> None:
    roles, rows = world
    guid = roles[0]["id"]
    theirs = [_assigned(100 + i, guid, at, STRANGER, None) for i, at in enumerate(places)]
    assert _ask(_build(roles, rows, theirs)) == _ask(_build(roles, rows))


@given(worlds(), st.integers(0, 5))
def test_effective_held_stays_held_with_more_assignments(
    world: tuple[list[Body], list[Body]], count: int
) -> None:
    roles, rows = world
    fewer = effective(_build(roles, rows[:count]), ME, TARGET, NEED)
    more = effective(_build(roles, rows), ME, TARGET, NEED)
    assert not isinstance(fewer, Held) or isinstance(more, Held)


@given(worlds())
def test_effective_held_names_assignments_that_suffice_and_are_all_needed(
    world: tuple[list[Body], list[Body]],
) -> None:
    roles, rows = world
    grant = effective(_build(roles, rows), ME, TARGET, NEED)
    if isinstance(grant, Held):
        names = {row.id for row in grant.assignments}
        used = [row for row in rows if ArmId.parse(row["id"]) in names]
        assert isinstance(effective(_build(roles, used), ME, TARGET, NEED), Held)
        for left_out in used:
            rest = [row for row in used if row is not left_out]
            assert not isinstance(effective(_build(roles, rest), ME, TARGET, NEED), Held)


@given(elements, patterns)
def test_grants_exclusions_never_widen(permission: Body, excluded: list[str]) -> None:
    narrowed = {**permission, "notActions": [*permission["notActions"], *excluded]}
    before, after = (
        decode(RoleDefinition, _role(0, [each]), SUB).resource for each in (permission, narrowed)
    )
    assert grants(before, NEED) or not grants(after, NEED)


@given(name, name)
def test_effective_scopes_hold_by_whole_segments(one: str, other: str) -> None:
    roles = [_role(0, [{"actions": ["*"], "dataActions": ["*"]}])]
    rows = [_assigned(0, roles[0]["id"], f"{SUB}/resourceGroups/{one}", ME, None)]
    target = ArmId.parse(f"{SUB}/resourceGroups/{other}/providers/A.B/c/d")
    grant = effective(_build(roles, rows), ME, target, NEED)
    assert isinstance(grant, Held) == (one == other)


@given(st.text("ab*./ ", max_size=10), st.text("abAB./", max_size=12))
def test_matches_agrees_with_a_regular_expression(pattern: str, action: str) -> None:
    expression = ".*".join(re.escape(piece) for piece in pattern.strip().split("*"))
    expected = re.fullmatch(expression, action, re.IGNORECASE | re.DOTALL) is not None
    assert matches(pattern, action) is expected


clauses = st.recursive(
    st.sampled_from(("ActionMatches{'a/b'}", "ActionMatches{'*'}", "@Resource[x:y] StringEquals 'AND ('")),
    lambda inner: st.one_of(
        inner.map(lambda each: f"!({each})"),
        inner.map(lambda each: f"NOT {each}" if each.startswith("A") and " " not in each else f"({each})"),
        st.tuples(inner, st.sampled_from(("AND", "OR", "&&", "||")), inner).map(
            lambda each: f"({each[0]}) {each[1]} ({each[2]})"
        ),
    ),
    max_leaves=6,
)


def _truth(condition: str, action: str, unknown: bool) -> bool:
    """What a condition amounts to when its attribute tests all answer `unknown`."""
    spelt = condition.replace("@Resource[x:y] StringEquals 'AND ('", str(unknown))
    spelt = spelt.replace("ActionMatches{'a/b'}", str(action == "a/b")).replace("ActionMatches{'*'}", "True")
    for ours, python in (
        ("&&", "and"),
        ("AND", "and"),
        ("||", "or"),
        ("OR", "or"),
        ("NOT", "not"),
        ("!", "not "),
    ):
        spelt = spelt.replace(ours, python)
    return bool(eval(spelt, {"__builtins__": {}}))


@given(clauses, st.sampled_from(("a/b", "c/d")))
def test_always_true_is_never_claimed_where_an_attribute_could_refuse(condition: str, action: str) -> None:
    if always_true(condition, action):
        assert _truth(condition, action, True)
        assert _truth(condition, action, False)


@given(st.text("()!' {}[]&|ANDORNOTaction*@", max_size=40))
def test_always_true_of_any_text_answers(condition: str) -> None:
    assert always_true(condition, "a/b") in (True, False)
    assert not always_true("(" * 5000 + condition, "a/b")
