"""What may not be read is unknown in the report and incomplete at the exit, never a pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from auditor import plugins
from tests.cli.conftest import Serve
from tests.rules.world import World, company, mended

RESOURCES = "^/subscriptions/[^/?]+/"


def read_actions(rule: dict[str, Any]) -> set[str]:
    """The actions by which a rule's own subjects are listed."""
    return {of.read_action() for of in plugins.load().rule(rule["id"]).subjects.listing}


def missing_actions(results: Iterable[dict[str, Any]]) -> set[str]:
    return {
        word.strip(".") for result in results for word in result["message"].split() if word.endswith("/read")
    }


@pytest.mark.parametrize(
    ("status", "code"), [(403, "AuthorizationFailed"), (401, "InvalidAuthenticationToken")]
)
def test_scan_that_may_read_no_resource_is_incomplete_with_every_rule_unknown(
    status: int, code: str, serve: Serve
) -> None:
    with serve(mended().refuse(RESOURCES, status, code)) as cloud:
        done = cloud.scan("--format", "json")
    assert done.code == 4
    assert "could not be read" in done.err
    report = done.report
    assert report["unaudited"] is None
    assert {result["status"] for result in report["results"]} == {"unknown"}
    assert report["score"]["grade"] == "–"
    assert report["score"]["coverage"] == 0
    for rule in report["rules"]:
        about = [result for result in report["results"] if result["rule"] == rule["id"]]
        assert about, f"{rule['id']} vanished"
        assert {result["reason"] for result in about} == {"no-permission"}
        if status == 403:
            assert missing_actions(about) & read_actions(rule), rule["id"]
    assert {gap["http_status"] for gap in report["gaps"]} == {status}
    assert all(gap["action"].endswith("/read") for gap in report["gaps"])


def test_scan_that_may_read_no_resource_is_complete_only_where_that_is_allowed(serve: Serve) -> None:
    with serve(mended().refuse(RESOURCES)) as cloud:
        assert cloud.scan("-q", "--allow-incomplete").code == 0
        assert cloud.scan("-q", "--fail-on", "never").code == 4
        assert cloud.scan("-q", "--allow-empty").code == 4


def test_scan_that_may_not_list_subscriptions_is_exit_3(serve: Serve) -> None:
    with serve(mended().refuse("^/subscriptions")) as cloud:
        done = cloud.scan("-q", "--allow-empty", "--allow-incomplete", "--fail-on", "never")
    assert done.code == 3
    assert "does not have authorization" in done.err


def test_demo_names_the_action_that_is_missing_in_the_unreadable_subscription(serve: Serve) -> None:
    with serve(company()) as cloud:
        report = cloud.auditor("demo", "--format", "json").report
    unknown = [result for result in report["results"] if result["status"] == "unknown"]
    assert "Microsoft.CognitiveServices/accounts/read" in missing_actions(unknown)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (500, None, "server-error"),
        (404, None, "hidden"),
        (200, "<html>proxy</html>", "malformed"),
        (200, {"value": {}}, "malformed"),
    ],
)
def test_list_that_cannot_be_read_is_a_gap_and_costs_the_others_nothing(
    status: int, body: object, reason: str, serve: Serve
) -> None:
    world: World = mended().refuse("/providers/Microsoft.Search/searchServices[?]", status)
    world.tenant["faults"][-1].update(code=None, body=body, headers={"Retry-After": "0.01"})
    with serve(world) as cloud:
        report = cloud.scan("--format", "json", "--rule", "*-public-network-access").report
    by_rule = {result["rule"]: result for result in report["results"]}
    assert by_rule["search-public-network-access"]["status"] == "unknown"
    assert by_rule["search-public-network-access"]["reason"] == reason
    assert by_rule["openai-public-network-access"]["status"] == "pass"
