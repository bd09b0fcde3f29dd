"""A tiny tenant that these tests can see through, and a caller that holds its token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from auditor.sandbox import Arm, ArmResponse, Tenant
from auditor.sandbox.entra import access_token

TENANT = "11111111-0000-4000-8000-000000000001"
OBJECT = "22222222-0000-4000-8000-000000000001"
CLIENT = "22222222-0000-4000-8000-000000000002"
S1 = "33333333-0000-4000-8000-000000000001"
S2 = "33333333-0000-4000-8000-000000000002"
RG = f"/subscriptions/{S1}/resourceGroups/rg1"
ACCOUNT = f"{RG}/providers/Microsoft.CognitiveServices/accounts/openai"
SEARCH = f"{RG}/providers/Microsoft.Search/searchServices/kb"
VAULT = f"{RG}/providers/Microsoft.KeyVault/vaults/kv"
SITE = f"{RG}/providers/Microsoft.Web/sites/web"
STORE = f"/subscriptions/{S1}/resourceGroups/rg10/providers/Microsoft.Storage/storageAccounts/st"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CUSTOM = "44444444-0000-4000-8000-000000000009"
AUTHORIZATION = "providers/Microsoft.Authorization"


def resource(resource_id: str, resource_type: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": resource_id,
        "name": resource_id.rpartition("/")[2],
        "type": resource_type,
        "properties": {},
        **fields,
    }


def grant(scope: str, name: str, principal_id: str) -> dict[str, Any]:
    properties = {"scope": scope or "/", "principalId": principal_id, "roleDefinitionId": READER}
    return resource(
        f"{scope}/{AUTHORIZATION}/roleAssignments/{name}",
        "Microsoft.Authorization/roleAssignments",
        properties=properties,
    )


def role(role_id: str, name: str, kind: str, scopes: list[str]) -> dict[str, Any]:
    properties = {"roleName": name, "type": kind, "assignableScopes": scopes, "permissions": []}
    return resource(role_id, "Microsoft.Authorization/roleDefinitions", properties=properties)


def tiny_resources() -> list[dict[str, Any]]:
    connection = "Microsoft.CognitiveServices/accounts/privateEndpointConnections"
    return [
        resource(ACCOUNT, "Microsoft.CognitiveServices/accounts", location="eastus", kind="OpenAI"),
        resource(f"{ACCOUNT}/deployments/gpt", "Microsoft.CognitiveServices/accounts/deployments"),
        resource(
            f"{ACCOUNT}/privateEndpointConnections/pe.1",
            connection,
            properties={"privateLinkServiceConnectionState": {"status": "Pending"}},
        ),
        resource(
            f"{ACCOUNT}/providers/Microsoft.Insights/diagnosticSettings/all",
            "Microsoft.Insights/diagnosticSettings",
        ),
        resource(SEARCH, "Microsoft.Search/searchServices", location="eastus"),
        resource(
            f"{SEARCH}/sharedPrivateLinkResources/to-openai",
            "Microsoft.Search/searchServices/sharedPrivateLinkResources",
        ),
        resource(VAULT, "Microsoft.KeyVault/vaults", location="eastus"),
        resource(SITE, "Microsoft.Web/sites", location="eastus"),
        resource(STORE, "Microsoft.Storage/storageAccounts", location="eastus"),
    ]


def tiny_authorization() -> list[dict[str, Any]]:
    mg = "/providers/Microsoft.Management/managementGroups"
    return [
        role(f"/{AUTHORIZATION}/roleDefinitions/{READER}", "Reader", "BuiltInRole", ["/"]),
        role(
            f"/subscriptions/{S1}/{AUTHORIZATION}/roleDefinitions/{CUSTOM}",
            "AI custom",
            "CustomRole",
            [f"{mg}/ai"],
        ),
        grant("", "at-tenant", "app"),
        grant(f"{mg}/root", "at-root", "g-outer"),
        grant(f"{mg}/other", "at-other", "app"),
        grant(f"/Subscriptions/{S1}", "at-subscription", "g-unrelated"),
        grant(RG, "at-group", "someone"),
        grant(f"{RG}0", "at-group-0", "app"),
        grant(ACCOUNT, "at-account", "g-inner"),
    ]


def tiny_file() -> dict[str, Any]:
    return {
        "format": 1,
        "tenant_id": TENANT,
        "principal": {"object_id": OBJECT, "client_id": CLIENT, "client_secret": "only-a-sandbox-secret"},
        "subscriptions": [
            {"subscriptionId": S1, "displayName": "one", "state": "Enabled", "tenantId": TENANT},
            {"subscriptionId": S2, "displayName": "two", "state": "Enabled", "tenantId": TENANT},
        ],
        "management_groups": [
            {"name": "root", "displayName": "Root", "subscriptions": [], "children": ["ai", "other"]},
            {"name": "ai", "displayName": "AI", "subscriptions": [S1], "children": []},
            {"name": "other", "displayName": "Other", "subscriptions": [S2], "children": []},
        ],
        "groups": {"g-inner": ["app"], "g-outer": ["g-inner"], "g-unrelated": ["someone"]},
        "resources": [*tiny_resources(), *tiny_authorization()],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Asks one Arm with its token."""

    arm: Arm

    def request(
        self, path: str, *, api_version: str | None = "2024-01-01", method: str = "GET", body: object = None
    ) -> ArmResponse:
        url = path if path.startswith("https:") else "https://localhost" + quote(path, safe="/?&=$")
        if api_version and "api-version" not in url:
            url += ("&" if "?" in url else "?") + f"api-version={api_version}"
        headers = {"Authorization": f"Bearer {access_token(self.arm.tenant)}"}
        sent = None if body is None else orjson.dumps(body)
        return self.arm.handle(method, url, headers, sent)

    def get(self, path: str) -> Any:
        response = self.request(path)
        assert response.status == 200, response.body
        return orjson.loads(response.body)

    def names(self, path: str) -> list[str]:
        return [item["name"] for item in self.get(path)["value"]]

    def error(self, path: str) -> tuple[int, str, str]:
        response = self.request(path)
        body = orjson.loads(response.body)["error"]
        return response.status, body["code"], body["message"]


@pytest.fixture
def tenant_file() -> dict[str, Any]:
    return tiny_file()


@pytest.fixture
def tenant(tenant_file: dict[str, Any]) -> Tenant:
    return Tenant.from_json(tenant_file)


@pytest.fixture
def caller(tenant: Tenant) -> Caller:
    return Caller(arm=Arm(tenant))


@pytest.fixture
def caller_of() -> Callable[..., Caller]:
    def build(order: str | int = "as-is", **changes: Any) -> Caller:
        return Caller(arm=Arm(Tenant.from_json({**tiny_file(), **changes}), order))

    return build
