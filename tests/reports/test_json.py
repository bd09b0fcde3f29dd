"""Format `json`."""

from __future__ import annotations

import json as stdlib_json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from auditor.model.finding import ABSENT, Evidence, Fail, Severity
from auditor.model.ids import ArmId
from auditor.model.pack import Sheet
from auditor_reports.json import document, entry, render, timestamp
from tests.reports.example import OPENAI, audit, result_of
from tests.reports.hostile import HOSTILE, hostile_audit, is_safe


def entry_with(value: object) -> dict[str, Any]:
    seen = Evidence(resource=OPENAI, path="properties.x", value=value)
    found = result_of("r", Fail(message="m", evidence=(seen,)), Severity.HIGH, OPENAI)
    evidence: dict[str, Any] = entry(found)["evidence"][0]
    return evidence


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, {"value": None}),
        (False, {"value": False}),
        ("", {"value": ""}),
        (ABSENT, {}),
        ({"b": 1, "a": (2, 3)}, {"value": {"a": [2, 3], "b": 1}}),
        (frozenset({"b", "a"}), {"value": ["a", "b"]}),
        (ArmId.parse(OPENAI), {"value": OPENAI}),
        (datetime(2026, 1, 1, tzinfo=UTC), {"value": "2026-01-01T00:00:00Z"}),
    ],
)
def test_evidence_of_each_value_is_written_as_json_or_left_out(value: object, written: object) -> None:
    found = entry_with(value)
    assert {key: found[key] for key in found if key == "value"} == written


def test_evidence_whose_object_comes_in_another_order_gives_the_same_bytes() -> None:
    one, other = entry_with({"a": 1, "b": {"c": 1, "d": 2}}), entry_with({"b": {"d": 2, "c": 1}, "a": 1})
    assert stdlib_json.dumps(one) == stdlib_json.dumps(other)


def test_entry_of_each_status_has_reason_and_remediation_only_where_they_belong() -> None:
    for found in audit().results:
        written = entry(found)
        assert (written["reason"] is not None) == (found.status in {"unknown", "not_applicable"})
        assert (written["remediation"] is not None) == (found.status == "fail")


def test_entry_keeps_the_order_in_which_the_engine_gave_the_results() -> None:
    backwards = replace(audit(), results=audit().results[::-1])
    assert [e["rule"] for e in document(backwards)["results"]] == [r.rule for r in backwards.results]


def test_timestamp_of_another_zone_is_written_in_utc() -> None:
    moment = datetime(2026, 3, 2, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert timestamp(moment) == "2026-03-01T23:30:00Z"


def test_score_of_whole_numbers_is_written_with_one_decimal() -> None:
    assert '"value": 0.0' in render(audit(), Sheet())


@pytest.mark.parametrize("name", HOSTILE)
def test_render_of_hostile_text_is_safe_to_view_and_loses_nothing(name: str) -> None:
    text = HOSTILE[name]
    written = render(hostile_audit(text), Sheet())
    assert is_safe(written)
    read = stdlib_json.loads(written)
    assert read["results"][0]["message"] == text
    assert read["results"][0]["evidence"][0]["value"] == text
    assert read["results"][0]["evidence"][3]["value"] == 2**80
    assert read["notices"] == [text]


def test_render_keeps_letters_of_every_language_as_they_are() -> None:
    assert "Übersetzung 翻訳" in render(audit(), Sheet())


def test_render_on_any_sheet_gives_the_same_bytes() -> None:
    narrow = Sheet(width=40, is_terminal=True, min_severity=Severity.CRITICAL)
    assert render(audit(), narrow) == render(audit(), Sheet())
