"""Long-running operations: followed by the links that Azure answers with, to their end.

Source: https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
"""

from __future__ import annotations

from enum import StrEnum

from auditor.fix.pace import Pace
from auditor.fix.writing import Answer, ArmWriter


class Finished(StrEnum):
    """DONE says that Azure is through, not with what: that is read from the object."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


async def finished(writer: ArmWriter, answer: Answer, pace: Pace) -> Finished:
    """Follow what a good answer to a write started. UNKNOWN where patience ended first, or a link is bad."""
    status_link = answer.headers.get("Azure-AsyncOperation")
    link = status_link or answer.headers.get("Location")
    if not link:
        return Finished.DONE
    until = pace.now() + pace.patience_s
    wait_s = answer.wait_s
    while pace.now() < until:
        await pace.pause(wait_s)
        polled = await writer.poll(link)
        if polled is None:
            return Finished.UNKNOWN
        wait_s = polled.wait_s
        ended = _by_status(polled) if status_link else _by_location(polled)
        if ended is not None:
            return ended
    return Finished.UNKNOWN


def _by_status(polled: Answer) -> Finished | None:
    if polled.status in (408, 429) or polled.status >= 500:
        return None
    if not polled.is_good:
        return Finished.UNKNOWN
    match str(polled.body.get("status") or "").lower():
        case "succeeded":
            return Finished.DONE
        case "failed" | "canceled" | "cancelled":
            return Finished.FAILED
        case _:
            return None


def _by_location(polled: Answer) -> Finished | None:
    if polled.status in (202, 408, 429) or polled.status >= 500:
        return None
    return Finished.DONE if polled.is_good else Finished.FAILED
