"""Remedies as data: what they name, and where there is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from auditor.rule import Rule
from auditor.sandbox.sample.company import AI_NETWORK
from auditor.sandbox.sample.on_your_data import HR_OPENAI, HR_SEARCH
from auditor_rules.dns.dns_zone_group import dns_zone_group
from auditor_rules.openai.openai_trusted_service_access import openai_trusted_service_access
from auditor_rules.role.role_search_calls_openai import role_search_calls_openai
from tests.fix.guided.worlds import ENDPOINT, broken, broken_report, report_of, unprovisioned
from tests.rules.dns.places import SEARCH_ZONE, second_zone
from tests.rules.role.changes import denied
from tests.rules.world import World, company, mended

KINDS = {
    "assign-role",
    "enable-system-identity",
    "allow-trusted-services",
    "provision-managed-network",
    "add-outbound-rule",
    "add-dns-zone-group",
}
# What a remedy's command says in another form than its data does.
_SAID_OTHERWISE = frozenset(
    (
        *("principal_type", "role_name", "type", "spark_enabled"),
        *("workspace", "private_endpoint", "resource"),
    )
)


def leaves(value: Any, name: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, key)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner, name)]
    return [(name, value)]


def with_fix(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [result for result in report["results"] if result["fix"]]


def test_remedies_as_data_say_what_their_commands_say() -> None:
    """Whoever copies the command and whoever applies the data must get the same thing."""
    found = [
        *with_fix(broken_report()),
        *with_fix(report_of(unprovisioned())),
        *with_fix(report_of(company())),
    ]
    assert {result["fix"]["kind"] for result in found} == KINDS
    for result in found:
        command = result["remediation"]["az"]
        for name, value in leaves(result["fix"]["parameters"]):
            if name not in _SAID_OTHERWISE:
                assert str(value) in command, (result["rule"], name)
            elif str(value).startswith("/"):
                assert str(value).rpartition("/")[2] in command, (result["rule"], name)


def test_no_remedy_as_data_sets_what_could_lock_people_out() -> None:
    for result in with_fix(broken_report()):
        text = json.dumps(result["fix"]).lower()
        assert not any(word in text for word in ("publicnetworkaccess", "disablelocalauth", "defaultaction"))


def without_a_firewall(world: World) -> None:
    world.cut(HR_OPENAI, "properties.networkAcls")


def two_zones(world: World) -> None:
    second_zone(world, SEARCH_ZONE, group=AI_NETWORK)


@pytest.mark.parametrize(
    ("rule", "about", "change"),
    [
        (openai_trusted_service_access, HR_OPENAI, without_a_firewall),
        (dns_zone_group, ENDPOINT, two_zones),
    ],
    ids=["a-first-firewall", "two-zones-of-one-name"],
)
def test_failure_that_leaves_a_choice_has_a_remedy_to_read_only(
    rule: Rule[Any], about: str, change: Callable[[World], object]
) -> None:
    world = broken()
    before = next(result for result in world.judge(rule) if result.resource.lower() == about.lower())
    change(world)
    after = next(result for result in world.judge(rule) if result.resource.lower() == about.lower())
    assert (before.status, after.status) == ("fail", "fail")
    assert before.fix is not None
    assert after.fix is None
    assert after.remedy is not None


def test_grant_that_a_deny_assignment_takes_away_is_not_made_again() -> None:
    action = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/embeddings/action"
    world = mended()
    denied(HR_OPENAI, HR_SEARCH, dataActions=[action])(world)
    found = next(
        result
        for result in world.judge(role_search_calls_openai)
        if result.resource.lower() == HR_OPENAI.lower()
    )
    assert (found.status, found.fix) == ("fail", None)
