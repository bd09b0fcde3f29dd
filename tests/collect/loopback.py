"""A TLS server on this machine that answers as a test tells it to."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from auditor.sandbox.certificate import issue_certificate

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loopback:
    url: str
    ca_file: Path


@asynccontextmanager
async def served(handler: Handler, directory: Path) -> AsyncIterator[Loopback]:
    """Serve until the block ends; the authority to trust is written into the directory."""
    certificate = issue_certificate(directory)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain_file, certificate.key_file)
    # The handler sees the body as it was sent.
    runner = web.ServerRunner(web.Server(handler, access_log=None, auto_decompress=False))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        yield Loopback(url=f"https://localhost:{runner.addresses[0][1]}", ca_file=certificate.ca_file)
    finally:
        await runner.cleanup()
