"""Fair measuring: commands in turn, their own CPU from the operating system, medians and ratios."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Minimum, median and maximum of several runs, in the unit of the caller."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread:
        return cls(low=min(figures), median=statistics.median(figures), high=max(figures))

    def __str__(self) -> str:
        return f"{self.median:.3g} ({self.low:.3g}–{self.high:.3g})"


def cpu_s(command: Sequence[str]) -> float:
    """User and system CPU of one whole run of a command, in seconds."""
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return usage.ru_utime + usage.ru_stime


def in_turn(measured: Callable[[], float], floor: Callable[[], float], runs: int) -> tuple[Spread, ...]:
    """Measure the two alternately, after one warm-up each: figures, floors and pairwise ratios."""
    measured(), floor()
    pairs = [(measured(), floor()) for _ in range(runs)]
    return (
        Spread.of([one for one, _ in pairs]),
        Spread.of([other for _, other in pairs]),
        Spread.of([one / other for one, other in pairs]),
    )


def wall_s(work: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
