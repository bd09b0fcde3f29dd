"""The sign-in side of the sandbox: cloud metadata, discovery documents and tokens."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from auditor.sandbox.request import Request
from auditor.sandbox.responses import ArmResponse, json_response, missing_api_version
from auditor.sandbox.tenant import Tenant

TOKEN_LIFETIME_S = 3600
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

# GET https://management.azure.com/metadata/endpoints?api-version=2022-09-01
_PUBLIC_SUFFIXES: Mapping[str, str] = {
    "acrLoginServer": "azurecr.io",
    "attestationEndpoint": "attest.azure.net",
    "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
    "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
    "azureFrontDoorEndpointSuffix": "azurefd.net",
    "keyVaultDns": "vault.azure.net",
    "mariadbServerEndpoint": "mariadb.database.azure.com",
    "mhsmDns": "managedhsm.azure.net",
    "mysqlServerEndpoint": "mysql.database.azure.com",
    "postgresqlServerEndpoint": "postgres.database.azure.com",
    "sqlServerHostname": "database.windows.net",
    "storage": "core.windows.net",
    "storageSyncEndpointSuffix": "afs.azure.net",
    "synapseAnalytics": "dev.azuresynapse.net",
}


def access_token(tenant: Tenant, scope: str = "") -> str:
    """The token that the sandbox gives out and accepts: opaque, and the same for the same principal.

    There are two, one for the search services (by the `scope` that is asked for) and one for all the rest.
    """
    principal = tenant.principal
    secret = f"{tenant.tenant_id}\n{principal.client_id}\n{principal.client_secret}"
    audience = "search." if (urlsplit(scope).hostname or "").startswith("search.") else ""
    return f"sandbox.{audience}" + hashlib.sha256(secret.lower().encode()).hexdigest()


class Entra:
    """Answers for one tenant."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def answer(self, request: Request) -> ArmResponse | None:
        """The answer of a sign-in route; None when the request is not for one."""
        segments = [segment.lower() for segment in request.path.split("/") if segment]
        route = (request.method, *segments)
        match route:
            case ("GET", "metadata", "endpoints"):
                return self._metadata(request)
            case ("GET", "common", "discovery", "instance"):
                return self._instance_discovery(request)
            case ("GET", tenant_id, "v2.0", ".well-known", "openid-configuration"):
                return self._openid_configuration(request, tenant_id)
            case ("POST", tenant_id, "oauth2", "v2.0", "token"):
                return self._token(request, tenant_id)
            case _:
                return None

    def _metadata(self, request: Request) -> ArmResponse:
        if not request.parameter("api-version"):
            return missing_api_version()
        body = {
            "name": "Sandbox",
            "portal": request.base,
            "authentication": {
                "loginEndpoint": f"{request.base}/",
                "audiences": [request.base],
                "tenant": self._tenant.tenant_id,
                "identityProvider": "AAD",
            },
            "resourceManager": request.base,
            "suffixes": {**_PUBLIC_SUFFIXES, "azureSearch": f"search.{urlsplit(request.base).netloc}"},
        }
        return json_response(body)

    def _instance_discovery(self, request: Request) -> ArmResponse:
        host = urlsplit(request.base).netloc
        endpoint = f"{request.base}/{self._tenant.tenant_id}/v2.0/.well-known/openid-configuration"
        network = {"preferred_network": host, "preferred_cache": host, "aliases": [host]}
        return json_response(
            {"tenant_discovery_endpoint": endpoint, "api-version": "1.1", "metadata": [network]}
        )

    def _openid_configuration(self, request: Request, tenant_id: str) -> ArmResponse:
        if tenant_id != self._tenant.tenant_id.lower():
            return _tenant_not_found(tenant_id)
        authority = f"{request.base}/{self._tenant.tenant_id}"
        body = {
            "issuer": f"{authority}/v2.0",
            "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
            "token_endpoint": f"{authority}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{authority}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{authority}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "response_types_supported": ["code", "token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        return json_response(body)

    def _token(self, request: Request, tenant_id: str) -> ArmResponse:
        if tenant_id != self._tenant.tenant_id.lower():
            return _tenant_not_found(tenant_id)
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        refusal = self._refusal(form)
        if refusal is not None:
            return refusal
        token: dict[str, Any] = {
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFETIME_S,
            "ext_expires_in": TOKEN_LIFETIME_S,
            "access_token": access_token(self._tenant, form["scope"]),
        }
        return json_response(token)

    def _refusal(self, form: Mapping[str, str]) -> ArmResponse | None:
        """Why there is no token, in Entra's words; None when there is one."""
        principal = self._tenant.principal
        client_id = form.get("client_id", "")
        if form.get("grant_type") != "client_credentials":
            what = f"The app requested an unsupported grant type '{form.get('grant_type', '')}'."
            return _refused(400, "unsupported_grant_type", 70003, what)
        if not form.get("scope"):
            what = "The request body must contain the following parameter: 'scope'."
            return _refused(400, "invalid_request", 90014, what)
        if client_id.lower() != principal.client_id.lower():
            what = (
                f"Application with identifier '{client_id}' was not found in the directory "
                f"'{self._tenant.tenant_id}'."
            )
            return _refused(400, "unauthorized_client", 700016, what)
        if form.get("client_assertion"):
            return _assertion_refusal(form)
        if form.get("client_secret") != principal.client_secret:
            what = (
                "Invalid client secret provided. Ensure the secret being sent in the request is the client "
                f"secret value, not the client secret ID, for a secret added to app '{client_id}'."
            )
            return _refused(401, "invalid_client", 7000215, what)
        return None


def _assertion_refusal(form: Mapping[str, str]) -> ArmResponse | None:
    # A tenant file holds no certificate, so the shape of the assertion is checked and its signature is not.
    if form.get("client_assertion_type") == _ASSERTION_TYPE and form["client_assertion"].count(".") == 2:
        return None
    return _refused(401, "invalid_client", 50027, "JWT token is invalid or malformed.")


def _tenant_not_found(tenant_id: str) -> ArmResponse:
    return _refused(400, "invalid_request", 90002, f"Tenant '{tenant_id}' not found.")


def _refused(status: int, kind: str, number: int, what: str) -> ArmResponse:
    body = {"error": kind, "error_description": f"AADSTS{number}: {what}", "error_codes": [number]}
    return json_response(body, status)
