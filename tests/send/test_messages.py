"""What messages say: the news and nothing else, within the limits of each service, with no word obeyed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from auditor.destinations import MessageKind, Webhook, webhook
from auditor.diff import compare, side_of
from auditor.errors import UsageError
from auditor.model.changes import ChangeKind
from auditor.model.result import AuditResult
from auditor.pipeline_log import page
from auditor.send.messages import body
from auditor.send.news import facts, headline, news
from tests.reports.example import audit, changes
from tests.reports.hostile import HOSTILE, hostile_audit, is_safe
from tests.tools import run_node

KINDS: tuple[MessageKind, ...] = ("json", "slack", "teams")
MARKUP = {
    "slack mention": "<!channel> <@U1> <#C1> @everyone",
    "slack link": "<https://evil.example|click> &lt;!here&gt;",
    "teams mention": "<at>Everyone</at>",
    "markdown": "**x** [y](https://evil.example) ![z](https://evil.example/z.png) `q`\n# h",
    "card functions": "{{DATE(2017-02-14T06:08:39Z,SHORT)}} ${x} @{variables('x')}",
    "script": "</script><script>alert(1)</script>",
}


def texts(value: Any, *, of: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a message, with the type of the element that it stands in."""
    match value:
        case dict():
            kind = str(value.get("type", of))
            for inner in value.values():
                yield from texts(inner, of=kind)
        case list():
            for inner in value:
                yield from texts(inner, of=of)
        case str():
            yield of, value


def card(message: Any) -> dict[str, Any]:
    (attachment,) = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    found: dict[str, Any] = attachment["content"]
    return found


def compared(result: AuditResult, baseline: AuditResult) -> AuditResult:
    return replace(result, changes=compare(side_of(baseline), side_of(result)))


def many(count: int, text: str = "m") -> AuditResult:
    one = hostile_audit(text).results[0]
    return replace(audit(), results=(one,) * count, changes=None)


def test_news_of_the_history_are_what_is_worse_and_what_is_no_longer_seen() -> None:
    found = news(audit(), "info")
    expected = changes()
    assert set(found.worse) == set(expected.worsened)
    assert set(found.unseen) == set(expected.of(ChangeKind.UNKNOWN_NOW))
    assert found.fixed == len(expected.of(ChangeKind.FIXED))
    assert found.since == expected.old
    severities = [one.severity.rank for one in found.worse]
    assert severities == sorted(severities)
    assert found.is_worth_telling


def test_news_against_the_same_report_are_none() -> None:
    found = news(compared(audit(), audit()), "info")
    assert (found.worse, found.unseen, found.is_worth_telling) == ((), (), False)


def test_news_without_an_earlier_run_are_everything_open_and_say_so() -> None:
    found = news(replace(audit(), changes=None), "info")
    assert len(found.worse) == 6
    assert {one.now for one in found.worse} == {"fail"}
    assert headline(found) == "auditor: 6 findings open"
    assert dict(facts(found))["Compared with"].startswith("nothing: there is no earlier run")


def test_news_leave_out_what_is_milder() -> None:
    found = news(replace(audit(), changes=None), "high")
    assert {one.severity.value for one in found.worse} == {"critical", "high"}


@pytest.mark.parametrize("kind", KINDS)
def test_audit_that_never_ran_is_told_with_its_reason(kind: MessageKind) -> None:
    nothing = replace(audit(), results=(), changes=None, unaudited="sign-in failed: expired secret")
    found = news(compared(nothing, audit()), "info")
    assert found.is_worth_telling
    said = json.dumps(body(kind, found))
    assert "auditor: nothing was audited" in said
    assert "sign-in failed: expired secret" in said


@pytest.mark.parametrize("text", [*HOSTILE.values(), *MARKUP.values()], ids=[*HOSTILE, *MARKUP])
def test_slack_message_keeps_its_limits_and_holds_the_tenant_s_text_as_plain_text(text: str) -> None:
    message = body("slack", news(replace(hostile_audit(text), changes=None), "info"))
    assert 1 <= len(message["blocks"]) <= 50
    for kind, said in texts(message):
        assert is_safe(said)
        assert "<" not in said
        assert kind in {"plain_text", "header", "section", "context", ""}
        if said not in {"plain_text", "header", "section", "context"} and kind != "plain_text":
            assert said == message["text"]
    for block in message["blocks"]:
        match block["type"]:
            case "header":
                assert len(block["text"]["text"]) <= 150
            case "section":
                assert len(block.get("fields", [])) <= 10
                assert all(len(one["text"]) <= 2000 for one in block.get("fields", []))
                assert 0 < len(block.get("text", {"text": "x"})["text"]) <= 3000
    assert text not in message["text"]


