"""Programs that are no Python packages: a test that needs one skips without it, and fails where CI needs it.

`.ci/run` installs them and sets AUDITOR_REQUIRE_TOOLS=1, so that there no such test can pass by not running.
"""

from __future__ import annotations

import os
import shutil

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
