"""Text from a tenant, made safe for one line."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT
from auditor_reports.visible import shortened, shown_value, visible
from tests.reports.hostile import HOSTILE, is_safe


@pytest.mark.parametrize("name", HOSTILE)
def test_visible_of_hostile_text_is_safe_and_on_one_line(name: str) -> None:
    shown = visible(HOSTILE[name])
    assert is_safe(shown)
    assert "\n" not in shown
    assert visible(shown) == shown


def test_visible_of_ordinary_text_of_any_language_changes_nothing() -> None:
    assert visible("Übersetzung 翻訳 é – …") == "Übersetzung 翻訳 é – …"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"),
        ("null", '"null"'),
        (True, "true"),
        ("true", '"true"'),
        (ABSENT, "(absent)"),
        ("(absent)", '"(absent)"'),
        (0, "0"),
        ("0", '"0"'),
        (1.5, "1.5"),
        ("", '""'),
        (" Enabled", '" Enabled"'),
        ("Enabled", "Enabled"),
        ("SystemAssigned, UserAssigned", "SystemAssigned, UserAssigned"),
        ([], "[]"),
        ([None, False, "é"], '[null, false, "é"]'),
        ({"b": ABSENT, "a": 1}, '{"a": 1, "b": "(absent)"}'),
    ],
)
def test_shown_value_of_each_kind_reads_as_what_it_is(value: object, shown: str) -> None:
    assert shown_value(value) == shown


def test_shown_value_of_a_long_text_is_shortened_and_says_so() -> None:
    assert shown_value("n" * 10_000) == "n" * 500 + "… (10000 characters)"


def test_shown_value_of_a_long_list_of_ids_keeps_each_shown_id_whole() -> None:
    ids = [f"/subscriptions/{number}/{'n' * 600}" for number in range(25)]
    shown = shown_value(ids)
    assert all(f'"{one}"' in shown for one in ids[:20])
    assert shown.endswith('"… 5 more"]')


def test_shortened_of_a_text_within_the_limit_changes_nothing() -> None:
    assert shortened("name", 4) == "name"
