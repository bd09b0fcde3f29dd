"""Text that came from a tenant, made safe to show on one line."""

from __future__ import annotations

import json
import re

from auditor.model.plaintext import one_line as visible

__all__ = ["shortened", "shown_value", "visible"]

_AMBIGUOUS = re.compile(r"|null|true|false|\(absent\)|-?\d+(\.\d+)?|\s.*|.*\s", re.DOTALL)

_TEXT_LIMIT = 500
_LIST_LIMIT = 20


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters of the text, and how many there were. Never used on ids or commands."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def shown_value(value: object) -> str:
    """An evidence value on one line: JSON, but strings bare unless they would read as something else.

    The string `true` is shown in quotes, so that it is never taken for the boolean. An absent value shows as
    its own `(absent)`. Long texts and lists are shortened, saying so; ARM ids never are.
    """
    value = _limited(value)
    if isinstance(value, str):
        return visible(json.dumps(value, ensure_ascii=False) if _AMBIGUOUS.fullmatch(value) else value)
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, dict | list | tuple):
        return visible(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))
    return visible(str(value))


def _limited(value: object) -> object:
    if isinstance(value, str):
        return value if value.startswith("/") else shortened(value, _TEXT_LIMIT)
    if isinstance(value, list | tuple):
        more = [f"… {len(value) - _LIST_LIMIT} more"] if len(value) > _LIST_LIMIT else []
        return [*(_limited(item) for item in value[:_LIST_LIMIT]), *more]
    if isinstance(value, dict):
        return {str(key): _limited(item) for key, item in value.items()}
    return value
