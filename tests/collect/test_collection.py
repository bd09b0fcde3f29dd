"""The whole collection over the sample tenant: what is asked, how often, and no answer ends it."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest

from auditor.collect import PACK
from auditor.collect.runner import closure, collect
from auditor.collect.scope import resolve
from auditor.collect.session import Connection, Way, connected
from auditor.collect.source import Selection, Source
from auditor.model.declared import Declared
from auditor.model.estate import Estate, EstateBuilder
from auditor.model.ids import ArmId
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.connection import SearchConnection, StorageConnection
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.wire import Resource
from auditor.relate.workloads import discover
from auditor.sandbox import Arm, ArmResponse, Tenant
from auditor.sandbox.demo import connection_to
from auditor.sandbox.server import serving
from tests.collect.scenarios import sample_file

# Names of ARM actions and collections that answer secrets.
SECRET = re.compile(
    r"list(?:\w*keys?|\w*secrets?|\w*credentials?|accountsas|servicesas|connectionstrings)\b|/config/appsettings"
    r"|/(?:admin|query)keys\b|regenerate|publishxml|publishingcredentials/",
    re.IGNORECASE,
)


async def _collected(connection: Connection, sources: tuple[Source, ...] = PACK.sources) -> Estate:
    scope = await resolve(connection.reader, (), None, ())
    builder = EstateBuilder(
        None, [one.id for one in scope.audited], {one.id: one.tenant_id for one in scope.visible}
    )
    selection = Selection(declared=Declared(), all_resources=True)
    return await collect(connection.readers, sources, builder, selection)


async def _in_process(arm: Arm, sources: tuple[Source, ...] = PACK.sources) -> Estate:
    async with connection_to(arm, lambda: None) as connection:
        return await _collected(connection, sources)


async def test_full_collection_sends_reads_alone_and_asks_for_no_secret() -> None:
    arm = Arm(Tenant.sample())
    await _in_process(arm)
    assert len(arm.log) > 70
    assert {request.method for request in arm.log} == {"GET"}
    assert [request.path for request in arm.log if SECRET.search(request.path)] == []
    assert all("api-version=" in request.query for request in arm.log)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/a/listKeys",
        "/storageAccounts/s/listAccountSas",
        "/datastores/d/listSecrets",
        "/sites/w/config/appsettings/list",
        "/searchServices/s/listAdminKeys",
        "/connections/c/listsecrets",
    ],
)
def test_search_for_secret_actions_finds_one_that_is_there(path: str) -> None:
    assert SECRET.search(path)


async def test_full_collection_asks_nothing_twice() -> None:
    arm = Arm(Tenant.sample())
    await _in_process(arm)
    counted = Counter((request.path.lower(), request.query) for request in arm.log)
    assert [asked for asked, times in counted.items() if times > 1] == []


async def test_sign_in_is_asked_once_before_the_fan_out(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = Tenant.sample()
    monkeypatch.setenv("AZURE_TENANT_ID", tenant.tenant_id)
    monkeypatch.setenv("AZURE_CLIENT_ID", tenant.principal.client_id)
    monkeypatch.setenv("AZURE_CLIENT_SECRET", tenant.principal.client_secret)
    async with serving(tenant) as server:
        way = Way(arm_endpoint=server.url, ca_bundle=str(server.ca_file), auth="environment")
        async with connected(way, lambda: None) as connection:
            estate = await _collected(connection)
    posts = [request.path for request in server.arm.log if request.method != "GET"]
    assert posts == [f"/{tenant.tenant_id}/oauth2/v2.0/token"]
    assert server.arm.log[1].method == "POST"
    assert len(estate.listed(CognitiveAccount)) == 4


@pytest.mark.parametrize("order", ["reversed", 7])
async def test_estate_does_not_depend_on_the_order_of_the_answers(order: str | int) -> None:
    plain, other = await _in_process(Arm(Tenant.sample())), await _in_process(Arm(Tenant.sample(), order))
    assert plain.all_gaps() == other.all_gaps()
    for of in plain.tables:
        assert [row.id for row in plain.listed(of)] == [row.id for row in other.listed(of)]


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ([CognitiveAccount], {"Microsoft.CognitiveServices/accounts"}),
        (
            [SearchConnection],
            {"Microsoft.Search/searchServices", "Microsoft.Search/searchServices/privateEndpointConnections"},
        ),
        (
            [StorageAccount, SearchService],
            {"Microsoft.Storage/storageAccounts", "Microsoft.Search/searchServices"},
        ),
        ([], set[str]()),
    ],
)
async def test_only_what_is_wanted_and_what_it_requires_is_asked_for(
    wanted: list[type[Resource]], asked: set[str]
) -> None:
    arm = Arm(Tenant.sample())
    await _in_process(arm, closure(PACK.sources, wanted))
    paths = [request.path for request in arm.log if request.path != "/subscriptions"]
    assert {str(_type_of(path)) for path in paths} == asked


def _type_of(collection: str) -> str | None:
    return ArmId.parse(f"{collection}/x").resource_type


def test_closure_follows_requirements_and_takes_each_source_once() -> None:
    found = closure(PACK.sources, [StorageConnection, StorageAccount])
    brought = {of for source in found for of in source.records}
    assert len({id(source) for source in found}) == len(found)
    for source in found:
        assert brought.issuperset(source.requires)
    assert len(closure(PACK.sources, {of for source in PACK.sources for of in source.records})) == len(
        PACK.sources
    )


async def test_sources_that_wait_for_each_other_are_refused() -> None:
    from graphlib import CycleError

    def asks(_estate: Estate, _selection: Selection) -> tuple[()]:
        return ()

    ring = (
        Source(record=SearchService, api_version="1", why="-", asks=asks, requires=(StorageAccount,)),
        Source(record=StorageAccount, api_version="1", why="-", asks=asks, requires=(SearchService,)),
    )
    with pytest.raises(CycleError):
        await _in_process(Arm(Tenant.sample()), ring)


class Corrupted(Arm):
    """The sample tenant, each object of which is changed on its way out."""

    def __init__(self, change: Callable[[dict[str, Any]], Any]) -> None:
        super().__init__(Tenant.sample())
        self._change = change

    def handle(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> ArmResponse:
        answer = super().handle(method, url, headers, body)
        decoded = orjson.loads(answer.body)
        if answer.status != 200 or "/providers/" not in url or "value" not in decoded:
            return answer
        changed = {**decoded, "value": [self._change(row) for row in decoded["value"]]}
        return ArmResponse(status=200, headers=answer.headers, body=orjson.dumps(changed))


def _deep(to: object, depth: int) -> Callable[[Any], Any]:
    """Everything `depth` levels below the object's own members becomes the same wrong value."""

    def changed(node: Any, left: int) -> Any:
        if left == 0:
            return to
        if isinstance(node, dict):
            return {name: changed(inner, left - 1) for name, inner in node.items()}
        return [changed(inner, left - 1) for inner in node] if isinstance(node, list) else node

    def change(row: dict[str, Any]) -> Any:
        return {
            **row,
            **{name: changed(row[name], depth) for name in row if name not in {"id", "name", "type"}},
        }

    return change


