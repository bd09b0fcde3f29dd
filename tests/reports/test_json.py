"""Format `json`."""

from __future__ import annotations

import json as stdlib_json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from auditor.model.document import document, entry
from auditor.model.finding import ABSENT, Evidence, Fail, Severity
from auditor.model.pack import Sheet
from auditor_reports.json import encoded, render
from tests.reports.example import OPENAI, audit, result_of
from tests.reports.hostile import HOSTILE, hostile_audit, is_safe


def test_evidence_of_an_absent_value_has_none_and_that_of_null_has_null() -> None:
    absent, null = (Evidence(resource=OPENAI, path="properties.x", value=value) for value in (ABSENT, None))
    found = result_of("r", Fail(message="m", evidence=(absent, null)), Severity.HIGH, OPENAI)
    place = {"resource": OPENAI, "path": "properties.x"}
    assert entry(found)["evidence"] == [place, {**place, "value": None}]


def test_entry_of_each_status_has_reason_and_remediation_only_where_they_belong() -> None:
    for found in audit().results:
        written = entry(found)
        assert (written["reason"] is not None) == (found.status in {"unknown", "not_applicable"})
        assert (written["remediation"] is not None) == (found.status == "fail")


def test_entry_keeps_the_order_in_which_the_engine_gave_the_results() -> None:
    backwards = replace(audit(), results=audit().results[::-1])
    assert [e["rule"] for e in document(backwards)["results"]] == [r.rule for r in backwards.results]


def test_run_times_are_written_in_utc_to_the_millisecond() -> None:
    moment = datetime(2026, 3, 2, 1, 30, 0, 7_000, tzinfo=timezone(timedelta(hours=2)))
    run = document(replace(audit(), run=replace(audit().run, started_at=moment)))["run"]
    assert (run["started_at"], run["finished_at"]) == ("2026-03-01T23:30:00.007Z", "2026-03-02T09:31:13.400Z")


def test_encoded_of_what_json_has_no_word_for_raises() -> None:
    with pytest.raises(TypeError):
        encoded({"x": frozenset("a")})


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


def test_encoded_on_one_line_holds_no_newline() -> None:
    assert (
        encoded({"a": "\n", "b": [1, 2**80]}, indented=False)
        == '{"a":"\\n","b":[1,1208925819614629174706176]}'
    )


def test_render_on_any_sheet_gives_the_same_bytes() -> None:
    narrow = Sheet(width=40, is_terminal=True, min_severity=Severity.CRITICAL)
    assert render(audit(), narrow) == render(audit(), Sheet())
