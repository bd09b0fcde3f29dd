"""The writers' pack, and the golden files."""

from __future__ import annotations

import subprocess
import sys

import pytest

from auditor_reports import PACK
from tests.reports.renew_golden import GOLDEN, rendered


def test_pack_offers_each_format_once() -> None:
    names = [writer.name for writer in PACK.writers]
    assert len(names) == len(set(names))
    assert {"terminal", "json"} <= set(names)


@pytest.mark.parametrize("name", ["report.json", "terminal-100.txt"])
def test_writer_of_the_example_gives_the_golden_bytes(name: str) -> None:
    assert rendered()[name].encode() == (GOLDEN / name).read_bytes()


def test_pack_when_imported_loads_no_library() -> None:
    loaded = "import sys, auditor_reports; print(sorted({'rich', 'orjson'} & set(sys.modules)))"
    path = f"import sys; sys.path[:0] = {sys.path!r}; "
    ran = subprocess.run([sys.executable, "-c", path + loaded], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
