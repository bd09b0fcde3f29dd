"""Who signs in: the class of azure-identity behind every --auth, and a failure said in one line."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from auditor.collect.credentials import InThread, credential, sign_in
from auditor.collect.session import Way, connected
from auditor.errors import NothingAudited
from auditor.model.clouds import CLOUDS, Cloud
from auditor.options_table import OPTIONS
from auditor.sandbox import Tenant
from auditor.sandbox.certificate import issue_certificate
from auditor.sandbox.server import SandboxServer, serving
from tests.collect.scenarios import sample_file

TENANT = "11111111-0000-4000-8000-000000000001"
CLIENT = "22222222-0000-4000-8000-000000000002"
KINDS = {
    "auto": "DefaultAzureCredential",
    "cli": "AzureCliCredential",
    "environment": "EnvironmentCredential",
    "managed-identity": "ManagedIdentityCredential",
    "workload-identity": "WorkloadIdentityCredential",
    "device-code": "DeviceCodeCredential",
    "browser": "InteractiveBrowserCredential",
}
STACK = Cloud(
    name="Stack",
    arm_url="https://management.stack.example",
    scope="https://management.stack.example/.default",
    authority="https://login.stack.example",
    storage_suffix="core.windows.net",
    search_suffix="search.windows.net",
    search_scope="https://search.azure.com/.default",
    verifies_authority=False,
)


def _environment(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> None:
    principal = Tenant.sample().principal
    named: dict[str, str | None] = {
        "AZURE_TENANT_ID": Tenant.sample().tenant_id,
        "AZURE_CLIENT_ID": principal.client_id,
        "AZURE_CLIENT_SECRET": principal.client_secret,
        **changes,
    }
    for name, value in named.items():
        if value is not None:
            monkeypatch.setenv(name, value)


def test_every_choice_of_auth_is_tested_here() -> None:
    (option,) = [option for option in OPTIONS if option.key == "auth"]
    assert tuple(option.choices) == tuple(KINDS)


@pytest.mark.parametrize(("auth", "expected"), KINDS.items())
async def test_auth_builds_its_class(
    auth: str, expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("x.y.z")
    _environment(monkeypatch, AZURE_FEDERATED_TOKEN_FILE=str(tmp_path / "token"))
    made = credential(auth, CLOUDS["AzureUSGovernment"], None, None)
    inner = made._blocking if isinstance(made, InThread) else made
    assert type(inner).__name__ == expected
    assert type(inner).__module__.startswith("azure.identity.aio") is not isinstance(made, InThread)
    await made.close()


class Recorded:
    """Stands where azure-identity's constructors stand: keeps what it was given."""

    def __init__(self, **options: Any) -> None:
        self.options = options


