"""How fast: Retry-After within reason, one gate for each subscription, and no lost call under throttling."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from auditor.collect.policies import (
    FIRST_PARALLEL_PER_SUBSCRIPTION,
    LONGEST_RETRY_AFTER_S,
    MOST_PARALLEL_PER_SUBSCRIPTION,
    Gate,
    Limiter,
    RetryAfterCap,
)
from auditor.collect.refusal import ReadFailed
from auditor.model.reasons import Reason
from auditor.sandbox import ArmResponse
from tests.collect.scripted import SUBSCRIPTION, ScriptedArm, answered, reader_of, refused


class Said:
    """The next policy: answers with one status and these headers, as a pipeline response does."""

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self.status_code = status
        self.headers = dict(headers)

    @property
    def http_response(self) -> Said:
        return self

    async def send(self, _request: Any) -> Said:
        return self


async def _capped(status: int, headers: dict[str, str]) -> dict[str, str]:
    policy = RetryAfterCap()
    policy.next = Said(status, headers)
    response = await policy.send(None)
    found: dict[str, str] = response.headers
    return found


def _in(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("status", "headers", "kept"),
    [
        (429, {"Retry-After": "5"}, "5"),
        (429, {"Retry-After": "0"}, "0"),
        (503, {"Retry-After": "3600"}, "60"),
        (429, {"Retry-After": "inf"}, "60"),
        (429, {"x-ms-retry-after-ms": "500"}, "0.5"),
        (429, {"x-ms-retry-after-ms": "900000"}, "60"),
        (429, {"retry-after-ms": "1500", "x-ms-retry-after-ms": "9"}, "1.5"),
        (429, {"Retry-After": "nan"}, None),
        (429, {"Retry-After": "-3"}, None),
        (429, {"Retry-After": "soon"}, None),
        (429, {}, None),
        (403, {"Retry-After": "5"}, None),
        (404, {"x-ms-retry-after-ms": "500"}, None),
        (200, {"Retry-After": "5"}, None),
    ],
)
async def test_retry_after_is_kept_where_a_retry_makes_sense_and_capped(
    status: int, headers: dict[str, str], kept: str | None
) -> None:
    assert LONGEST_RETRY_AFTER_S == 60
    assert await _capped(status, headers) == ({} if kept is None else {"Retry-After": kept})


@pytest.mark.parametrize(("seconds", "low", "high"), [(-30, 0, 0), (20, 18, 20), (3600, 60, 60)])
async def test_retry_after_as_a_date_is_read_and_capped(seconds: float, low: float, high: float) -> None:
    found = await _capped(503, {"Retry-After": _in(seconds)})
    assert low <= float(found["Retry-After"]) <= high


def _first_then_good(first: ArmResponse) -> ScriptedArm:
    answers = [first]
    return ScriptedArm(lambda _method, _url: answers.pop() if answers else answered({"id": "/x"}))


@pytest.mark.parametrize(
    "headers",
    [{"Retry-After": "0"}, {"x-ms-retry-after-ms": "20"}, {"Retry-After": "soon"}, {"Retry-After": "0.01"}],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_throttled_request_is_sent_again(status: int, headers: dict[str, str]) -> None:
    arm = _first_then_good(answered({}, status, headers))
    assert await reader_of(arm).get("/x", "2024-01-01") == {"id": "/x"}
    assert len(arm.requests) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 409])
async def test_refusal_with_retry_after_is_not_sent_again(status: int) -> None:
    arm = _first_then_good(refused(status, "No", Retry_After="30"))
    started = time.monotonic()
    with pytest.raises(ReadFailed) as raised:
        await reader_of(arm).get("/x", "2024-01-01")
    assert raised.value.status == status
    assert len(arm.requests) == 1
    assert time.monotonic() - started < 5


async def test_request_that_is_throttled_for_ever_fails_as_throttled() -> None:
    arm = ScriptedArm(lambda _method, _url: refused(429, "TooManyRequests", Retry_After="0.001"))
    with pytest.raises(ReadFailed) as raised:
        await reader_of(arm).get("/x", "2024-01-01")
    assert (raised.value.reason, raised.value.status) == (Reason.THROTTLED, 429)
    assert len(arm.requests) == 11


BUCKET = f"management.azure.com/{SUBSCRIPTION.split('/')[2]}"


def _limiter(answer: Any, most: int = 64) -> Limiter:
    class Next:
        async def send(self, request: Any) -> Any:
            return await answer(request)

    limiter = Limiter(asyncio.Semaphore(most), lambda: None)
    limiter.next = Next()
    return limiter


class Request:
    """A pipeline request, as far as the limiter looks at it."""

    def __init__(self, path: str = SUBSCRIPTION) -> None:
        self.http_request = self
        self.url = f"https://management.azure.com{path}/x"


async def test_limiter_halves_on_429_and_grows_with_success() -> None:
    status = 200

    async def answer(_request: Any) -> Said:
        return Said(status, {"Retry-After": "0"})

    limiter = _limiter(answer)
    gate = limiter._gates[BUCKET]
    first = FIRST_PARALLEL_PER_SUBSCRIPTION
    assert gate.limit == first
    await limiter.send(Request())
    assert gate.limit == pytest.approx(first + 1 / first)
    status = 429
    for halvings in range(1, 9):
        await limiter.send(Request())
        assert gate.limit == pytest.approx(max(1.0, (first + 1 / first) / 2**halvings))
    status = 200
    for _ in range(10_000):
        gate.succeeded()
    assert gate.limit == MOST_PARALLEL_PER_SUBSCRIPTION


async def test_limiter_waits_as_long_as_the_answer_asks() -> None:
    gate = Gate()
    gate.throttled(0.1)
    started = time.monotonic()
    async with gate.pass_through():
        assert time.monotonic() - started >= 0.09


async def test_limiter_of_one_subscription_does_not_hold_up_another() -> None:
    blocked = asyncio.Event()

    async def answer(request: Any) -> Said:
        if SUBSCRIPTION in request.url:
            await blocked.wait()
        return Said(200, {})

    limiter = _limiter(answer)
    stuck = [asyncio.create_task(limiter.send(Request())) for _ in range(40)]
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        await limiter.send(Request("/subscriptions/other"))
    blocked.set()
    await asyncio.gather(*stuck)


async def test_limiter_bounds_all_requests_and_those_of_one_subscription() -> None:
    running = most = 0

    async def answer(_request: Any) -> Said:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1
        return Said(200, {})

    limiter = _limiter(answer, most=5)
    await asyncio.gather(*(limiter.send(Request(f"/subscriptions/{number % 7}")) for number in range(100)))
    assert most == 5
    most, limiter = 0, _limiter(answer, most=1000)
    many = FIRST_PARALLEL_PER_SUBSCRIPTION + 20
    await asyncio.gather(*(limiter.send(Request()) for _ in range(many)))
    assert FIRST_PARALLEL_PER_SUBSCRIPTION <= most < many


@pytest.mark.parametrize("cancelled", [False, True])
async def test_limiter_gives_its_slot_back_when_a_request_raises_or_is_cancelled(cancelled: bool) -> None:
    async def answer(_request: Any) -> Said:
        if cancelled:
            await asyncio.sleep(30)
        raise ConnectionResetError

    limiter = _limiter(answer, most=2)
    for _ in range(3):
        tasks = [asyncio.create_task(limiter.send(Request())) for _ in range(40)]
        await asyncio.sleep(0.01)
        for task in tasks:
            if cancelled:
                task.cancel()
        found = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        assert len(found) == 40
    assert limiter._gates[BUCKET]._running == 0
    assert limiter._all._value == 2


class Bucket:
    """Reads that refill at a steady rate, as ARM counts them: `size` at once, then `per_s` a second."""

    def __init__(self, size: float, per_s: float) -> None:
        self._size, self._per_s = size, per_s
        self._left, self._at = size, time.monotonic()
        self.refused = 0

    def __call__(self, _method: str, _url: str) -> ArmResponse:
        now = time.monotonic()
        self._left = min(self._size, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left < 1:
            self.refused += 1
            return refused(429, "TooManyRequests", x_ms_retry_after_ms="50")
        self._left -= 1
        return answered({"id": "/x"})


async def test_every_call_succeeds_against_a_token_bucket() -> None:
    bucket = Bucket(size=60, per_s=200)
    arm = ScriptedArm(bucket)
    reader = reader_of(arm, max_concurrency=64)
    paths = (f"{SUBSCRIPTION}/resourceGroups/{number}" for number in range(260))
    found = await asyncio.gather(*(reader.get(path, "2024-01-01") for path in paths))
    assert found == [{"id": "/x"}] * 260
    assert bucket.refused > 0
    assert bucket.refused < 100


async def test_progress_is_told_of_every_answer() -> None:
    finished: list[None] = []
    arm = _first_then_good(answered({}, 503, {"Retry-After": "0"}))
    reader = reader_of(arm, finished=lambda: finished.append(None))
    await reader.get("/x", "2024-01-01")
    assert len(finished) == 2
