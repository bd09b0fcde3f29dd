"""Annotations say the worst first, in bounded number, and hold no command but their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from auditor.model.finding import Evidence, Fail, Severity
from auditor.model.fix import Outcome
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult
from auditor.pipeline_log import Service, harmless
from auditor.send import job_summary
from auditor.send.annotations import MOST_SHOWN, Annotation, annotate, written
from tests.reports.example import OPENAI, audit, fix_of, result_of
from tests.reports.hostile import HOSTILE, hostile_audit
from tests.send import runner

COMMANDS = {
    "github": "::add-mask::secret",
    "github, indented": "\t ::stop-commands::x",
    "github, unseen first": "\u00ad::add-mask::x",
    "github, unseen between": ":\u200b:add-mask::x",
    "github after a line": "x\n::error file=a,line=1::y",
    "github after a carriage return": "x\r::error::y",
    "github, old": "name ##[add-mask]secret",
    "github, old, unseen": "name #\u00ad#\u200b[add-mask]secret",
    "azure": "name ##vso[task.setvariable variable=x;issecret=true]y",
    "azure, other case": "##VSO[task.complete result=Succeeded]",
    "azure, unseen": "##v\u00ads\u200do[task.complete result=Succeeded]",
    "escapes": "100% %0A::add-mask::x %25 %AZP25 ; ] , :",
}


def failing(count: int, severity: Severity) -> AuditResult:
    one = result_of(
        "openai-local-auth",
        Fail(message="Keys work.", evidence=(Evidence(resource=OPENAI, path="x", value=1),)),
        severity,
        OPENAI,
    )
    return replace(audit(), results=(one,) * count)


def test_annotations_of_the_example_are_errors_from_the_gate_on_and_warnings_below() -> None:
    found = list(annotate(audit(), "high", "info"))
    assert [(one.level, one.title) for one in found] == [
        ("error", "critical openai-public-network-access"),
        ("error", "high role-search-calls-openai"),
        ("warning", "incomplete"),
        ("warning", "medium workspace-isolation-mode"),
        ("warning", "low storage-shared-key-access"),
        ("warning", "low storage-shared-key-access"),
        ("warning", "info nsg-flow-logs"),
    ]
    assert found[0].message.startswith("oai-hr-chat-prod: The account answers from any network")
    assert "Microsoft.Search/searchServices/read" in found[2].message


@pytest.mark.parametrize(
    ("fail_on", "min_severity", "errors", "warnings"),
    [("never", "info", 0, 7), ("low", "low", 5, 1), ("critical", "high", 1, 2), ("medium", "critical", 3, 1)],
)
def test_annotations_follow_the_gate_and_the_severity(
    fail_on: str, min_severity: str, errors: int, warnings: int
) -> None:
    levels = [one.level for one in annotate(audit(), fail_on, min_severity)]
    assert (levels.count("error"), levels.count("warning")) == (errors, warnings)


@pytest.mark.parametrize(
    ("count", "shown", "last"), [(10, 10, "high"), (11, 10, "2 more"), (500, 10, "491 more")]
)
def test_annotations_beyond_what_is_shown_are_counted_in_the_last(count: int, shown: int, last: str) -> None:
    found = [one for one in annotate(failing(count, Severity.HIGH), "high", "info") if one.level == "error"]
    assert len(found) == shown == MOST_SHOWN
    assert found[-1].title.startswith(last)


def test_annotations_begin_with_the_fix_that_went_wrong() -> None:
    fixes = (fix_of(Outcome.APPROVED, "done"), fix_of(Outcome.UNVERIFIED, "no answer came"))
    first, second, *_ = annotate(replace(audit(), fixes=fixes), "high", "info")
    expected = "sthrchatprod.1: no answer came"
    assert first == Annotation("error", "approve-private-endpoint unverified", expected)
    assert second.title == "critical openai-public-network-access"


def test_annotation_of_an_audit_that_never_ran_says_why() -> None:
    (only,) = annotate(replace(audit(), results=(), unaudited="sign-in failed: x"), "high", "info")
    assert only == Annotation("error", "nothing was audited", "sign-in failed: x")


@pytest.mark.parametrize("text", [*COMMANDS.values(), *HOSTILE.values()], ids=[*COMMANDS, *HOSTILE])
@pytest.mark.parametrize("level", ["error", "warning"])
def test_annotation_with_hostile_text_is_one_command_and_says_the_text(text: str, level: str) -> None:
    annotation = Annotation("error" if level == "error" else "warning", f"high {text}", f"name: {text}")
    github, azure = (written(annotation, service) for service in Service)
    (understood,) = runner.github(github)
    assert (understood.name, list(understood.properties)) == (level, ["title"])
    (logged,) = runner.azure(azure)
    assert (logged.name, logged.properties) == ("task.logissue", {"type": level})
    for said in (understood.data, logged.data):
        assert "\n" not in said
        assert "\r" not in said
    if len(text) < 100 and text.isprintable():
        assert understood.properties["title"] == f"auditor: high {text}"
        assert understood.data == f"name: {text}"
        assert logged.data == f"auditor: high {text}: name: {text}"
    assert len(github) < 15_000


@pytest.mark.parametrize("text", COMMANDS.values(), ids=list(COMMANDS))
def test_command_in_what_is_printed_is_obeyed_by_no_service(text: str) -> None:
    if "%" not in text:
        assert runner.github(text) or runner.azure(text), "the case is no command: it would prove nothing"
    for said in (text, f"│ {text}", f"\n\n   {text}\n", f'"{text}"', text * 3):
        made = harmless(said)
        assert not runner.github(made)
        assert not runner.azure(made)
        assert made.replace(" ", "") == said.replace(" ", "")


@pytest.mark.parametrize(
    "text", ["", "## A heading", "a::b", "std::vector<int>", "#[x] #", "C:: x", "1:2::3", "# [x](y)"]
)
def test_text_that_is_no_command_is_left_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_harmless_takes_no_longer_than_the_text_is_long() -> None:
    for text in (" " * 300_000, "\n" * 300_000, "#" * 300_000, "\u00ad" * 300_000, ":" * 300_000):
        assert len(harmless(text)) >= len(text)


def test_job_summary_is_put_behind_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n", encoding="utf-8")
    job_summary.append(file, audit(), lambda result, sheet: f"{result.score.marks.grade}\n", "info")
    assert file.read_text(encoding="utf-8") == "before\nF\n"


def test_job_summary_that_would_be_too_long_leaves_out_what_is_milder(tmp_path: Path) -> None:
    def render(result: AuditResult, sheet: Sheet) -> str:
        shown = sum(one.severity.rank <= sheet.min_severity.rank for one in result.results)
        return "x" * 99 * shown + "\n"

    milder, worse = failing(9_000, Severity.LOW), failing(5_000, Severity.HIGH)
    job_summary.append(
        tmp_path / "fits.md", replace(worse, results=worse.results + milder.results), render, "info"
    )
    assert (tmp_path / "fits.md").stat().st_size == 5_000 * 99 + 1


def test_job_summary_that_is_too_long_however_little_it_says_ends_with_a_note(tmp_path: Path) -> None:
    file = tmp_path / "cut.md"
    job_summary.append(file, audit(), lambda *_: "ünï\n" * 400_000, "info")
    assert file.stat().st_size <= job_summary.LARGEST_BYTES
    text = file.read_text(encoding="utf-8")
    assert text.startswith("ünï\n")
    assert text.endswith("its end is left out here.*\n")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_annotations_of_a_hostile_audit_are_errors_and_warnings_only(text: str) -> None:
    for one in annotate(hostile_audit(text), "high", "info"):
        (understood,) = runner.github(written(one, Service.GITHUB_ACTIONS))
        assert understood.name in {"error", "warning"}
