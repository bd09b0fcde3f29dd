"""TLS servers on this machine for what is sent: a plain listener, and Azure Monitor's Logs Ingestion API."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from auditor.sandbox.arm import Arm
from auditor.sandbox.tenant import Tenant
from tests.collect.loopback import Handler, Loopback, served

RULE_ID = "dcr-0123456789abcdef0123456789abcdef"
AUDIENCE = "https://monitor.azure.com"
_LARGEST_BYTES = 1_000_000


@contextmanager
def listening(handler: Handler, directory: Path) -> Iterator[Loopback]:
    """`tests.collect.loopback.served` for synchronous callers, on a loop of its own in another thread."""
    started: Future[tuple[Loopback, Callable[[], object]]] = Future()

    async def run() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        async with served(handler, directory) as server:
            started.set_result((server, lambda: loop.call_soon_threadsafe(stop.set)))
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    server, end = started.result(30)
    try:
        yield server
    finally:
        end()
        thread.join()


@dataclass(slots=True)
class AzureMonitor:
    """The Logs Ingestion API, beside the sample tenant's Resource Manager and sign-in.

    `answers` are statuses to give before uploads are taken; what was taken is in `tables`. It refuses what
    the service refuses: another version, rule or token, no gzip, more than 1 MB, what is no array of objects.
    """

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    largest_bytes: int = _LARGEST_BYTES
    tables: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    calls: list[tuple[str, int, int]] = field(default_factory=list)
    """Stream, status and uncompressed bytes of each."""
    problems: list[str] = field(default_factory=list)
    arm: Arm = field(default_factory=lambda: Arm(Tenant.sample(), "as-is"))

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        path = request.raw_path.partition("?")[0]
        if found := re.fullmatch(r"/dataCollectionRules/([^/]+)/streams/([^/]+)", path):
            return self._ingest(request, found[1], found[2], body)
        if path.endswith("/oauth2/v2.0/token"):
            scope = parse_qs(body.decode())["scope"][0]
            if scope.startswith("https://monitor."):
                answer = {"token_type": "Bearer", "expires_in": 3600, "access_token": f"for {scope}"}
                return web.json_response(answer)
        url = f"https://{request.host}{request.raw_path}"
        answered = self.arm.handle(request.method, url, request.headers, body)
        return web.Response(status=answered.status, headers=answered.headers, body=answered.body)

    def _ingest(self, request: web.BaseRequest, rule: str, stream: str, body: bytes) -> web.Response:
        content = gzip.decompress(body) if request.headers.get("Content-Encoding") == "gzip" else None
        size = len(content or body)
        status, headers = self._verdict(request, rule, content)
        self.calls.append((stream, status, size))
        if status == 204:
            self.tables[stream].extend(json.loads(content or b"[]"))
        return web.Response(status=status, headers=headers)

    def _verdict(
        self, request: web.BaseRequest, rule: str, content: bytes | None
    ) -> tuple[int, dict[str, str]]:
        if request.headers.get("Authorization") != f"Bearer for {AUDIENCE}/.default":
            return 401, {}
        if rule != RULE_ID:
            return 404, {}
        if self.answers:
            return self.answers.pop(0)
        if request.method != "POST" or request.query.get("api-version") != "2023-01-01":
            return self._problem(f"{request.method} {request.query_string}")
        if content is None or request.headers.get("Content-Type") != "application/json":
            return self._problem(f"headers {dict(request.headers)}")
        if len(content) > self.largest_bytes:
            return 413, {}
        records = json.loads(content)
        if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
            return self._problem("not an array of objects")
        return 204, {}

    def _problem(self, what: str) -> tuple[int, dict[str, str]]:
        self.problems.append(what)
        return 400, {}


@dataclass(slots=True)
class Inbox:
    """A webhook. `answers` are given first, in their order, and then 200; what came is in `posts`."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    posts: list[tuple[str, Any]] = field(default_factory=list)
    """Path, and the JSON body."""
    delay_s: float = 0

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        assert request.method == "POST"
        assert request.headers["Content-Type"] == "application/json"
        self.posts.append((request.raw_path, json.loads(body)))
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        return web.Response(status=status, headers=headers, text="ok")
