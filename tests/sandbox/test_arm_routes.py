from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

S1 = "33333333-0000-4000-8000-000000000001"
S2 = "33333333-0000-4000-8000-000000000002"
SUBSCRIPTION = f"/subscriptions/{S1}"
RG = f"{SUBSCRIPTION}/resourceGroups/rg1"
ACCOUNTS = "providers/Microsoft.CognitiveServices/accounts"
ACCOUNT = f"{RG}/{ACCOUNTS}/openai"
MG = "/providers/Microsoft.Management/managementGroups"


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (f"{SUBSCRIPTION}/resourceGroups", ["rg1", "rg10"]),
        (f"{SUBSCRIPTION}/{ACCOUNTS}", ["openai"]),
        (f"{SUBSCRIPTION.upper()}/PROVIDERS/microsoft.cognitiveservices/ACCOUNTS/", ["openai"]),
        (f"{RG}/{ACCOUNTS}", ["openai"]),
        (f"{RG}/providers/Microsoft.Storage/storageAccounts", []),
        (f"{RG}0/providers/Microsoft.Storage/storageAccounts", ["st"]),
        (f"/subscriptions/{S2}/{ACCOUNTS}", []),
        (f"{SUBSCRIPTION}/providers/Microsoft.Network/privateEndpoints", []),
        (f"{ACCOUNT}/deployments", ["gpt"]),
        (f"{ACCOUNT}/privateEndpointConnections", ["pe.1"]),
        (f"{ACCOUNT}/raiPolicies", []),
        (f"{ACCOUNT}/providers/Microsoft.Insights/diagnosticSettings", ["all"]),
        (f"{SUBSCRIPTION}/providers/Microsoft.Insights/diagnosticSettings", []),
        (f"{SUBSCRIPTION}/resources", ["openai", "kb", "kv", "web", "st"]),
        (f"{RG}/resources?$filter=resourceType eq 'microsoft.search/searchservices'", ["kb"]),
        (f"{SUBSCRIPTION}/resources?$filter=resourceGroup eq 'RG10'", ["st"]),
        (MG, ["root", "ai", "other"]),
        (f"{MG}/root/descendants", ["ai", S1, "other", S2]),
        (f"{MG}/ai/descendants", [S1]),
    ],
)
def test_list_of_a_scope_holds_exactly_what_lies_in_it(caller: Any, path: str, names: list[str]) -> None:
    assert caller.names(path) == names


def test_subscriptions_are_listed_and_read_one_by_one(caller: Any) -> None:
    listed = caller.get("/subscriptions")["value"]
    assert [entry["subscriptionId"] for entry in listed] == [S1, S2]
    assert caller.get(SUBSCRIPTION)["displayName"] == "one"
    assert listed[0] == caller.get(SUBSCRIPTION)


def test_resource_by_id_in_another_case_is_the_stored_object(caller: Any) -> None:
    assert caller.get(ACCOUNT.upper())["id"] == ACCOUNT
    assert caller.get(RG)["properties"] == {"provisioningState": "Succeeded"}


def test_generic_resource_list_leaves_properties_out(caller: Any) -> None:
    assert all("properties" not in item for item in caller.get(f"{RG}/resources")["value"])


def test_descendants_name_type_and_direct_parent(caller: Any) -> None:
    group, subscription, *_ = caller.get(f"{MG}/root/descendants")["value"]
    assert (group["type"], group["properties"]["parent"]["id"]) == (
        "Microsoft.Management/managementGroups",
        f"{MG}/root",
    )
    assert (subscription["type"], subscription["properties"]["parent"]["id"]) == (
        "/subscriptions",
        f"{MG}/ai",
    )
    expanded = caller.get(f"{MG}/root?$expand=children&$recurse=true")["properties"]["children"]
    assert [child["children"][0]["name"] for child in expanded] == [S1, S2]


@pytest.mark.parametrize(
    ("path", "status", "code", "said"),
    [
        (f"{ACCOUNT}x", 404, "ResourceNotFound", "'Microsoft.CognitiveServices/accounts/openaix'"),
        (f"{ACCOUNT}x/deployments", 404, "ParentResourceNotFound", "could not be found"),
        (f"{RG}x/{ACCOUNTS}", 404, "ResourceGroupNotFound", "'rg1x'"),
        ("/subscriptions/99999999-0000-4000-8000-000000000001", 404, "SubscriptionNotFound", "99999999"),
        ("/subscriptions/nonsense/resourceGroups", 400, "InvalidSubscriptionId", "nonsense"),
        (f"{SUBSCRIPTION}/providers/Microsoft.Serach/services", 404, "InvalidResourceType", "Serach"),
        (f"{ACCOUNT}/deploymentz", 404, "InvalidResourceType", "deploymentz"),
        (f"{SUBSCRIPTION}/resources?$filter=substringof('a', name)", 400, "UnsupportedQuery", "substringof"),
        (f"{MG}/nobody", 404, "NotFound", "nobody"),
    ],
)
def test_what_is_not_there_gets_arms_error(caller: Any, path: str, status: int, code: str, said: str) -> None:
    found_status, found_code, message = caller.error(path)
    assert (found_status, found_code) == (status, code)
    assert said in message


def test_missing_api_version_is_refused(caller: Any) -> None:
    response = caller.request(RG, api_version=None)
    assert response.status == 400
    assert b"MissingApiVersionParameter" in response.body


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", ACCOUNT, 200),
        ("PUT", f"{ACCOUNT}/deployments/gpt", 405),
        ("PATCH", f"{RG}/providers/Microsoft.KeyVault/vaults/kv", 405),
        ("PUT", RG, 405),
        ("DELETE", ACCOUNT, 405),
        ("POST", f"{ACCOUNT}/listKeys", 405),
        ("POST", "/providers/Microsoft.ResourceGraph/resources", 501),
    ],
)
def test_write_that_is_not_modelled_is_refused(caller: Any, method: str, path: str, status: int) -> None:
    response = caller.request(path, method=method)
    assert response.status == status
    assert (response.body == b"") is (method == "HEAD")


