"""Decoding: absent, null, malformed and unexpected stay four things, and evidence keeps what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from auditor.model.finding import ABSENT, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.wire import (
    Fact,
    Misfit,
    Part,
    Resource,
    anything,
    arm_id,
    arm_ids,
    choice,
    choices,
    decode,
    flag,
    keyed,
    moment,
    number,
    part,
    parts,
    text,
    texts,
)

ID = "/subscriptions/s/resourceGroups/g/providers/Example.Kind/things/t"
SCOPE = ArmId.parse("/subscriptions/s")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inner(Part):
    mode: Fact[str] = choice("mode", "Open", "Shut", absent="Open")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Thing(Resource):
    ARM_TYPE: ClassVar[str] = "Example.Kind/things"

    access: Fact[str] = choice("properties.access", "Enabled", "Disabled", absent="Enabled")
    closed: Fact[bool] = flag("properties.closed", absent=False)
    words: Fact[frozenset[str]] = choices("properties.words", "None", "Logging", "Metrics", absent=("None",))
    title: Fact[str | None] = text("properties.title")
    count: Fact[int | None] = number("properties.count")
    since: Fact[datetime | None] = moment("properties.since")
    other: Fact[ArmId | None] = arm_id("properties.other.id")
    others: Fact[tuple[ArmId, ...]] = arm_ids("properties.others[].id")
    hosts: Fact[tuple[str, ...]] = texts("properties.hosts")
    blob: Fact[object | None] = anything("properties.blob")
    inner: Inner = part("properties.inner", Inner)
    rows: Fact[tuple[Inner, ...]] = parts("properties.rows", Inner)
    named: Fact[tuple[Inner, ...]] = keyed("properties.named", Inner)


def thing(**properties: Any) -> Thing:
    return decode(Thing, {"id": ID, "properties": properties}, SCOPE).resource


def test_fact_absent_means_what_is_declared_and_says_it_was_absent() -> None:
    fact = thing().access
    assert (fact.value, fact.is_absent, fact.is_stated, fact.evidence().value) == (
        "Enabled",
        True,
        False,
        ABSENT,
    )


def test_fact_null_means_the_same_and_stays_null() -> None:
    fact = thing(access=None).access
    assert (fact.value, fact.is_absent, fact.is_stated, fact.evidence().value) == (
        "Enabled",
        False,
        False,
        None,
    )


def test_fact_false_is_a_stated_value() -> None:
    fact = thing(closed=False).closed
    assert (fact.value, fact.is_stated, fact.raw) == (False, True, False)


@pytest.mark.parametrize("spelt", ["Disabled", "disabled", "DISABLED"])
def test_choice_in_any_case_reads_as_declared_and_shows_as_written(spelt: str) -> None:
    fact = thing(access=spelt).access
    assert (fact.value, fact.evidence().value) == ("Disabled", spelt)


def test_choice_of_an_unknown_value_is_undecided_and_not_malformed() -> None:
    fact = thing(access="SecuredByPerimeter").access
    with pytest.raises(Undecided) as undecided:
        _ = fact.value
    assert undecided.value.reason is Reason.UNEXPECTED_VALUE
    assert undecided.value.evidence == (fact.evidence(),)
    assert not fact.is_malformed


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"access": ["Disabled"]}, "properties.access"),
        ({"closed": "true"}, "properties.closed"),
        ({"words": 3}, "properties.words"),
        ({"count": True}, "properties.count"),
        ({"since": "yesterday"}, "properties.since"),
        ({"other": {"id": "not-an-id"}}, "properties.other.id"),
        ({"other": "text"}, "properties.other.id"),
        ({"hosts": "one"}, "properties.hosts"),
        ({"hosts": [1]}, "properties.hosts"),
        ({"rows": {"a": 1}}, "properties.rows"),
        ({"rows": ["x"]}, "properties.rows"),
        ({"named": []}, "properties.named"),
    ],
)
def test_decode_of_one_malformed_property_costs_only_its_own_fact(
    properties: dict[str, object], path: str
) -> None:
    decoded = decode(Thing, {"id": ID, "properties": {"title": "kept", **properties}}, SCOPE)
    assert decoded.malformed == (path,)
    assert decoded.resource.title.value == "kept"


@pytest.mark.parametrize(
    ("spelt", "expected"),
    [
        ("Logging, Metrics", {"Logging", "Metrics"}),
        ("logging,METRICS", {"Logging", "Metrics"}),
        ("None", {"None"}),
        ("", set()),
    ],
)
def test_choices_of_a_comma_list_are_a_set(spelt: str, expected: set[str]) -> None:
    assert thing(words=spelt).words.value == expected


@pytest.mark.parametrize(
    "spelt",
    ["2026-04-09T18:23:42.7663938Z", "2026-04-09T18:23:42.7663938+00:00", "2026-04-09T18:23:42.7663938"],
)
def test_moment_with_seven_digits_or_without_zone_is_utc(spelt: str) -> None:
    assert thing(since=spelt).since.value == datetime(2026, 4, 9, 18, 23, 42, 766393, UTC)


def test_arm_ids_read_the_rest_of_the_path_in_every_element() -> None:
    fact = thing(others=[{"id": "/a/b"}, {"name": "without"}, {"id": "/C/d"}]).others
    assert [str(found) for found in fact.value] == ["/a/b", "/C/d"]


def test_parts_carry_their_own_path_and_key() -> None:
    first, second = thing(rows=[{"mode": "shut"}, {}]).rows.value
    assert (first.mode.value, first.mode.path, first.key) == ("Shut", "properties.rows[0].mode", "0")
    assert (second.mode.value, second.mode.is_absent) == ("Open", True)


def test_keyed_parts_carry_their_name() -> None:
    (found,) = thing(named={"/Some/Id": {"mode": "Shut"}}).named.value
    assert (found.key, found.mode.value) == ("/Some/Id", "Shut")


@pytest.mark.parametrize("properties", [{}, {"inner": None}])
def test_part_that_is_not_there_has_absent_facts(properties: dict[str, object]) -> None:
    found = thing(**properties).inner
    assert (found.mode.value, found.mode.is_absent, found.mode.path) == (
        "Open",
        True,
        "properties.inner.mode",
    )


@pytest.mark.parametrize("body", [None, [], "text", {}, {"id": ""}, {"id": 5}, {"name": "t"}])
def test_decode_of_a_body_without_id_is_refused(body: object) -> None:
    with pytest.raises(Misfit):
        decode(Thing, body, SCOPE)


def test_decode_with_a_known_id_takes_it_only_where_the_body_has_none() -> None:
    known = ArmId.parse("/known/id")
    assert decode(Thing, {"properties": {}}, SCOPE, known_id=known).resource.id == known
    assert str(decode(Thing, {"id": ID}, SCOPE, known_id=known).resource.id) == ID


def test_decode_keeps_unknown_properties_out_and_takes_the_name_from_the_id() -> None:
    found = decode(Thing, {"id": ID, "brandNew": 1, "properties": {"alsoNew": []}}, SCOPE)
    assert (found.malformed, found.resource.name, found.resource.type) == ((), "t", Thing.ARM_TYPE)
