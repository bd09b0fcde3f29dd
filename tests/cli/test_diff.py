"""`auditor diff` of reports that were saved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from auditor.model.document import document
from auditor.model.result import AuditResult
from tests.cli.conftest import Auditor
from tests.diff.runs import FAIL, PASS, UNKNOWN, found, run
from tests.reports.example import SEARCH, STORAGE
from tests.reports.test_schema import SCHEMA

OLD = run(found(PASS), found(FAIL, resource=SEARCH), found(FAIL, resource=STORAGE))
NEW = run(found(FAIL), found(PASS, resource=SEARCH), found(UNKNOWN, resource=STORAGE), days=7)


def saved(folder: Path, name: str, report: AuditResult) -> str:
    (folder / name).write_text(json.dumps(document(report)), encoding="utf-8")
    return name


@pytest.fixture
def reports(tmp_path: Path) -> tuple[str, str]:
    return saved(tmp_path, "old.json", OLD), saved(tmp_path, "new.json", NEW)


def test_diff_of_two_reports_says_what_changed_and_exits_0(
    auditor: Auditor, reports: tuple[str, str]
) -> None:
    done = auditor("diff", *reports)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("0 new, 1 regressed, 1 unknown now, 1 fixed\n")


def test_diff_as_json_is_the_changes_of_the_shipped_schema(
    auditor: Auditor, reports: tuple[str, str], tmp_path: Path
) -> None:
    done = auditor("diff", *reports, "--format", "json=changes.json", "--format", "markdown")
    assert done.out.startswith("## What changed\n")
    changes = json.loads((tmp_path / "changes.json").read_text("utf-8"))
    validator = Draft202012Validator({"$ref": "#/$defs/changes", "$defs": SCHEMA["$defs"]})
    validator.validate(changes)
    assert [change["kind"] for change in changes["changes"]] == ["regressed", "unknown-now", "fixed"]


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        (["--fail-on", "never"], 0),
        (["--fail-on", "critical"], 0),
        (["--fail-on", "high"], 1),
        (["--fail-on", "low"], 1),
    ],
)
def test_diff_under_a_gate_fails_on_what_is_worse(
    flags: list[str], code: int, auditor: Auditor, reports: tuple[str, str]
) -> None:
    assert auditor("diff", *reports, *flags).code == code


def test_diff_under_a_gate_is_incomplete_where_a_verdict_became_unknown(
    auditor: Auditor, tmp_path: Path
) -> None:
    old = saved(tmp_path, "old.json", run(found(FAIL)))
    new = saved(tmp_path, "new.json", run(found(UNKNOWN), days=1))
    assert auditor("diff", old, new, "--fail-on", "high").code == 4
    assert auditor("diff", new, old, "--fail-on", "high").code == 1
    assert auditor("diff", old, old, "--fail-on", "low").code == 0


def test_diff_of_two_runs_of_the_sample_tenant_is_empty(auditor: Auditor) -> None:
    for name in ("old", "new"):
        auditor("demo", "-q", "--format", f"json={name}.json")
    done = auditor("diff", "old.json", "new.json", "--fail-on", "low")
    assert done.code == 0
    assert done.out.endswith("Nothing changed.\n")


def test_diff_of_the_sample_tenant_narrowed_calls_nothing_fixed(auditor: Auditor) -> None:
    auditor("demo", "-q", "--format", "json=old.json")
    auditor("demo", "-q", "--format", "json=new.json", "-g", "rg-ai-hr", "--rule", "openai-*")
    auditor("diff", "old.json", "new.json", "--format", "json=changes.json")
    counts = json.loads(Path("changes.json").read_text("utf-8"))["counts"]
    assert {kind for kind in counts if counts[kind]} == {"not-judged-now"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("old.json",), "NEW.json"),
        (("old.json", "none.json"), "auditor: cannot read none.json: No such file or directory."),
        (("-", "-"), "auditor: diff: standard input cannot be both reports."),
        (("old.json", "new.json", "--format", "html"), "auditor: no format html of a comparison."),
        (("old.json", "new.json", "--format", "json", "--format", "markdown"), "two reports go to standard"),
        (("old.json", "new.json", "--format", "json=no/where.json"), "there is no directory"),
        (("old.json", "pyproject.toml"), "auditor: pyproject.toml: not JSON"),
    ],
)
def test_diff_of_a_mistake_is_one_line_and_exit_2(
    arguments: tuple[str, ...], said: str, auditor: Auditor, reports: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text("[x]", encoding="utf-8")
    done = auditor("diff", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1