@pytest.mark.parametrize(("size", "pages"), [(1, 5), (2, 3), (5, 1), (100, 1)])
def test_paging_follows_links_to_every_item_once(
    caller_of: Callable[..., Any], size: int, pages: int
) -> None:
    caller = caller_of(page_size=size)
    url = f"https://localhost:8443{SUBSCRIPTION}/resources?api-version=2021-04-01"
    seen: list[str] = []
    bodies = []
    while url:
        bodies.append(caller.get(url))
        seen += [item["name"] for item in bodies[-1]["value"]]
        url = bodies[-1].get("nextLink")
        assert not url or url.startswith(
            f"https://localhost:8443{SUBSCRIPTION}/resources?api-version=2021-04-01&"
        )
    assert seen == ["openai", "kb", "kv", "web", "st"]
    assert len(bodies) == pages
    assert ("nextLink" in bodies[-1]) is (pages > 1)


def test_paging_keeps_the_filter(caller_of: Callable[..., Any]) -> None:
    caller = caller_of(page_size=1)
    first = caller.get(f"{SUBSCRIPTION}/resources?$filter=location eq 'eastus' and resourceGroup eq 'rg1'")
    names = [first["value"][0]["name"]]
    while first.get("nextLink"):
        first = caller.get(first["nextLink"])
        names += [item["name"] for item in first["value"]]
    assert names == ["openai", "kb", "kv", "web"]


def test_paging_token_that_was_never_given_is_refused(caller: Any) -> None:
    assert caller.error(f"{RG}/{ACCOUNTS}?$skiptoken=abc")[:2] == (400, "InvalidSkipToken")


def test_embedded_children_stand_in_their_parents(caller: Any) -> None:
    listed = caller.get(f"{RG}/{ACCOUNTS}")["value"][0]["properties"]
    assert listed == caller.get(ACCOUNT)["properties"]
    (connection,) = listed["privateEndpointConnections"]
    assert connection == caller.get(f"{ACCOUNT}/privateEndpointConnections/pe.1")
    search = caller.get(f"{RG}/providers/Microsoft.Search/searchServices/kb")["properties"]
    assert search["privateEndpointConnections"] == []
    assert [link["name"] for link in search["sharedPrivateLinkResources"]] == ["to-openai"]


def test_parents_without_connections_say_so_as_their_provider_does(caller: Any) -> None:
    assert caller.get(f"{RG}/providers/Microsoft.Web/sites/web")["properties"] == {
        "privateEndpointConnections": None
    }
    assert caller.get(f"{RG}/providers/Microsoft.KeyVault/vaults/kv")["properties"] == {}


def test_order_changes_the_sequence_and_nothing_else(caller_of: Callable[..., Any]) -> None:
    path = f"{SUBSCRIPTION}/resources"
    plain = caller_of().names(path)
    assert caller_of("reversed").names(path) == plain[::-1]
    seeded = [caller_of(seed).names(path) for seed in (1, 1, 2, 3)]
    assert seeded[0] == seeded[1]
    assert any(names != plain for names in seeded)
    assert all(sorted(names) == sorted(plain) for names in seeded)


def test_dns_record_sets_are_listed_all_together_without_links(caller_of: Callable[..., Any]) -> None:
    zone = f"{RG}/providers/Microsoft.Network/privateDnsZones/privatelink.openai.azure.com"
    kinds = [("", ""), ("/A/openai", "/A"), ("/SOA/@", "/SOA")]
    links = [("/virtualNetworkLinks/hub", "/virtualNetworkLinks")]
    entries = [
        {
            "id": zone + tail,
            "name": (zone + tail).rpartition("/")[2],
            "type": "Microsoft.Network/privateDnsZones" + kind,
        }
        for tail, kind in kinds + links
    ]
    caller = caller_of(resources=entries)
    assert caller.names(f"{zone}/ALL") == ["openai", "@"]
    assert caller.names(f"{zone}/virtualNetworkLinks") == ["hub"]


def test_storage_service_that_the_file_leaves_out_can_be_asked_for_settings(caller: Any) -> None:
    store = f"{RG}0/providers/Microsoft.Storage/storageAccounts/st"
    settings = "providers/Microsoft.Insights/diagnosticSettings"
    assert caller.names(f"{store}/blobServices/default/{settings}") == []
    assert caller.error(f"{store}x/blobServices/default/{settings}")[0] == 404


def test_log_holds_every_request_decoded_in_order(caller: Any) -> None:
    caller.request(f"{RG}/resources?$filter=name eq 'kb'")
    caller.request(ACCOUNT, method="PUT", api_version=None)
    assert [(entry.method, entry.path, entry.query) for entry in caller.arm.log] == [
        ("GET", f"{RG}/resources", "$filter=name eq 'kb'&api-version=2024-01-01"),
        ("PUT", ACCOUNT, ""),
    ]


def test_responses_carry_arms_headers_and_repeat_exactly(caller_of: Callable[..., Any]) -> None:
    first, second = (caller_of() for _ in range(2))
    answers = [[caller.request(path) for path in (ACCOUNT, RG)] for caller in (first, second)]
    assert answers[0] == answers[1]
    headers = answers[0][0].headers
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["x-ms-ratelimit-remaining-subscription-reads"]
    assert headers["x-ms-request-id"] != answers[0][1].headers["x-ms-request-id"]
    assert len(headers["x-ms-correlation-request-id"]) == 36
