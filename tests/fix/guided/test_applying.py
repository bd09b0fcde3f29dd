"""Each kind of guided fix, from the saved report to the object in Azure and the rule that passes again."""

from __future__ import annotations

import copy
import json
import os
from dataclasses import dataclass
from importlib import resources
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import (
    CLAIMS_OPENAI,
    CLAIMS_SEARCH,
    HR_OPENAI,
    HR_SEARCH,
    HR_STORAGE,
)
from auditor.sandbox.script import Change
from tests.fix.guided.conftest import Desk, Open
from tests.fix.guided.worlds import (
    BROKEN_RULE,
    ENDPOINT,
    GROUP,
    KNOWN_OF_USER,
    LEFT_OUT_ZONE,
    MANY_ZONES,
    MANY_ZONES_GROUP,
    USER,
    broken,
    broken_report,
    finding,
    report_of,
    unprovisioned,
)

SCHEMA = json.loads(
    resources.files("auditor_reports").joinpath("schemas/report-1.0.schema.json").read_text("utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One member of one object: `after` is what it holds once the fix is made, all else as before."""

    rule: str
    about: str
    path: str
    after: Any


SETTINGS = (
    Setting(
        rule="openai-trusted-service-access",
        about=HR_OPENAI,
        path="properties.networkAcls.bypass",
        after="AzureServices",
    ),
    Setting(
        rule="search-trusted-service-access",
        about=HR_SEARCH,
        path="properties.networkRuleSet.bypass",
        after="AzureServices",
    ),
    Setting(
        rule="storage-trusted-service-access",
        about=HR_STORAGE,
        path="properties.networkAcls.bypass",
        after="Logging, Metrics, AzureServices",
    ),
)


def stored(desk: Desk, rid: str) -> dict[str, Any]:
    """The object as the sandbox holds it now, asked past the log of what the command sent."""
    found = desk.cloud.server.arm.resource(rid)
    assert found is not None, rid
    return copy.deepcopy(dict(found))


def node_at(body: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    *steps, last = path.split(".")
    for step in steps:
        body = body[step]
    return body, last


def applied(desk: Desk, rule: str, about: str, report: dict[str, Any] | None = None) -> dict[str, Any]:
    """Run the fix of one finding, which must succeed, and return its entry in the report."""
    found = finding(report or broken_report(), rule, about)
    done = desk.fix(found["fingerprint"][:12])
    assert done.code == 0, (done.out, done.err)
    assert set(desk.outcomes) == {"applied"}
    VALIDATOR.validate(json.loads(desk.fixed_file.read_text("utf-8")))
    entry = desk.fixes[0]
    assert entry["kind"] == found["fix"]["kind"]
    assert f"applied: {entry['message']}" in done.out
    assert f"undo: {entry['revert']}" in done.out
    return entry


def assert_mended(desk: Desk, rule: str, about: str, report: dict[str, Any] | None = None) -> None:
    """Run again, its rule passes, so nothing is written."""
    sent = len(desk.writes)
    again = desk.fix(finding(report or broken_report(), rule, about)["fingerprint"])
    assert (again.code, desk.outcomes, len(desk.writes)) == (0, ["already-applied"], sent)
    assert "mended already" in again.out


@pytest.mark.parametrize("setting", SETTINGS, ids=[one.rule for one in SETTINGS])
def test_setting_changes_alone_and_what_no_model_knows_stays(desk: Open, setting: Setting) -> None:
    with desk() as at:
        before = stored(at, setting.about)
        entry = applied(at, setting.rule, setting.about)
        after = stored(at, setting.about)
        node, last = node_at(before, setting.path)
        assert node[last] != setting.after
        node[last] = setting.after
        assert after == before
        (sent,) = at.writes
        assert (sent.method, sent.path) == ("PATCH", setting.about)
        assert list(orjson.loads(sent.body)) == ["properties"]
        assert "invented" in json.dumps(after["properties"])
        assert entry["target"] == setting.about
        assert [line["event"] for line in at.journal] == ["intended", "ended"]
        assert_mended(at, setting.rule, setting.about)


def test_revert_command_puts_back_what_was_there(desk: Open) -> None:
    with desk() as at:
        before = stored(at, HR_STORAGE)["properties"]["networkAcls"]
        entry = applied(at, "storage-trusted-service-access", HR_STORAGE)
        body = entry["revert"].partition(" --body ")[2].strip("'")
        assert json.loads(body) == {"properties": {"networkAcls": before}}


@pytest.mark.parametrize(
    ("rule", "about", "identity"),
    [
        ("search-system-identity", CLAIMS_SEARCH, {"type": "SystemAssigned"}),
        (
            "openai-system-identity",
            CLAIMS_OPENAI,
            {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {USER: KNOWN_OF_USER}},
        ),
    ],
)
def test_system_identity_is_enabled_beside_what_is_there(
    desk: Open, rule: str, about: str, identity: dict[str, Any]
) -> None:
    with desk() as at:
        before = stored(at, about)
        applied(at, rule, about)
        after = stored(at, about)
        found = after.pop("identity")
        before.pop("identity")
        assert after == before
        assert len(found.pop("principalId")) == 36
        found.pop("tenantId")
        assert found == identity
        assert_mended(at, rule, about)


def test_missing_grant_is_made_on_the_resource_and_no_other(desk: Open) -> None:
    with desk() as at:
        principal = stored(at, HR_SEARCH)["identity"]["principalId"]
        entry = applied(at, "role-search-calls-openai", HR_OPENAI)
        (sent,) = at.writes
        assert sent.path.lower().startswith(f"{HR_OPENAI}/providers/microsoft.authorization/".lower())
        asked = orjson.loads(sent.body)["properties"]
        assert asked["principalId"] == principal
        assert asked["roleDefinitionId"].endswith("/a001fd3d-188f-4b5d-821b-7da978bf7442")
        assert asked["principalType"] == "ServicePrincipal"
        assert entry["revert"] == f"az role assignment delete --ids {sent.path}"
        assert_mended(at, "role-search-calls-openai", HR_OPENAI)


def test_outbound_rules_are_added_for_the_missing_hosts_alone(desk: Open) -> None:
    with desk() as at:
        rules = broken_report()
        wanted = finding(rules, "workspace-curated-model-fqdns", WORKSPACE)["fix"]["parameters"]["rules"]
        before = stored(at, WORKSPACE)["properties"]["managedNetwork"]["outboundRules"]
        entry = applied(at, "workspace-curated-model-fqdns", WORKSPACE)
        after = stored(at, WORKSPACE)["properties"]["managedNetwork"]["outboundRules"]
        assert {name: after[name] for name in before} == before
        assert sorted(after.keys() - before.keys()) == sorted(rule["name"] for rule in wanted)
        assert len(at.fixes) == len(wanted) == 2
        assert "outbound-rule remove" in entry["revert"]
        assert_mended(at, "workspace-curated-model-fqdns", WORKSPACE)


def test_broken_endpoint_rule_is_made_anew_as_it_was(desk: Open) -> None:
    with desk() as at:
        before = stored(at, BROKEN_RULE)["properties"]
        entry = applied(at, "workspace-outbound-private-endpoints", WORKSPACE)
        # Its endpoint waits for approval: that it was applied does not mean that it works.
        assert entry["message"].endswith('; properties.status is "Inactive"')
        after = stored(at, BROKEN_RULE)["properties"]
        for name in ("serviceResourceId", "subresourceTarget", "sparkEnabled"):
            assert after["destination"][name] == before["destination"][name]
        assert (before["status"], after["status"]) == ("Failed", "Inactive")
        (sent,) = at.writes
        assert (sent.method, sent.path) == ("PUT", BROKEN_RULE)


def test_managed_network_is_provisioned_and_waited_for(desk: Open) -> None:
    report = report_of(unprovisioned())
    with desk(unprovisioned(), report, long_running={"polls": 3}) as at:
        before = stored(at, WORKSPACE)
        applied(at, "workspace-managed-network-provisioned", WORKSPACE, report)
        after = stored(at, WORKSPACE)
        network = before["properties"]["managedNetwork"]
        # What serverless Spark has is asked for again, or it would be taken away.
        assert network["status"] == {"status": "Inactive", "sparkReady": True}
        network["status"]["status"] = "Active"
        assert after == before
        assert [sent.path for sent in at.writes] == [f"{WORKSPACE}/provisionManagedNetwork"]
        # The client names its cloud to every later one of the process.
        assert "AZUREML_CURRENT_CLOUD" not in os.environ
        assert_mended(at, "workspace-managed-network-provisioned", WORKSPACE, report)


def test_zone_group_is_made_for_an_endpoint_without_one(desk: Open) -> None:
    with desk() as at:
        entry = applied(at, "dns-zone-group", ENDPOINT)
        (configuration,) = stored(at, GROUP)["properties"]["privateDnsZoneConfigs"]
        assert configuration["properties"]["privateDnsZoneId"].endswith("/privatelink.search.windows.net")
        assert configuration["properties"]["recordSets"]
        assert "dns-zone-group delete" in entry["revert"]
        assert_mended(at, "dns-zone-group", ENDPOINT)


def test_zone_group_that_lacks_a_zone_keeps_the_others(desk: Open) -> None:
    with desk() as at:
        before = stored(at, MANY_ZONES_GROUP)["properties"]["privateDnsZoneConfigs"]
        entry = applied(at, "dns-zone-group", MANY_ZONES)
        after = stored(at, MANY_ZONES_GROUP)["properties"]["privateDnsZoneConfigs"]
        zones = [one["properties"]["privateDnsZoneId"].lower() for one in after]
        kept = [one["properties"]["privateDnsZoneId"].lower() for one in before]
        assert zones == [*kept, LEFT_OUT_ZONE.lower()]
        assert "dns-zone-group remove" in entry["revert"]


def test_several_findings_are_one_plan_in_the_order_asked_for(desk: Open) -> None:
    report = broken_report()
    rules = (("search-system-identity", CLAIMS_SEARCH), ("storage-trusted-service-access", HR_STORAGE))
    with desk() as at:
        done = at.fix(*(finding(report, rule, about)["fingerprint"] for rule, about in rules))
        assert done.code == 0
        assert [sent.path for sent in at.writes] == [about for _, about in rules]
        assert "The plan: 2 changes" in done.err


def test_fix_without_a_confirmation_writes_nothing_and_says_so(desk: Open) -> None:
    with desk() as at:
        found = finding(broken_report(), "storage-trusted-service-access", HR_STORAGE)
        done = at.fix(found["fingerprint"], flags=())
        assert (done.code, at.outcomes) == (0, ["planned"])
        assert (at.writes, at.journal) == ([], [])
        assert "no terminal" in done.out
        assert HR_STORAGE in done.err
        assert "az rest --method patch" in done.err


def test_report_on_standard_output_is_alone_there(desk: Open) -> None:
    with desk() as at:
        found = finding(broken_report(), "storage-trusted-service-access", HR_STORAGE)
        done = at.fix(found["fingerprint"], flags=("--format", "json"))
        assert [fix["outcome"] for fix in done.report["fixes"]] == ["planned"]
        assert "planned: nothing was written" in done.err


def test_finding_that_was_mended_meanwhile_is_left_alone(desk: Open) -> None:
    world = broken().put(HR_STORAGE, "properties.networkAcls.bypass", "AzureServices")
    with desk(world) as at:
        found = finding(broken_report(), "storage-trusted-service-access", HR_STORAGE)
        assert (at.fix(found["fingerprint"]).code, at.outcomes, at.writes) == (0, ["already-applied"], [])


def test_finding_that_is_another_one_by_now_is_changed_under_us(desk: Open) -> None:
    report = broken_report()
    found = finding(report, "role-search-calls-openai", HR_OPENAI)
    # A new identity of the same service: its predecessor's grant is not what it needs.
    world = broken().put(HR_SEARCH, "identity.principalId", "99999999-0000-4000-8000-000000000001")
    with desk(world) as at:
        done = at.fix(found["fingerprint"])
        assert (done.code, at.outcomes, at.writes, at.journal) == (5, ["changed-under-us"], [], [])
        assert "asks for something else now" in done.out


def test_finding_whose_resource_is_gone_is_changed_under_us(desk: Open) -> None:
    with desk(broken().drop(HR_STORAGE)) as at:
        found = finding(broken_report(), "storage-trusted-service-access", HR_STORAGE)
        assert (at.fix(found["fingerprint"]).code, at.outcomes, at.writes) == (5, ["changed-under-us"], [])


def test_change_is_seen_in_the_sandbox_only_through_writes(desk: Open) -> None:
    """The way these tests look at objects must not be a copy of what was served first."""
    with desk() as at:
        patch = {"id": HR_STORAGE, "tags": {"a": "b"}}
        at.cloud.server.arm.change(Change(merge=(patch,)))
        assert stored(at, HR_STORAGE)["tags"]["a"] == "b"
