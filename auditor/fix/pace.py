"""How patiently a fix waits: one clock and one sleep, so that a test need not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

# A refusal that asks for more than this ends the attempt: somebody waits.
LONGEST_WAIT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times are in seconds. `now` only ever grows; what it counts from says nothing.

    `patience_s` bounds each wait for an end: of an operation, of the consumer's side turning. `interval_s` is
    the pause between two looks where Azure names none. `attempts` bounds how often one write is sent where
    Azure refused it as too early (409, 429); nothing else is ever sent again.
    """

    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    now: Callable[[], float] = time.monotonic
    patience_s: float = 600.0
    interval_s: float = 10.0
    attempts: int = 4
    looks: int = 3
    """How often a write without an answer is looked for before it is called unverified."""

    async def pause(self, asked_s: float | None) -> None:
        """As long as Azure asks, within bounds; the interval where it does not ask."""
        await self.sleep(self.interval_s if asked_s is None else min(asked_s, LONGEST_WAIT_S))
