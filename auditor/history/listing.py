"""`auditor history`: the runs that are kept, and whether things get better."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Row, select

from auditor.errors import UsageError
from auditor.history import address
from auditor.history.database import Database, Unusable
from auditor.history.page import as_json, as_text
from auditor.history.schema import runs


def history(where: str | None, *, since: str | None, limit: int, format: str) -> str:
    """The kept runs as text that ends in a newline. Raises UsageError where they cannot be read."""
    if where is None:
        raise UsageError("history: no history is named", "Give --history FILE|URL, as to auditor scan.")
    database = Database(address.read(where))
    database.require()
    try:
        found = _runs(database, _day(since))
    except Unusable as error:
        raise UsageError(f"--history: {database.address.shown} cannot be read: {error}") from None
    return as_json(found) if format == "json" else as_text(found, limit)


def _runs(database: Database, since: datetime | None) -> Sequence[Row[Any]]:
    """Oldest first."""
    query = select(runs).order_by(runs.c.started_at, runs.c.id)
    if since is not None:
        query = query.where(runs.c.started_at >= since)
    with database.reading() as connection:
        return connection.execute(query).all()


def _day(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise UsageError(f"--since: {text!r} is not a date", "Write it as YYYY-MM-DD.") from None
