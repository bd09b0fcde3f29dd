"""Search services at their own endpoints: reads alone, a token for nobody else, and what is out of reach."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from auditor.collect.arm import Reader
from auditor.collect.policies import ReadOnlyViolation, StrayRequest
from auditor.collect.refusal import ReadFailed
from auditor.collect.runner import collect
from auditor.collect.search import SOURCES as SERVICES
from auditor.collect.search_objects import SOURCES
from auditor.collect.session import readers_over
from auditor.collect.source import Selection
from auditor.model.clouds import CLOUDS
from auditor.model.declared import Declared
from auditor.model.estate import Estate, EstateBuilder
from auditor.model.finding import NotRead
from auditor.model.ids import ArmId
from auditor.model.reach import DATA_PLANE
from auditor.model.reasons import Reason
from auditor.model.resources.search_objects import SEARCH_OBJECTS, SearchIndex
from auditor.sandbox import Arm, ArmResponse
from auditor.sandbox.entra import access_token
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.on_your_data import CLAIMS_SEARCH
from auditor.sandbox.tenant import Tenant
from auditor.sandbox.transport import sandbox_credential, sandbox_transport
from tests.collect.scripted import SUBSCRIPTION, Answer, ScriptedArm, answered, readers_of
from tests.rules.world import World, mended

STEP = frozenset({DATA_PLANE})
SERVICE = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Search/searchServices/kb"
SUBSCRIPTION_ID = ArmId.parse(f"/subscriptions/{AI_PROD}")


class WatchedArm(Arm):
    """Remembers for each request the host and the token that it carried."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self.carried: list[tuple[str, str]] = []

    def handle(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> ArmResponse:
        self.carried.append((url.split("/")[2], headers["Authorization"].removeprefix("Bearer ")))
        return super().handle(method, url, headers, body)


def search(arm: Arm) -> Reader:
    return readers_of(arm, reach=STEP)["search"]


def fixed(body: object = None, status: int = 200, **headers: str) -> Answer:
    return lambda _method, _url: answered({"value": []} if body is None else body, status, headers)


async def collected(arm: Arm, subscription: ArmId = SUBSCRIPTION_ID, transport: Any = None) -> Estate:
    builder = EstateBuilder(None, [subscription], {subscription: None})
    selection = Selection(declared=Declared(), reach=STEP)
    readers = readers_of(arm, reach=STEP, transport=transport)
    return await collect(readers, (SERVICES[0], *SOURCES), builder, selection)


async def test_each_endpoint_gets_the_token_that_is_for_it() -> None:
    arm = WatchedArm(Tenant.from_json(mended().tenant))
    estate = await collected(arm)
    assert estate.listed(SearchIndex)
    tokens = {
        host: {token for at, token in arm.carried if at == host} for host in {host for host, _ in arm.carried}
    }
    assert tokens.pop("management.azure.com") == {access_token(arm.tenant)}
    assert len(tokens) >= 2
    assert all(host.endswith(".search.windows.net") for host in tokens)
    search_token = access_token(arm.tenant, CLOUDS["AzureCloud"].search_scope)
    assert set(map(frozenset, tokens.values())) == {frozenset({search_token})}
    assert search_token != access_token(arm.tenant)


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=lambda cloud: cloud.name)
async def test_host_and_audience_are_those_of_the_cloud(cloud: Any) -> None:
    arm = ScriptedArm(fixed())
    asked: list[str] = []

    class Credential:
        async def get_token(self, *scopes: str, **_: Any) -> Any:
            asked.extend(scopes)
            return await sandbox_credential(arm).get_token(*scopes)

    readers = readers_over(sandbox_transport(arm), Credential(), cloud, 4, 5.0, lambda: None, STEP)
    assert [page async for page in readers["search"].pages("/KB-1/indexes", "2024-07-01")] == [[]]
    assert arm.requests == [("GET", f"https://kb-1.{cloud.search_suffix}/indexes?api-version=2024-07-01")]
    assert asked == [cloud.search_scope]


