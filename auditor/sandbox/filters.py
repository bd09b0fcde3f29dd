"""The ``$filter`` language of ARM, as far as the sandbox's routes speak it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_CALL = re.compile(r"(\w+)\(\s*(?:'((?:[^']|'')*)')?\s*\)")
_EQUALS = re.compile(r"([\w/]+)\s+eq\s+'((?:[^']|'')*)'", re.IGNORECASE)


class FilterError(ValueError):
    """The filter is none that ARM would take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A conjunction: `calls` by function name and `equals` by property, both in lower case."""

    calls: dict[str, str]
    equals: dict[str, str]

    def refuse_unknown(self, calls: frozenset[str], equals: frozenset[str]) -> None:
        """Raise FilterError for a function or property that the route does not know."""
        unknown = sorted((self.calls.keys() - calls) | (self.equals.keys() - equals))
        if unknown:
            raise FilterError(unknown[0])


def parse_filter(text: str | None) -> Filter:
    """None and "" are the filter that lets everything through. Raises FilterError."""
    calls: dict[str, str] = {}
    equals: dict[str, str] = {}
    for term in _AND.split((text or "").strip()) if text else ():
        if call := _CALL.fullmatch(term):
            calls[call[1].lower()] = (call[2] or "").replace("''", "'")
        elif comparison := _EQUALS.fullmatch(term):
            equals[comparison[1].lower()] = comparison[2].replace("''", "'")
        else:
            raise FilterError(term)
    return Filter(calls=calls, equals=equals)