# Managed identity and the CLI know their own way to sign in: neither takes an authority or a CA bundle.
@pytest.mark.parametrize(
    ("auth", "module", "name", "options"),
    [
        ("auto", "azure.identity.aio", "DefaultAzureCredential", {"entra"}),
        ("cli", "azure.identity.aio", "AzureCliCredential", {"tenant_id"}),
        ("environment", "azure.identity.aio", "EnvironmentCredential", {"entra"}),
        ("managed-identity", "azure.identity.aio", "ManagedIdentityCredential", {"client_id"}),
        ("workload-identity", "azure.identity.aio", "WorkloadIdentityCredential", {"entra", "tenant_id"}),
        ("device-code", "azure.identity", "DeviceCodeCredential", {"entra", "tenant_id"}),
        ("browser", "azure.identity", "InteractiveBrowserCredential", {"entra", "tenant_id"}),
    ],
)
@pytest.mark.parametrize("cloud", [CLOUDS["AzureChinaCloud"], STACK], ids=["table", "address"])
def test_auth_passes_authority_tenant_and_ca_on(
    auth: str, module: str, name: str, options: set[str], cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib

    monkeypatch.setattr(importlib.import_module(module), name, Recorded)
    monkeypatch.setenv("AZURE_CLIENT_ID", CLIENT)
    made = credential(auth, cloud, TENANT, "ca.pem")
    found = _recorded(made).options
    assert ("authority" in found) is ("entra" in options)
    if "entra" in options:
        assert (found["authority"], found["connection_verify"]) == (cloud.authority, "ca.pem")
        # Entra's public directory of clouds knows only those of the table.
        assert found.get("disable_instance_discovery", False) is not cloud.verifies_authority
    assert found.get("tenant_id") == (TENANT if "tenant_id" in options else None)
    assert found.get("client_id") == (CLIENT if "client_id" in options else None)
    if "tenant_id" not in options and auth != "managed-identity":
        assert found["additionally_allowed_tenants"] == [TENANT]


def _recorded(made: Any) -> Recorded:
    found = made if isinstance(made, Recorded) else getattr(made, "_blocking", None) or made._inner
    assert isinstance(found, Recorded)
    return found


@asynccontextmanager
async def _signed_in(server: SandboxServer, **changes: Any) -> AsyncIterator[Any]:
    way: dict[str, Any] = {
        "arm_endpoint": server.url,
        "ca_bundle": str(server.ca_file),
        "auth": "environment",
        "timeout_s": 5.0,
        **changes,
    }
    async with connected(Way(**way), lambda: None) as connection:
        yield connection


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"AZURE_CLIENT_SECRET": "wrong"}, "AADSTS7000215: Invalid client secret"),
        ({"AZURE_CLIENT_ID": CLIENT}, "AADSTS700016: Application with identifier"),
        ({"AZURE_TENANT_ID": TENANT}, "AADSTS90002: Tenant"),
    ],
)
async def test_sign_in_that_entra_refuses_is_one_line_with_the_next_step(
    changes: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _environment(monkeypatch, **changes)
    async with serving(Tenant.sample()) as server:
        with pytest.raises(NothingAudited) as raised:
            async with _signed_in(server):
                pytest.fail("signed in")
    assert raised.value.message.startswith("sign-in failed: ")
    assert said in raised.value.message
    assert "AZURE_CLIENT_SECRET" in raised.value.hint
    assert "\n" not in str(raised.value)
    assert "wrong" not in raised.value.message


@pytest.mark.parametrize("auth", ["environment", "workload-identity"])
async def test_sign_in_without_its_environment_names_the_variables(auth: str) -> None:
    async with serving(Tenant.sample()) as server:
        with pytest.raises(NothingAudited, match=r"^sign-in failed: ") as raised:
            async with _signed_in(server, auth=auth):
                pytest.fail("signed in")
    assert "AZURE_TENANT_ID" in raised.value.hint
    assert "\n" not in str(raised.value)


async def test_sign_in_with_a_token_file_that_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _environment(monkeypatch, AZURE_FEDERATED_TOKEN_FILE=str(tmp_path / "none"))
    async with serving(Tenant.sample()) as server:
        with pytest.raises(NothingAudited, match=r"sign-in failed: .*No such file") as raised:
            async with _signed_in(server, auth="workload-identity"):
                pytest.fail("signed in")
    assert "AZURE_FEDERATED_TOKEN_FILE" in raised.value.hint


async def test_sign_in_with_a_certificate_that_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", TENANT)
    monkeypatch.setenv("AZURE_CLIENT_ID", CLIENT)
    monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", str(tmp_path / "none.pem"))
    with pytest.raises(NothingAudited, match=r"sign-in failed: .*No such file"):
        credential("environment", CLOUDS["AzureCloud"], None, None)


async def test_sign_in_at_an_authority_that_does_not_answer_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from azure.identity.aio import ClientSecretCredential

    entra = ClientSecretCredential(
        TENANT,
        CLIENT,
        "secret",
        authority="https://localhost:1",
        retry_total=0,
        disable_instance_discovery=True,
    )
    with pytest.raises(NothingAudited, match=r"sign-in failed: .*localhost:1") as raised:
        await sign_in(entra, "https://localhost:1/.default", "environment")
    await entra.close()
    assert "\n" not in str(raised.value)


async def test_sign_in_at_an_authority_of_another_ca_is_one_line(tmp_path: Path) -> None:
    from azure.identity.aio import ClientSecretCredential

    stranger = issue_certificate(tmp_path)
    async with serving(Tenant.sample()) as server:
        entra = ClientSecretCredential(
            Tenant.sample().tenant_id,
            CLIENT,
            "secret",
            authority=server.url,
            retry_total=0,
            connection_verify=str(stranger.ca_file),
        )
        with pytest.raises(NothingAudited, match=r"sign-in failed: .*(?i:certificate)") as raised:
            await sign_in(entra, f"{server.url}/.default", "environment")
        await entra.close()
    assert "\n" not in str(raised.value)


async def test_sign_in_at_an_authority_without_tls_is_refused() -> None:
    plain = Cloud(
        name="Plain",
        arm_url="https://localhost:1",
        scope="https://localhost:1/.default",
        authority="http://localhost:1",
        storage_suffix="",
        search_suffix="",
        search_scope="https://search.azure.com/.default",
        verifies_authority=False,
    )
    with pytest.raises(NothingAudited, match=r"sign-in failed: .*https"):
        credential("device-code", plain, None, None)


def _jwt(claims: object) -> str:
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{middle}.c2ln"


@pytest.mark.parametrize(
    ("token", "claims"),
    [
        (_jwt({"oid": "o", "tid": "t"}), {"oid": "o", "tid": "t"}),
        ("opaque", {}),
        ("a.b", {}),
        ("a.%%%.c", {}),
        ("a.e30.c", {}),
        (_jwt(["oid"]), {}),
        ("a./w.c", {}),
    ],
)
async def test_claims_are_read_from_a_jwt_and_empty_for_any_other_token(
    token: str, claims: dict[str, str]
) -> None:
    class Holder:
        async def get_token(self, *_scopes: str) -> Any:
            return type("Token", (), {"token": token})

    assert await sign_in(Holder(), "scope", "auto") == claims


async def test_blocking_credential_is_used_without_blocking(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    class Blocking:
        closed_in: str | None = None

        def get_token(self, *scopes: str, **options: Any) -> tuple[Any, ...]:
            return scopes, options, threading.current_thread() is threading.main_thread()

        def close(self) -> None:
            self.closed_in = threading.current_thread().name

    inner = Blocking()
    wrapped = InThread(inner)
    assert await wrapped.get_token("s", claims="c") == (("s",), {"claims": "c"}, False)
    await wrapped.close()
    assert inner.closed_in is not None


async def test_sign_in_of_the_sample_tenant_reads_its_subscriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    _environment(monkeypatch)
    async with serving(Tenant.from_json(sample_file())) as server, _signed_in(server) as connection:
        pages = [page async for page in connection.reader.pages("/subscriptions", "2022-12-01")]
    assert [row["displayName"] for row in pages[0]] == ["norrland-ai-prod", "norrland-hub", "norrland-legacy"]
    assert connection.cloud.name == "Sandbox"
    assert connection.claims == {}
