from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

BASE = "https://localhost:8443"
TENANT = "11111111-0000-4000-8000-000000000001"
FORM = {
    "grant_type": "client_credentials",
    "client_id": "22222222-0000-4000-8000-000000000002",
    "client_secret": "only-a-sandbox-secret",
    "scope": f"{BASE}/.default",
}
ASSERTION = {
    "client_assertion": "a.b.c",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "client_secret": "",
}


def token_answer(arm: Any, tenant_id: str = TENANT, **changes: str) -> tuple[int, dict[str, Any]]:
    body = urlencode({**FORM, **changes}).encode()
    answer = arm.handle("POST", f"{BASE}/{tenant_id}/oauth2/v2.0/token", {}, body)
    return answer.status, orjson.loads(answer.body)


@pytest.mark.parametrize("changes", [{}, ASSERTION, {"client_id": FORM["client_id"].upper()}])
def test_token_for_the_right_principal_opens_arm(caller: Any, changes: dict[str, str]) -> None:
    status, body = token_answer(caller.arm, **changes)
    assert (status, body["token_type"], body["expires_in"]) == (200, "Bearer", 3600)
    url = f"{BASE}/subscriptions?api-version=2022-12-01"
    assert caller.arm.handle("GET", url, {"authorization": f"Bearer {body['access_token']}"}).status == 200


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", "AADSTS7000215: Invalid client secret provided"),
        ({"client_id": TENANT}, 400, "unauthorized_client", "AADSTS700016"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "AADSTS70003"),
        ({"scope": ""}, 400, "invalid_request", "AADSTS90014"),
        ({**ASSERTION, "client_assertion": "abc"}, 401, "invalid_client", "AADSTS50027"),
        ({"tenant_id": FORM["client_id"]}, 400, "invalid_request", "AADSTS90002"),
    ],
)
def test_token_for_anybody_else_is_refused_in_entras_words(
    caller: Any, changes: dict[str, str], status: int, error: str, code: str
) -> None:
    found_status, body = token_answer(caller.arm, **changes)
    assert (found_status, body["error"]) == (status, error)
    assert body["error_description"].startswith(code)
    assert "access_token" not in body


@pytest.mark.parametrize(
    ("headers", "code"),
    [({}, "AuthenticationFailed"), ({"Authorization": "Bearer other"}, "InvalidAuthenticationToken")],
)
def test_arm_without_its_token_names_the_tenant(caller: Any, headers: dict[str, str], code: str) -> None:
    answer = caller.arm.handle("GET", f"{BASE}/subscriptions?api-version=2022-12-01", headers)
    assert answer.status == 401
    assert orjson.loads(answer.body)["error"]["code"] == code
    assert answer.headers["WWW-Authenticate"].startswith(f'Bearer authorization_uri="{BASE}/{TENANT}"')


def test_metadata_points_back_to_the_host_that_was_asked(caller: Any) -> None:
    answer = caller.arm.handle("GET", f"{BASE}/metadata/endpoints?api-version=2022-09-01", {})
    body = orjson.loads(answer.body)
    assert (body["name"], body["resourceManager"]) == ("Sandbox", BASE)
    assert body["authentication"] == {
        "loginEndpoint": f"{BASE}/",
        "audiences": [BASE],
        "tenant": TENANT,
        "identityProvider": "AAD",
    }
    assert body["suffixes"]["storage"] == "core.windows.net"
    assert caller.arm.handle("GET", f"{BASE}/metadata/endpoints", {}).status == 400


def test_discovery_documents_lead_to_the_token_endpoint(caller: Any) -> None:
    found = caller.arm.handle("GET", f"{BASE}/common/discovery/instance?api-version=1.1", {})
    endpoint = orjson.loads(found.body)["tenant_discovery_endpoint"]
    configuration = orjson.loads(caller.arm.handle("GET", endpoint, {}).body)
    assert configuration["token_endpoint"] == f"{BASE}/{TENANT}/oauth2/v2.0/token"
    assert configuration["issuer"].startswith(f"{BASE}/{TENANT}")
