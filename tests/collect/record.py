"""``make record``: runs the collectors against the sandbox server and writes what was said as cassettes.

With ``--live`` against the tenant that the environment names; see ``cassettes/README.md``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

from auditor.collect.arm import Readers
from auditor.collect.session import Way, connected, readers_over
from auditor.errors import AuditorError
from auditor.model.clouds import Cloud
from auditor.sandbox.server import SandboxServer, serving
from tests.collect.cassette import recording
from tests.collect.deeper import SCENARIOS
from tests.collect.scenarios import (
    ARM_URL,
    PORT,
    REACH,
    SEARCH_SUFFIX,
    SERVICES,
    Scenario,
    read,
)
from tests.collect.scrubbing import Scrubber

CLOUD = Cloud(
    name="Sandbox",
    arm_url=ARM_URL,
    scope=f"{ARM_URL}/.default",
    authority=ARM_URL,
    storage_suffix="core.windows.net",
    search_suffix=SEARCH_SUFFIX,
    search_scope="https://search.azure.com/.default",
    verifies_authority=False,
)
_PARALLEL = 32
_TIMEOUT_S = 60.0


class Loopback(ThreadedResolver):
    """Names below localhost are this machine's (RFC 6761), which not every system's resolver knows."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        here = host == "localhost" or host.endswith(".localhost")
        return await super().resolve("127.0.0.1" if here else host, port, family)


@asynccontextmanager
async def reading(entra: Any, ca_file: Path | None, cloud: Cloud = CLOUD) -> AsyncIterator[Readers]:
    """The collectors' own pipeline over a real aiohttp session. `ca_file` None: the system's."""
    async with transporting(ca_file) as transport:
        yield readers_over(transport, entra, cloud, _PARALLEL, _TIMEOUT_S, lambda: None, REACH)


@asynccontextmanager
async def transporting(ca_file: Path | None) -> AsyncIterator[Any]:
    """azure-core's transport over a real aiohttp session."""
    import aiohttp
    from azure.core.pipeline.transport import AioHttpTransport

    context = ssl.create_default_context(cafile=ca_file)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=context, resolver=Loopback()),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    ) as session:
        yield AioHttpTransport(session=session, session_owner=False)


def client_secret_of(server: SandboxServer) -> Any:
    """The real credential of the sandbox tenant's auditor."""
    from azure.identity.aio import ClientSecretCredential

    principal = server.arm.tenant.principal
    return ClientSecretCredential(
        server.arm.tenant.tenant_id,
        principal.client_id,
        principal.client_secret,
        authority=server.url,
        disable_instance_discovery=True,
        connection_verify=str(server.ca_file),
    )


async def record(scenario: Scenario, path: Path) -> None:
    """Write one cassette of the sandbox. Raises OSError where its port is taken."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(scenario.tenant(), port=PORT))
        entra = await stack.enter_async_context(client_secret_of(server))
        readers = await stack.enter_async_context(reading(entra, server.ca_file))
        with recording(path):
            await read(readers, scenario)


async def record_all(place: Callable[[Scenario], Path], wanted: Iterable[Scenario]) -> None:
    for scenario in wanted:
        await record(scenario, place(scenario))


async def record_live(directory: Path, way: Way, subscriptions: tuple[str, ...], scrubber: Scrubber) -> None:
    """Write one cassette for each service of a real tenant, scrubbed before anything reaches the disk."""
    async with connected(way, lambda: None) as connection:
        for service in SERVICES:
            scenario = Scenario(service=service, name="live", subscriptions=subscriptions)
            with recording(directory / service / "live.yaml", scrubber):
                await read(connection.readers, scenario)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.collect.record", description=__doc__)
    parser.add_argument("--live", action="store_true", help="record your own tenant (cassettes/README.md)")
    parser.add_argument("--out", type=Path, default=Path("cassettes-live"), help="where --live writes")
    options = parser.parse_args(arguments)
    try:
        if options.live:
            return _live(options.out)
        asyncio.run(record_all(lambda scenario: scenario.path, SCENARIOS.values()))
    except (OSError, AuditorError) as failure:
        sys.stderr.write(f"nothing could be recorded: {failure}\n")
        return 2
    return 0


def _live(directory: Path) -> int:
    key = os.environ.get("CASSETTE_KEY")
    if not key:
        sys.stderr.write("set CASSETTE_KEY to a secret of your own that decides the fakes\n")
        return 2
    way = Way(
        cloud=os.environ.get("AUDITOR_CLOUD", "AzureCloud"),
        arm_endpoint=os.environ.get("AUDITOR_ARM_ENDPOINT"),
        ca_bundle=os.environ.get("AUDITOR_CA_BUNDLE"),
        auth=os.environ.get("AUDITOR_AUTH", "auto"),
    )
    wanted = tuple(filter(None, os.environ.get("AUDITOR_SUBSCRIPTION", "").split(",")))
    asyncio.run(record_live(directory, way, wanted, Scrubber(key=key.encode())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
