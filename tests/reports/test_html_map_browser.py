"""The maps of the HTML report in Chromium: colours, clicks, keys, layers."""

from __future__ import annotations

from itertools import pairwise

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.reports.browser import Browser, Open
from tests.reports.example import audit
from tests.reports.specimens import sample

_REACHED = """
  const things = [...explorer.svg.querySelectorAll("[data-key^=n]")];
  const reached = new Set([things[0]]);
  for (const here of reached) {
    for (const way of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      const next = nearestOf(here, way);
      if (next) reached.add(next);
    }
  }
  return [reached.size, things.length];
"""


def key_of(browser: Browser, label: str) -> str:
    """The key of the thing on the map that is called so."""
    script = """
      const map = explorer.maps[explorer.current];
      return `n${map.nodes.findIndex((node) => node.label === arguments[0])}`;
    """
    found: str = browser.run(script, label)
    return found


def test_map_shows_each_thing_in_the_colour_of_its_verdict(opened: Open) -> None:
    browser = opened(audit())
    for label, verdict in (
        ("oai-hr-chat-prod", "fail"),
        ("srch-hr-chat-prod", "unknown"),
        ("vnet-hr", "none"),
    ):
        classes = browser.one(f"#canvas [data-key={key_of(browser, label)}]").get_attribute("class") or ""
        assert f"verdict-{verdict}" in classes
    unread = browser.one(f"#canvas [data-key={key_of(browser, 'srch-hr-chat-prod')}]")
    assert "not read in full" in (unread.get_attribute("aria-label") or "")
    colours = "return getComputedStyle(document.querySelector(arguments[0])).fill"
    red, grey = (browser.run(colours, f".verdict-{name} .stripe") for name in ("fail", "none"))
    assert red != grey


def test_map_says_that_something_may_be_missing_and_what(opened: Open) -> None:
    browser = opened(audit())
    note = browser.one("#canvas .not-read")
    assert "private DNS zones" not in note.text
    note.find_element("css selector", "summary").click()
    assert "Not read for the selected rules, so not drawn: private DNS zones." in note.text
    assert "Not read of Contoso AI shared (no-permission, HTTP 403)" in note.text


def test_map_puts_a_private_endpoint_inside_its_subnet_inside_its_network(opened: Open) -> None:
    browser = opened(audit())
    boxes = [
        browser.run(
            "const box = document.querySelector(arguments[0]).getBBox();"
            "return [box.x, box.y, box.x + box.width, box.y + box.height]",
            f"#canvas [data-key={key_of(browser, label)}] .frame",
        )
        for label in ("vnet-hr", "private-endpoints", "pe-hr-openai")
    ]
    for outer, inner in pairwise(boxes):
        assert outer[0] < inner[0] < inner[2] < outer[2]
        assert outer[1] < inner[1] < inner[3] < outer[3]


def test_click_on_a_thing_shows_its_findings_with_their_evidence(opened: Open) -> None:
    browser = opened(audit())
    browser.one(f"#canvas [data-key={key_of(browser, 'oai-hr-chat-prod')}]").click()
    assert browser.text("#detail h3") == "oai-hr-chat-prod"
    finding = browser.one("#detail .finding summary")
    finding.click()
    browser.until(lambda: browser.all("#detail .finding .evidence"))
    assert "properties.publicNetworkAccess" in browser.one("#detail .finding .evidence").text
    browser.one("#detail .finding > p a").click()
    assert browser.until(lambda: "openai-public-network-access" in browser.one("#rows .target").text)


def test_click_on_a_line_shows_its_finding(opened: Open) -> None:
    browser = opened(audit())
    # A click at the middle of its box would miss the line, which bends.
    click = "arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    browser.run(click, browser.one("#canvas .line-public-access"))
    assert "Public network access" in browser.text("#detail .detail-kind")
    assert "The account answers from any network" in browser.text("#detail .finding-message")
    assert browser.all("#canvas .line-public-access.is-chosen")


def test_finding_between_two_things_is_a_line_of_its_own(opened: Open) -> None:
    browser = opened(audit())
    labels = [one.get_attribute("aria-label") or "" for one in browser.all("#canvas .line-finding")]
    assert any("srch-hr-chat-prod to oai-hr-chat-prod" in label and "failed" in label for label in labels)


def test_layer_that_is_switched_off_leaves_the_map_and_comes_back(opened: Open) -> None:
    browser = opened(audit())
    button = browser.one("[data-layer=finding]")
    button.click()
    browser.until(lambda: not browser.all("#canvas .line-finding"))
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    browser.until(lambda: browser.all("#canvas .line-finding"))


def test_map_by_keyboard_moves_chooses_and_lets_go(opened: Open) -> None:
    browser = opened(audit())
    assert len(browser.all("#canvas [data-key][tabindex='0']")) == 1
    browser.run("document.querySelector('#canvas [data-key][tabindex=\"0\"]').focus()")
    focused = "return document.activeElement.dataset.key || ''"
    seen = {browser.run(focused)}
    for key in (Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_LEFT, Keys.ARROW_UP) * 3:
        ActionChains(browser.driver).send_keys(key).perform()
        seen.add(browser.run(focused))
    assert len(seen) >= 3
    chosen = browser.run(focused)
    ActionChains(browser.driver).send_keys(Keys.ENTER).perform()
    assert browser.all(f"#canvas [data-key={chosen}].is-chosen")
    assert browser.run("return document.activeElement.tagName") == "H3"
    browser.run("document.querySelector('#canvas [data-key][tabindex=\"0\"]').focus()")
    ActionChains(browser.driver).send_keys(Keys.ESCAPE).perform()
    assert not browser.all("#canvas .is-chosen")


def test_map_by_keyboard_reaches_every_thing(opened: Open) -> None:
    browser = opened(sample())
    for number in range(3):
        browser.run("explorer.svg = null; selectWorkload(arguments[0])", number)
        browser.until(lambda: browser.run("return explorer.svg !== null"))
        reached, things = browser.run(_REACHED)
        assert reached == things > 5


def test_workloads_are_tabs_that_arrows_walk(opened: Open) -> None:
    browser = opened(audit())
    browser.run("document.querySelector('#workloads [aria-selected=true]').focus()")
    ActionChains(browser.driver).send_keys(Keys.END).perform()
    assert browser.run("return document.activeElement.getAttribute('aria-selected')") == "true"
    browser.until(lambda: "mlw" in browser.text("#canvas svg"))
