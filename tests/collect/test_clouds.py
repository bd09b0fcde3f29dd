"""Which cloud is talked to: the table, and what an address says of itself."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector, web

from auditor.collect.clouds import cloud_at, named_cloud
from auditor.collect.session import Way, connected
from auditor.errors import NothingAudited
from auditor.exitcodes import ExitCode
from auditor.model.clouds import CLOUDS, Cloud
from tests.collect.loopback import served

AUDIENCE = "https://management.azurestack.example/6f0c"
ENTRY = {
    "name": "AzureStack",
    "authentication": {"loginEndpoint": "https://login.stack.example/", "audiences": [AUDIENCE + "/"]},
    "suffixes": {"storage": "local.stack.example", "azureSearch": "search.stack.example"},
}


def _entry(**members: Any) -> dict[str, Any]:
    return {**ENTRY, **members}


async def _cloud(body: object, directory: Path, status: int = 200) -> tuple[Cloud, str]:
    """The cloud that a server describes; `body` is text, or a JSON value with `URL` for its address."""
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(request.raw_path)
        text = body if isinstance(body, str) else web.json_response(body).text or ""
        return web.Response(text=text.replace("URL", f"https://{request.host}"), status=status)

    async with served(answer, directory) as server:
        context = ssl.create_default_context(cafile=server.ca_file)
        async with ClientSession(connector=TCPConnector(ssl=context), auto_decompress=False) as session:
            found = await cloud_at(f"{server.url}/", session, 5)
    assert asked == ["/metadata/endpoints?api-version=2022-09-01"]
    assert found.arm_url == server.url
    return found, server.url


@pytest.mark.parametrize(
    ("name", "arm_url", "scope", "authority", "storage", "search", "search_scope"),
    [
        (
            "AzureCloud",
            "https://management.azure.com",
            "https://management.azure.com/.default",
            "https://login.microsoftonline.com",
            "core.windows.net",
            "search.windows.net",
            "https://search.azure.com/.default",
        ),
        (
            "AzureUSGovernment",
            "https://management.usgovcloudapi.net",
            "https://management.core.usgovcloudapi.net/.default",
            "https://login.microsoftonline.us",
            "core.usgovcloudapi.net",
            "search.azure.us",
            "https://search.azure.us/.default",
        ),
        (
            "AzureChinaCloud",
            "https://management.chinacloudapi.cn",
            "https://management.chinacloudapi.cn/.default",
            "https://login.chinacloudapi.cn",
            "core.chinacloudapi.cn",
            "search.azure.cn",
            "https://search.azure.cn/.default",
        ),
    ],
)
def test_cloud_of_the_table_has_its_addresses(
    name: str, arm_url: str, scope: str, authority: str, storage: str, search: str, search_scope: str
) -> None:
    assert asdict(named_cloud(name)) == {
        "name": name,
        "arm_url": arm_url,
        "scope": scope,
        "authority": authority,
        "storage_suffix": storage,
        "search_suffix": search,
        "search_scope": search_scope,
        "verifies_authority": True,
    }


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("AzureCloud", "AZURE_PUBLIC_CLOUD"),
        ("AzureUSGovernment", "AZURE_US_GOVERNMENT"),
        ("AzureChinaCloud", "AZURE_CHINA_CLOUD"),
    ],
)
def test_cloud_of_the_table_agrees_with_the_sdk(name: str, setting: str) -> None:
    from azure.core import AzureClouds
    from azure.mgmt.core.tools import get_arm_endpoints

    endpoints = get_arm_endpoints(AzureClouds[setting])
    cloud = CLOUDS[name]
    assert endpoints["resource_manager"].rstrip("/") == cloud.arm_url
    assert [scope.rstrip("/") for scope in endpoints["credential_scopes"]] == [cloud.scope]


@pytest.mark.parametrize(
    "body",
    [
        ENTRY,
        [_entry(resourceManager="https://other.example"), _entry(resourceManager="URL/")],
    ],
    ids=["object", "list"],
)
async def test_address_describes_its_cloud_as_an_object_or_in_a_list(body: object, tmp_path: Path) -> None:
    found, _ = await _cloud(body, tmp_path)
    assert found.name == "AzureStack"
    assert found.scope == f"{AUDIENCE}/.default"
    assert found.authority == "https://login.stack.example"
    assert (found.storage_suffix, found.search_suffix) == ("local.stack.example", "search.stack.example")
    assert found.search_scope == "https://search.stack.example/.default"
    assert found.verifies_authority is False


async def test_address_that_names_no_suffixes_has_the_public_ones(tmp_path: Path) -> None:
    found, _ = await _cloud({"authentication": ENTRY["authentication"]}, tmp_path)
    assert found.name == "localhost"
    assert (found.storage_suffix, found.search_suffix) == ("core.windows.net", "search.windows.net")
    assert found.search_scope == "https://search.azure.com/.default"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<html>It works!</html>", 200),
        ("", 200),
        ("null", 200),
        ("7", 200),
        ("[]", 200),
        ({"error": {"code": "NotFound"}}, 404),
        ({"authentication": {}}, 200),
        ({"authentication": {"loginEndpoint": "https://login", "audiences": []}}, 200),
        ({"authentication": {"loginEndpoint": None, "audiences": ["https://a"]}}, 200),
        ({"authentication": "https://login"}, 200),
        ([_entry(resourceManager="https://other.example")], 200),
        ([{"name": "no address"}], 200),
        ([7], 200),
    ],
)
async def test_address_that_describes_no_cloud_is_named(body: object, status: int, tmp_path: Path) -> None:
    with pytest.raises(NothingAudited, match=r"https://localhost:\d+ does not describe itself") as raised:
        await _cloud(body, tmp_path, status)
    assert "--arm-endpoint" in raised.value.hint


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("https://localhost:1", "https://localhost:1 does not answer: "),
        ("http://localhost:1", "http://localhost:1"),
        ("localhost:1", "localhost:1"),
        ("https://", "https:"),
        ("ftp://localhost", "ftp://localhost"),
    ],
)
async def test_address_that_cannot_be_reached_is_named_with_the_next_step(endpoint: str, said: str) -> None:
    with pytest.raises(NothingAudited) as raised:
        async with connected(Way(arm_endpoint=endpoint, timeout_s=5), lambda: None):
            pytest.fail("connected to nothing")
    assert raised.value.message.startswith(said)
    assert "\n" not in str(raised.value)
    assert "--arm-endpoint" in raised.value.hint
    assert raised.value.exit_code is ExitCode.NOTHING_AUDITED


async def test_address_whose_certificate_is_not_trusted_asks_for_its_authority(tmp_path: Path) -> None:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return web.json_response(ENTRY)

    async with served(answer, tmp_path) as server:
        with pytest.raises(NothingAudited, match=f"the certificate of {server.url} is not trusted") as raised:
            async with connected(Way(arm_endpoint=server.url), lambda: None):
                pytest.fail("trusted a stranger")
    assert raised.value.hint == "Name the authority that signed it with --ca-bundle FILE."


async def test_address_that_does_not_answer_in_time_is_named(tmp_path: Path) -> None:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(0.3)
        return web.json_response(ENTRY)

    async with served(answer, tmp_path) as server:
        way = Way(arm_endpoint=server.url, ca_bundle=str(server.ca_file), timeout_s=0.1)
        with pytest.raises(NothingAudited, match=f"{server.url} does not answer: nothing came in 0.1 s"):
            async with connected(way, lambda: None):
                pytest.fail("waited")


@pytest.mark.parametrize("content", [None, "not a certificate"])
async def test_ca_bundle_that_cannot_be_used_is_named(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(NothingAudited, match=r"the CA bundle .*ca\.pem cannot be used: ") as raised:
        async with connected(Way(ca_bundle=str(path)), lambda: None):
            pytest.fail("trusted nobody")
    assert raised.value.hint == "Give a PEM file with --ca-bundle."
