"""Chromium for the tests of the HTML report: started once, and a witness of all that a page does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.model.pack import Sheet
from auditor.model.result import AuditResult
from auditor_reports.html import render
from tests.reports.browser import Browser, Open, chromium
from tests.tools import require


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium(require("chromium"), require("chromedriver")) as started:
        yield started


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Shows a report. Whatever is done to it then, its policy refuses nothing, and nothing is asked for."""

    def show(result: AuditResult, **how: Any) -> Browser:
        file = tmp_path / "report.html"
        file.write_text(render(result, Sheet()), encoding="utf-8")
        browser.show(file, **how)
        return browser

    yield show
    assert browser.refused() == []
    assert browser.requested() == []
