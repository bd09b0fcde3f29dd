"""What `auditor history` shows: a table for each series, and its trend."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row

from auditor.history.schema import change_column
from auditor.history.series import question
from auditor.model.changes import ChangeKind
from auditor.model.json_value import timestamp

_BARS: Final = "▁▂▃▄▅▆▇█"
_KINDS: Final = (ChangeKind.NEW, ChangeKind.REGRESSED, ChangeKind.FIXED, ChangeKind.UNKNOWN_NOW)
_COLUMNS: Final = (
    *("started (UTC)", "grade", "score (low–high)", "failed", "unknown", "waived"),
    *("new", "regressed", "fixed", "unknown now", "mean age"),
)


def as_json(found: Sequence[Row[Any]]) -> str:
    """Every kept run, oldest first, by the columns of the table `runs`."""
    kept = [{key: _json(value) for key, value in row._mapping.items()} for row in found]
    return json.dumps(kept, indent=2) + "\n"


def as_text(found: Sequence[Row[Any]], limit: int) -> str:
    """The last `limit` runs of each series, the series that ran last at the end."""
    if not found:
        return "No run is kept.\n"
    series: dict[str, list[Row[Any]]] = {}
    for row in found:
        series[row.series] = [*series.pop(row.series, []), row]
    return "\n".join(_series(some, limit) for some in series.values())


def _series(found: Sequence[Row[Any]], limit: int) -> str:
    last, shown = found[-1], found[-limit:]
    lines = [
        f"{question(last.profile, last.options)}; tenant {last.tenant_id or 'not known'} in {last.cloud}",
        f"  {_trend(found)}",
        "",
        *(f"  {line}" for line in _table([_COLUMNS, *map(_cells, shown)])),
    ]
    if len(found) > len(shown):
        lines.append(f"  and {len(found) - len(shown)} before")
    return "\n".join(lines) + "\n"


def _trend(found: Sequence[Row[Any]]) -> str:
    scores = [row.score for row in found if row.score is not None]
    if not scores:
        return "no score yet"
    runs = "1 run" if len(found) == 1 else f"{len(found)} runs"
    return f"{sparkline(scores[-60:])}  {scores[0]:.1f} to {scores[-1]:.1f} over {runs}"


def sparkline(scores: Iterable[float]) -> str:
    """A bar for each score, on the whole scale of 0 to 100: a small change looks small."""
    return "".join(_BARS[min(int(score / 100 * len(_BARS)), len(_BARS) - 1)] for score in scores)


def _cells(row: Row[Any]) -> tuple[str, ...]:
    started = f"{row.started_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    if row.unaudited is not None:
        return started, f"nothing audited: {row.unaudited}"
    counts = (getattr(row, change_column(kind)) for kind in _KINDS)
    age = "–" if row.mean_age_days is None else f"{row.mean_age_days:.1f} d"
    failed, unknown, waived = str(row.failed), str(row.unknown), str(row.waived)
    changed = ("–" if count is None else str(count) for count in counts)
    return started, row.grade, _score(row), failed, unknown, waived, *changed, age


def _score(row: Row[Any]) -> str:
    if row.score is None:
        return "not judged"
    return f"{row.score:.1f} ({row.score_low:.1f}–{row.score_high:.1f})"


def _table(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Lines with the columns under each other; a row that is short has its last cell as long as it is."""
    whole = [row for row in rows if len(row) == len(_COLUMNS)]
    widths = [max(len(row[place]) for row in whole) for place in range(len(_COLUMNS))]
    for row in rows:
        start, *rest = row
        if len(row) == len(_COLUMNS):
            rest = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join((start.ljust(widths[0]), *rest))


def _json(value: object) -> object:
    return timestamp(value) if isinstance(value, datetime) else value