@pytest.mark.parametrize("text", [*HOSTILE.values(), *MARKUP.values()], ids=[*HOSTILE, *MARKUP])
def test_teams_card_keeps_its_limit_and_holds_the_tenant_s_text_in_text_runs(text: str) -> None:
    message = body("teams", news(replace(hostile_audit(text), changes=None), "info"))
    assert len(json.dumps(message).encode()) <= 28_000
    content = card(message)
    # A TextBlock is read for Markdown: only the headline is one, and its words are ours.
    blocks = [one for one in content["body"] if one["type"] == "TextBlock"]
    assert [one["text"] for one in blocks] == ["auditor: 1 finding open"]
    assert {one["type"] for one in content["body"]} == {"TextBlock", "RichTextBlock"}
    assert "entities" not in content["msteams"]
    assert all(is_safe(said) for _, said in texts(message))


@pytest.mark.parametrize("count", [1, 200])
def test_teams_card_is_one_by_the_library_that_draws_it(count: int) -> None:
    content = card(body("teams", news(many(count), "info")))
    seen = json.loads(run_node("adaptive-card.cjs", json.dumps(content)))
    assert seen == {"problems": [], "items": len(content["body"])}


def test_check_of_cards_sees_what_is_wrong() -> None:
    wrong = {"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlok", "text": "x"}]}
    assert json.loads(run_node("adaptive-card.cjs", json.dumps(wrong)))["problems"]


GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "norrland/audits",
    "GITHUB_RUN_ID": "17",
}
AZURE = {
    "TF_BUILD": "True",
    "SYSTEM_COLLECTIONURI": "https://dev.azure.com/norrland/",
    "SYSTEM_TEAMPROJECT": "AI Platform",
    "BUILD_BUILDID": "17",
}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        (GITHUB, "https://github.com/norrland/audits/actions/runs/17"),
        (AZURE, "https://dev.azure.com/norrland/AI%20Platform/_build/results?buildId=17"),
        ({**GITHUB, "GITHUB_REPOSITORY": "x|<!channel>"}, None),
        ({"GITHUB_ACTIONS": "true"}, None),
    ],
)
def test_page_of_a_pipeline_s_run_is_an_address_or_nothing(
    environ: dict[str, str], expected: str | None
) -> None:
    assert page(environ) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_message_from_a_pipeline_links_to_its_run(kind: MessageKind) -> None:
    message = body(kind, news(audit(), "info", page(GITHUB)))
    said = json.dumps(message)
    assert "https://github.com/norrland/audits/actions/runs/17" in said
    assert len(message.get("blocks", [])) <= 50
    if kind == "teams":
        seen = json.loads(run_node("adaptive-card.cjs", json.dumps(card(message))))
        assert seen["problems"] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["m", "n" * 10_000, "<&>" * 3_000, "翻訳" * 300])
def test_long_news_are_cut_and_say_how_much_is_left_out(kind: MessageKind, text: str) -> None:
    message = body(kind, news(many(1_000, text), "info"))
    said = json.dumps(message)
    match kind:
        case "json":
            assert (len(message["changes"]), message["left_out"]) == (500, 500)
        case "slack":
            assert len(message["blocks"]) <= 50
            assert "960 more are in the report." in said
        case "teams":
            assert len(said.encode()) <= 28_000
            shown = sum("hostile-rule" in text for _, text in texts(message))
            assert 5 <= shown <= 25
            assert f"{1_000 - shown} more are in the report." in said


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_json_message_holds_no_control_character_and_bounded_fields(text: str) -> None:
    message = body("json", news(replace(hostile_audit(text), changes=None), "info"))
    for _, said in texts(message):
        assert is_safe(said)
        assert len(said) <= 2_000


@pytest.mark.parametrize(
    ("text", "kind", "url"),
    [
        ("https://hooks.example/x", "json", "https://hooks.example/x"),
        ("slack+https://chat.example/x?a=b", "slack", "https://chat.example/x?a=b"),
        ("teams+https://chat.example:8443/x", "teams", "https://chat.example:8443/x"),
        ("https://hooks.slack.com/services/T/B/x", "slack", "https://hooks.slack.com/services/T/B/x"),
        ("https://prod-1.westeurope.logic.azure.com:443/w?sig=x", "teams", None),
        ("https://default1.d2.environment.api.powerplatform.com/p?sig=x", "teams", None),
        (
            "json+https://prod-1.westeurope.logic.azure.com/w",
            "json",
            "https://prod-1.westeurope.logic.azure.com/w",
        ),
        ("https://hooks.slack.com.evil.example/x", "json", None),
        ("https://evillogic.azure.com/x", "json", None),
    ],
)
def test_webhook_address_tells_the_kind_of_message(text: str, kind: str, url: str | None) -> None:
    assert webhook(text, "--notify") == Webhook(kind=kind, url=url or text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "http://host/secret",
        "slack+http://host/secret",
        "irc+https://host/secret",
        "https:///secret",
        "https://user:secret@host/",
        "https://host/sécret",
        "https://host/a secret",
        "https://host/x#secret",
        "secret",
        "https://[secret",
    ],
)
def test_webhook_address_that_is_none_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        webhook(text, "--notify")
    assert "secret" not in str(refused.value)


def test_webhook_shows_no_more_of_its_address_than_the_host() -> None:
    found = webhook("https://hooks.slack.com/services/T0/B0/secret", "--notify")
    assert "secret" not in f"{found} {found!r}"
    assert str(found) == "slack webhook at hooks.slack.com"
