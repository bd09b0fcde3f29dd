from __future__ import annotations

from typing import Any

import pytest

from auditor.fix.change import Match, Wanted
from auditor.fix.guided.comparing import strayed, unmet
from auditor.fix.guided.guard import UnplannedWrite, guard
from auditor.fix.guided.step import Step
from auditor.model.fix import FixKind

ZONES = [{"properties": {"privateDnsZoneId": "/Z/One"}}, {"properties": {"privateDnsZoneId": "/z/two"}}]


@pytest.mark.parametrize(
    ("match", "value", "found", "holds"),
    [
        ("text", "Active", "active", True),
        ("text", "Active", "Inactive", False),
        ("text", "Active", None, False),
        ("value", {"a": [1]}, {"a": [1]}, True),
        ("value", True, "true", False),
        ("words", "Logging, AzureServices", "azureservices,Logging", True),
        ("words", "Logging, AzureServices", "AzureServices", False),
        ("words", "AzureServices", "Logging, AzureServices", False),
        ("last-segment", "g", "/subscriptions/s/roleDefinitions/G", True),
        ("last-segment", "g", "/subscriptions/g/roleDefinitions/h", False),
        ("present", None, "anything", True),
        ("present", None, "", False),
        ("present", None, None, False),
        ("zones", ["/z/one", "/z/two"], ZONES, True),
        ("zones", ["/z/one"], ZONES, False),
        ("zones", ["/z/one"], "not a list", False),
    ],
)
def test_wanted_holds_as_its_match_says(match: Match, value: Any, found: Any, holds: bool) -> None:
    wanted = (Wanted(path="properties.it", match=match, value=value),)
    assert (unmet(wanted, {"properties": {"it": found}}) == []) is holds


@pytest.mark.parametrize("found", [None, {}, {"properties": None}, {"properties": {"other": 1}}])
def test_wanted_in_what_is_not_there_does_not_hold(found: Any) -> None:
    assert unmet((Wanted(path="properties.it", match="present"),), found)


BEFORE: dict[str, Any] = {
    "etag": "1",
    "properties": {"provisioningState": "Succeeded", "acls": {"bypass": "None", "ip": [1, 2]}, "empty": {}},
}


def changed(acls: Any, **properties: Any) -> dict[str, Any]:
    """The object with other contents of its firewall and, where given, other properties."""
    return {**BEFORE, "properties": {**BEFORE["properties"], "acls": acls, **properties}}


@pytest.mark.parametrize(
    ("after", "named"),
    [
        ({}, ["properties.acls.ip", "properties.empty"]),
        (changed({"bypass": "A"}), ["properties.acls.ip"]),
        (changed({"bypass": "A", "ip": [2, 1]}), ["properties.acls.ip"]),
        (changed({"bypass": "A", "ip": [1, 2]}, empty=None), ["properties.empty"]),
        (changed({"bypass": "A", "ip": [1, 2], "new": 1}), ["properties.acls.new"]),
        (changed({"bypass": "A", "ip": [1, 2]}, provisioningState="Updating"), []),
        ({**changed({"bypass": "A", "ip": [1, 2]}), "etag": "2", "systemData": {"by": "us"}}, []),
        ({**changed({"bypass": "A", "ip": [1, 2]}), "tags": {"a": "b"}}, ["tags.a"]),
    ],
)
def test_every_member_that_strays_is_named_and_only_those(after: dict[str, Any], named: list[str]) -> None:
    found = strayed(BEFORE, after, ("properties.acls.bypass",))
    assert [line.partition(" was ")[0] for line in found] == named


def test_what_was_not_there_before_cannot_stray() -> None:
    assert strayed(None, {"a": 1}, ()) == []


def step_to(method: str, path: str) -> Step:
    return Step(
        kind=FixKind.ASSIGN_ROLE,
        target="/x",
        object_id=path,
        api_version="1",
        said="",
        held="",
        wish="",
        before=None,
        wanted=(),
        may_change=(),
        method=method,
        path=path,
        body={},
        action="",
        revert="",
        is_due=True,
    )


@pytest.mark.parametrize(
    ("method", "url", "passes"),
    [
        ("PUT", "https://arm/Subscriptions/S/x%20y?api-version=1", True),
        ("GET", "https://arm/anything", True),
        ("HEAD", "https://arm/anything", True),
        ("PUT", "https://arm/subscriptions/s/x%20y/z", False),
        ("DELETE", "https://arm/subscriptions/s/x%20y", False),
        ("POST", "https://arm/subscriptions/s/providers/Microsoft.Search/register", False),
    ],
)
def test_guard_lets_reads_and_the_planned_write_pass(method: str, url: str, passes: bool) -> None:
    from azure.core.pipeline import PipelineContext, PipelineRequest
    from azure.core.rest import HttpRequest

    request = PipelineRequest(HttpRequest(method, url), PipelineContext(None))
    policy = guard(step_to("PUT", "/subscriptions/s/x y"))
    if passes:
        policy.on_request(request)
    else:
        with pytest.raises(UnplannedWrite):
            policy.on_request(request)