WRONG: list[Any] = [
    None,
    True,
    7,
    1.5,
    "",
    "x",
    "/",
    "//",
    [],
    [None],
    ["x"],
    [[]],
    {},
    {"x": None},
    "/a//b",
    "https://[",
    "\x1b[31m\u202e",
]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
async def test_collection_of_malformed_objects_ends_in_an_estate(wrong: object, depth: int) -> None:
    """What was read must also be fit for the relations that follow."""
    estate = await _in_process(Corrupted(_deep(wrong, depth)))
    assert len(estate.listed(CognitiveAccount)) == 4
    discover(estate, Declared())


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
async def test_collection_of_elements_that_are_no_objects_ends_in_gaps(wrong: object) -> None:
    estate = await _in_process(Corrupted(lambda _row: wrong))
    assert estate.listed(CognitiveAccount) == ()
    assert len(estate.gaps(CognitiveAccount)) == 5
    discover(estate, Declared())


async def test_collection_of_members_that_are_missing_has_facts_that_are_absent() -> None:
    estate = await _in_process(Corrupted(lambda row: {"id": row["id"]}))
    accounts = estate.listed(CognitiveAccount)
    assert len(accounts) == 4
    assert all(account.public_network_access.is_absent for account in accounts)
    assert {account.public_network_access.value for account in accounts} == {"Enabled"}


async def test_collections_beside_each_other_do_not_mix() -> None:
    arms = [Arm(Tenant.from_json({**sample_file(), "page_size": size})) for size in (1, 3, 100)]
    found = await asyncio.gather(*(_in_process(arm) for arm in arms))
    assert len({tuple(row.id for row in estate.listed(SearchConnection)) for estate in found}) == 1
