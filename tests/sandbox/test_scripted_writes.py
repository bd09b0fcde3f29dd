from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from auditor.sandbox import Arm, Tenant, TenantFileError
from auditor.sandbox.entra import access_token
from auditor.sandbox.faults import ConnectionDropped
from auditor.sandbox.server import serving
from auditor.sandbox.transport import sandbox_credential, sandbox_transport

S1 = "33333333-0000-4000-8000-000000000001"
RG = f"/subscriptions/{S1}/resourceGroups/rg1"
ACCOUNT = f"{RG}/providers/Microsoft.CognitiveServices/accounts/openai"
CONNECTION = f"{ACCOUNT}/privateEndpointConnections/pe.1"
TYPE = "Microsoft.CognitiveServices/accounts/privateEndpointConnections"
TAGGED = {"tags": {"a": "b"}}

CallerOf = Callable[..., Any]


def connection(endpoint_id: str, status: str = "Pending") -> dict[str, Any]:
    properties = {
        "privateEndpoint": {"id": endpoint_id},
        "privateLinkServiceConnectionState": {"status": status},
    }
    return {"id": CONNECTION, "name": "pe.1", "type": TYPE, "properties": properties}


def requester(caller: Any) -> Any:
    return caller.get(CONNECTION)["properties"]["privateEndpoint"]["id"]


def test_connection_is_swapped_between_a_read_and_the_write_after_it(caller_of: CallerOf) -> None:
    swap = {"path": "pe.1", "methods": ["GET"], "after": 2, "put": [connection("/theirs")]}
    caller = caller_of(
        resources=[{"id": ACCOUNT, "name": "openai", "type": TYPE.rpartition("/")[0]}, connection("/ours")],
        events=[swap],
    )
    assert [requester(caller) for _ in range(3)] == ["/ours", "/ours", "/theirs"]
    listed = caller.get(f"{ACCOUNT}/privateEndpointConnections")["value"]
    embedded = caller.get(ACCOUNT)["properties"]["privateEndpointConnections"]
    assert [entry["properties"]["privateEndpoint"]["id"] for entry in (*listed, *embedded)] == ["/theirs"] * 2


def test_connection_is_swapped_between_a_write_and_the_read_after_it(caller_of: CallerOf) -> None:
    events = [{"path": "pe.1", "methods": ["put"], "put": [connection("/theirs", "Approved")]}]
    caller = caller_of(events=events)
    body = {"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}}
    before = caller.get(CONNECTION)["properties"]
    caller.request(CONNECTION, method="PUT", body=body)
    assert "privateEndpoint" not in before
    assert requester(caller) == "/theirs"


def test_event_waits_for_the_one_before_it(caller_of: CallerOf) -> None:
    def tag(value: str) -> list[dict[str, Any]]:
        return [{"id": ACCOUNT, "tags": {"step": value}}]

    second = {"path": "openai", "methods": ["GET"], "after": 2, "merge": tag("two")}
    first = {"path": "kb", "merge": tag("one"), "then": [second]}
    caller = caller_of(events=[first])
    seen = [caller.get(ACCOUNT).get("tags") for _ in range(3)]
    caller.get(f"{RG}/providers/Microsoft.Search/searchServices/kb")
    seen += [caller.get(ACCOUNT)["tags"]["step"] for _ in range(3)]
    assert seen == [None, None, None, "one", "one", "two"]


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"merge": [{"id": CONNECTION.upper(), "properties": {"a": {"b": 1}}}]}, {"a": {"b": 1}}),
        ({"merge": [{"id": CONNECTION, "properties": {"privateLinkServiceConnectionState": None}}]}, {}),
        ({"merge": [{"id": f"{CONNECTION}x", "properties": {"a": 1}}]}, {}),
        ({"delete": [CONNECTION.upper()]}, None),
        ({"delete": [ACCOUNT]}, None),
    ],
)
def test_change_merges_and_deletes_without_regard_to_case(
    caller_of: CallerOf, change: Any, left: Any
) -> None:
    caller = caller_of(events=[{"path": "resourceGroups", **change}])
    caller.get(f"/subscriptions/{S1}/resourceGroups")
    answer = caller.request(CONNECTION)
    if left is None:
        assert answer.status == 404
    else:
        found = orjson.loads(answer.body)["properties"]
        found.pop("privateLinkServiceConnectionState", None)
        assert found == left


def test_page_after_a_change_is_of_the_list_as_it_is_then(caller_of: CallerOf) -> None:
    caller = caller_of(page_size=2)
    first = caller.get(f"/subscriptions/{S1}/resources")
    caller.request(ACCOUNT, method="PATCH", body=TAGGED)
    again = caller.get(f"/subscriptions/{S1}/resources")
    assert "tags" not in first["value"][0]
    assert again["value"][0]["tags"] == {"a": "b"}


