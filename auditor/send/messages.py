"""News as the bodies that webhooks take: JSON of our own, Slack's Block Kit, an Adaptive Card for Teams.

Text from the tenant stands only where the service reads no markup and no mention: Slack's plain text, and
text runs of a card. Each list is bounded by what the service takes, and says how much it leaves out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from auditor import __version__
from auditor.destinations import MessageKind
from auditor.model.changes import Change, RunMark
from auditor.model.plaintext import one_line
from auditor.send.news import News, facts, headline, line

# https://docs.slack.dev/reference/block-kit/blocks: 50 blocks a message, 3000 characters a section.
_SLACK_SECTION: Final = 3_000
_SLACK_FIELD: Final = 2_000
_SLACK_HEADER: Final = 150
# Beside it stand the header, the facts and the note of what is left out.
_SLACK_SHOWN: Final = 40
# https://learn.microsoft.com/microsoftteams/limits-specifications-teams: 28 KB a message.
_TEAMS_BYTES: Final = 27_000
_TEAMS_SHOWN: Final = 25
_JSON_SHOWN: Final = 500
_LONGEST_FIELD: Final = 2_000
_LONGEST_MESSAGE: Final = 300

_PAGE: Final = "Open the run of the pipeline"

Body = dict[str, Any]


def body(kind: MessageKind, of: News) -> Body:
    """What to post, as JSON."""
    makers: Mapping[MessageKind, Callable[[News], Body]] = {"json": _json, "slack": _slack, "teams": _teams}
    return makers[kind](of)


def _json(of: News) -> Body:
    run, marks = of.audit.run, of.audit.score.marks
    return {
        "schema_version": "1.0",
        "text": headline(of),
        "page": of.page,
        "tool": {"name": "auditor", "version": __version__},
        "run": {
            "id": run.id,
            "started_at": run.started_at.isoformat(),
            "finished_at": run.finished_at.isoformat(),
            "cloud": _cut(run.cloud),
            "tenant_id": _cut(run.tenant_id) if run.tenant_id else None,
            "profile": run.profile,
        },
        "compared_with": _json_mark(of.since) if of.since else None,
        "unaudited": _cut(of.audit.unaudited) if of.audit.unaudited else None,
        "score": {
            "value": marks.value,
            "low": marks.low,
            "high": marks.high,
            "grade": marks.grade,
            "coverage": of.audit.score.coverage,
            "change": of.score_change,
        },
        "counts": {"worse": len(of.worse), "unknown_now": len(of.unseen), "fixed": of.fixed},
        "changes": [_json_change(one) for one in of.told[:_JSON_SHOWN]],
        "left_out": max(0, len(of.told) - _JSON_SHOWN),
    }


def _json_mark(run: RunMark) -> Body:
    return {"id": run.id, "started_at": run.started_at.isoformat()}


def _json_change(one: Change) -> Body:
    return {
        "kind": one.kind.value,
        "rule": one.rule,
        "severity": one.severity.value,
        "resource": _cut(one.resource),
        "resource_type": _cut(one.resource_type),
        "fingerprint": one.fingerprint,
        "was": one.was,
        "now": one.now,
        "message": _cut(one.message),
        "why": _cut(one.why),
    }


def _cut(text: str) -> str:
    plain = one_line(text)
    return plain if len(plain) <= _LONGEST_FIELD else f"{plain[: _LONGEST_FIELD - 1]}…"


def _slack(of: News) -> Body:
    title = headline(of)
    shown = [_plain(f"{name}: {value}", _SLACK_FIELD) for name, value in facts(of)]
    blocks: list[Body] = [
        {"type": "header", "text": _plain(title, _SLACK_HEADER)},
        {"type": "section", "fields": shown},
    ]
    if of.audit.unaudited:
        blocks.append(_section(one_line(of.audit.unaudited)))
    for change in of.told[:_SLACK_SHOWN]:
        blocks.append(_section("\n".join(line(change, _LONGEST_MESSAGE))))
    if rest := _left_out(of.told, _SLACK_SHOWN):
        blocks.append({"type": "context", "elements": [_plain(rest, _SLACK_FIELD)]})
    if of.page:
        # An address of ours, in which nothing can end it.
        link = {"type": "mrkdwn", "text": f"<{of.page}|{_PAGE}>"}
        blocks.append({"type": "context", "elements": [link]})
    # The text is what a notification shows. It would be read for markup, and holds none of the tenant's.
    return {"text": title, "blocks": blocks}


def _section(text: str) -> Body:
    return {"type": "section", "text": _plain(text, _SLACK_SECTION)}


def _plain(text: str, longest: int) -> Body:
    escaped = _escaped(text)
    if len(escaped) > longest:
        # No escape is longer than five characters, and none may be cut.
        escaped = f"{_escaped(text[: longest // 5 - 1])}…"
    return {"type": "plain_text", "text": escaped, "emoji": False}


def _escaped(text: str) -> str:
    """`<!channel>` is no mention in plain text; so escaped, it is none whatever reads it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(of: News) -> Body:
    """A card with as many of the changes as a message of Teams can carry."""
    for shown in range(min(_TEAMS_SHOWN, len(of.told)), -1, -1):
        made = _card_message(of, shown)
        if len(json.dumps(made).encode()) <= _TEAMS_BYTES:
            return made
    return _card_message(of, 0)


def _card_message(of: News, shown: int) -> Body:
    content: list[Body] = [
        {"type": "TextBlock", "text": headline(of), "size": "Large", "weight": "Bolder", "wrap": True},
        *(_runs((f"{name}: ", "Bolder"), (value, "Default")) for name, value in facts(of)),
    ]
    if of.audit.unaudited:
        content.append(_runs((one_line(of.audit.unaudited)[:2_000], "Default")))
    for change in of.told[:shown]:
        head, said = line(change, _LONGEST_MESSAGE)
        content.append({**_runs((head, "Bolder")), "separator": True, "spacing": "Medium"})
        content.append({**_runs((said, "Default")), "spacing": "None"})
    if rest := _left_out(of.told, shown):
        content.append(_runs((rest, "Default")))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": content,
        "actions": [{"type": "Action.OpenUrl", "title": _PAGE, "url": of.page}] if of.page else [],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {
        "type": "message",
        "attachments": [{"contentType": kind, "contentUrl": None, "content": card}],
    }


def _runs(*parts: tuple[str, str]) -> Body:
    """Text that is shown as it is; a TextBlock would read it for Markdown."""
    inlines = [{"type": "TextRun", "text": text, "weight": weight} for text, weight in parts]
    return {"type": "RichTextBlock", "inlines": inlines}


def _left_out(told: Sequence[Change], shown: int) -> str:
    rest = len(told) - shown
    return f"{rest} more are in the report." if rest > 0 else ""
