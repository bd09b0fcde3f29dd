"""The formats of `auditor diff`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from auditor.model.changes import ChangeKind, Changes
from auditor.model.changes_document import restored_changes
from auditor.model.json_object import JsonObject, Malformed
from auditor.model.pack import ChangesWriter, Sheet
from auditor.model.result import Marks
from auditor_reports import PACK
from auditor_reports.diff_json import render as as_json
from auditor_reports.diff_markdown import render as as_markdown
from auditor_reports.diff_terminal import render as as_text
from auditor_reports.times import seen_since
from auditor_reports.visible import visible
from tests.reports.example import FIRST_SEEN, OPENAI, STARTED, changes
from tests.reports.formats import texts_in_code
from tests.reports.hostile import HOSTILE, hostile_audit, is_safe


def of(text: str) -> Changes:
    found = hostile_audit(text).changes
    assert found is not None
    return found


def test_terminal_says_counts_score_and_each_finding() -> None:
    lines = as_text(changes(), Sheet()).splitlines()
    assert lines[0] == "1 new, 0 regressed, 1 unknown now, 1 fixed, 1 resource gone"
    assert lines[1] == "score 20.0 to 22.2: +2.2 (-16.9 to +37.5), grade F as before"
    assert "  new (1)" in lines
    assert "    CRITICAL  openai-public-network-access  oai-hr-chat-prod" in "\n".join(lines)


def test_terminal_of_no_change_says_so() -> None:
    nothing = replace(changes(), changes=(), gone_resources=())
    assert as_text(nothing, Sheet()).endswith("\nNothing changed.\n")
    assert as_text(nothing, Sheet()).startswith("0 new, 0 regressed, 0 unknown now, 0 fixed\n")


def test_terminal_of_many_changes_shows_the_first_and_counts_the_rest() -> None:
    many = replace(changes(), changes=changes().changes[:1] * 30)
    text = as_text(many, Sheet())
    assert "new (30)" in text
    assert text.count("CRITICAL") == 25
    assert "and 5 more" in text


def test_score_of_a_run_that_judged_nothing_is_not_compared() -> None:
    nothing = replace(changes().old, marks=Marks(value=None, low=None, high=None, grade="–"))
    assert "no score to compare" in as_text(replace(changes(), old=nothing), Sheet())
    assert json.loads(as_json(replace(changes(), old=nothing), Sheet()))["score_change"] is None


@pytest.mark.parametrize("writer", PACK.changes_writers, ids=lambda writer: writer.name)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_safe_in_every_format(name: str, writer: ChangesWriter) -> None:
    text = writer.render(of(HOSTILE[name]), Sheet())
    assert is_safe(text)
    assert "\n\nINJECTED" not in text


def test_json_reads_back_as_the_same() -> None:
    for found in (changes(), *(of(text) for text in HOSTILE.values())):
        assert restored_changes(JsonObject.of(json.loads(as_json(found, Sheet())))) == found


def test_json_whose_counts_are_not_those_of_its_changes_is_refused() -> None:
    edited = json.loads(as_json(changes(), Sheet()))
    edited["counts"]["new"] = 0
    with pytest.raises(Malformed, match=r"counts\.new: must be 1"):
        restored_changes(JsonObject.of(edited))


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_of_a_hostile_tenant_shows_its_text_as_code_only(name: str) -> None:
    shown = texts_in_code(as_markdown(of(HOSTILE[name]), Sheet()))
    assert visible(HOSTILE[name][:120]) in "".join(shown)


def test_markdown_of_very_many_changes_fits_a_comment_and_counts_the_rest() -> None:
    one = changes().changes[0]
    every = tuple(replace(one, kind=kind) for kind in ChangeKind for _ in range(500))
    report = as_markdown(replace(changes(), changes=every, gone_resources=(OPENAI,) * 500), Sheet())
    assert report.count(" more, in the JSON report.") == len(ChangeKind) + 1
    assert report.count("🔴 critical") > len(ChangeKind)
    assert len(report) < 65_536


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0, "first seen in this run"),
        (23, "first seen 2026-03-01, less than a day ago"),
        (24, "first seen 2026-03-01, 1 day ago"),
        (24 * 28 + 3.5, "first seen 2026-02-02, 28 days ago"),
    ],
)
def test_age_is_counted_in_whole_days_before_the_run(hours: float, said: str) -> None:
    assert seen_since(STARTED - timedelta(hours=hours), STARTED) == said
    assert STARTED - timedelta(hours=24 * 28 + 3.5) == FIRST_SEEN
