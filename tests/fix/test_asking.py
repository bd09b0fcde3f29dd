"""The command itself: a person at a terminal is shown the plan and asked, and nobody else is."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditor.cli import main
from auditor.sandbox.server import SandboxServer, serve_in_thread
from auditor.sandbox.tenant import Tenant
from tests.cli.conftest import Serve, credentials
from tests.fix.operator import RULES, lines_of, state_of, trust_file
from tests.fix.test_killed import ROOT
from tests.rules.private_endpoint.decision_rows import pending_ours
from tests.rules.private_endpoint.doors import HR_BLOB, knock
from tests.rules.world import mended


def at_a_terminal(server: SandboxServer, folder: Path, answer: str | None) -> tuple[int, str]:
    """`auditor scan --fix` with a terminal for input and messages.

    The answer is typed at the question; None is Ctrl-C.
    """
    ours, theirs = pty.openpty()
    way = ["--arm-endpoint", server.url, "--auth", "environment", "--ca-bundle", str(server.ca_file)]
    fixing = ["--fix", "--journal", str(folder / "journal.jsonl"), "--config", str(trust_file(folder))]
    report = ["--format", f"json={folder / 'report.json'}"]
    paths = os.pathsep.join(str(ROOT / part) for part in (".", "rules", "reports"))
    running = subprocess.Popen(
        [sys.executable, "-m", "auditor", "scan", *way, *fixing, *report, *RULES],
        env={**os.environ, **credentials(server.arm.tenant), "PYTHONPATH": paths, "TERM": "dumb"},
        cwd=folder,
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.DEVNULL,
    )
    os.close(theirs)
    said = _conversation(ours, running, answer)
    return running.wait(timeout=60), said


def _conversation(terminal: int, running: subprocess.Popen[bytes], answer: str | None) -> str:
    said, until = b"", time.monotonic() + 90
    is_answered = False
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 1.0)[0]:
            continue
        try:
            said += os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if b"[y/N]" in said and not is_answered:
            is_answered = True
            if answer is None:
                running.send_signal(signal.SIGINT)
            else:
                os.write(terminal, answer.encode())
    os.close(terminal)
    return said.decode(errors="replace")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("y\n", "approved"), ("\n", "planned"), ("\x04", "planned"), (None, "planned")],
    ids=["yes", "enter", "end-of-input", "ctrl-c"],
)
def test_person_at_a_terminal_is_shown_the_plan_and_asked(
    answer: str | None, outcome: str, tmp_path: Path
) -> None:
    world = knock(pending_ours(mended()), says="\x1b]0;owned\x07approve me")
    with serve_in_thread(Tenant.from_json(world.tenant)) as server:
        code, said = at_a_terminal(server, tmp_path, answer)
        state = state_of(server.arm, HR_BLOB)["status"]
    assert "The plan: 1 change" in said
    assert HR_BLOB in said
    assert "Make 1 change? [y/N]" in said
    assert "owned\x07" not in said
    fixes = json.loads((tmp_path / "report.json").read_text())["fixes"]
    found = next(fix for fix in fixes if fix["connection"] == HR_BLOB)
    assert found["outcome"] == outcome
    assert state == ("Approved" if outcome == "approved" else "Pending")
    assert bool(lines_of(tmp_path / "journal.jsonl")) is (outcome == "approved")
    # The stranger is still waiting: a finding of high severity.
    assert code == 1


def test_run_without_a_terminal_says_that_nothing_was_written(serve: Serve, tmp_path: Path) -> None:
    with serve(pending_ours(mended())) as cloud:
        config = str(trust_file(tmp_path))
        done = cloud.scan("--fix", "--config", config, "--journal", "j", "--format", "json", *RULES)
        assert {request.method for request in cloud.log if "oauth2" not in request.path} == {"GET"}
    assert "nothing was written" in done.err
    assert "--yes" in done.err
    assert done.report["fixes"][0]["outcome"] == "planned"


def test_run_of_a_machine_over_tls_approves_and_exits_as_the_audit_says(serve: Serve, tmp_path: Path) -> None:
    with serve(pending_ours(mended())) as cloud:
        config = str(trust_file(tmp_path))
        given = ("--fix", "--yes", "--config", config, "--journal", "j", "--format", "json")
        done = cloud.scan(*given, *RULES)
        assert state_of(cloud.server.arm, HR_BLOB)["status"] == "Approved"
    assert (done.code, done.report["fixes"][0]["outcome"]) == (0, "approved")
    assert f"approve {HR_BLOB}" in done.err


@pytest.mark.parametrize(
    "wrong",
    ["nonsense", "/subscriptions/s", HR_BLOB.rpartition("/")[0], HR_BLOB.replace("privateEndpointC", "c")],
)
def test_named_connection_that_is_none_is_a_mistake(
    wrong: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["demo", "--fix", "--approve", wrong, "--journal", str(tmp_path / "j")]) == 2
    assert "is not the id of a private endpoint connection" in capsys.readouterr().err


def test_permissions_of_a_fix_are_a_role_that_can_write_approvals_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["permissions", "--fix", "-q"]) == 0
    extra = json.loads(capsys.readouterr().out)
    assert main(["permissions", "-q"]) == 0
    audit = json.loads(capsys.readouterr().out)
    assert extra["Name"] != audit["Name"]
    assert not set(extra["Actions"]) & set(audit["Actions"])
    assert {"Microsoft.Authorization/locks/read", "Microsoft.Authorization/permissions/read"} <= set(
        extra["Actions"]
    )
    writes = [one for one in extra["Actions"] if not one.endswith("/read")]
    assert all("privateEndpointConnections" in one for one in writes)
    assert "Microsoft.Web/sites/privateEndpointConnectionsApproval/action" in writes
    assert not any("privateEndpointConnectionsApproval" in one for one in writes if "Cognitive" in one)
    assert all(one.endswith("/read") for one in audit["Actions"])
