"""Whole processes: how fast the command answers, and what the sample audit costs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import partial

from benchmarks.measure import cpu_s, in_turn

RUNS = 15
_HELP = (sys.executable, "-m", "auditor", "--help")
_DEMO = (sys.executable, "-m", "auditor", "demo")
_FLOOR = (sys.executable, "-c", "import argparse, rich")
_PIPELINE = (sys.executable, "-c", "import azure.mgmt.core, azure.core.pipeline.policies, orjson, rich")


def rows() -> Iterator[tuple[str, str, str, str]]:
    """What, its CPU, the floor's CPU, the ratio; all in milliseconds of CPU of the whole process."""
    for name, command, floor_name, floor in (
        ("`auditor --help`", _HELP, '`python -c "import argparse, rich"`', _FLOOR),
        ("`auditor demo`", _DEMO, "importing the ARM pipeline, orjson and rich", _PIPELINE),
    ):
        measured, least, ratio = in_turn(partial(_cpu_ms, command), partial(_cpu_ms, floor), RUNS)
        yield name, f"{measured} ms", f"{least} ms: {floor_name}", str(ratio)


def _cpu_ms(command: Sequence[str]) -> float:
    return 1000 * cpu_s(command)
