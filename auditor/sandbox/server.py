"""The sandbox behind TLS on the loopback interface: the whole real path, from credential to report."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakSet

from aiohttp import web

from auditor.sandbox.arm import Arm
from auditor.sandbox.certificate import ServerCertificate, issue_certificate
from auditor.sandbox.faults import ConnectionDropped
from auditor.sandbox.inventory import Order
from auditor.sandbox.tenant import Tenant

_ADDRESS = "127.0.0.1"
_START_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxServer:
    """A running server. `ca_file` is the bundle to trust, there as long as the server is."""

    url: str
    ca_file: Path
    arm: Arm


@asynccontextmanager
async def serving(
    tenant: Tenant, latency_ms: float = 0, port: int = 0, order: Order = "as-is"
) -> AsyncIterator[SandboxServer]:
    """Serve until the block ends. `port` 0 takes a free one. Raises OSError when the port is taken."""
    arm = Arm(tenant, order)
    with tempfile.TemporaryDirectory(prefix="auditor-sandbox-") as directory:
        certificate = issue_certificate(Path(directory))
        transports: WeakSet[asyncio.BaseTransport] = WeakSet()
        answer = _handler(arm, latency_ms, transports)
        runner = web.ServerRunner(web.Server(answer, access_log=None))
        await runner.setup()
        try:
            site = web.TCPSite(runner, _ADDRESS, port, ssl_context=_tls(certificate))
            await site.start()
            bound_port = runner.addresses[0][1]
            yield SandboxServer(url=f"https://localhost:{bound_port}", ca_file=certificate.ca_file, arm=arm)
        finally:
            await runner.cleanup()
            await _cut_off(transports)


@contextmanager
def serve_in_thread(
    tenant: Tenant, latency_ms: float = 0, port: int = 0, order: Order = "as-is"
) -> Iterator[SandboxServer]:
    """`serving` for synchronous callers, on an event loop of its own in another thread."""
    started: Future[tuple[SandboxServer, Callable[[], object]]] = Future()

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        try:
            async with serving(tenant, latency_ms, port, order) as server:
                started.set_result((server, lambda: loop.call_soon_threadsafe(stop.set)))
                await stop.wait()
        except OSError as failure:
            if started.done():
                raise
            started.set_exception(failure)

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="auditor-sandbox", daemon=True)
    thread.start()
    server, stop_server = started.result(_START_TIMEOUT_S)
    try:
        yield server
    finally:
        stop_server()
        thread.join()


def _tls(certificate: ServerCertificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain_file, certificate.key_file)
    return context


async def _cut_off(transports: Iterable[asyncio.BaseTransport]) -> None:
    """A client that left without a word, as those of `requests` do, leaves its TLS connection half open."""
    for transport in list(transports):
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
    await asyncio.sleep(0)


def _handler(
    arm: Arm, latency_ms: float, transports: WeakSet[asyncio.BaseTransport]
) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.transport is not None:
            transports.add(request.transport)
        body = await request.read()
        if latency_ms:
            await asyncio.sleep(latency_ms / 1000)
        # The path as it was sent: a decoded and re-encoded one could turn an escaped slash into a segment.
        url = f"https://{request.host}{request.raw_path}"
        try:
            answered = arm.handle(request.method, url, request.headers, body)
        except ConnectionDropped:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return web.Response(status=answered.status, headers=answered.headers, body=answered.body)

    return answer