@pytest.mark.parametrize(
    "name", ["evil.example", "evil.example#", "a@evil.example", "a:443", "-a", "a-", "", "a%2e", "ä", "a b"]
)
async def test_name_that_is_no_label_of_a_host_is_asked_nothing(name: str) -> None:
    arm = ScriptedArm(fixed())
    with pytest.raises(ReadFailed) as raised:
        await search(arm).get(f"/{name}/indexes", "2024-07-01")
    assert raised.value.reason is Reason.MALFORMED
    assert arm.requests == []


async def test_service_with_such_a_name_is_a_gap() -> None:
    body = {
        "id": f"{SERVICE}.evil.example",
        "name": "kb.evil.example",
        "properties": {"disableLocalAuth": True},
    }
    arm = ScriptedArm(fixed({"value": [body]}))
    estate = await collected(arm, ArmId.parse(SUBSCRIPTION))
    assert {gap.reason for of in SEARCH_OBJECTS for gap in estate.gaps(of)} == {Reason.MALFORMED}
    assert {url.split("/")[2] for _, url in arm.requests} == {"management.azure.com"}


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/indexes",
        "https://search.windows.net/indexes",
        "https://kb.search.windows.net.evil.example/indexes",
        "https://kbsearch.windows.net/indexes",
        "https://a.kb.search.windows.net/indexes",
        "https://kb.search.windows.net:8443/indexes",
        "https://kb.search.windows.net@evil.example/indexes",
        "https://evil.example/?kb.search.windows.net",
        "https://management.azure.com/subscriptions",
    ],
)
async def test_token_for_search_goes_to_no_other_host(url: str) -> None:
    from azure.core.rest import HttpRequest

    arm = ScriptedArm(fixed())
    client: Any = search(arm)._client
    with pytest.raises(StrayRequest):
        await client.send_request(HttpRequest("GET", url))
    assert arm.requests == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["indexes/a/docs/search", "indexers/a/run", "indexes"])
async def test_nothing_but_reads_goes_to_a_search_service(method: str, path: str) -> None:
    from azure.core.rest import HttpRequest

    arm = ScriptedArm(fixed())
    client: Any = search(arm)._client
    with pytest.raises(ReadOnlyViolation):
        await client.send_request(HttpRequest(method, f"https://kb.search.windows.net/{path}"))
    assert arm.requests == []


def test_guards_stand_under_the_retry_policy_and_before_the_token() -> None:
    client: Any = search(ScriptedArm(fixed()))._client
    found = [getattr(policy, "_policy", policy) for policy in client._pipeline._impl_policies]
    order = [type(policy).__name__ for policy in found]
    assert order.index("AsyncRetryPolicy") < order.index("ReadOnly") < order.index("WithinSuffix")
    assert order[-1] == "AsyncBearerTokenCredentialPolicy"
    assert not any("Redirect" in name for name in order)


def test_search_cannot_be_read_where_nobody_asked_for_it() -> None:
    assert set(readers_of(ScriptedArm(fixed()))) == {"arm"}


@pytest.mark.parametrize(
    "link", ["https://evil.example/indexes", "https://other.search.windows.net/indexes", 7]
)
async def test_next_link_of_a_list_stays_with_its_service(link: object) -> None:
    arm = ScriptedArm(fixed({"value": [], "@odata.nextLink": link}))
    with pytest.raises(ReadFailed, match="another host"):
        [page async for page in search(arm).pages("/kb/indexes", "2024-07-01")]
    assert len(arm.requests) == 1


async def test_next_link_to_the_same_service_is_followed() -> None:
    first = {"value": [1], "@odata.nextLink": "https://kb.search.windows.net/indexes?skip=1"}
    arm = ScriptedArm(lambda _method, url: answered({"value": [2]} if "skip" in url else first))
    assert [page async for page in search(arm).pages("/kb/indexes", "2024-07-01")] == [[1], [2]]


@pytest.mark.parametrize("body", [{"value": []}, b"", b"<html>moved</html>"])
async def test_redirect_is_a_failure_and_is_not_followed(body: object) -> None:
    arm = ScriptedArm(fixed(body, 307, Location="https://evil.example/indexes"))
    with pytest.raises(ReadFailed) as raised:
        await search(arm).get("/kb/indexes", "2024-07-01")
    assert (raised.value.reason, raised.value.status) == (Reason.MALFORMED, 307)
    assert len(arm.requests) == 1


