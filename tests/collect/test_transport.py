"""The real transport, over TLS on this machine: compression, broken bodies, lost connections, redirects."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from auditor.collect.arm import Reader
from auditor.collect.refusal import ReadFailed
from auditor.model.clouds import Cloud
from auditor.model.reasons import Reason
from tests.collect.loopback import Handler, served
from tests.collect.record import reading
from tests.collect.replay import STATIC

GOOD = b'{"id": "/x"}'


@asynccontextmanager
async def _served(handler: Handler, directory: Path) -> AsyncIterator[Reader]:
    """A reader of a server that answers every request by `handler`."""
    async with served(handler, directory) as server:
        cloud = Cloud(
            name="Test",
            arm_url=server.url,
            scope=f"{server.url}/.default",
            authority=server.url,
            storage_suffix="core.windows.net",
            search_suffix="search.windows.net",
            search_scope="https://search.azure.com/.default",
        )
        async with reading(STATIC, server.ca_file, cloud) as readers:
            yield readers["arm"]


async def test_compressed_answer_is_unpacked_and_nothing_else_is_asked_for(tmp_path: Path) -> None:
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(request.headers["Accept-Encoding"])
        return web.Response(body=gzip.compress(GOOD, mtime=0), headers={"Content-Encoding": "gzip"})

    async with _served(answer, tmp_path) as reader:
        assert await reader.get("/x", "2024-01-01") == {"id": "/x"}
    assert asked == ["gzip, deflate"]


@pytest.mark.parametrize("body", [b"not gzip at all", b"", gzip.compress(b"<html>", mtime=0)])
async def test_answer_that_cannot_be_unpacked_or_read_fails_as_malformed(tmp_path: Path, body: bytes) -> None:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    async with _served(answer, tmp_path) as reader:
        with pytest.raises(ReadFailed) as raised:
            await reader.get("/x", "2024-01-01")
    assert raised.value.reason is Reason.MALFORMED


@pytest.mark.parametrize("elsewhere", ["https://localhost:1/", "http://192.0.2.1/"])
async def test_redirect_is_not_followed(tmp_path: Path, elsewhere: str) -> None:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": elsewhere})

    async with _served(answer, tmp_path) as reader:
        with pytest.raises(ReadFailed) as raised:
            await reader.get("/x", "2024-01-01")
    assert (raised.value.reason, raised.value.status) == (Reason.MALFORMED, 302)


async def test_connection_that_breaks_once_is_tried_again(tmp_path: Path) -> None:
    requests = 0

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal requests
        requests += 1
        if requests == 1:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(body=GOOD)

    async with _served(answer, tmp_path) as reader:
        assert await reader.get("/x", "2024-01-01") == {"id": "/x"}
    assert requests == 2


async def test_refusal_with_retry_after_is_asked_once(tmp_path: Path) -> None:
    requests = 0

    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        nonlocal requests
        requests += 1
        return web.json_response({"error": {"code": "No"}}, status=403, headers={"Retry-After": "3600"})

    async with _served(answer, tmp_path) as reader:
        with pytest.raises(ReadFailed):
            await reader.get("/x", "2024-01-01")
    assert requests == 1
