"""A run that is killed, or interrupted, at each step; the next one looks first what came of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.fix.change import Change
from auditor.sandbox.script import Change as TenantChange
from auditor.sandbox.server import SandboxServer, serve_in_thread
from auditor.sandbox.tenant import Tenant
from tests.cli.conftest import credentials
from tests.fix.operator import RULES, Outcome, lines_of, run, state_of, trust_file
from tests.fix.test_time_of_check import CONNECTION, THEIRS, event, swapped
from tests.rules.private_endpoint.decision_rows import KNOCK, pending_ours, wanted_by_link
from tests.rules.private_endpoint.doors import HR_BLOB
from tests.rules.world import World, mended

ROOT = Path(__file__).parents[2]
STEPS = ("intended", "read again", "sent", "verified", "ended")


def killed(server: SandboxServer, folder: Path, at: str, *flags: str) -> None:
    """Run with `--fix --yes` in a process that dies at the step."""
    journal = folder / "journal.jsonl"
    way = ["--arm-endpoint", server.url, "--auth", "environment", "--ca-bundle", str(server.ca_file)]
    fixing = ["--fix", "--yes", "-q", "--journal", str(journal), "--config", str(trust_file(folder))]
    paths = os.pathsep.join(str(ROOT / part) for part in (".", "rules", "reports"))
    ended = subprocess.run(
        [sys.executable, "-m", "tests.fix.killed", at, "scan", *way, *fixing, *RULES, *flags],
        env={**os.environ, **credentials(server.arm.tenant), "PYTHONPATH": paths},
        cwd=folder,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


def next_run(server: SandboxServer, folder: Path, *flags: str, yes: bool = True) -> Outcome:
    return run(server.arm, folder, *flags, yes=yes)


@pytest.mark.parametrize("at", STEPS)
def test_killed_run_is_looked_after_by_the_next(at: str, tmp_path: Path) -> None:
    with serve_in_thread(Tenant.from_json(pending_ours(mended()).tenant)) as server:
        killed(server, tmp_path, at)
        before = lines_of(tmp_path / "journal.jsonl")
        assert before[0]["event"] == "intended"
        was_written = at in ("sent", "verified", "ended")
        assert (state_of(server.arm, HR_BLOB)["status"] == "Approved") is was_written
        done = next_run(server, tmp_path)
    told = [fix["outcome"] for fix in done.fixes]
    if at == "ended":
        assert told == []
    elif was_written:
        assert told == ["approved"]
        assert f"left open by run {before[0]['run']}" in done.fixes[0]["message"]
    else:
        assert told == ["skipped", "approved"]
        assert "never took effect" in done.fixes[0]["message"]
    assert state_of(server.arm, HR_BLOB)["status"] == "Approved"
    assert done.code == 0
    assert len(done.writes) == 1
    assert run(server.arm, tmp_path).fixes == []


def interrupted(world: World, folder: Path, at: str, *flags: str) -> Outcome:
    """Ctrl-C at a step."""

    def step(what: str, _change: Change) -> None:
        if what == at:
            os.kill(os.getpid(), signal.SIGINT)

    return run(world, folder, *flags, step=step, latency_ms=0.1)


@pytest.mark.parametrize(
    ("at", "outcome", "status"),
    [
        ("intended", "failed", "Pending"),
        ("read again", "unverified", "Approved"),
        ("sent", "unverified", "Approved"),
        ("ended", "approved", "Approved"),
    ],
)
def test_interrupted_run_still_reports_and_the_next_one_looks_first(
    at: str, outcome: str, status: str, tmp_path: Path
) -> None:
    done = interrupted(pending_ours(mended()), tmp_path, at)
    assert done.fix(HR_BLOB)["outcome"] == outcome
    assert state_of(done.arm, HR_BLOB)["status"] in ("Pending", status)
    assert done.report["results"]
    again = run(done.arm, tmp_path)
    assert state_of(done.arm, HR_BLOB)["status"] == "Approved"
    assert again.code == 0


@pytest.mark.parametrize("yes", [True, False])
def test_open_approval_of_somebody_else_is_undone_only_by_a_run_that_may_write(
    yes: bool, tmp_path: Path
) -> None:
    world = pending_ours(mended())
    world.tenant["events"] = [event(CONNECTION, 2, **swapped())]
    with serve_in_thread(Tenant.from_json(world.tenant)) as server:
        killed(server, tmp_path, "sent")
        assert state_of(server.arm, HR_BLOB)["status"] == "Approved"
        done = next_run(server, tmp_path, yes=yes)
    fix = done.fixes[0]
    assert (fix["outcome"], done.code) == ("reverted" if yes else "unverified", 5), fix["message"]
    assert state_of(server.arm, HR_BLOB)["status"] == ("Rejected" if yes else "Approved")
    assert "undo" in fix["message"] or THEIRS in fix["message"]


@pytest.mark.parametrize("confirmed", [True, False])
def test_open_managed_approval_is_confirmed_or_rejected_by_the_next_run(
    confirmed: bool, tmp_path: Path
) -> None:
    world = wanted_by_link(mended())
    asker = next(row["id"] for row in world.tenant["resources"] if row["id"].endswith("/link-two"))
    with serve_in_thread(Tenant.from_json(world.tenant)) as server:
        killed(server, tmp_path, "verified", "--fix-managed")
        if confirmed:
            turned = {"id": asker, "properties": {"status": "Approved"}}
            server.arm.change(TenantChange(merge=(turned,)))
        done = next_run(server, tmp_path, "--fix-managed")
    assert done.fixes[0]["connection"] == KNOCK
    assert done.fixes[0]["outcome"] == ("approved" if confirmed else "reverted")
    assert done.code == (0 if confirmed else 5)


def test_run_killed_while_undoing_is_finished_by_the_next(tmp_path: Path) -> None:
    world = pending_ours(mended())
    world.tenant["events"] = [event(CONNECTION, 2, **swapped())]
    with serve_in_thread(Tenant.from_json(world.tenant)) as server:
        killed(server, tmp_path, "undoing")
        assert state_of(server.arm, HR_BLOB)["status"] == "Approved"
        done = next_run(server, tmp_path)
        assert state_of(server.arm, HR_BLOB)["status"] == "Rejected"
    assert (done.fixes[0]["outcome"], done.code) == ("reverted", 5)
