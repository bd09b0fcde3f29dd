"""What Resource Manager does not show: objects inside search services, and settings that POST lists."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from auditor.sandbox import Arm, ArmResponse, Tenant
from auditor.sandbox.entra import access_token
from auditor.sandbox.fields import TenantFileError
from tests.sandbox.conftest import SEARCH, SITE, tiny_file

AUDIENCE = "https://search.azure.com/.default"
INDEXES = "https://KB.search.windows.net/indexes?api-version=2024-07-01"
SETTINGS = f"{SITE}/config/appsettings/list"
OPEN: dict[str, Any] = {"authOptions": {"aadOrApiKey": {}}}


def arm(properties: dict[str, Any] | None = None, **members: Any) -> Arm:
    """The tiny tenant with one index and one setting; its search service takes tokens."""
    file = tiny_file()
    for row in file["resources"]:
        if row["id"] == SEARCH:
            row["properties"] = OPEN if properties is None else properties
    file["search_objects"] = {SEARCH.upper(): {"indexes": [{"name": "a", "fields": []}]}}
    file["app_settings"] = {SITE: {"KEY": "v"}}
    return Arm(Tenant.from_json({**file, **members}))


def ask(found: Arm, url: str = INDEXES, method: str = "GET", audience: str = AUDIENCE) -> ArmResponse:
    headers = {"Authorization": f"Bearer {access_token(found.tenant, audience)}"}
    return found.handle(method, url, headers)


def held(*actions: str, without: str = "") -> list[dict[str, Any]]:
    return [{"scope": "/", "actions": list(actions), "notActions": [without] if without else []}]


def test_search_service_lists_its_objects_by_its_own_token() -> None:
    answered = ask(arm())
    assert answered.status == 200
    assert orjson.loads(answered.body) == {
        "@odata.context": "https://KB.search.windows.net/$metadata#indexes",
        "value": [{"name": "a", "fields": []}],
    }
    other = INDEXES.replace("indexes", "skillsets")
    assert orjson.loads(ask(arm(), other).body)["value"] == []


@pytest.mark.parametrize("audience", ["", "https://management.azure.com/.default"])
def test_token_of_resource_manager_opens_no_search_service(audience: str) -> None:
    assert ask(arm(), audience=audience).status == 401
    assert arm().handle("GET", INDEXES, {}).status == 401


def test_token_of_search_opens_no_resource_manager() -> None:
    url = "https://management.azure.com/subscriptions?api-version=2022-12-01"
    assert ask(arm(), url).status == 401
    assert ask(arm(), url, audience="").status == 200


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (arm({}), 403),
        (arm({"authOptions": {"apiKeyOnly": {}}}), 403),
        (arm({"authOptions": None, "disableLocalAuth": True}), 200),
        (arm(permissions=held("*", without="Microsoft.Search/searchServices/indexes/read")), 403),
        (arm(permissions=held("Microsoft.Search/searchServices/read")), 403),
        (arm(permissions=held("*/read")), 200),
        (arm(faults=[{"path": "searchServices/kb/indexes", "status": 503}]), 503),
        (arm(faults=[{"path": "searchServices/other/", "status": 503}]), 200),
    ],
)
def test_search_service_answers_who_may(found: Arm, status: int) -> None:
    answered = ask(found)
    assert answered.status == status
    assert status != 403 or answered.body == b""


@pytest.mark.parametrize(
    ("url", "method", "status"),
    [
        (INDEXES, "POST", 405),
        (INDEXES, "DELETE", 405),
        ("https://kb.search.windows.net/indexes", "GET", 400),
        ("https://kb.search.windows.net/synonymmaps?api-version=2024-07-01", "GET", 400),
        ("https://kb.search.windows.net/indexes/a/docs/x/y?api-version=2024-07-01", "GET", 404),
        ("https://nobody.search.windows.net/indexes?api-version=2024-07-01", "GET", 404),
    ],
)
def test_search_service_refuses_what_it_does_not_serve(url: str, method: str, status: int) -> None:
    assert ask(arm(), url, method).status == status


def test_settings_are_listed_by_post_to_who_may() -> None:
    url = f"https://management.azure.com{SETTINGS}?api-version=2024-04-01"
    answered = ask(arm(), url, "POST", "")
    assert answered.status == 200
    assert orjson.loads(answered.body)["properties"] == {"KEY": "v"}
    assert ask(arm(), url, "GET", "").status != 200
    refused = ask(arm(permissions=held("*/read")), url, "POST", "")
    assert refused.status == 403
    assert b"Microsoft.Web/sites/config/list/action" in refused.body
    assert ask(arm(), url.replace("/web/", "/nobody/"), "POST", "").status == 404


def test_settings_of_a_site_without_any_are_empty() -> None:
    url = f"https://management.azure.com{SETTINGS}?api-version=2024-04-01"
    answered = ask(arm(app_settings={}), url, "POST", "")
    assert orjson.loads(answered.body)["properties"] == {}


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"search_objects": {SEARCH: {"documents": []}}}, "documents: is not a known key"),
        ({"search_objects": {SEARCH: {"indexes": [{}]}}}, "name: is missing"),
        ({"search_objects": {SEARCH: []}}, "must be an object"),
        ({"app_settings": {SITE: "x"}}, "must be an object"),
    ],
)
def test_tenant_file_with_malformed_inner_objects_is_refused(members: dict[str, Any], said: str) -> None:
    with pytest.raises(TenantFileError, match=said):
        Tenant.from_json({**tiny_file(), **members})
