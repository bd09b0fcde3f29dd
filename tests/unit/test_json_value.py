"""Values as a report holds them."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from auditor.model.finding import ABSENT
from auditor.model.ids import ArmId
from auditor.model.json_value import json_value, timestamp
from auditor.model.reasons import Reason


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (False, False),
        (0, 0),
        (2**80, 2**80),
        (1.5, 1.5),
        ("", ""),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        ({"b": 1, "a": (2, 3)}, {"a": [2, 3], "b": 1}),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({"x": ABSENT}, {"x": "(absent)"}),
        (ArmId.parse("/subscriptions/S"), "/subscriptions/S"),
        (Reason.HIDDEN, "hidden"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00.000Z"),
    ],
)
def test_json_value_of_each_kind_is_what_json_reads_back(value: object, written: object) -> None:
    found = json_value(value)
    assert found == written
    assert type(found) is type(written)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_json_value_of_an_object_in_another_order_is_in_the_same_order() -> None:
    one, other = json_value({"a": 1, "b": {"c": 1, "d": 2}}), json_value({"b": {"d": 2, "c": 1}, "a": 1})
    assert json.dumps(one) == json.dumps(other)


def test_timestamp_of_another_zone_is_written_in_utc() -> None:
    moment = datetime(2026, 3, 2, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert timestamp(moment) == "2026-03-01T23:30:00.000Z"
