"""Who we are to Azure: azure-identity's credentials, and a failed sign-in said in plain words."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
from collections.abc import Callable
from typing import Any

from auditor.errors import NothingAudited
from auditor.model.clouds import Cloud

_NEXT = {
    "auto": "Sign in with `az login`, or choose a credential with --auth.",
    "cli": "Sign in with `az login` (and `az account set` for another tenant).",
    "environment": "Check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or a certificate).",
    "managed-identity": "Run where a managed identity is attached; AZURE_CLIENT_ID names a user one.",
    "workload-identity": "Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE.",
    "device-code": "Follow the code that is shown, with an account of the tenant.",
    "browser": "Finish the sign-in in the browser, with an account of the tenant.",
}


class InThread:
    """A credential that only exists in blocking form, usable with await: device code and browser."""

    def __init__(self, blocking: Any) -> None:
        self._blocking = blocking

    async def get_token(self, *scopes: str, **options: Any) -> Any:
        return await asyncio.to_thread(self._blocking.get_token, *scopes, **options)

    async def close(self) -> None:
        await asyncio.to_thread(self._blocking.close)


class InTenant:
    """A credential that asks for tokens of one tenant, whatever tenant it was configured for."""

    def __init__(self, inner: Any, tenant_id: str) -> None:
        self._inner = inner
        self._tenant_id = tenant_id

    async def get_token(self, *scopes: str, **options: Any) -> Any:
        return await self._inner.get_token(*scopes, **{**options, "tenant_id": self._tenant_id})

    async def close(self) -> None:
        await self._inner.close()


def credential(auth: str, cloud: Cloud, tenant_id: str | None, ca_bundle: str | None) -> Any:
    """An async token credential of the kind that `--auth` names."""
    from azure import identity
    from azure.identity import aio

    entra: dict[str, Any] = {"authority": cloud.authority}
    if ca_bundle:
        entra["connection_verify"] = ca_bundle
    if not cloud.verifies_authority:
        entra["disable_instance_discovery"] = True
    tenant: dict[str, Any] = {"tenant_id": tenant_id} if tenant_id else {}
    client_id = os.environ.get("AZURE_CLIENT_ID")
    client: dict[str, Any] = {"client_id": client_id} if client_id else {}
    makers: dict[str, Callable[[], Any]] = {
        "auto": lambda: _in_tenant(aio.DefaultAzureCredential, tenant_id, entra),
        "cli": lambda: aio.AzureCliCredential(**tenant),
        "environment": lambda: _in_tenant(aio.EnvironmentCredential, tenant_id, entra),
        "managed-identity": lambda: aio.ManagedIdentityCredential(**client),
        "workload-identity": lambda: aio.WorkloadIdentityCredential(**tenant, **entra),
        "device-code": lambda: InThread(identity.DeviceCodeCredential(**tenant, **entra)),
        "browser": lambda: InThread(identity.InteractiveBrowserCredential(**tenant, **entra)),
    }
    try:
        return makers[auth]()
    except (ValueError, OSError) as error:
        raise NothingAudited(f"sign-in failed: {_cause(error)}", _NEXT[auth]) from error


def _in_tenant(kind: Callable[..., Any], tenant_id: str | None, entra: dict[str, Any]) -> Any:
    """These two take their tenant from the environment; --tenant beats it, as a flag does."""
    if not tenant_id:
        return kind(**entra)
    return InTenant(kind(additionally_allowed_tenants=[tenant_id], **entra), tenant_id)


async def sign_in(credential: Any, scope: str, auth: str) -> dict[str, Any]:
    """Get the first token, before anything fans out, and return its claims ({} for an opaque token).

    Raises NothingAudited with the cause and the next step.
    """
    from azure.core.exceptions import AzureError

    try:
        token = await credential.get_token(scope)
    except (AzureError, ValueError, OSError) as error:
        raise NothingAudited(f"sign-in failed: {_cause(error)}", _NEXT[auth]) from error
    return _claims(token.token)


def _claims(token: str) -> dict[str, Any]:
    """What a JWT says of its bearer. Not verified: it is only reported, nothing is decided on it."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _cause(error: Exception) -> str:
    """The first sentence of what the SDK says; its lists of every credential tried go to the log."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = lines[0] if lines else type(error).__name__
    # Entra's own words, out of "Microsoft Entra ID error '(invalid_client) AADSTS7000215: …'".
    if entra := re.search(r"AADSTS\d+: .*?(?='?\.?$)", said):
        said = entra.group()
    return said if len(said) <= 300 else said[:299] + "…"
