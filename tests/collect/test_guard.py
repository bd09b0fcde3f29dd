"""What may leave: reads, and nothing else, whoever asks and however often it is retried."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.collect.policies import ReadOnly, ReadOnlyViolation
from auditor.collect.runner import collect
from auditor.collect.search import SOURCES
from auditor.collect.source import Selection
from auditor.model.declared import Declared
from auditor.model.estate import EstateBuilder
from auditor.model.ids import ArmId
from auditor.model.reach import APP_SETTINGS, DATA_PLANE, STEPS, Reach
from auditor.model.resources.search_service import SearchService
from auditor.sandbox.transport import sandbox_credential, sandbox_transport
from tests.collect.scripted import (
    ARM_URL,
    SUBSCRIPTION,
    ScriptedArm,
    answered,
    reader_of,
    readers_of,
    refused,
)

ACCOUNT = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a"
GRAPH = "/providers/Microsoft.ResourceGraph/resources"


def _client(arm: ScriptedArm) -> Any:
    """The pipeline client under the reader: what a careless collector could get hold of."""
    return reader_of(arm)._client


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", ACCOUNT),
        ("PATCH", ACCOUNT),
        ("DELETE", ACCOUNT),
        ("POST", f"{ACCOUNT}/listKeys"),
        ("POST", f"{ACCOUNT}/regenerateKey"),
        ("POST", f"{SUBSCRIPTION}/providers/Microsoft.Search/register"),
        ("POST", f"{SUBSCRIPTION}{GRAPH}"),
        ("POST", f"{GRAPH}/x"),
        ("POST", f"{GRAPH}History"),
        ("OPTIONS", ACCOUNT),
        ("QUERY", ACCOUNT),
    ],
)
async def test_guard_refuses_what_is_no_read(method: str, path: str) -> None:
    from azure.core.rest import HttpRequest

    arm = ScriptedArm(lambda _method, _url: answered({}))
    with pytest.raises(ReadOnlyViolation, match=f"refused to send {method} "):
        await _client(arm).send_request(HttpRequest(method, f"{ARM_URL}{path}?api-version=2024-01-01"))
    assert arm.requests == []


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ACCOUNT), ("HEAD", ACCOUNT), ("POST", GRAPH), ("POST", GRAPH.lower())]
)
async def test_guard_lets_reads_and_the_graph_query_through(method: str, path: str) -> None:
    from azure.core.rest import HttpRequest

    arm = ScriptedArm(lambda _method, _url: answered({"data": []}))
    url = f"{ARM_URL}{path}?api-version=2022-10-01"
    response = await _client(arm).send_request(HttpRequest(method, url))
    assert response.status_code == 200
    assert arm.requests == [(method, url)]


SITE = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Web/sites/s"
LIST = "/config/appsettings/list"


@pytest.mark.parametrize("reach", [frozenset(), frozenset({DATA_PLANE})], ids=["none", "data-plane"])
async def test_guard_refuses_to_list_settings_that_nobody_asked_for(reach: frozenset[Reach]) -> None:
    arm = ScriptedArm(lambda _method, _url: answered({}))
    with pytest.raises(ReadOnlyViolation):
        await readers_of(arm, reach=reach)["arm"].get(f"{SITE}{LIST}", "2024-04-01", "POST")
    assert arm.requests == []


@pytest.mark.parametrize(
    "path", [f"{SITE}{LIST}", f"{SITE}{LIST}".upper(), f"{SITE}{LIST}".replace("/g/", "/a%20b/")]
)
async def test_guard_lets_settings_be_listed_where_asked_for(path: str) -> None:
    arm = ScriptedArm(lambda _method, _url: answered({}))
    await _sent("POST", path, arm, frozenset({APP_SETTINGS}))
    assert [method for method, _ in arm.requests] == ["POST"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", f"{ACCOUNT}/{action}") for action in ("listKeys", "regenerateKey")),
        *(
            ("POST", f"{SITE}/config/{settings}/list")
            for settings in ("connectionstrings", "publishingcredentials", "authsettings", "appsettings/x")
        ),
        ("POST", f"{SITE}/host/default/listkeys"),
        ("POST", f"{SITE}/slots/x{LIST}"),
        ("POST", f"{SITE}/config/appsettings"),
        ("POST", f"{SITE}{LIST}/"),
        ("POST", f"{SITE}{LIST}/../../publishingcredentials/list"),
        ("POST", f"{SUBSCRIPTION}/resourceGroups/../providers/Microsoft.Web/sites/s{LIST}"),
        ("POST", f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Web/sites/%2e%2e{LIST}"),
        ("POST", f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Web/sites/s%2Fx{LIST}"),
        ("POST", f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Web/sites/s%252Fx{LIST}"),
        ("POST", f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Search/searchServices/s{LIST}"),
        ("PUT", f"{SITE}{LIST}"),
        ("PUT", f"{SITE}/config/appsettings"),
    ],
)
async def test_guard_refuses_everything_else_where_settings_are_asked_for(method: str, path: str) -> None:
    arm = ScriptedArm(lambda _method, _url: answered({}))
    with pytest.raises(ReadOnlyViolation):
        await _sent(method, path, arm, frozenset(STEPS))
    assert arm.requests == []


async def _sent(method: str, path: str, arm: ScriptedArm, reach: frozenset[Reach]) -> None:
    """Sends below every reader: what a careless collector could do."""
    from azure.core.rest import HttpRequest

    client: Any = readers_of(arm, reach=reach)["arm"]._client
    await client.send_request(HttpRequest(method, f"{ARM_URL}{path}?api-version=2024-04-01"))


async def test_guard_stands_under_the_retry_policy() -> None:
    """A policy above could turn a retry into something else: each attempt is judged anew."""
    from azure.core.pipeline.policies import AsyncRetryPolicy, SansIOHTTPPolicy
    from azure.core.rest import HttpRequest
    from azure.mgmt.core import AsyncARMPipelineClient

    class Writes(SansIOHTTPPolicy[Any, Any]):
        def on_request(self, request: Any) -> None:
            request.http_request.method = "PUT"

    arm = ScriptedArm(lambda _method, _url: answered({}))
    policies: list[Any] = [AsyncRetryPolicy(), Writes(), ReadOnly()]
    client: Any = AsyncARMPipelineClient(ARM_URL, transport=sandbox_transport(arm), policies=policies)
    with pytest.raises(ReadOnlyViolation):
        await client.send_request(HttpRequest("GET", f"{ARM_URL}{ACCOUNT}"))
    order = [
        type(getattr(policy, "_policy", policy)).__name__ for policy in _policies(reader_of(arm)._client)
    ]
    assert order.index("AsyncRetryPolicy") < order.index("Limiter") < order.index("ReadOnly")
    assert order.index("RetryAfterCap") < order.index("ReadOnly")
    assert not any("Registration" in name for name in order)


def _policies(client: Any) -> list[Any]:
    return list(client._pipeline._impl_policies)


async def test_provider_that_is_not_registered_is_not_registered_by_us_and_holds_nothing() -> None:
    arm = ScriptedArm(lambda _method, _url: refused(409, "MissingSubscriptionRegistration"))
    rid = ArmId.parse(SUBSCRIPTION)
    builder = EstateBuilder(None, [rid], {rid: None})
    estate = await collect(readers_of(arm), SOURCES[:1], builder, Selection(declared=Declared()))
    assert {method for method, _ in arm.requests} == {"GET"}
    assert len(arm.requests) == 1
    assert estate.every(SearchService) == ()
    assert estate.was_read(SearchService, rid)


async def test_stock_pipeline_would_have_registered_the_provider() -> None:
    """Were this no longer so, the guard's reason would be gone; it shows that the test above can fail."""
    from azure.core.rest import HttpRequest
    from azure.mgmt.core import AsyncARMPipelineClient
    from azure.mgmt.core.policies import AsyncARMAutoResourceProviderRegistrationPolicy

    arm = ScriptedArm(
        lambda method, _url: (
            refused(409, "MissingSubscriptionRegistration", "namespace 'Microsoft.Search'")
            if method == "GET"
            else refused(403, "AuthorizationFailed")
        )
    )
    assert sandbox_credential(arm) is not None
    policies: list[Any] = [AsyncARMAutoResourceProviderRegistrationPolicy()]
    client: Any = AsyncARMPipelineClient(ARM_URL, transport=sandbox_transport(arm), policies=policies)
    await client.send_request(HttpRequest("GET", f"{ARM_URL}{SUBSCRIPTION}/providers/Microsoft.Search/x"))
    assert [method for method, _ in arm.requests] == ["GET", "POST"]
