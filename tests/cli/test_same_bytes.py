"""The same tenant gives the same report, in whatever order Azure answers."""

from __future__ import annotations

import pytest

from auditor.sandbox.inventory import Order
from tests.cli.conftest import Outcome, Serve, without_run
from tests.rules.world import company

# Whole tenants over and over: measuring coverage costs much time here, and others measure the same lines.
pytestmark = pytest.mark.no_cover


def scanned(serve: Serve, order: Order, *arguments: str) -> Outcome:
    with serve(company(), order) as cloud:
        done = cloud.scan("-q", "--all-resources", *arguments)
    assert done.code == 1
    return done


def without_time(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("when  "))


@pytest.mark.parametrize("order", ["reversed", 1, 20])
def test_report_of_a_tenant_served_in_another_order_is_the_same(order: Order, serve: Serve) -> None:
    usual = scanned(serve, "as-is", "--format", "json", "--format", "terminal=report.txt")
    other = scanned(serve, order, "--format", "json")
    assert without_run(usual.report) == without_run(other.report)
    assert usual.report["run"]["scope"] == other.report["run"]["scope"]
    assert usual.report["run"]["tenant_id"] == other.report["run"]["tenant_id"]
    assert usual.report["run"]["id"] != other.report["run"]["id"]


@pytest.mark.parametrize("order", ["reversed", 3])
def test_terminal_report_of_a_tenant_served_in_another_order_is_the_same(order: Order, serve: Serve) -> None:
    usual, other = scanned(serve, "as-is"), scanned(serve, order)
    assert without_time(usual.out) == without_time(other.out)
    assert without_time(usual.out) != usual.out


def test_results_are_ordered_by_severity_rule_and_resource(serve: Serve) -> None:
    report = scanned(serve, 7, "--format", "json").report
    severities = ["critical", "high", "medium", "low", "info"]
    keys = [
        (severities.index(found["severity"]), found["rule"], found["resource"].lower())
        for found in report["results"]
    ]
    assert keys == sorted(keys)
    assert len({found["fingerprint"] for found in report["results"]}) == len(keys)
