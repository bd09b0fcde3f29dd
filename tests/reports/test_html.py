"""Format `html`, as far as it can be seen without a browser."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest

from auditor.model.finding import Severity
from auditor.model.fix import Outcome
from auditor.model.pack import Sheet
from auditor.model.result import AuditResult
from auditor_reports.html import render
from tests.reports.example import audit, fix_of
from tests.reports.hostile import HOSTILE, hostile_audit, is_safe
from tests.reports.large import large_audit
from tests.reports.pages import Page
from tests.reports.renew_layout import ASSETS, PINNED

_MARKUP = '</script><img src=x onerror="alert(1)"><svg onload=alert(2)>\'"`{{ 7 * 7 }}<!--<script>'


def page_of(result: AuditResult, lowest: Severity = Severity.INFO) -> Page:
    return Page.of(render(result, Sheet(min_severity=lowest)))


def test_render_of_the_same_audit_gives_the_same_bytes_on_any_sheet() -> None:
    assert render(audit(), Sheet()) == render(audit(), Sheet(width=40, is_terminal=True))


def test_page_asks_for_nothing_outside_itself() -> None:
    page = page_of(audit())
    for one in page.elements:
        assert not {"src", "srcset", "data", "action", "formaction", "background", "poster"} & set(
            one.attributes
        )
        assert one.tag not in {"link", "iframe", "object", "embed", "base", "form", "img", "use"}
        target = one.attributes.get("href", "#")
        assert target.startswith(("#", "https://learn.microsoft.com/")), target


def test_page_allows_itself_its_own_style_and_scripts_and_nothing_else() -> None:
    page = page_of(audit())
    (meta,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    policy = dict(part.strip().split(" ", 1) for part in meta.attributes["content"].split(";"))
    hashes = {
        tag: {
            f"'sha256-{b64encode(sha256(one.text.encode()).digest()).decode()}'"
            for one in page.all(tag)
            if one.attributes.get("id") != "data"
        }
        for tag in ("script", "style")
    }
    assert policy["default-src"] == "'none'"
    assert set(policy["script-src"].split()) == hashes["script"]
    assert set(policy["style-src"].split()) == hashes["style"]
    assert "unsafe" not in meta.attributes["content"]


def test_page_has_no_attribute_that_its_own_policy_would_refuse() -> None:
    for one in page_of(hostile_audit(_MARKUP)).elements:
        assert not [name for name in one.attributes if name == "style" or name.startswith("on")], one.tag


@pytest.mark.parametrize("name", [*HOSTILE, "tags"])
def test_page_of_hostile_text_has_the_same_elements_and_no_character_that_is_obeyed(name: str) -> None:
    text = HOSTILE.get(name, _MARKUP)
    written = render(hostile_audit(text), Sheet())
    assert is_safe(written)
    page, plain = Page.of(written), page_of(hostile_audit("plain"))
    assert [one.tag for one in page.elements] == [one.tag for one in plain.elements]
    assert page.data["findings"][0]["message"]


def test_page_of_markup_shows_it_as_text_everywhere() -> None:
    page = page_of(hostile_audit(_MARKUP))
    assert page.data["findings"][0]["message"] == _MARKUP
    assert page.data["maps"][0]["nodes"][0]["label"] == _MARKUP
    assert page.words.count("<img src=x onerror=") >= 6
    assert "{{ 7 * 7 }}" in page.words
    assert "49" not in page.all("title")[0].text


def test_page_of_controls_writes_them_out() -> None:
    page = page_of(hostile_audit(HOSTILE["bidi"]))
    assert page.data["findings"][0]["message"] == r"\u202egnp.exe\u2066\u200f\u061c"


def test_page_of_a_long_text_says_how_long_it_is_and_keeps_ids_whole() -> None:
    page = page_of(hostile_audit("n" * 10_000))
    finding = page.data["findings"][0]
    assert finding["message"].endswith("… (10000 characters)")
    assert page.data["ids"][finding["resource"]].endswith("n" * 10_000)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " https://x", None])
def test_page_of_a_remedy_with_a_strange_address_has_no_link_to_it(url: str | None) -> None:
    result = audit()
    found = result.results[0]
    assert found.remedy is not None
    changed = replace(found, remedy=replace(found.remedy, url=url))
    page = page_of(replace(result, results=(changed,)))
    assert page.data["findings"][0]["remedy"]["url"] == ""


def test_page_opens_with_grade_interval_and_coverage() -> None:
    words = re.sub(r"\s+", " ", page_of(audit()).words)
    for said in ("Grade F", "22.2 of 100", "14.3 if all unknown failed", "50.0 if all passed", "70 %"):
        assert said in words


@pytest.mark.parametrize(
    ("value", "grade", "fails", "said"),
    [
        (95.0, "F", {"critical": 1}, "By its value alone this would be A: 1 critical failure caps it."),
        (95.0, "C", {"high": 2, "low": 3}, "By its value alone this would be A: 2 high failures cap it."),
        (95.0, "B", {"medium": 1}, "By its value alone this would be A: 1 medium failure caps it."),
        (95.0, "B", {}, "By its value alone this would be A: no A while a verdict is unknown."),
        (85.0, "B", {"medium": 1}, ""),
        (10.0, "F", {"critical": 1}, ""),
    ],
)
def test_page_says_why_the_grade_is_below_the_value(
    value: float, grade: str, fails: dict[str, int], said: str
) -> None:
    plain = audit()
    marks = replace(plain.score.marks, value=value, grade=grade)
    score = replace(plain.score, marks=marks, fails_by_severity=fails)
    caps = [one.text for one in page_of(replace(plain, score=score)).all("p", **{"class": "cap"})]
    assert caps == ([said] if said else [])


def test_page_shows_what_changed_only_where_something_is_known_of_it() -> None:
    assert page_of(audit()).all("div", id="changes")
    assert not page_of(replace(audit(), changes=None)).all("div", id="changes")


def test_page_marks_a_finding_that_is_new_and_says_its_age() -> None:
    (found,) = (
        one for one in page_of(audit()).data["findings"] if one["rule"] == "openai-public-network-access"
    )
    assert found["change"] == "new"
    assert "first seen" in found["since"]


def test_page_shows_fixes_only_where_there_are_some() -> None:
    fixed = replace(audit(), fixes=(fix_of(Outcome.APPROVED, "approved"),))
    assert page_of(fixed).all("section", id="fixes")
    assert not page_of(audit()).all("section", id="fixes")


def test_page_of_low_severities_left_out_counts_them_and_keeps_the_rest() -> None:
    page = page_of(audit(), Severity.MEDIUM)
    severities = {one["severity"] for one in page.data["findings"] if one["status"] == "fail"}
    assert severities == {"critical", "high", "medium"}
    assert page.data["hidden"] == 3
    assert "3 failures below medium" in page.words


def test_page_of_low_severities_left_out_does_not_take_their_resource_for_passed() -> None:
    page = page_of(audit(), Severity.CRITICAL)
    (storage,) = (one for one in page.data["maps"][0]["nodes"] if one["label"] == "sthrchatprod")
    assert (storage["verdict"], storage["hidden"]) == ("fail", 1)


def test_page_of_nothing_audited_says_why_and_needs_no_layout() -> None:
    text = render(replace(audit(), unaudited="Sign-in failed.", results=(), maps=()), Sheet())
    page = Page.of(text)
    assert "Sign-in failed." in page.words
    assert not page.all("section", id="findings")
    assert len(text) < 100_000


def test_page_without_scripts_still_says_what_fails_what_is_unread_and_what_the_map_shows() -> None:
    words = page_of(audit()).words
    for said in (
        "The account answers from any network",
        "Microsoft.Search/searchServices/read",
        "Internet reaches oai-hr-chat-prod: from any network",
        "pe-hr-openai leads to oai-hr-chat-prod: account, Approved",
        "Not read for the selected rules, so not on the map: private DNS zones.",
        "its shared private links could not be read",
        "public by design",
    ):
        assert said in words


def test_page_of_a_map_that_nobody_could_read_in_words_says_where_it_is() -> None:
    words = page_of(large_audit(10, things=3000)).words
    assert "In the JSON report, under maps" in words
    assert "machine learning workspace mlw" not in words
    assert "storage account st2999" not in words


def test_page_of_five_thousand_findings_is_not_a_monster() -> None:
    assert len(render(large_audit(5000), Sheet()).encode()) < 7_000_000


def test_layout_library_is_the_pinned_one_unmodified_and_brings_its_licence() -> None:
    pinned = json.loads(PINNED.read_text(encoding="utf-8"))
    assert sha256((ASSETS / pinned["file"]).read_bytes()).hexdigest() == pinned["sha256"]
    assert "Eclipse Public License - v 2.0" in (ASSETS / pinned["license_file"]).read_text(encoding="utf-8")
    assert f"elkjs, {pinned['license']}" in render(audit(), Sheet())


def test_assets_of_our_own_make_no_markup_from_data() -> None:
    """The policy refuses eval and inline styles; what it cannot refuse is never written."""
    for script in ASSETS.glob("*.js"):
        if script.name != "elk.bundled.js":
            text = script.read_text(encoding="utf-8")
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(", text
            )


def test_map_of_the_example_joins_verdicts_to_what_they_are_about() -> None:
    drawn = page_of(audit()).data["maps"][0]
    verdicts = {one["label"]: one["verdict"] for one in drawn["nodes"]}
    assert verdicts["oai-hr-chat-prod"] == "fail"
    assert verdicts["srch-hr-chat-prod"] == "unknown"
    assert verdicts["vnet-hr"] == "none"
    edges = {(one["kind"], one["verdict"]) for one in drawn["edges"]}
    assert ("public-access", "fail") in edges
    assert ("finding", "fail") in edges
    assert ("private-link", "none") in edges


def colours(scheme: int) -> dict[str, str]:
    """Each token of the style sheet, light (0) or dark (1)."""
    style = (ASSETS / "page.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", style)
    return {name: pair[scheme] for name, *pair in found}


def contrast(one: str, other: str) -> float:
    """WCAG 2: from 1 to 21."""
    lighter, darker = sorted(map(_luminance, (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_of_words_and_of_forms_stand_out_as_wcag_aa_asks(scheme: int) -> None:
    """axe-core sees no text in an SVG: what a map is painted with is held here."""
    known = colours(scheme)
    verdicts = ("fail", "unknown", "waived", "pass")
    for verdict in (*verdicts, "none", "critical", "medium", "low"):
        assert contrast(known[verdict], known[f"{verdict}-soft"]) >= 4.5, verdict
    for ground in ("card", "page", "sunk", "accent-soft", *(f"{verdict}-soft" for verdict in verdicts)):
        assert contrast(known["text"], known[ground]) >= 7, ground
        assert contrast(known["quiet"], known[ground]) >= 4.5, ground
    for form in (*verdicts, "none"):
        assert contrast(known[f"{form}-fill"], known["card"]) >= 3, form
