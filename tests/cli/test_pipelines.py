"""The command in a pipeline: what it annotates, and that nobody else's text is obeyed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from auditor.sandbox.sample import on_your_data
from tests.cli.conftest import Auditor, Serve
from tests.rules.world import company, mended
from tests.send import runner

NARROW = ("--rule", "openai-public-network-access", "--rule", "openai-local-auth")
SERVICES = {"GITHUB_ACTIONS": "true", "TF_BUILD": "True"}


@pytest.fixture(params=SERVICES)
def pipeline(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(request.param, SERVICES[request.param])
    return str(request.param)


def commands(pipeline: str, output: str) -> list[runner.Command]:
    return runner.github(output) if pipeline == "GITHUB_ACTIONS" else runner.azure(output)


def test_demo_outside_a_pipeline_annotates_nothing(auditor: Auditor) -> None:
    done = auditor("demo", "-q", *NARROW)
    assert done.err == ""


def test_demo_in_a_pipeline_annotates_on_stderr_and_leaves_the_report_alone(
    pipeline: str, auditor: Auditor
) -> None:
    done = auditor("demo", "-q", *NARROW, "--format", "json")
    assert done.code == 1
    failed = [one for one in done.report["results"] if one["status"] == "fail"]
    found = commands(pipeline, done.err)
    assert len(found) == len(done.err.splitlines()) == len(failed) + 1
    assert "2 verdicts are unknown" in found[1].data
    assert not commands(pipeline, done.out)
    worst = f"auditor: {failed[0]['severity']} {failed[0]['rule']}"
    name = failed[0]["resource"].rpartition("/")[2]
    if pipeline == "GITHUB_ACTIONS":
        assert found[0].name == "error"
        assert found[0].properties == {"title": worst}
        assert found[0].data == f"{name}: {failed[0]['message']}"
    else:
        assert found[0].properties == {"type": "error"}
        assert found[0].data == f"{worst}: {name}: {failed[0]['message']}"


@pytest.mark.parametrize("way", ["flag", "variable", "file"])
def test_annotations_are_switched_off_as_every_option_is(
    way: str, pipeline: str, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "variable":
        monkeypatch.setenv("AUDITOR_ANNOTATIONS", "false")
    if way == "file":
        (tmp_path / "auditor.toml").write_text("[scan]\nannotations = false\n", encoding="utf-8")
    with serve(company()) as cloud:
        done = cloud.scan("-q", *NARROW, *(["--no-annotations"] if way == "flag" else []))
    assert (done.code, done.err) == (1, "")


def test_github_gets_the_markdown_report_as_job_summary(
    auditor: Auditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    (tmp_path / "summary.md").write_text("# Before\n", encoding="utf-8")
    done = auditor("demo", "-q", *NARROW, "--format", "markdown")
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("# Before\n")
    said = [line for line in done.out.splitlines() if NARROW[1] in line]
    assert said
    assert set(said) <= set(summary.splitlines())


def test_job_summary_that_cannot_be_written_is_one_line_and_changes_no_verdict(
    auditor: Auditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "nowhere" / "summary.md"))
    done = auditor("demo", "-q", *NARROW)
    assert done.code == 1
    (line,) = (line for line in done.err.splitlines() if not line.startswith("::"))
    assert line.startswith("auditor: the job summary ")
    assert line.endswith("could not be written: No such file or directory")


def test_empty_scope_is_an_error_unless_it_is_allowed(pipeline: str, serve: Serve) -> None:
    world = mended()
    world.tenant.update(resources=[], management_groups=[], subscriptions=world.tenant["subscriptions"][:1])
    with serve(world) as cloud:
        refused = cloud.scan("-q")
        allowed = cloud.scan("-q", "--allow-empty", "--notify", "https://localhost:1/x")
    (only,) = commands(pipeline, refused.err)
    assert "no resource of interest in scope" in only.data
    assert (refused.code, allowed.code) == (3, 0)
    assert commands(pipeline, allowed.err) == []
    assert "was not told" not in allowed.err


def test_usage_error_in_a_pipeline_is_an_annotation_too(pipeline: str, auditor: Auditor) -> None:
    done = auditor("scan", "--fail-on", "sometimes")
    assert done.code == 2
    (only,) = commands(pipeline, done.err)
    assert "--fail-on" in only.data
    assert done.err.startswith("auditor: --fail-on")


def test_text_of_the_tenant_is_no_command_in_any_output(
    pipeline: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = company()
    said = "x\n::add-mask::Grade\n##vso[task.setvariable variable=PATH]x ##[add-mask]Grade"
    world.put(on_your_data.HR_OPENAI, "properties.publicNetworkAccess", said)
    with serve(world) as cloud:
        for format_ in ("terminal", "json"):
            monkeypatch.setenv("COLUMNS", "40")
            done = cloud.scan("-vv", *NARROW, "--format", format_)
            assert "add-mask" in done.out + done.err
            assert not commands(pipeline, done.out)
            allowed = {"error", "warning", "task.logissue"}
            assert {one.name for one in commands(pipeline, done.err)} <= allowed


def test_report_that_a_shell_puts_into_a_file_keeps_its_bytes(tmp_path: Path) -> None:
    program = (
        "import os, sys\n"
        "from auditor import pipeline_log\n"
        "with pipeline_log.guarded():\n"
        "    print('##vso[x.y]z')\n"
        "    print('##vso[x.y]z', file=sys.stderr)\n"
    )
    with (tmp_path / "out").open("w") as out:
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=out, stderr=subprocess.PIPE, text=True, check=True
        )
    assert (tmp_path / "out").read_text(encoding="utf-8") == "##vso[x.y]z\n"
    assert done.stderr == "# #vso[x.y]z\n"


def test_text_in_a_defect_that_ends_the_program_is_no_command_either() -> None:
    program = (
        "from auditor import pipeline_log\n"
        "with pipeline_log.guarded():\n"
        "    raise ValueError('\\n::add-mask::x ##vso[x.y]z')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "ValueError" in done.stderr
    assert "add-mask" in done.stderr
    assert runner.github(done.stderr) == []
    assert runner.azure(done.stderr) == []
