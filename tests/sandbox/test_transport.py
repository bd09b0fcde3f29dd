from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import Any

import orjson
import pytest

from auditor.sandbox import Arm, Tenant
from auditor.sandbox.transport import sandbox_credential, sandbox_transport

BASE = "https://sandbox.invalid"
S1 = "33333333-0000-4000-8000-000000000001"
ACCOUNT = f"/subscriptions/{S1}/resourceGroups/rg1/providers/Microsoft.CognitiveServices/accounts/openai"


async def send(arm: Arm, path: str, latency_ms: float = 0) -> Any:
    from azure.core.rest import HttpRequest
    from azure.mgmt.core import AsyncARMPipelineClient
    from azure.mgmt.core.policies import AsyncARMChallengeAuthenticationPolicy

    policy = AsyncARMChallengeAuthenticationPolicy(sandbox_credential(arm), f"{BASE}/.default")
    transport = sandbox_transport(arm, latency_ms)
    client: Any = AsyncARMPipelineClient(BASE, transport=transport, policies=[policy])
    async with client:
        return await client.send_request(HttpRequest("GET", f"{BASE}{path}?api-version=2024-10-01"))


def test_transport_under_the_arm_pipeline_answers_in_every_reading(tenant: Tenant) -> None:
    async def check() -> None:
        response = await send(Arm(tenant), ACCOUNT)
        await response.load_body()
        assert response.status_code == 200
        assert response.headers["CONTENT-type"] == "application/json; charset=utf-8"
        assert response.json()["id"] == ACCOUNT
        assert response.content == response.body() == await response.read() == response.text().encode()
        assert b"".join([part async for part in response.iter_bytes()]) == response.content
        response.raise_for_status()

    asyncio.run(check())


def test_transport_hands_errors_on_as_responses(tenant: Tenant) -> None:
    from azure.core.exceptions import HttpResponseError

    async def check() -> None:
        response = await send(Arm(tenant), f"{ACCOUNT}x")
        assert (response.status_code, response.reason) == (404, "Not Found")
        with pytest.raises(HttpResponseError, match="ResourceNotFound"):
            response.raise_for_status()

    asyncio.run(check())


def test_transport_serves_typed_clients_with_paging(tenant_file: dict[str, Any]) -> None:
    from azure.mgmt.authorization.aio import AuthorizationManagementClient
    from azure.mgmt.network.aio import NetworkManagementClient
    from azure.mgmt.search.aio import SearchManagementClient

    arm = Arm(Tenant.from_json({**tenant_file, "page_size": 2}))

    async def check() -> None:
        common: Any = {
            "base_url": BASE,
            "credential_scopes": [f"{BASE}/.default"],
            "transport": sandbox_transport(arm),
        }
        credential: Any = sandbox_credential(arm)
        async with SearchManagementClient(credential, S1, **common) as search:
            assert [item.name async for item in search.services.list_by_subscription()] == ["kb"]
        async with NetworkManagementClient(credential, S1, **common) as network:
            assert [item async for item in network.private_endpoints.list_by_subscription()] == []
        async with AuthorizationManagementClient(credential, S1, **common) as authorization:
            grants = authorization.role_assignments.list_for_subscription(filter="assignedTo('app')")
            assert [item.name async for item in grants] == [
                "at-tenant",
                "at-root",
                "at-group-0",
                "at-account",
            ]

    asyncio.run(check())


def test_transport_with_latency_waits_in_parallel(tenant: Tenant) -> None:
    arm = Arm(tenant)

    async def check() -> float:
        await send(arm, ACCOUNT)
        started = time.perf_counter()
        await asyncio.gather(*(send(arm, ACCOUNT, latency_ms=100) for _ in range(8)))
        return time.perf_counter() - started

    assert 0.1 <= asyncio.run(check()) < 0.7


def test_transport_does_not_load_aiohttp_and_sandbox_does_not_load_azure(
    tenant_file: dict[str, Any],
) -> None:
    script = (
        "import sys, json, pathlib; import auditor.sandbox, auditor.sandbox.transport as t;"
        "assert not [m for m in sys.modules if m.split('.')[0] == 'azure'];"
        "arm = auditor.sandbox.Arm(auditor.sandbox.Tenant.from_json(json.load(sys.stdin)));"
        "t.sandbox_transport(arm); t.sandbox_credential(arm); assert 'azure' in sys.modules;"
        "assert 'aiohttp' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], input=orjson.dumps(tenant_file), check=True)
