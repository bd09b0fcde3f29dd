"""Make any text safe to print on one line of a terminal, log or report."""

from __future__ import annotations

import re
import unicodedata

# Control and format characters (escape sequences, bidirectional overrides), lone surrogates,
# which no stream can encode, and the two Unicode line breaks.
_HOSTILE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_USER_SECRET = re.compile(r"(://[^\s:/@]*:)\S*@")
_QUERY_SECRET = re.compile(r"([?&]\w*password=)[^\s&'\"]+", re.IGNORECASE)
_SUSPECT = re.compile(r"[^ -~]")


def is_hostile(character: str) -> bool:
    """Whether the character could move the cursor, reorder the text around it or break the line.

    Noncharacters (such as U+FFFE) count too: nothing shows them, and XML refuses some.
    """
    point = ord(character)
    if point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF:
        return True
    return unicodedata.category(character) in _HOSTILE_CATEGORIES


def one_line(text: str) -> str:
    """Return `text` on one line, every hostile character written out as its escape (`\\x1b`, `\\u202e`)."""
    return _SUSPECT.sub(_escaped, text)


def redacted(text: str) -> str:
    """Return `text` with the passwords of any addresses in it hidden, in whatever sentence they stand."""
    return _QUERY_SECRET.sub(r"\1***", _USER_SECRET.sub(r"\1***@", text))


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    if not is_hostile(character):
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
