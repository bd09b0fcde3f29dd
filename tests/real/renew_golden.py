"""Writes the golden counts anew: `python -m tests.real.renew_golden`, then read what changed."""

from __future__ import annotations

import json
from pathlib import Path

from tests.real.audits import counts

GOLDEN = Path(__file__).parent / "golden-counts.json"


def rendered() -> str:
    return json.dumps(counts(), indent=1) + "\n"


if __name__ == "__main__":
    GOLDEN.write_text(rendered(), encoding="utf-8", newline="\n")
