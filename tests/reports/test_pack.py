"""The writers' pack, and the golden files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.model.pack import Sheet, Writer
from auditor.options_table import BY_KEY
from auditor_reports import PACK
from tests.reports.example import audit
from tests.reports.formats import FORMATS
from tests.reports.renew_golden import GOLDEN


def test_pack_offers_each_format_once() -> None:
    names = [writer.name for writer in PACK.writers]
    assert len(names) == len(set(names))
    assert {"terminal", "html", "json"} <= set(names)


def test_every_writer_has_a_golden_file_and_a_reader_of_its_own() -> None:
    """A new writer adds its entry to `FORMATS`; `python -m tests.reports.renew_golden` writes its file."""
    assert set(FORMATS) == {writer.name for writer in PACK.writers}
    assert {file.name for file in GOLDEN.iterdir()} == {known.golden for known in FORMATS.values()}
    assert len({known.read for known in FORMATS.values()}) == len(FORMATS)


def test_every_format_is_named_in_the_help_and_in_the_documents() -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    for writer in PACK.writers:
        assert re.search(rf"\b{writer.name}\b", BY_KEY["format"].help), writer.name
        assert f"| `{writer.name}` |" in page, writer.name


@pytest.mark.parametrize("writer", PACK.writers, ids=lambda writer: writer.name)
def test_writer_of_the_example_gives_the_golden_bytes(writer: Writer) -> None:
    known = FORMATS[writer.name]
    golden = (GOLDEN / known.golden).read_bytes()
    assert known.kept(writer.render(audit(), Sheet())).encode() == golden


def test_pack_when_imported_loads_no_library() -> None:
    loaded = "import sys, auditor_reports; print(sorted({'rich', 'orjson', 'jinja2'} & set(sys.modules)))"
    path = f"import sys; sys.path[:0] = {sys.path!r}; "
    ran = subprocess.run([sys.executable, "-c", path + loaded], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
