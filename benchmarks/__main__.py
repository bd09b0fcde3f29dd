"""`python -m benchmarks` measures and prints the tables; `--write` puts them into docs/performance.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure as ratios against a floor in the same run.")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    write = parser.parse_args().write
    text = _measured()
    sys.stdout.write(text + "\n")
    if write:
        page = PAGE.read_text()
        head, tail = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}")


def _measured() -> str:
    from benchmarks import collection, decoding, startup

    machine = f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.machine()}"
    return "\n\n".join(
        (
            f"Measured on {machine}. Each figure is a median with minimum and maximum.",
            "### Whole processes (CPU)\n\n" + _table("process", startup.rows()),
            "### Reading a page (wall, garbage collector off)\n\n" + _table("type, an item", decoding.rows()),
            "### Collecting over TLS (wall)\n\n" + _table("collection", collection.rows()),
        )
    )


def _table(first: str, rows: Iterable[tuple[str, str, str, str]]) -> str:
    lines = [f"| {first} | ours | floor | ours / floor |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


if __name__ == "__main__":
    main()
