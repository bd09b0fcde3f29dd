"""The scripts inside the pipelines' files, run as their services run them, with the demo for the scan."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.send import runner
from tests.tools import require

FOLDER = Path(__file__).parents[2] / "docs" / "schedules"
_PATIENCE_S = 120


def steps(name: str) -> Iterator[tuple[str, str]]:
    """What each step that runs a script is called, and its script."""
    workflow: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    jobs = workflow["jobs"]
    for job in jobs.values() if isinstance(jobs, dict) else jobs:
        for step in job["steps"]:
            script = step.get("run") or step.get("script") or step.get("inputs", {}).get("inlineScript")
            if script:
                yield step.get("name") or step["displayName"], script


GITHUB, AZURE = dict(steps("github-actions.yml")), dict(steps("azure-pipelines.yml"))


def run(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """As both services do: `bash -e`, here with pipefail, and the program of this tree on the path."""
    assert "auditor scan --auth cli" in script or "auditor" not in script
    bin_ = folder / "bin"
    bin_.mkdir(exist_ok=True)
    command = bin_ / "auditor"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m auditor "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return subprocess.run(
        [require("bash"), "-eo", "pipefail", "-c", script.replace("scan --auth cli", "demo")],
        cwd=folder,
        env={**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=_PATIENCE_S,
    )


def test_github_step_keeps_reports_annotations_and_the_code_for_the_last_step(tmp_path: Path) -> None:
    surroundings = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        # As the workflow gives what is not set.
        **{"AUDITOR_NOTIFY": "", "AUDITOR_SEND": "", "AUDITOR_BASELINE": ""},
    }
    done = run(GITHUB["Audit"], tmp_path, **surroundings)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "output").read_text(encoding="utf-8") == "code=1\n"
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "report.html",
        "report.json",
        "report.sarif",
    }
    assert {one.name for one in runner.github(done.stderr)} == {"error", "warning"}
    assert runner.github(done.stdout) == []
    assert (tmp_path / "summary.md").stat().st_size > 1_000
    assert run(GITHUB["Judge"], tmp_path, CODE="1").returncode == 1
    assert run(GITHUB["Judge"], tmp_path, CODE="0").returncode == 0


_FOUND = 'if [ "$1" = api ]; then echo 17'


@pytest.mark.parametrize(
    ("gh", "report"),
    [
        (
            'if [ "$1" = api ]; then echo 17; else mkdir last && echo {} > last/report.json; fi',
            "report=last/report.json\n",
        ),
        ('if [ "$1" = api ]; then echo; fi', ""),
        ("exit 1", ""),
        (f"{_FOUND}; else exit 1; fi", ""),
    ],
    ids=["an artifact", "no artifact", "no answer", "an artifact that is gone"],
)
def test_github_step_finds_the_last_report_or_goes_on_without(gh: str, report: str, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(f"#!/bin/sh\n{gh}\n", encoding="utf-8")
    (tmp_path / "bin" / "gh").chmod(0o755)
    (tmp_path / "output").touch()
    script = GITHUB["Fetch the last report"].replace("auditor", "artifact")
    surroundings = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_REPOSITORY": "a/b"}
    done = run(script, tmp_path, **surroundings)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "output").read_text(encoding="utf-8") == report


def test_azure_step_keeps_reports_annotations_and_the_code_for_the_last_step(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    done = run(AZURE["Audit"], tmp_path, TF_BUILD="True", REPORTS=str(reports))
    assert done.returncode == 0, done.stderr
    kept = {"report.html", "report.json", "junit.xml", "summary.md"}
    assert {file.name for file in reports.iterdir()} == kept
    said = runner.azure(done.stdout)
    assert [(one.name, one.properties, one.data) for one in said] == [
        ("task.uploadsummary", {}, str(reports / "summary.md")),
        ("task.setvariable", {"variable": "auditorCode"}, "1"),
    ]
    assert {one.name for one in runner.azure(done.stderr)} == {"task.logissue"}
    assert json.loads((reports / "report.json").read_text(encoding="utf-8"))["results"]
    assert run(AZURE["Judge"], tmp_path, CODE="4").returncode == 4
