"""Our own policies of the ARM pipeline: what may leave, how fast, and how long a retry may wait.

They follow azure-core's policy protocol (`next`, `send`) without inheriting it, so that importing them costs
no SDK. All stand under the retry policy: a slot is free while a Retry-After is slept, and every retry is
guarded anew.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

RESOURCE_GRAPH = "/providers/microsoft.resourcegraph/resources"

# Reads refill at 25 a second for each subscription and principal after a burst of 250:
# https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
FIRST_PARALLEL_PER_SUBSCRIPTION = 16
MOST_PARALLEL_PER_SUBSCRIPTION = 64

# A Retry-After longer than this is a refusal for an audit that somebody waits for.
LONGEST_RETRY_AFTER_S = 60.0

_RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})


class ReadOnlyViolation(RuntimeError):
    """The program was about to send something other than a read. That is a defect, never a setting."""


class ReadOnly:
    """Lets pass GET, HEAD and the Resource Graph query, nothing else."""

    next: Any

    async def send(self, request: Any) -> Any:
        method, path = request.http_request.method, urlsplit(request.http_request.url).path.lower()
        if method not in {"GET", "HEAD"} and not (method == "POST" and path == RESOURCE_GRAPH):
            raise ReadOnlyViolation(f"refused to send {method} {path}")
        return await self.next.send(request)


class RetryAfterCap:
    """Keeps Retry-After to what the retry policy should honour.

    azure-core waits for any length, and retries even a 403 or 404 that carries the header.
    """

    next: Any

    async def send(self, request: Any) -> Any:
        response = await self.next.send(request)
        answer = response.http_response
        for name in ("Retry-After", "retry-after-ms", "x-ms-retry-after-ms"):
            stated = answer.headers.get(name)
            if stated is None:
                continue
            wait_s = _seconds(stated) / (1000 if name.endswith("ms") else 1)
            if answer.status_code not in _RETRIED_STATUSES:
                del answer.headers[name]
            elif wait_s > LONGEST_RETRY_AFTER_S:
                answer.headers[name] = str(int(LONGEST_RETRY_AFTER_S * (1000 if name.endswith("ms") else 1)))
        return response


class Gate:
    """How many requests one subscription takes at a time: halved by each 429, grown by success."""

    def __init__(self) -> None:
        self.limit = float(FIRST_PARALLEL_PER_SUBSCRIPTION)
        self._running = 0
        self._not_before = 0.0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def pass_through(self, now: Callable[[], float] = time.monotonic) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(lambda: self._running < int(self.limit))
            self._running += 1
        try:
            if (wait_s := self._not_before - now()) > 0:
                await asyncio.sleep(wait_s)
            yield
        finally:
            async with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def throttled(self, wait_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self.limit = max(1.0, self.limit / 2)
        self._not_before = max(self._not_before, now() + wait_s)

    def succeeded(self) -> None:
        self.limit = min(float(MOST_PARALLEL_PER_SUBSCRIPTION), self.limit + 1 / self.limit)


class Limiter:
    """One Gate for each subscription, and a bound over all of them."""

    next: Any

    def __init__(self, max_concurrency: int, finished: Callable[[], None]) -> None:
        self._all = asyncio.Semaphore(max_concurrency)
        self._gates: defaultdict[str, Gate] = defaultdict(Gate)
        self._finished = finished

    async def send(self, request: Any) -> Any:
        gate = self._gates[_subscription_of(request.http_request.url)]
        async with gate.pass_through(), self._all:
            response = await self.next.send(request)
        self._finished()
        if response.http_response.status_code == 429:
            gate.throttled(_seconds(response.http_response.headers.get("Retry-After")))
        else:
            gate.succeeded()
        return response


def _subscription_of(url: str) -> str:
    segments = urlsplit(url).path.lower().split("/")
    return segments[2] if len(segments) > 2 and segments[1] == "subscriptions" else ""


def _seconds(stated: str | None) -> float:
    """A Retry-After in seconds; an HTTP date or nothing counts as one second."""
    try:
        return max(0.0, float(stated)) if stated else 1.0
    except ValueError:
        return 1.0
