"""`auditor demo`: the report, the exit codes, and where reports go."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from auditor import output
from auditor.errors import UsageError
from auditor.model.pack import Writer
from tests.cli.conftest import Auditor
from tests.reports.example import audit


def test_demo_prints_a_report_and_exits_1(auditor: Auditor) -> None:
    done = auditor("demo")
    assert done.code == 1
    assert done.out.startswith("Grade ")
    assert "openai-public-network-access" in done.out
    assert done.err.startswith("auditor: exit 1: ")
    assert "--fail-on high" in done.err


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (["--fail-on", "never"], 4, "could not be read (see --allow-incomplete)"),
        (["--fail-on", "never", "--allow-incomplete"], 0, ""),
        (["--fail-on", "never", "--allow-incomplete", "--min-score", "99.9"], 1, "below --min-score 99.9"),
        (["--fail-on", "never", "--min-score", "0"], 4, "could not be read"),
        (["--fail-on", "low", "--quiet"], 1, ""),
    ],
)
def test_demo_under_each_gate_exits_and_says_why(
    flags: list[str], code: int, said: str, auditor: Auditor
) -> None:
    done = auditor("demo", *flags)
    assert done.code == code
    assert said in done.err
    assert done.err.count("\n") == (1 if said else 0)


def test_demo_as_json_fits_the_shipped_schema(auditor: Auditor) -> None:
    report = auditor("demo", "--format", "json").report
    schema = json.loads((files("auditor_reports") / "schemas" / "report-1.0.schema.json").read_text("utf-8"))
    jsonschema.validate(report, schema)
    assert report["unaudited"] is None
    statuses = [result["status"] for result in report["results"]]
    assert report["score"]["by_status"] == {
        name: statuses.count(name) for name in ("pass", "fail", "unknown", "not_applicable")
    }


def test_demo_with_two_formats_writes_both_and_leaves_nothing_else(auditor: Auditor, tmp_path: Path) -> None:
    done = auditor(
        "demo", "--format", "json=report.json", "--format", "terminal", "--format", "terminal=r.txt"
    )
    assert done.out.startswith("Grade ")
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["schema_version"] == "1.0"
    assert (tmp_path / "r.txt").read_text("utf-8") == done.out
    assert sorted(found.name for found in tmp_path.iterdir()) == ["r.txt", "report.json"]


def test_report_file_is_new_whole_and_keeps_link_and_mode(auditor: Auditor, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    old, link = reports / "old.json", tmp_path / "latest.json"
    old.write_text("old", encoding="utf-8")
    old.chmod(0o604)
    link.symlink_to(old)
    with old.open(encoding="utf-8") as reader:
        auditor("demo", "--format", f"json={link}")
        assert reader.read() == "old"
    assert link.is_symlink()
    assert json.loads(old.read_text("utf-8"))["schema_version"] == "1.0"
    assert old.stat().st_mode & 0o777 == 0o604
    assert [found.name for found in reports.iterdir()] == ["old.json"]


def test_report_file_has_the_mode_that_any_new_file_has(auditor: Auditor, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        auditor("demo", "--format", "json=report.json")
    finally:
        os.umask(before)
    assert (tmp_path / "report.json").stat().st_mode & 0o777 == 0o640


def test_report_to_a_device_writes_to_it_and_leaves_it_a_device(auditor: Auditor, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    try:
        auditor(
            "demo", "--rule", "openai-custom-*", "--format", f"terminal={pipe}", "--min-severity", "critical"
        )
        assert os.read(end, 1 << 20).startswith(b"Grade ")
    finally:
        os.close(end)
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("missing/report.json", "there is no directory"),
        ("folder", "it is a directory"),
        ("file/report.json", "there is no directory"),
        ("x" * 300, "File name too long"),
    ],
)
def test_report_that_cannot_be_put_there_ends_before_the_audit(
    target: str, why: str, auditor: Auditor, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = auditor("demo", "--format", f"json={target}", "--format", "terminal")
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith(f"auditor: the report {target} cannot be written: {why}")
    assert done.err.endswith("Choose another file for --format.\n")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_report_into_a_directory_that_may_not_be_written_ends_before_the_audit(
    auditor: Auditor, tmp_path: Path
) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    done = auditor("demo", "--format", "json=locked/report.json")
    assert (done.code, done.out) == (2, "")
    assert "may not be written to" in done.err


def test_report_whose_place_vanishes_meanwhile_is_one_line(tmp_path: Path) -> None:
    writer = Writer(name="short", summary="", render=lambda _result, _sheet: "text\n")
    with pytest.raises(UsageError, match=r"report cannot be written: No such file.* Choose another file"):
        output.write(audit(), [(writer, tmp_path / "gone" / "report")], "info")


def test_report_with_a_lone_surrogate_is_written_with_its_escape(tmp_path: Path) -> None:
    writer = Writer(name="short", summary="", render=lambda _result, _sheet: "a\udcffb – c\n")
    output.write(audit(), [(writer, tmp_path / "report")], "info")
    assert (tmp_path / "report").read_bytes() == b"a\\udcffb \xe2\x80\x93 c\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "auditor: no command given. Choose scan"),
        (("scna",), "auditor: unknown command 'scna'. Did you mean scan?"),
        (("demo", "--format", "jsn"), "auditor: no format jsn. Did you mean json?"),
        (("rules", "show", "openai-public-network-acces"), "Did you mean openai-public-network-access?"),
        (
            ("demo", "--waivers", "none.toml"),
            "auditor: cannot read none.toml: No such file or directory.",
        ),
        (("demo", "--auth", "cli"), "auditor: demo: unknown option '--auth'."),
    ],
)
def test_mistake_is_one_line_that_says_what_to_do(
    arguments: tuple[str, ...], said: str, auditor: Auditor
) -> None:
    done = auditor(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("flag", ["-v", "--verbose", "-vv"])
def test_mistake_with_verbose_shows_where_it_was_found(flag: str, auditor: Auditor) -> None:
    done = auditor("demo", "--format", "jsn", flag)
    assert done.code == 2
    assert "Traceback" in done.err
    assert done.err.endswith("auditor: no format jsn. Did you mean json?\n")


def test_rules_are_listed_and_each_has_its_page(auditor: Auditor) -> None:
    listed = auditor("rules")
    assert listed.code == 0
    ids = [line.split()[1] for line in listed.out.splitlines()]
    assert "openai-public-network-access" in ids
    for rule_id in ids:
        page = auditor("rules", "show", rule_id).out
        assert page.startswith(f"# {rule_id}\n\n**")
        assert "\n## Why\n\n" in page
        assert "\n\n\n" not in page
        assert page.endswith("\n")
        assert not page.endswith("\n\n")
