from __future__ import annotations

import asyncio
import os
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import orjson
import pytest

from auditor.sandbox import Tenant
from auditor.sandbox.__main__ import main
from auditor.sandbox.server import serve_in_thread, serving

TENANT = "11111111-0000-4000-8000-000000000001"
CLIENT = "22222222-0000-4000-8000-000000000002"
SECRET = "only-a-sandbox-secret"
S1 = "33333333-0000-4000-8000-000000000001"


def identity(server: Any, secret: str) -> dict[str, Any]:
    return {
        "tenant_id": TENANT,
        "client_id": CLIENT,
        "client_secret": secret,
        "authority": server.url,
        "disable_instance_discovery": True,
        "connection_verify": str(server.ca_file),
    }


async def read_subscriptions(server: Any, secret: str) -> Any:
    from azure.core.rest import HttpRequest
    from azure.identity.aio import ClientSecretCredential
    from azure.mgmt.core import AsyncARMPipelineClient
    from azure.mgmt.core.policies import AsyncARMChallengeAuthenticationPolicy

    async with ClientSecretCredential(**identity(server, secret)) as credential:
        policy = AsyncARMChallengeAuthenticationPolicy(credential, f"{server.url}/.default")
        client: Any = AsyncARMPipelineClient(
            server.url, policies=[policy], connection_verify=str(server.ca_file)
        )
        async with client:
            url = f"{server.url}/subscriptions?api-version=2022-12-01"
            response = await client.send_request(HttpRequest("GET", url))
            return orjson.loads(await response.read())


def test_server_serves_the_whole_path_from_real_credential_to_arm(tenant: Tenant) -> None:
    async def check() -> None:
        async with serving(tenant) as server:
            body = await read_subscriptions(server, SECRET)
            assert body["value"][0]["subscriptionId"] == S1
            paths = [entry.path for entry in server.arm.log]
            assert paths == [f"/{TENANT}/oauth2/v2.0/token", "/subscriptions"]

    asyncio.run(check())


def test_server_refuses_a_wrong_secret_through_the_real_credential(tenant: Tenant) -> None:
    from azure.core.exceptions import ClientAuthenticationError

    async def check() -> None:
        async with serving(tenant) as server:
            with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
                await read_subscriptions(server, "wrong")

    asyncio.run(check())


def test_server_in_a_thread_serves_the_synchronous_credential(tenant: Tenant) -> None:
    from azure.identity import ClientSecretCredential

    with serve_in_thread(tenant) as server:
        with ClientSecretCredential(**identity(server, SECRET)) as credential:
            token = credential.get_token(f"{server.url}/.default").token
        context = ssl.create_default_context(cafile=str(server.ca_file))
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        url = f"{server.url}/subscriptions/{S1}/resourceGroups?api-version=2021-04-01"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, context=context) as answer:
            assert [group["name"] for group in orjson.loads(answer.read())["value"]] == ["rg1", "rg10"]
    assert not server.ca_file.exists()


def test_server_is_trusted_by_its_own_authority_alone(tenant: Tenant) -> None:
    with serve_in_thread(tenant) as server, pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY"):
        urllib.request.urlopen(f"{server.url}/subscriptions", context=ssl.create_default_context())


def test_server_links_pages_to_its_own_port(tenant_file: dict[str, Any]) -> None:
    with serve_in_thread(Tenant.from_json({**tenant_file, "page_size": 1})) as server:
        body = asyncio.run(read_subscriptions(server, SECRET))
        assert body["nextLink"].startswith(f"{server.url}/subscriptions?")


def test_server_on_a_taken_port_raises_instead_of_hanging(tenant: Tenant) -> None:
    with serve_in_thread(tenant) as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(OSError, match="address already in use"), serve_in_thread(tenant, port=port):
            pytest.fail("served twice on one port")


def test_command_with_a_bad_file_says_so_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tenant.json"
    path.write_text('{"format": 3}')
    assert main(["serve", "--tenant", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"auditor sandbox: {path}: format: must be 1\n"


def test_command_prints_how_to_reach_it_and_ends_on_interrupt(
    tenant_file: dict[str, Any], tmp_path: Path
) -> None:
    path, ca_file = tmp_path / "tenant.json", tmp_path / "ca.pem"
    path.write_bytes(orjson.dumps(tenant_file))
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "auditor.sandbox",
        "serve",
        "--tenant",
        path,
        "--ca-out",
        ca_file,
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        while "auditor scan" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(30) == 0
    assert f"export AZURE_TENANT_ID='{TENANT}'" in said
    assert f"export AZURE_CLIENT_ID='{CLIENT}'" in said
    assert f"export AZURE_CLIENT_SECRET='{SECRET}'" in said
    assert f"--ca-bundle '{ca_file}' --auth environment" in said
    assert "BEGIN CERTIFICATE" in ca_file.read_text()
