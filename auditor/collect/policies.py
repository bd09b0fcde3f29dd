"""Our own policies of the ARM pipeline: what may leave, how fast, and how long a retry may wait.

They follow azure-core's policy protocol (`next`, `send`) without inheriting it, so that importing them costs
no SDK. All stand under the retry policy: a slot is free while a Retry-After is slept, and every retry is
guarded anew.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

# The only requests beside GET and HEAD that read and change nothing. Segments that a client or server might
# take for steps up, and escaped slashes, match none of them.
_NAME = r"(?!\.{1,2}(?:/|$))[^/]+"
RESOURCE_GRAPH = re.compile(r"/providers/microsoft\.resourcegraph/resources")
APP_SETTINGS_LIST = re.compile(
    rf"/subscriptions/{_NAME}/resourcegroups/{_NAME}/providers/microsoft\.web/sites/{_NAME}"
    r"/config/appsettings/list"
)

# Reads refill at 25 a second for each subscription and principal after a burst of 250, so that a start with
# many at a time is refused late, and then halved:
# https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
FIRST_PARALLEL_PER_SUBSCRIPTION = 64
MOST_PARALLEL_PER_SUBSCRIPTION = 128

# A Retry-After longer than this is a refusal for an audit that somebody waits for.
LONGEST_RETRY_AFTER_S = 60.0

# In the order in which azure-core looks for them.
_RETRY_AFTER_UNITS_S = {"Retry-After": 1.0, "retry-after-ms": 0.001, "x-ms-retry-after-ms": 0.001}
_DEFAULT_WAIT_S = 1.0

_RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})


class ReadOnlyViolation(RuntimeError):
    """The program was about to send something other than a read. That is a defect, never a setting."""


class ReadOnly:
    """Lets pass GET, HEAD and POST to the paths of `posts` (in lower case, decoded once), nothing else."""

    next: Any

    def __init__(self, posts: Collection[re.Pattern[str]] = ()) -> None:
        self._posts = tuple(posts)

    async def send(self, request: Any) -> Any:
        method, path = request.http_request.method, urlsplit(request.http_request.url).path.lower()
        if method not in {"GET", "HEAD"} and not (method == "POST" and self._reads(path)):
            raise ReadOnlyViolation(f"refused to send {method} {path}")
        return await self.next.send(request)

    def _reads(self, path: str) -> bool:
        decoded = unquote(path)
        if "%" in decoded or decoded.count("/") != path.count("/"):
            return False
        return any(pattern.fullmatch(decoded) for pattern in self._posts)


class StrayRequest(RuntimeError):
    """A token was about to go to a host that it is not for. That is a defect, never a setting."""


class WithinSuffix:
    """Lets pass requests to https hosts one label below a suffix: their token is for nobody else."""

    next: Any

    def __init__(self, suffix: str) -> None:
        self._host = re.compile(rf"[a-z0-9-]+\.{re.escape(suffix.lower())}")

    async def send(self, request: Any) -> Any:
        parts = urlsplit(request.http_request.url)
        host = parts.netloc.lower().removesuffix(":443")
        if parts.scheme != "https" or not self._host.fullmatch(host):
            raise StrayRequest(f"refused to send a token to {parts.scheme}://{host}")
        return await self.next.send(request)


class RetryAfterCap:
    """Keeps Retry-After to what the retry policy should honour.

    azure-core waits for any length, retries even a 403 or 404 that carries the header, and raises ValueError
    for one that is neither a number nor a date. It stands under the limiter too, which waits as long.
    """

    next: Any

    async def send(self, request: Any) -> Any:
        response = await self.next.send(request)
        answer = response.http_response
        wait_s = retry_after_s(answer.headers)
        for name in _RETRY_AFTER_UNITS_S:
            if name in answer.headers:
                del answer.headers[name]
        if wait_s is not None and answer.status_code in _RETRIED_STATUSES:
            answer.headers["Retry-After"] = f"{min(wait_s, LONGEST_RETRY_AFTER_S):g}"
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
    """One Gate for each host and subscription, and a bound over all of them.

    `slots` is that bound, which the pipelines of one audit share. `finished` is called after each answer.
    """

    next: Any

    def __init__(self, slots: asyncio.Semaphore, finished: Callable[[], None]) -> None:
        self._all = slots
        self._gates: defaultdict[str, Gate] = defaultdict(Gate)
        self._finished = finished

    async def send(self, request: Any) -> Any:
        gate = self._gates[_bucket_of(request.http_request.url)]
        async with gate.pass_through(), self._all:
            response = await self.next.send(request)
        self._finished()
        if response.http_response.status_code == 429:
            wait_s = retry_after_s(response.http_response.headers)
            gate.throttled(_DEFAULT_WAIT_S if wait_s is None else wait_s)
        else:
            gate.succeeded()
        return response


def _bucket_of(url: str) -> str:
    """What is throttled together: a subscription at Resource Manager, a search service as a whole."""
    parts = urlsplit(url)
    segments = parts.path.lower().split("/")
    subscription = segments[2] if len(segments) > 2 and segments[1] == "subscriptions" else ""
    return f"{parts.netloc.lower()}/{subscription}"


def retry_after_s(headers: Any) -> float | None:
    """How long an answer asks to wait, in seconds; None where it does not say so in a form that is known."""
    for name, unit_s in _RETRY_AFTER_UNITS_S.items():
        stated = headers.get(name)
        if stated is None:
            continue
        try:
            wait_s = float(stated) * unit_s
        except ValueError:
            wait_s = _seconds_until(stated)
        if wait_s >= 0:
            return wait_s
    return None


def _seconds_until(http_date: str) -> float:
    """Negative for what is no date; 0 for one that has passed."""
    try:
        return max(0.0, parsedate_to_datetime(http_date).timestamp() - time.time())
    except (ValueError, OverflowError):
        return -1.0
