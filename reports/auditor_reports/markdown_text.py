"""Text as GitHub-flavoured Markdown shows it and does not obey it."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from auditor_reports.visible import visible

SEVERITY_MARKS = {"critical": "🔴", "high": "🟠", "medium": "🟡", "low": "🔵", "info": "⚪"}
_BACKTICKS = re.compile("`+")
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>|~&])")


def code(text: str) -> str:
    """A code span on one line; nothing inside is markup. Empty text is an empty pair of quotes."""
    shown = visible(text) or '""'
    fence = "`" * (_longest_run(shown) + 1)
    # The spaces are dropped by the viewer; without them a backtick at either end would be lost.
    room = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{room}{shown}{room}{fence}"


def fenced(text: str, language: str = "") -> str:
    """A code block of one line, with a copy button in most viewers."""
    shown = visible(text)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def html_code(text: str) -> str:
    """Code inside an HTML block, such as a summary: there Markdown is not read, and HTML is."""
    return f"<code>{html.escape(visible(text))}</code>"


def prose(text: str) -> str:
    """A sentence of a rule pack, no character of it markup."""
    return _PUNCTUATION.sub(r"\\\1", visible(text))


def within(blocks: Sequence[str], limit: int) -> list[str]:
    """As many whole blocks as fit in so many bytes of UTF-8, and how many do not."""
    size = 0
    for number, block in enumerate(blocks):
        size += len(block.encode()) + 2
        if size > limit:
            return [*blocks[:number], f"And {len(blocks) - number} more, in the JSON report."]
    return list(blocks)


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)
