"""`auditor render`: a saved report in any other format, the same bytes as the run wrote."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from auditor import plugins
from tests.cli.conftest import Auditor

FORMATS = [writer.name for writer in plugins.load().writers]


def wishes(suffix: str) -> list[str]:
    return [word for name in FORMATS for word in ("--format", f"{name}={name}.{suffix}")]


def test_render_of_a_demo_gives_the_bytes_of_the_demo_in_every_format(auditor: Auditor) -> None:
    assert auditor("demo", "-q", *wishes("run")).code == 1
    done = auditor("render", "json.run", *wishes("saved"))
    assert (done.code, done.out, done.err) == (0, "", "")
    for name in FORMATS:
        assert Path(f"{name}.saved").read_bytes() == Path(f"{name}.run").read_bytes(), name


def test_render_without_a_format_shows_the_report_for_people(auditor: Auditor) -> None:
    run = auditor(
        "demo", "-q", "--format", "json=report.json", "--format", "terminal", "--min-severity", "high"
    )
    assert auditor("render", "report.json", "--min-severity", "high").out == run.out
    assert auditor("render", "report.json").out != run.out


def test_render_of_a_dash_reads_standard_input(auditor: Auditor, monkeypatch: pytest.MonkeyPatch) -> None:
    report = auditor("demo", "-q", "--format", "json").out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(report.encode()), encoding="utf-8"))
    assert auditor("render", "-", "--format", "json").out == report


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.json"], "auditor: cannot read missing.json: No such file or directory. Check the path.\n"),
        (["."], "auditor: cannot read .: Is a directory. Check the path.\n"),
        (["broken.json"], "auditor: broken.json: results: is missing."),
        (["broken.json", "--format", "jsn"], "auditor: no format jsn. Did you mean json?\n"),
        (
            ["broken.json", "--format", "json=no/where.json"],
            "auditor: the report no/where.json cannot be written",
        ),
        (
            [],
            "auditor: render: the following arguments are required: REPORT.json. See",
        ),
    ],
)
def test_render_of_what_cannot_be_rendered_says_why_in_one_line_and_writes_nothing(
    arguments: list[str], said: str, auditor: Auditor
) -> None:
    auditor("demo", "-q", "--format", "json=broken.json")
    whole = Path("broken.json").read_text(encoding="utf-8")
    Path("broken.json").write_text(whole.replace('\n  "results": ', '\n  "rseults": '), encoding="utf-8")
    done = auditor("render", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(said)
    assert done.err.count("\n") == 1
    assert [file.name for file in Path().iterdir()] == ["broken.json"]
