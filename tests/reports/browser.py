"""Chromium without a window, over a page from a file: what it shows, what it was refused and asked for."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webelement import WebElement

T = TypeVar("T")

PATIENCE_S = 20.0
_FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Before any script of the page: what its policy refuses, and whatever would have stopped a reader.
_WITNESS = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
for (const name of ["alert", "confirm", "prompt", "open"]) {
  window[name] = () => { window.refused.push(`${name} was called`); };
}
addEventListener("error", (event) => window.refused.push(`error: ${event.message}`));
addEventListener("unhandledrejection", (event) => window.refused.push(`rejected: ${event.reason}`));
"""


class Browser:
    """One Chromium. Every method that waits raises TimeoutError after PATIENCE_S."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver
        self.command("Page.addScriptToEvaluateOnNewDocument", source=_WITNESS)

    def command(self, name: str, **parameters: Any) -> Any:
        return self.driver.execute_cdp_cmd(name, parameters)

    def show(
        self, file: Path, *, width: int = 1280, height: int = 900, dark: bool = False, at: str = ""
    ) -> None:
        """Open the page, and wait until the table and the map of the first workload are there."""
        self.resize(width, height)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.command("Emulation.setEmulatedMedia", media="", features=[scheme, still])
        self.driver.get("about:blank")
        self._log("performance")
        self.driver.get(f"{file.as_uri()}{at}")
        self.until(lambda: self.run("return document.readyState === 'complete'"))
        if self.run("return document.getElementById('explorer') !== null"):
            self.until(lambda: self.run("return document.querySelector('#canvas svg, #canvas p') !== null"))

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.command("Emulation.setDeviceMetricsOverride", **size)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def until(self, true: Callable[[], T]) -> T:
        deadline = time.monotonic() + PATIENCE_S
        while not (found := true()):
            if time.monotonic() > deadline:
                raise TimeoutError("what the page should show did not come")
            time.sleep(0.02)
        return found

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements("css selector", selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element("css selector", selector)

    def text(self, selector: str) -> str:
        """The whole text of the first match, shown or not."""
        return str(self.run("return document.querySelector(arguments[0]).textContent", selector))

    def refused(self) -> list[str]:
        found: list[str] = self.run("return window.refused")
        severe = [entry["message"] for entry in self._log("browser") if entry["level"] == "SEVERE"]
        return [*found, *severe]

    def requested(self) -> list[str]:
        """The addresses that the page asked for since it was shown, itself and data aside."""
        messages = (json.loads(entry["message"])["message"] for entry in self._log("performance"))
        sent = (
            one["params"]["request"]["url"]
            for one in messages
            if one["method"] == "Network.requestWillBeSent"
        )
        return [url for url in sent if not url.startswith(("file:", "data:", "about:"))]

    def _log(self, kind: str) -> list[dict[str, Any]]:
        """What was logged since it was last asked for."""
        found: list[dict[str, Any]] = self.driver.get_log(kind)  # type: ignore[no-untyped-call]
        return found

    def printed(self) -> bytes:
        """The page as a PDF on A4."""
        page = self.command("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, printBackground=True)
        return base64.b64decode(page["data"])


Open = Callable[..., Browser]
"""The fixture `opened`: shows the report of a result; what else it takes, `Browser.show` does."""


@contextmanager
def chromium(binary: str, driver: str) -> Iterator[Browser]:
    """A Chromium of its own, from the paths of the browser and of its driver; it ends with the block."""
    options = Options()
    options.binary_location = binary
    for flag in _FLAGS:
        options.add_argument(flag)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # it refuses to start as root otherwise, as in a container
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # The wrapper that Debian puts around Chromium complains on stderr of every memory size.
    with Path(os.devnull).open("w") as nowhere:
        started = webdriver.Chrome(options=options, service=Service(driver, log_output=nowhere))
        try:
            yield Browser(started)
        finally:
            started.quit()
