"""Moments and ages as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

from auditor_reports.terminal_page import counted


def moment(at: datetime) -> str:
    """`2026-03-02 09:30:00 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def seen_since(first_seen: datetime, at: datetime) -> str:
    """`first seen 2026-02-01, 29 days ago`, counted back from the run that started at `at`."""
    if first_seen >= at:
        return "first seen in this run"
    days = (at - first_seen).days
    ago = "less than a day ago" if days == 0 else f"{counted(days, 'day')} ago"
    return f"first seen {first_seen.astimezone(UTC):%Y-%m-%d}, {ago}"
