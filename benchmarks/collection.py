"""The whole path over TLS: a wide tenant behind 50 ms of latency, against bare aiohttp on the same URLs."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import aiohttp

from auditor.collect import PACK
from auditor.collect.runner import closure, collect
from auditor.collect.scope import resolve
from auditor.collect.session import Way, connected
from auditor.collect.source import Selection
from auditor.model.declared import Declared
from auditor.model.estate import EstateBuilder
from auditor.model.resources.connection import CognitiveConnection
from auditor.sandbox.sample import build
from benchmarks.measure import in_turn, wall_s

ACCOUNTS = 500
LATENCY_MS = 50
CONCURRENCY = 64
RUNS = 5
_PORT = 8445


def rows() -> Iterator[tuple[str, str, str, str]]:
    """What, wall seconds of our collection, of bare aiohttp with the same requests in flight, the ratio."""
    tenant = _wide_tenant()
    with _served(tenant) as (url, ca_file):
        urls = _account_lists(tenant, url)
        measured, least, ratio = in_turn(
            lambda: wall_s(lambda: asyncio.run(_ours(tenant, url, ca_file))),
            lambda: wall_s(lambda: asyncio.run(_bare(tenant, url, ca_file, urls))),
            RUNS,
        )
    what = f"{ACCOUNTS} accounts and their connections, {LATENCY_MS} ms latency, {CONCURRENCY} in flight"
    yield what, f"{measured} s", f"{least} s", str(ratio)


def _wide_tenant() -> dict[str, Any]:
    tenant = build()
    account = next(b for b in tenant["resources"] if b["type"] == "Microsoft.CognitiveServices/accounts")
    subscription = tenant["subscriptions"][0]
    wide = []
    for number in range(ACCOUNTS):
        body = deepcopy(account)
        body["name"] = f"account-{number}"
        body["id"] = account["id"].rpartition("/")[0] + f"/account-{number}"
        wide.append(body)
    return {**tenant, "subscriptions": [subscription], "resources": wide, "faults": [], "groups": {}}


@contextmanager
def _served(tenant: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The sandbox server in a process of its own, so that its CPU is not ours."""
    with tempfile.TemporaryDirectory() as folder:
        file, ca_file = Path(folder, "tenant.json"), Path(folder, "ca.pem")
        file.write_text(json.dumps(tenant))
        command = [sys.executable, "-m", "auditor.sandbox", "serve", "--tenant", str(file)]
        options = ["--latency-ms", str(LATENCY_MS), "--port", str(_PORT), "--ca-out", str(ca_file)]
        server = subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True)
        try:
            assert server.stderr is not None
            for line in server.stderr:
                if "AZURE_CLIENT_SECRET" in line or "auditor scan" in line:
                    break
            yield f"https://localhost:{_PORT}", str(ca_file)
        finally:
            server.terminate()
            server.wait()


def _account_lists(tenant: dict[str, Any], url: str) -> list[str]:
    version = "api-version=2025-06-01"
    subscription = tenant["subscriptions"][0]["subscriptionId"]
    listing = f"{url}/subscriptions/{subscription}/providers/Microsoft.CognitiveServices/accounts?{version}"
    children = [f"{url}{b['id']}/privateEndpointConnections?{version}" for b in tenant["resources"]]
    return [listing, *children]


async def _ours(tenant: dict[str, Any], url: str, ca_file: str) -> None:
    principal = tenant["principal"]
    os.environ.update(
        AZURE_TENANT_ID=tenant["tenant_id"],
        AZURE_CLIENT_ID=principal["client_id"],
        AZURE_CLIENT_SECRET=principal["client_secret"],
    )
    way = Way(arm_endpoint=url, ca_bundle=ca_file, auth="environment", max_concurrency=CONCURRENCY)
    async with connected(way, lambda: None) as opened:
        scope = await resolve(opened.reader, (), None, ())
        builder = EstateBuilder(None, [one.id for one in scope.audited], {})
        sources = closure(PACK.sources, (CognitiveConnection,))
        estate = await collect(opened.readers, sources, builder, Selection(declared=Declared()))
    assert not estate.all_gaps()


async def _bare(tenant: dict[str, Any], url: str, ca_file: str, urls: list[str]) -> None:
    context = ssl.create_default_context(cafile=ca_file)
    connector = aiohttp.TCPConnector(ssl=context, limit=CONCURRENCY)
    principal = tenant["principal"]
    form = {
        "grant_type": "client_credentials",
        "client_id": principal["client_id"],
        "client_secret": principal["client_secret"],
        "scope": f"{url}/.default",
    }
    async with aiohttp.ClientSession(connector=connector) as session:
        async with session.post(f"{url}/{tenant['tenant_id']}/oauth2/v2.0/token", data=form) as answer:
            token = (await answer.json())["access_token"]
        headers = {"Authorization": f"Bearer {token}"}

        async def get(address: str) -> None:
            async with session.get(address, headers=headers) as response:
                await response.read()
                assert response.status == 200

        await asyncio.gather(*(get(address) for address in urls))
