"""The generated pages are what the code would generate now, and links in the documents lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.meta.docs import DOCS, generated, stale

ROOT = DOCS.parent
DOCUMENTS = sorted(
    file
    for file in (*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "cassettes").glob("*.md"))
    if file.is_file()
)


def test_generated_pages_are_up_to_date() -> None:
    outdated = [
        str(file.relative_to(ROOT))
        for file, text in generated().items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]
    assert not outdated, f"run `make docs`: {outdated}"
    assert not list(stale())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_document_links_lead_to_files(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    missing = [target for target in local if not (document.parent / target).exists()]
    assert not missing


def test_readme_commands_are_the_makefile_targets_that_ci_runs() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
