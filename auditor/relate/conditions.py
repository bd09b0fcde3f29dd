"""Whether an ABAC condition has a say over one action.

The usual condition guards a few actions and lets all others through:
`((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (…))` says nothing of a data action.
Foundry Owner is such a role. Read as "conditional" throughout, it would leave most of what it grants unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_DEPTH_LIMIT = 40
_TOKEN = re.compile(
    r"\s+|(?P<open>\()|(?P<close>\))|(?P<both>AND\b|&&)|(?P<either>OR\b|\|\|)|(?P<negation>NOT\b|!(?!=))"
    r"|ActionMatches\s*\{\s*'(?P<action>[^']*)'\s*\}|(?P<other>'[^']*'|\{[^}]*\}|\[[^\]]*\]|[^\s()'{}\[\]!&|]+)",
    re.IGNORECASE,
)

Truth = bool | None
Token = tuple[str, str]


class _NotUnderstood(Exception):
    """The condition is not of the known grammar."""


def matches(pattern: str, action: str) -> bool:
    """Whether an action falls under a pattern: without case, `*` for any run of characters, slashes too.

    Stray blanks around the pattern are dropped (published roles have them). Linear in time for any pattern,
    which a regular expression made of a hostile role's text would not be.
    """
    head, *rest = pattern.strip().lower().split("*")
    left = action.lower()
    if not rest:
        return left == head
    if not left.startswith(head):
        return False
    at = len(head)
    for piece in rest[:-1]:
        found = left.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(left) - at >= len(rest[-1]) and left.endswith(rest[-1])


def always_true(condition: str, action: str) -> bool:
    """Whether the condition holds for this action, whatever the request and the resource are.

    False also where the condition is not understood: then it may have a say.
    """
    try:
        tokens = list(_tokens(condition))
        truth, end = _expression(tokens, 0, action, 0)
    except _NotUnderstood:
        return False
    return truth is True and end == len(tokens)


def _tokens(condition: str) -> Iterator[Token]:
    at = 0
    while at < len(condition):
        if (found := _TOKEN.match(condition, at)) is None:
            raise _NotUnderstood
        if found.lastgroup is not None:
            yield found.lastgroup, found[found.lastgroup]
        at = found.end()


def _expression(tokens: list[Token], at: int, action: str, depth: int) -> tuple[Truth, int]:
    """Terms joined by one operator. AND beside OR without parentheses is not judged."""
    truth, at = _term(tokens, at, action, depth)
    operator = None
    while at < len(tokens) and tokens[at][0] in ("both", "either"):
        if operator not in (None, tokens[at][0]):
            raise _NotUnderstood
        operator = tokens[at][0]
        right, at = _term(tokens, at + 1, action, depth)
        deciding = operator == "either"
        if deciding in (truth, right):
            truth = deciding
        elif None in (truth, right):
            truth = None
    return truth, at


def _term(tokens: list[Token], at: int, action: str, depth: int) -> tuple[Truth, int]:
    if at >= len(tokens) or depth > _DEPTH_LIMIT:
        raise _NotUnderstood
    kind, text = tokens[at]
    if kind == "negation":
        truth, end = _term(tokens, at + 1, action, depth + 1)
        return (None if truth is None else not truth), end
    if kind == "open":
        truth, end = _expression(tokens, at + 1, action, depth + 1)
        if end >= len(tokens) or tokens[end][0] != "close":
            raise _NotUnderstood
        return truth, end + 1
    if kind == "action":
        return matches(text, action), at + 1
    if kind != "other":
        raise _NotUnderstood
    while at < len(tokens) and tokens[at][0] == "other":
        at += 1
    return None, at
