"""Makes the pictures of docs/images from the sample tenant: `make screenshots`.

Needs Debian's chromium, chromium-driver and poppler-utils (for the printed page); fonts-inter looks best.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.reports.browser import Browser, chromium

IMAGES = Path(__file__).parents[2] / "docs" / "images"
_TOOLS = ("chromium", "chromedriver", "pdftoppm")


def take() -> None:
    """Audit the sample tenant, and show its report light, dark, on a phone and on paper."""
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}. Install chromium, chromium-driver and poppler-utils.")
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as scratch:
        page = Path(scratch) / "report.html"
        # Code 1: the sample tenant has findings.
        auditor = str(Path(sys.executable).parent / "auditor")
        subprocess.run([auditor, "demo", "-q", "--format", f"html={page}"], check=False)
        with chromium(*(shutil.which(tool) or tool for tool in _TOOLS[:2])) as browser:
            _take_each(browser, page, Path(scratch))


def _take_each(browser: Browser, page: Path, scratch: Path) -> None:
    browser.show(page, width=1440, height=1240)
    _save(browser, "html-light")
    browser.show(page, width=1440, height=860, dark=True)
    browser.run("document.getElementById('picture').scrollIntoView()")
    # A thing that fails and is joined to others shows best what choosing does.
    browser.run(
        "document.querySelector('.leaf.verdict-fail[data-key]')"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    _save(browser, "html-dark")
    browser.show(page, width=390, height=844)
    browser.run("document.getElementById('picture').scrollIntoView()")
    _save(browser, "html-phone")
    browser.until(lambda: browser.run("return document.getElementById('printed-maps').dataset.ready"))
    (scratch / "report.pdf").write_bytes(browser.printed())
    arguments = ["-png", "-r", "80", "-singlefile", str(scratch / "report.pdf"), str(IMAGES / "html-print")]
    subprocess.run(["pdftoppm", *arguments], check=True)


def _save(browser: Browser, name: str) -> None:
    (IMAGES / f"{name}.png").write_bytes(browser.driver.get_screenshot_as_png())


if __name__ == "__main__":
    take()
