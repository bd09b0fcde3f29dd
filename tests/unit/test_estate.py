"""The estate: what was not read raises when it is touched, and what was read and is not there is None."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

from auditor.model.estate import Estate, EstateBuilder, UndeclaredRead
from auditor.model.finding import Gap, NotRead
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.wire import Resource, decode

ONE, TWO = ArmId.parse("/subscriptions/one"), ArmId.parse("/subscriptions/two")
UNSEEN = ArmId.parse("/subscriptions/unseen")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Thing(Resource):
    ARM_TYPE: ClassVar[str] = "Example.Kind/things"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part(Resource):
    ARM_TYPE: ClassVar[str] = "Example.Kind/things/parts"


def thing(scope: ArmId, name: str) -> Thing:
    rid = scope.child("resourceGroups", "g", "providers", "Example.Kind", "things", name)
    return decode(Thing, {"id": rid.text}, scope).resource


def refused(scope: ArmId) -> Gap:
    return Gap(scope=scope, what=Thing.ARM_TYPE, reason=Reason.NO_PERMISSION, http_status=403)


def estate() -> Estate:
    """Subscription one holds two things, subscription two was refused, a third is not visible."""
    builder = EstateBuilder("tenant", [TWO, ONE], {ONE: "tenant", TWO: "tenant"})
    builder.add(Thing, ONE, [thing(ONE, "b"), thing(ONE, "a")])
    builder.add_gap(Thing, refused(TWO))
    return builder.build()


def test_estate_lists_what_was_read_in_the_order_of_ids() -> None:
    assert [row.name for row in estate().listed(Thing)] == ["a", "b"]
    assert estate().audited == (ONE, TWO)


def test_estate_every_with_a_gap_raises() -> None:
    with pytest.raises(NotRead) as raised:
        estate().every(Thing)
    assert raised.value.gap == refused(TWO)


def test_estate_find_ignores_case() -> None:
    wanted = ArmId.parse(thing(ONE, "a").id.text.upper())
    found = estate().find(Thing, wanted)
    assert found is not None
    assert found.name == "a"


def test_estate_find_of_what_a_read_list_does_not_hold_is_none() -> None:
    assert estate().find(Thing, thing(ONE, "gone").id) is None


@pytest.mark.parametrize(
    ("scope", "reason"), [(TWO, Reason.NO_PERMISSION), (UNSEEN, Reason.HIDDEN)], ids=["refused", "invisible"]
)
def test_estate_find_in_what_was_not_read_raises(scope: ArmId, reason: Reason) -> None:
    with pytest.raises(NotRead) as raised:
        estate().find(Thing, thing(scope, "x").id)
    assert raised.value.reason is reason


def test_estate_find_outside_the_audited_subscriptions_says_so() -> None:
    builder = EstateBuilder("tenant", [ONE], {ONE: "tenant", TWO: "tenant"})
    builder.add(Thing, ONE, [])
    with pytest.raises(NotRead) as raised:
        builder.build().find(Thing, thing(TWO, "x").id)
    assert raised.value.reason is Reason.OUT_OF_SCOPE


def test_estate_children_tell_none_from_not_read() -> None:
    builder = EstateBuilder("tenant", [ONE], {ONE: "tenant"})
    first, second, third = thing(ONE, "a"), thing(ONE, "b"), thing(ONE, "c")
    builder.add(Thing, ONE, [first, second, third])
    builder.add(Part, first.id, [])
    builder.add_gap(Part, refused(second.id))
    found = builder.build()
    assert found.children(Part, first.id) == ()
    for unread in (second, third):
        with pytest.raises(NotRead):
            found.children(Part, unread.id)


def test_estate_single_resource_read_by_id_is_found_outside_any_list() -> None:
    builder = EstateBuilder("tenant", [ONE], {ONE: "tenant", TWO: "tenant"})
    builder.add(Thing, ONE, [])
    lone = thing(TWO, "lone")
    builder.add_single(Thing, lone)
    assert builder.build().find(Thing, lone.id) is lone


def test_estate_malformed_resource_is_a_gap_that_hides_nothing() -> None:
    builder = EstateBuilder("tenant", [ONE], {ONE: "tenant"})
    row = thing(ONE, "a")
    builder.add(Thing, ONE, [row])
    builder.add_malformed(Thing, Gap(scope=row.id, what=Thing.ARM_TYPE, reason=Reason.MALFORMED))
    found = builder.build()
    assert found.every(Thing) == (row,)
    assert [gap.reason for gap in found.all_gaps()] == [Reason.MALFORMED]
    assert found.malformed(Thing) == found.all_gaps()
    assert found.gaps(Thing) == ()


def test_estate_narrowed_refuses_undeclared_types() -> None:
    narrowed = estate().narrowed([Thing])
    assert len(narrowed.listed(Thing)) == 2
    with pytest.raises(UndeclaredRead):
        narrowed.listed(Part)


def test_estate_built_is_not_changed_by_what_the_builder_gathers_later() -> None:
    builder = EstateBuilder("tenant", [ONE], {ONE: "tenant"})
    builder.add(Thing, ONE, [thing(ONE, "a")])
    early = builder.build()
    builder.add(Thing, ONE, [thing(ONE, "a"), thing(ONE, "b")])
    assert len(early.listed(Thing)) == 1
