"""What JSON has a word for: the values that a report may hold, in one form each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def json_value(value: object) -> Any:
    """The value as JSON reads it back: mappings by sorted key, for ARM does not promise their order.

    Tuples become lists and sets sorted lists; anything that JSON has no word for, NaN and infinity among it,
    becomes its text.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): json_value(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [json_value(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((json_value(item) for item in value), key=str)
    return timestamp(value) if isinstance(value, datetime) else str(value)


def timestamp(moment: datetime) -> str:
    """RFC 3339, in UTC, to the millisecond.

    >>> timestamp(datetime(2026, 3, 2, 9, 31, 13, 400_000, tzinfo=UTC))
    '2026-03-02T09:31:13.400Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