def test_fault_strikes_its_methods_alone_and_after_those_it_skips(caller_of: CallerOf) -> None:
    fault = {"path": "openai", "methods": ["PATCH"], "skip": 1, "times": 1, "status": 503}
    caller = caller_of(faults=[fault])
    statuses = [caller.request(ACCOUNT, method="PATCH", body=TAGGED).status for _ in range(3)]
    assert (caller.request(ACCOUNT).status, statuses) == (200, [200, 503, 200])


def test_refused_write_names_the_action_it_needs(caller_of: CallerOf) -> None:
    caller = caller_of(faults=[{"path": "openai", "methods": ["PATCH"], "status": 403}])
    answer = caller.request(ACCOUNT, method="PATCH", body=TAGGED)
    assert b"action 'Microsoft.CognitiveServices/accounts/write'" in answer.body


@pytest.mark.parametrize(
    ("fault", "took_effect"),
    [
        ({"status": 500}, False),
        ({"status": 500, "after": True}, True),
        ({"drop": True}, False),
        ({"drop": True, "after": True}, True),
    ],
)
def test_write_that_fails_before_or_after_it_took_effect_leaves_the_tenant_so(
    caller_of: CallerOf, fault: Any, took_effect: bool
) -> None:
    caller = caller_of(faults=[{"path": "openai", "methods": ["PATCH"], **fault}])
    if "drop" in fault:
        with pytest.raises(ConnectionDropped):
            caller.request(ACCOUNT, method="PATCH", body=TAGGED)
    else:
        assert caller.request(ACCOUNT, method="PATCH", body=TAGGED).status == 500
    assert ("tags" in caller.get(ACCOUNT)) is took_effect


async def test_dropped_connection_reaches_the_clients_of_both_doors(tenant_file: dict[str, Any]) -> None:
    import aiohttp
    from azure.core import AsyncPipelineClient
    from azure.core.exceptions import ServiceResponseError
    from azure.core.rest import HttpRequest

    drop = {"path": "openai", "methods": ["PATCH"], "drop": True, "after": True}
    tenant = Tenant.from_json({**tenant_file, "faults": [drop]})
    path = f"{ACCOUNT}?api-version=2024-01-01"
    arm = Arm(tenant)
    token = (await sandbox_credential(arm).get_token()).token
    headers = {"Authorization": f"Bearer {token}"}
    async with AsyncPipelineClient[Any, Any](
        "https://localhost", transport=sandbox_transport(arm), policies=[]
    ) as client:
        request = HttpRequest("PATCH", f"https://localhost{path}", json=TAGGED, headers=headers)
        with pytest.raises(ServiceResponseError):
            await client.send_request(request)
    assert [entry.method for entry in arm.log] == ["PATCH"]
    async with serving(tenant) as server, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {access_token(tenant)}"}
        async with asyncio.timeout(10):
            with pytest.raises(aiohttp.ClientConnectionError):
                await session.patch(server.url + path, json=TAGGED, headers=headers, ssl=False)
            async with session.get(server.url + path, headers=headers, ssl=False) as answer:
                assert (await answer.json())["tags"] == {"a": "b"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"events": [{"path": "x", "after": 0}]}, "events[0].after: must be 1 or more"),
        ({"events": [{"path": "x", "put": [{"id": "/x"}]}]}, "events[0].put[0].name: is missing"),
        ({"events": [{"path": "x", "then": [{}]}]}, "events[0].then[0].path: is missing"),
        ({"events": [{"path": "x", "merge": [{}]}]}, "events[0].merge[0].id: is missing"),
        ({"events": [{"path": "x", "patch": []}]}, "events[0].patch: is not a known key"),
        ({"faults": [{"path": "x", "drop": True, "status": 500}]}, "faults[0].status: a dropped connection"),
        ({"faults": [{"path": "x", "drop": "yes"}]}, "faults[0].drop: must be true or false"),
        ({"permissions": [{"actions": ["*"]}]}, "permissions[0].scope: is missing"),
        ({"permissions": [{"scope": "/", "action": []}]}, "permissions[0].action: is not a known key"),
        ({"long_running": {"seconds": 1}}, "long_running.seconds: is not a known key"),
    ],
)
def test_script_that_is_malformed_names_its_key(
    tenant_file: dict[str, Any], change: dict[str, Any], said: str
) -> None:
    with pytest.raises(TenantFileError) as raised:
        Tenant.from_json({**tenant_file, **change})
    assert said in str(raised.value)
