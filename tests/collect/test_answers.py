"""What one answer is taken for: rows, a failure with its reason, never an empty list by mistake."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.collect.refusal import ReadFailed
from auditor.collect.runner import collect
from auditor.collect.search import SOURCES
from auditor.collect.source import Selection
from auditor.model.declared import Declared
from auditor.model.estate import Estate, EstateBuilder
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.search_service import SearchService
from auditor.sandbox import ArmResponse
from tests.collect.scripted import (
    ARM_URL,
    SUBSCRIPTION,
    ScriptedArm,
    answered,
    reader_of,
    readers_of,
    refused,
)

LIST = f"{SUBSCRIPTION}/providers/Microsoft.Search/searchServices"
ROOT = ArmId.parse(SUBSCRIPTION)


def _service(name: str, **members: Any) -> dict[str, Any]:
    return {
        "id": f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Search/searchServices/{name}",
        **members,
    }


async def _estate(arm: ScriptedArm) -> Estate:
    builder = EstateBuilder(None, [ROOT], {ROOT: None})
    services = [source for source in SOURCES if source.record is SearchService]
    return await collect(readers_of(arm), services, builder, Selection(declared=Declared()))


async def _estate_of(*pages: ArmResponse) -> tuple[Estate, ScriptedArm]:
    left = list(pages)
    arm = ScriptedArm(lambda _method, _url: left.pop(0))
    return await _estate(arm), arm


def _linked(link: object, *rows: object) -> ArmResponse:
    return answered({"value": list(rows), "nextLink": link})


@pytest.mark.parametrize(
    ("answer", "reason", "status", "said"),
    [
        (answered(b"<html>Blocked</html>"), Reason.MALFORMED, 200, "an HTML page, not JSON"),
        (answered(b"<html>Bad gateway</html>", 403), Reason.MALFORMED, 403, "an HTML page, not JSON"),
        (answered(b""), Reason.MALFORMED, 200, "empty, not JSON"),
        (answered(b" \n"), Reason.MALFORMED, 200, "empty, not JSON"),
        (answered(b'{"value": ['), Reason.MALFORMED, 200, "not JSON"),
        (answered(b'{"value": "\xff"}'), Reason.MALFORMED, 200, "not JSON"),
        (answered([]), Reason.MALFORMED, 200, "not a JSON object"),
        (answered("text"), Reason.MALFORMED, 200, "not a JSON object"),
        (answered({}), Reason.MALFORMED, 200, "no list under `value`"),
        (answered({"value": None}), Reason.MALFORMED, 200, "no list under `value`"),
        (answered({"value": {"0": {}}}), Reason.MALFORMED, 200, "no list under `value`"),
        (answered({"error": {"code": "Oops", "message": "Later."}}), Reason.SERVER_ERROR, 200, "Later."),
        (answered({"value": [], "error": {"code": "Oops"}}), Reason.SERVER_ERROR, 200, "Oops"),
        (answered(b"<html>moved</html>", 302, {"Location": "/x"}), Reason.MALFORMED, 302, "an HTML page"),
        (refused(403, "AuthorizationFailed"), Reason.NO_PERMISSION, 403, "no"),
        (answered(b"", 403), Reason.NO_PERMISSION, 403, "HTTP 403"),
        (refused(401, "InvalidAuthenticationTokenTenant"), Reason.FOREIGN_TENANT, 401, "no"),
        (refused(404, "SubscriptionNotFound"), Reason.FOREIGN_TENANT, 404, "no"),
        (refused(404, "ResourceNotFound"), Reason.HIDDEN, 404, "no"),
        (refused(404, "InvalidResourceType"), Reason.NOT_OFFERED, 404, "no"),
        (refused(400, "NoRegisteredProviderFound"), Reason.NOT_OFFERED, 400, "no"),
        (refused(409, "Conflict"), Reason.SERVER_ERROR, 409, "no"),
        (answered({"error": "a text"}, 400), Reason.SERVER_ERROR, 400, "HTTP 400"),
        (answered({"error": {"code": 7, "message": ["x"]}}, 403), Reason.NO_PERMISSION, 403, "['x']"),
    ],
)
async def test_answer_that_is_no_list_is_a_gap_of_the_list(
    answer: ArmResponse, reason: Reason, status: int, said: str
) -> None:
    estate, _ = await _estate_of(answer)
    (gap,) = estate.all_gaps()
    assert (gap.scope, gap.what, gap.reason, gap.http_status) == (
        ROOT,
        SearchService.ARM_TYPE,
        reason,
        status,
    )
    assert said in gap.detail
    assert "\n" not in gap.detail
    assert not estate.was_read(SearchService, ROOT)


@pytest.mark.parametrize(
    "content",
    [
        b'\xef\xbb\xbf{"value": []}',
        b'{"value": [], "nextLink": null}',
        b'{"value": [], "nextLink": ""}',
        b'{"value": [], "error": null}',
    ],
)
async def test_answer_with_an_empty_list_is_an_empty_list(content: bytes) -> None:
    estate, arm = await _estate_of(answered(content))
    assert estate.every(SearchService) == ()
    assert estate.was_read(SearchService, ROOT)
    assert arm.requests == [("GET", f"{ARM_URL}{LIST}?api-version=2025-05-01")]


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/subscriptions",
        "http://management.azure.com/subscriptions",
        "https://management.azure.com.elsewhere.example/subscriptions",
        "https://management.azure.com@elsewhere.example/subscriptions",
        "https://user:password@management.azure.com/subscriptions",
        "https://management.azure.com:8443/subscriptions",
        "//elsewhere.example/subscriptions",
        "/subscriptions",
        "https://[",
        "file:///etc/passwd",
        7,
        ["https://management.azure.com/x"],
    ],
)
async def test_link_to_anywhere_else_is_not_followed_and_rows_before_it_are_kept(link: object) -> None:
    estate, arm = await _estate_of(_linked(link, _service("a")))
    (gap,) = estate.all_gaps()
    assert (gap.reason, gap.detail) == (Reason.MALFORMED, "a page's nextLink leads to another host")
    assert [row.name for row in estate.listed(SearchService)] == ["a"]
    assert not estate.was_read(SearchService, ROOT)
    assert len(arm.requests) == 1


@pytest.mark.parametrize("origin", [ARM_URL, f"{ARM_URL}:443", ARM_URL.upper()])
async def test_link_to_the_same_host_in_any_spelling_is_followed(origin: str) -> None:
    link = f"{origin}{LIST}?api-version=2025-05-01&$skiptoken=1"
    estate, arm = await _estate_of(_linked(link, _service("a")), answered({"value": [_service("b")]}))
    assert [row.name for row in estate.every(SearchService)] == ["a", "b"]
    assert [url for _, url in arm.requests][1] == link


@pytest.mark.parametrize("length", [1, 2, 3])
async def test_pages_that_lead_in_a_ring_are_a_gap_and_keep_their_rows(length: int) -> None:
    links = [f"{ARM_URL}{LIST}?page={number}" for number in range(length)]
    pages = [_linked(link, _service(f"s{number}")) for number, link in enumerate(links)]
    estate, arm = await _estate_of(*pages, _linked(links[0], _service("last")))
    (gap,) = estate.all_gaps()
    assert gap.detail == "a page's nextLink leads back to an earlier page"
    assert len(arm.requests) == length + 1
    assert len(estate.listed(SearchService)) == length + 1
    assert not estate.was_read(SearchService, ROOT)


@pytest.mark.parametrize(
    "second",
    [answered(b"<html>"), refused(403, "AuthorizationFailed"), answered(b"", 200), answered({"value": 1})],
)
async def test_list_that_breaks_on_a_later_page_is_a_gap_and_keeps_the_rows_before(
    second: ArmResponse,
) -> None:
    estate, _ = await _estate_of(_linked(f"{ARM_URL}{LIST}?page=2", _service("a"), _service("b")), second)
    assert [row.name for row in estate.listed(SearchService)] == ["a", "b"]
    assert [gap.scope for gap in estate.all_gaps()] == [ROOT]
    assert not estate.was_read(SearchService, ROOT)


@pytest.mark.parametrize(
    "element", [None, 7, "x", [], {}, {"id": None}, {"id": 7}, {"id": "no-slash"}, {"id": "/a//b"}]
)
async def test_malformed_element_is_one_gap_and_keeps_its_siblings(element: object) -> None:
    estate, _ = await _estate_of(answered({"value": [_service("a"), element, _service("b")]}))
    assert [row.name for row in estate.listed(SearchService)] == ["a", "b"]
    (gap,) = estate.all_gaps()
    assert gap.reason is Reason.MALFORMED
    assert gap.scope.text == f"{SUBSCRIPTION}/searchServices/[1]"
    assert gap.detail.startswith("element 1 of the list is not ")


@pytest.mark.parametrize("body", [{"properties": None}, {"properties": []}, {"identity": "x"}, {"sku": 7}])
async def test_malformed_member_costs_its_own_facts_alone(body: dict[str, Any]) -> None:
    estate, _ = await _estate_of(answered({"value": [_service("a", **body), _service("b")]}))
    assert [row.name for row in estate.every(SearchService)] == ["a", "b"]
    assert len(estate.all_gaps()) == (0 if body == {"properties": None} else 1)


async def test_single_object_is_read_and_its_error_raised() -> None:
    arm = ScriptedArm(lambda _m, url: answered({"id": "/x", "error": None}) if "/x" in url else answered([]))
    assert await reader_of(arm).get("/x", "2024-01-01") == {"id": "/x", "error": None}
    with pytest.raises(ReadFailed, match="not a JSON object"):
        await reader_of(arm).get("/y", "2024-01-01")


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/a b/c#d", "/a%20b/c%23d?api-version=1"),
        ("/a?$filter=atScope()", "/a?$filter=atScope()&api-version=1"),
        ("/a%2Fb", "/a%252Fb?api-version=1"),
        ("/å", "/%C3%A5?api-version=1"),
    ],
)
async def test_path_is_quoted_and_keeps_its_query(path: str, url: str) -> None:
    arm = ScriptedArm(lambda _method, _url: answered({"id": "/x"}))
    await reader_of(arm).get(path, "1")
    assert arm.requests == [("GET", f"{ARM_URL}{url}")]
