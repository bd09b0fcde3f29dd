"""Format `html` in Chromium: what a reader does with it, and what a hostile tenant cannot do to it."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from functools import partial

import pytest
from selenium.webdriver.common.keys import Keys

from auditor_reports.visible import visible
from tests.reports.browser import Browser, Open
from tests.reports.example import audit
from tests.reports.hostile import HOSTILE, hostile_audit
from tests.reports.large import large_audit
from tests.reports.specimens import sample
from tests.tools import node_file

# The one rule that is left out takes a tooltip in an SVG for text that is shown.
_AXE = """
  const done = arguments[arguments.length - 1];
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  axe.run(document, {runOnly: tags, rules: {"label-content-name-mismatch": {enabled: false}}}).then(
    (result) => done(result.violations.map((one) => [
      one.id, one.nodes.map((node) => `${node.html.slice(0, 200)} ${node.failureSummary}`)])));
"""
_MARKUP = "</script><img src=x onerror=alert(1)><svg onload=alert(2)><a href=javascript:alert(3)>x</a>"


def rows(browser: Browser) -> list[str]:
    """The rules of the rows in the table, in order."""
    script = "return [...document.querySelectorAll('#rows .row .rule code')].map((one) => one.textContent)"
    found: list[str] = browser.run(script)
    return found


def shows(browser: Browser, count: int) -> bool:
    return len(rows(browser)) == count


def select(browser: Browser, name: str, value: str) -> None:
    browser.one(f"#filter-{name} option[value='{value}']").click()


def test_table_shows_what_is_open_first_and_worst_first(opened: Open) -> None:
    browser = opened(audit())
    shown = rows(browser)
    assert shown[0] == "openai-public-network-access"
    statuses = [one.get_attribute("class") for one in browser.all("#rows .row")]
    assert statuses == ["row row-fail"] * 6 + ["row row-unknown"] * 3
    assert browser.text("#found") == "9 of 12 findings"


def test_filters_leave_what_they_name(opened: Open) -> None:
    browser = opened(audit())
    shared = "c0ffee00-1111-4222-8333-444455556666"
    wanted = {
        ("severity", "critical"): ["openai-public-network-access"],
        ("status", "waived"): ["network-public-front-end"],
        ("status", "pass"): ["storage-public-network-access"],
        ("rule", "nsg-flow-logs"): ["nsg-flow-logs"],
        ("workload", "1"): [
            "openai-public-network-access",
            "workspace-isolation-mode",
            "workspace-outbound-rules",
        ],
        ("subscription", shared): [
            "workspace-isolation-mode",
            "search-public-network-access",
            "workspace-outbound-rules",
        ],
    }
    for (name, value), rules in wanted.items():
        select(browser, name, value)
        assert rows(browser) == rules, (name, value)
        browser.one("#filter-reset").click()
        assert len(rows(browser)) == 9
    select(browser, "severity", "high")
    select(browser, "status", "unknown")
    assert rows(browser) == ["role-openai-writes-blobs", "search-public-network-access"]


def test_search_finds_words_of_rule_message_and_related_resource(opened: Open) -> None:
    browser = opened(audit())
    for words, wanted in (("KEYS accepts", 2), ("srch-hr-chat-prod", 1), ("no such thing", 0)):
        box = browser.one("#filter-text")
        box.clear()
        box.send_keys(words)
        browser.until(partial(shows, browser, wanted))
    assert browser.text("#rows tbody") == "No finding matches."


def test_row_opens_to_evidence_command_and_reason(opened: Open) -> None:
    browser = opened(audit())
    toggle = browser.one("#rows .toggle")
    toggle.send_keys(Keys.ENTER)
    assert toggle.get_attribute("aria-expanded") == "true"
    body = browser.one("#rows .body").text
    for said in (
        "properties.publicNetworkAccess",
        "Enabled",
        "absent",
        "az resource update --ids",
        "A stolen key",
    ):
        assert said in body
    toggle.send_keys(Keys.ENTER)
    assert not browser.all("#rows .body")


def test_link_to_a_finding_opens_it_whatever_the_filters_say(opened: Open) -> None:
    passed = next(found for found in audit().results if found.status == "pass")
    browser = opened(audit(), at=f"#{passed.fingerprint}")
    assert rows(browser) == [passed.rule]
    assert "Public access is off." in browser.one("#rows .target").text
    assert browser.run("return document.activeElement.className") == "toggle"


def test_five_thousand_findings_stay_usable(opened: Open) -> None:
    before = time.monotonic()
    browser = opened(large_audit(5000, things=150))
    assert browser.text("#found") == "3334 of 5000 findings"
    assert time.monotonic() - before < 20
    assert len(browser.all("#rows .row")) == 50
    script = """
      const before = performance.now();
      document.getElementById("filter-status").value = "";
      document.getElementById("filter-status").dispatchEvent(new Event("change"));
      filters.text = "ST4321 answers";
      filter();
      return performance.now() - before;
    """
    assert browser.run(script) < 1000
    assert rows(browser) == ["storage-rule-01"]
    browser.run("narrowTo({})")
    browser.one(".pager button:last-child").click()
    assert browser.text("#page") == "Page 2 of 67"


@pytest.mark.parametrize("name", [*HOSTILE, "tags"])
def test_hostile_text_stays_text(opened: Open, name: str) -> None:
    text = HOSTILE.get(name, _MARKUP)
    browser = opened(hostile_audit(text))
    browser.run("for (const toggle of document.querySelectorAll('.toggle')) toggle.click()")
    browser.run("choose('n0')")
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
    assert not browser.all("img, iframe, object, embed, form, base, link")
    assert browser.run("return document.scripts.length") == 3
    for link in browser.run("return [...document.links].map((one) => one.getAttribute('href'))"):
        assert link.startswith(("#", "https://learn.microsoft.com/")), link
    said = re.sub(r"\s", "", browser.run("return document.body.innerText"))
    assert said.count(re.sub(r"\s", "", visible(text[:60]))) > 5
    width = browser.run("return [document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


def test_page_of_any_width_does_not_scroll_sideways(opened: Open) -> None:
    browser = opened(sample())
    browser.run("for (const toggle of document.querySelectorAll('.toggle')) toggle.click()")
    for width in (320, 390, 820, 1280, 1920):
        browser.resize(width, 900)
        assert browser.run("return [document.documentElement.scrollWidth, innerWidth]") == [width, width]


def test_theme_follows_the_system_until_one_is_chosen(opened: Open) -> None:
    page = "return getComputedStyle(document.body).backgroundColor"
    light = opened(audit()).run(page)
    browser = opened(audit(), dark=True)
    dark = browser.run(page)
    assert light != dark
    button = browser.one("#theme")
    button.click()
    assert (browser.run(page), button.get_attribute("aria-label")) == (light, "Theme: light")
    button.click()
    assert (browser.run(page), button.get_attribute("aria-label")) == (dark, "Theme: dark")
    button.click()


def test_page_on_paper_has_every_map_and_the_evidence_of_what_fails(opened: Open) -> None:
    browser = opened(audit(), dark=True)
    browser.until(lambda: browser.run("return document.getElementById('printed-maps').dataset.ready"))
    browser.command("Emulation.setEmulatedMedia", media="print")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    maps = browser.all("#printed-maps svg")
    assert [one.is_displayed() for one in maps] == [True, True]
    assert not browser.one("#explorer").is_displayed()
    assert not browser.one(".toolbar").is_displayed()
    assert browser.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert len(browser.all("#rows .body")) == 6
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert not browser.all("#rows .body")


def test_page_without_scripts_is_still_a_report(opened: Open) -> None:
    browser = opened(replace(audit(), maps=()))
    browser.command("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.driver.refresh()
        said = browser.one("body").text
    finally:
        browser.command("Emulation.setScriptExecutionDisabled", value=False)
    for words in ("22.2", "The account answers from any network", "Microsoft.Search/searchServices/read"):
        assert words in said


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_against_wcag_aa(opened: Open, dark: bool) -> None:
    """The accessibility checker axe-core, over a page with something chosen and something open."""
    axe = node_file("axe-core/axe.min.js")
    browser = opened(audit(), dark=dark)
    browser.one("#rows .toggle").click()
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
    browser.run(axe)
    found = browser.driver.execute_async_script(_AXE)
    assert found == [], json.dumps(found, indent=1)
