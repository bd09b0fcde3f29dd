"""Programs that are no Python packages: a test that needs one skips without it, and fails where CI needs it.

`.ci/run` installs them and sets AUDITOR_REQUIRE_TOOLS=1, so that there no such test can pass by not running.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

# Read now: a test's own environment has no AUDITOR_ variable.
_ARE_REQUIRED = os.environ.get("AUDITOR_REQUIRE_TOOLS") == "1"


def require(tool: str) -> str:
    """The path of the program. Skips the test where it is not installed; fails it where tools are a must."""
    found = shutil.which(tool)
    if found is None and _ARE_REQUIRED:
        pytest.fail(f"{tool} is not installed: .ci/run is to install it")
    if found is None:
        pytest.skip(f"{tool} is not installed")
    return found


_NODE = Path(__file__).parent / "node"


def run_node(program: str, given: str) -> str:
    """What a program of `tests/node` prints when it is given this on standard input.

    Skips the test where Node or the packages beside the program are not installed (`npm ci`).
    """
    node = require("node")
    _require_packages()
    done = subprocess.run(
        [node, str(_NODE / program)],
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def node_file(path: str) -> str:
    """The text of a file of a package of `tests/node`. Skips or fails as `run_node` does."""
    _require_packages()
    return (_NODE / "node_modules" / path).read_text(encoding="utf-8")


def _require_packages() -> None:
    if not (_NODE / "node_modules").is_dir():
        missing = "the packages of tests/node are not installed: npm ci --prefix tests/node"
        if _ARE_REQUIRED:
            pytest.fail(missing)
        pytest.skip(missing)