class Refusing:
    """A transport that cannot connect to search services, as where their private endpoint is out of reach."""

    def __init__(self, arm: Arm) -> None:
        self._inner = sandbox_transport(arm)

    async def send(self, request: Any, **options: Any) -> Any:
        from azure.core.exceptions import ServiceRequestError

        if ".search." in request.url:
            raise ServiceRequestError("Cannot connect to host: Name or service not known")
        return await self._inner.send(request, **options)

    async def sleep(self, _duration: float) -> None:
        await asyncio.sleep(0)

    async def __aenter__(self) -> Refusing:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


async def test_service_out_of_reach_is_unreachable_and_says_what_to_do() -> None:
    arm = Arm(Tenant.from_json(mended().tenant))
    estate = await collected(arm, transport=Refusing(arm))
    for of in SEARCH_OBJECTS:
        (gap,) = [gap for gap in estate.gaps(of) if gap.scope == ArmId.parse(CLAIMS_SEARCH)]
        assert (gap.reason, gap.http_status, gap.action) == (Reason.DATA_PLANE_UNREACHABLE, None, None)
        assert "does not answer from here" in gap.detail
        assert "run where its private endpoint is reached" in gap.detail


async def test_refused_token_is_unreachable_and_says_why() -> None:
    """Tenants that never used AI Search may not know its application: AADSTS500011."""
    from azure.core.exceptions import ClientAuthenticationError

    arm = Arm(Tenant.from_json(mended().tenant))

    class Credential:
        async def get_token(self, *scopes: str, **_: Any) -> Any:
            if "search" in scopes[0]:
                raise ClientAuthenticationError("AADSTS500011: The resource principal was not found.")
            return await sandbox_credential(arm).get_token(*scopes)

    cloud = CLOUDS["AzureCloud"]
    readers = readers_over(sandbox_transport(arm), Credential(), cloud, 4, 5.0, lambda: None, STEP)
    builder = EstateBuilder(None, [SUBSCRIPTION_ID], {SUBSCRIPTION_ID: None})
    selection = Selection(declared=Declared(), reach=STEP)
    estate = await collect(readers, (SERVICES[0], *SOURCES), builder, selection)
    (gap,) = [gap for gap in estate.gaps(SearchIndex) if gap.scope == ArmId.parse(CLAIMS_SEARCH)]
    assert gap.reason is Reason.DATA_PLANE_UNREACHABLE
    assert "no token for search services: AADSTS500011" in gap.detail


def _without(world: World) -> World:
    world.inside(CLAIMS_SEARCH, "indexes")[0]["name"] = "a/b"
    return world


async def test_object_without_a_usable_name_costs_itself_alone() -> None:
    world = _without(mended())
    world.inside(CLAIMS_SEARCH, "indexes").append({"name": "other", "fields": []})
    estate = await collected(Arm(Tenant.from_json(world.tenant)))
    names = [row.name for row in estate.children(SearchIndex, ArmId.parse(CLAIMS_SEARCH))]
    assert names == ["other"]
    assert [gap.scope.name for gap in estate.gaps(SearchIndex)] == ["[0]"]


async def test_step_that_was_not_asked_for_is_no_gap_and_says_which_it_is() -> None:
    arm = Arm(Tenant.from_json(mended().tenant))
    builder = EstateBuilder(None, [SUBSCRIPTION_ID], {SUBSCRIPTION_ID: None})
    estate = await collect(readers_of(arm), (SERVICES[0], *SOURCES), builder, Selection(declared=Declared()))
    assert estate.all_gaps() == ()
    with pytest.raises(NotRead, match="read it with --data-plane") as raised:
        estate.children(SearchIndex, ArmId.parse(CLAIMS_SEARCH))
    assert raised.value.reason is Reason.DATA_PLANE_UNREACHABLE
    assert not [request for request in arm.log if "indexes" in request.path]
