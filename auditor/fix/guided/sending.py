"""One write, sent once: with the patience that Azure asks for, and a plain word for how it ended."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum
from typing import Any

from auditor.collect.session import Connection
from auditor.fix.guided.clients import send
from auditor.fix.guided.guard import UnplannedWrite
from auditor.fix.guided.step import Step
from auditor.progress import Progress

# A longer Retry-After, or more of them, is a refusal for somebody who waits for it.
_LONGEST_PAUSE_S = 60.0
_MOST_PAUSES = 5
_PAUSE_S = 5.0
_BUSY = frozenset({409, 429})


class Answer(Enum):
    """What the write was answered with."""

    DONE = "done"
    REFUSED = "refused"
    """Azure said no: nothing was changed."""
    LOST = "lost"
    """Nobody said what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`said` is Azure's own word where it is not done; `code` its error code, "" where it gave none."""

    answer: Answer
    said: str = ""
    code: str = ""


async def send_once(step: Step, connection: Connection, progress: Progress) -> Sent:
    """Send the write. It is sent again only where Azure said that it did not take it: 429, or 409 with a
    Retry-After; never where an answer was lost."""
    from azure.core.exceptions import AzureError, HttpResponseError

    for _ in range(_MOST_PAUSES):
        try:
            await send(step, connection)
        except HttpResponseError as error:
            pause_s = _pause_s(step, error)
            if pause_s is None:
                return _refused_or_lost(step, error)
            progress.started(f"waiting {pause_s:g} s, as Azure asks")
            await asyncio.sleep(pause_s)
        except UnplannedWrite as refused:
            return Sent(answer=Answer.REFUSED, said=str(refused))
        except AzureError as error:
            return Sent(answer=Answer.LOST, said=_first_line(error))
        else:
            return Sent(answer=Answer.DONE)
    return Sent(answer=Answer.REFUSED, said=f"Azure was still busy after {_MOST_PAUSES} tries")


def _pause_s(step: Step, error: Any) -> float | None:
    """How long to wait before the write may be sent again; None where it may not."""
    if not _answers_the_write(step, error) or error.status_code not in _BUSY:
        return None
    stated = _retry_after_s(error.response.headers)
    if stated is None:
        return _PAUSE_S if error.status_code == 429 else None
    return min(stated, _LONGEST_PAUSE_S)


def _refused_or_lost(step: Step, error: Any) -> Sent:
    said, code = _first_line(error), str(getattr(error.error, "code", "") or "")
    status = error.status_code or 0
    is_verdict = _answers_the_write(step, error) and 400 <= status < 500 and status != 408
    # A poll that is answered well and still ends in an error tells that the operation failed.
    is_failed_operation = not _answers_the_write(step, error) and status < 400
    refused = is_verdict or is_failed_operation
    return Sent(answer=Answer.REFUSED if refused else Answer.LOST, said=said, code=code)


def _answers_the_write(step: Step, error: Any) -> bool:
    """Whether the error is about the write itself, not about a poll after it was taken."""
    request = getattr(error.response, "request", None)
    return getattr(request, "method", step.method) == step.method


def _retry_after_s(headers: Any) -> float | None:
    for name, unit_s in (("Retry-After", 1.0), ("retry-after-ms", 0.001), ("x-ms-retry-after-ms", 0.001)):
        stated = str(headers.get(name) or "")
        if stated.replace(".", "", 1).isdecimal():
            return float(stated) * unit_s
    return None


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    line = lines[0] if lines else type(error).__name__
    return line if len(line) <= 300 else f"{line[:299]}…"
