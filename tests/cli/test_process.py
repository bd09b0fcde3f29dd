"""The command as a process: what only a process can show."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditor.sandbox.server import SandboxServer, serve_in_thread
from auditor.sandbox.tenant import Tenant
from tests.cli.conftest import credentials

AUDITOR = (sys.executable, "-m", "auditor")
_PATIENCE_S = 60.0


def run(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*AUDITOR, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=_PATIENCE_S,
    )


def test_module_prints_the_report_and_exits_with_its_code(tmp_path: Path) -> None:
    done = run("demo", folder=tmp_path, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 1
    assert done.stdout.startswith("Grade ")
    assert "–" in done.stdout
    assert done.stderr.startswith("auditor: exit 1: ")
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["scan", "--help"], ["--version"]])
def test_help_loads_no_sdk(arguments: list[str], tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from auditor.cli import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "except SystemExit as asked:\n"
        "    code = asked.code\n"
        "heavy = ('azure', 'msal', 'aiohttp', 'rich', 'orjson', 'cryptography', 'logging')\n"
        "print([name for name in heavy if name in sys.modules], code, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=_PATIENCE_S,
    )
    assert done.stderr == "[] 0\n"
    assert "auditor" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (["demo", "-q", "--format", "json"], {141}),
        (["rules"], {141}),
        (["permissions", "-q"], {141}),
        # argparse itself may take no notice.
        (["scan", "--help"], {0, 141}),
    ],
)
def test_reader_that_leaves_early_is_no_failure_of_ours(
    arguments: list[str], codes: set[int], tmp_path: Path
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*AUDITOR, *arguments],
            cwd=tmp_path,
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            timeout=_PATIENCE_S,
        )
    finally:
        os.close(writing)
    assert done.returncode in codes
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_standard_output_that_is_full_is_one_line_and_exit_2(tmp_path: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [*AUDITOR, "demo", "-q"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=_PATIENCE_S,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("auditor: the report cannot be written to standard output: No space left")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_terminal_report_is_coloured_unless_the_environment_asks_not_to(
    environment: dict[str, str], coloured: bool, tmp_path: Path
) -> None:
    import pty

    ours, theirs = pty.openpty()
    usual = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    process = subprocess.Popen(
        [*AUDITOR, "demo", "-q", "--rule", "openai-public-*"],
        cwd=tmp_path,
        env={**usual, "TERM": "xterm-256color", "COLUMNS": "100", **environment},
        stdout=theirs,
        stderr=subprocess.PIPE,
    )
    os.close(theirs)
    shown = b""
    with process:
        try:
            while read := os.read(ours, 65536):
                shown += read
        except OSError:  # how Linux says that the other end is closed
            pass
    os.close(ours)
    assert process.returncode == 1
    assert b"Grade" in shown
    assert (b"\x1b[" in shown) is coloured


def scanning(server: SandboxServer, folder: Path) -> subprocess.Popen[str]:
    way = ("--arm-endpoint", server.url, "--ca-bundle", str(server.ca_file), "--auth", "environment")
    return subprocess.Popen(
        [*AUDITOR, "scan", *way, "--format", "json=report.json", "--format", "terminal"],
        cwd=folder,
        env={**os.environ, **credentials(server.arm.tenant)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_interrupt_of_a_slow_scan_is_one_line_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with serve_in_thread(Tenant.sample(), latency_ms=500) as server, scanning(server, tmp_path) as process:
        deadline = time.monotonic() + _PATIENCE_S
        while not any("/providers/" in found.path for found in server.arm.log):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=_PATIENCE_S)
    assert (process.returncode, out, err) == (130, "", "auditor: interrupted\n")
    assert list(tmp_path.iterdir()) == []
