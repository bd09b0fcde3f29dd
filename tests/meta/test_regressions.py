"""What other auditors of this kind got wrong, each as the shortest audit that would show it here."""

from __future__ import annotations

import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from auditor.model.reasons import Reason
from auditor.model.result import Result
from auditor.sandbox.sample.agents import ACCOUNT as FOUNDRY
from auditor.sandbox.sample.company import AI_NETWORK, AI_PROD, HR_LOOK_ALIKE, HUB, MANAGEMENT_GROUP, within
from auditor.sandbox.sample.endpoints import ENDPOINT_SUBNET, zone_id
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import (
    CLAIMS_OPENAI,
    CLAIMS_SEARCH,
    CLAIMS_STORAGE,
    HR_OPENAI,
    HR_SEARCH,
    HR_STORAGE,
)
from auditor.sandbox.sample.private_app import OPENAI
from auditor.waivers import Waiver, matching
from auditor_rules.openai.openai_local_auth import openai_local_auth
from tests.meta.mutations.changes import cut, endpoint_gone, every, put
from tests.meta.substitution import judged
from tests.meta.whole_audit import PACKS, RULES, Audit, audit, flips
from tests.rules.cases import Change
from tests.rules.dns.places import OPENAI_ZONE, SEARCH_ZONE, link, own_servers, record
from tests.rules.nsg.rules_of_groups import only, security_rule, with_rule
from tests.rules.private_endpoint.doors import RETIRED, at, both_sides, knock
from tests.rules.role.changes import CONDITION, CONTRIBUTOR, denied, given, group_of, regranted
from tests.rules.world import World, company, mended

ACCESS = "properties.publicNetworkAccess"
ACLS = "properties.networkAcls"
OPENAI_CONTRIBUTOR = "a001fd3d-188f-4b5d-821b-7da978bf7442"
OPENAI_DATA = "Microsoft.CognitiveServices/accounts/OpenAI/*"
GRANT = "role-search-calls-openai"
LOGS = f"{CLAIMS_OPENAI}/providers/microsoft.insights/diagnosticSettings/to-log-analytics"


@cache
def calm() -> Audit:
    return audit(mended())


def changed(*changes: Change) -> Audit:
    world = mended()
    every(*changes)(world)
    return audit(world)


def found(audited: Audit, rule: str, about: str) -> tuple[Result, ...]:
    return tuple(
        result
        for result in audited.results
        if result.rule == rule and result.resource.lower() == about.lower()
    )


def status(audited: Audit, rule: str, about: str) -> str:
    """The one status of a rule's results about a resource."""
    (one,) = {result.status for result in found(audited, rule, about)}
    return one


def after(rule: str, about: str, *changes: Change) -> str:
    """The status by this rule alone, of what it reads alone."""
    world = mended()
    every(*changes)(world)
    results = world.judge(PACKS.rule(rule))
    (one,) = {result.status for result in results if result.resource.lower() == about.lower()}
    return one


def refused(pattern: str, code: int = 403, **headers: str) -> Change:
    def change(world: World) -> None:
        world.refuse(pattern, code)
        world.tenant["faults"][-1]["headers"] = headers

    return change


def test_01_refused_service_list_is_unknown_with_the_missing_permission() -> None:
    (result,) = found(
        changed(refused(f"{AI_PROD}/providers/Microsoft.Search/searchServices")),
        "search-api-keys",
        f"/subscriptions/{AI_PROD}",
    )
    assert result.status == "unknown"
    assert "Microsoft.Search/searchServices/read" in result.verdict.message


@pytest.mark.parametrize("code", [400, 403, 404])
def test_02_refused_sub_read_is_unknown_and_no_finding(code: int) -> None:
    blind = changed(
        refused("oai-norrland-claims/privateEndpointConnections", code),
        refused("oai-norrland-claims/.*diagnosticSettings", code),
    )
    assert status(blind, "openai-private-endpoint", CLAIMS_OPENAI) == "unknown"
    assert status(blind, "monitoring-resource-logs", CLAIMS_OPENAI) == "unknown"


@pytest.mark.parametrize("path", ["sku", "identity", "kind", ACLS, "properties.customSubDomainName"])
def test_03_account_without_a_property_costs_no_other_account_its_checks(path: str) -> None:
    others = (HR_OPENAI, OPENAI, FOUNDRY)
    odd = changed(cut(CLAIMS_OPENAI, path))
    checks = {(one.rule, one.resource) for one in calm().results if one.rule.startswith("openai-")}
    kept = {(one.rule, one.resource) for one in odd.results}
    assert {check for check in checks if check[1] in others} <= kept
    assert status(odd, "openai-local-auth", CLAIMS_OPENAI) != "fail"


def test_04_rule_that_breaks_is_a_result_for_each_of_its_subjects() -> None:
    def broken(_judged: object, _view: object) -> None:
        raise KeyError("nobody thought of that")

    rule = replace(openai_local_auth, judge=broken)  # type: ignore[arg-type]
    results = judged(calm().estate, [rule])
    assert {one.resource for one in results} == {
        one.resource for one in calm().results if one.rule == rule.id
    }
    assert {getattr(one.verdict, "reason", None) for one in results} == {Reason.RULE_ERROR}


def test_05_query_that_fails_leaves_the_rest_of_the_report() -> None:
    blind = changed(refused("Microsoft.Network/virtualNetworks", 400))
    assert {one.rule for one in blind.results} == {one.rule for one in calm().results}
    assert status(blind, "openai-local-auth", CLAIMS_OPENAI) == "pass"


def test_06_pages_of_one_row_hold_everything() -> None:
    world = mended()
    world.tenant["page_size"] = 1
    paged = audit(world)
    assert len(paged.requests) > 2 * len(calm().requests)
    assert not flips(calm(), paged)


def test_07_subscriptions_of_one_name_stay_two_and_a_deleted_one_is_left_out() -> None:
    world = mended()
    for found_subscription in world.tenant["subscriptions"]:
        found_subscription["displayName"] = "production"
    assert not flips(calm(), audit(world))
    world.tenant["subscriptions"][1]["state"] = "Deleted"
    (left,) = (rid.name for rid in audit(world).estate.audited)
    assert {left} < {AI_PROD, HUB}


def test_08_connection_counts_only_where_approved_wherever_it_stands() -> None:
    def manual(world: World) -> None:
        properties = world.body(_endpoint("pe-servicing-foundry"))["properties"]
        properties["manualPrivateLinkServiceConnections"] = properties["privateLinkServiceConnections"]
        properties["privateLinkServiceConnections"] = []

    def behind_a_rejected_one(world: World) -> None:
        approved = world.body(at(FOUNDRY, "pe-servicing-foundry"))
        world.tenant["resources"].remove(approved)
        knock(world, FOUNDRY, AI_PROD, seed="a-rejected-one", status="Rejected").add(approved)

    def state(value: str) -> Change:
        return lambda world: both_sides(world, FOUNDRY, "pe-servicing-foundry", value)

    rule = "openai-private-endpoint"
    assert {after(rule, FOUNDRY, state(value)) for value in ("Pending", "Rejected")} == {"fail"}
    assert after(rule, FOUNDRY, manual) == "pass"
    assert after(rule, FOUNDRY, behind_a_rejected_one) == "pass"


def test_09_no_rule_fails_always() -> None:
    """The one exception speaks of features that end for everybody who uses them."""
    always = {one.rule for one in calm().results if one.status == "fail"} - {"lifecycle-retired-features"}
    assert not always


@pytest.mark.parametrize("value", ["disabled", "Disabled", "DISABLED"])
def test_10_enum_in_any_case_means_the_same(value: str) -> None:
    assert after("search-public-network-access", CLAIMS_SEARCH, put(CLAIMS_SEARCH, ACCESS, value)) == "pass"


@pytest.mark.parametrize(
    ("rule", "rid", "path"),
    [
        ("openai-public-network-access", CLAIMS_OPENAI, ACCESS),
        ("search-public-network-access", CLAIMS_SEARCH, ACCESS),
        ("storage-public-network-access", CLAIMS_STORAGE, ACCESS),
        ("openai-firewall-default-action", CLAIMS_OPENAI, ACLS),
        ("storage-firewall-default-action", CLAIMS_STORAGE, ACLS),
        ("storage-shared-key-access", CLAIMS_STORAGE, "properties.allowSharedKeyAccess"),
    ],
)
def test_11_null_is_not_safe(rule: str, rid: str, path: str) -> None:
    assert after(rule, rid, put(rid, path, None)) == "fail"


def test_12_both_switches_are_read() -> None:
    opened = changed(put(CLAIMS_STORAGE, ACCESS, "Enabled"))
    allowing = changed(put(CLAIMS_STORAGE, f"{ACLS}.defaultAction", "Allow"))
    rules = ("storage-public-network-access", "storage-firewall-default-action")
    assert [status(opened, rule, CLAIMS_STORAGE) for rule in rules] == ["fail", "pass"]
    assert [status(allowing, rule, CLAIMS_STORAGE) for rule in rules] == ["pass", "fail"]


def test_13_private_endpoint_rule_looks_at_endpoints() -> None:
    rule = "openai-private-endpoint"
    assert after(rule, FOUNDRY, endpoint_gone(FOUNDRY, "pe-servicing-foundry")) == "fail"
    assert after(rule, FOUNDRY, put(FOUNDRY, ACCESS, "Enabled")) == "pass"


def test_14_later_tls_passes_and_free_is_free_in_any_case() -> None:
    tls = put(CLAIMS_STORAGE, "properties.minimumTlsVersion", "TLS1_3")
    assert after("storage-account-hygiene", CLAIMS_STORAGE, tls) == "pass"
    assert after("search-sku-private-endpoints", HR_SEARCH, put(HR_SEARCH, "sku.name", "FREE")) == "fail"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("SystemAssigned, UserAssigned", "pass"),
        ("SystemAssigned,UserAssigned", "pass"),
        ("UserAssigned", "fail"),
    ],
)
def test_15_identity_kinds_are_read_as_a_set(kind: str, expected: str) -> None:
    assert (
        after("openai-system-identity", CLAIMS_OPENAI, put(CLAIMS_OPENAI, "identity.type", kind)) == expected
    )


@pytest.mark.parametrize(
    ("bypass", "expected"),
    [("Logging, Metrics, AzureServices", "pass"), ("AzureServices", "pass"), ("Logging, Metrics", "fail")],
)
def test_16_bypass_is_read_as_a_set(bypass: str, expected: str) -> None:
    change = put(HR_STORAGE, f"{ACLS}.bypass", bypass)
    assert after("storage-trusted-service-access", HR_STORAGE, change) == expected


def test_17_address_rule_for_everybody_is_no_isolation() -> None:
    rules = put(CLAIMS_STORAGE, f"{ACLS}.ipRules", [{"value": "0.0.0.0/0", "action": "Allow"}])
    opened = changed(put(CLAIMS_STORAGE, ACCESS, "Enabled"), rules)
    assert status(opened, "storage-public-network-access", CLAIMS_STORAGE) == "fail"
    assert status(opened, "network-ip-allow-lists", CLAIMS_STORAGE) == "fail"


@pytest.mark.parametrize(("value", "expected"), [(True, "fail"), (False, "pass"), (None, "pass")])
def test_18_legacy_mode_is_wanted_off(value: object, expected: str) -> None:
    change = put(WORKSPACE, "properties.v1LegacyMode", value)
    assert after("workspace-legacy-switches", WORKSPACE, change) == expected


@pytest.mark.parametrize(
    ("logs", "expected"),
    [
        ([{"category": None, "categoryGroup": "allLogs", "enabled": True}], "pass"),
        ([{"category": "Audit", "categoryGroup": None, "enabled": True}], "pass"),
        ([{"category": "Audit", "categoryGroup": None, "enabled": False}], "fail"),
    ],
)
def test_19_all_logs_are_logs_and_so_is_one_category(logs: object, expected: str) -> None:
    assert after("monitoring-resource-logs", CLAIMS_OPENAI, put(LOGS, "properties.logs", logs)) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (HR_LOOK_ALIKE, "fail"),
        (f"{group_of(HR_OPENAI)}0", "fail"),
        (f"{HR_OPENAI}0", "fail"),
        (group_of(HR_OPENAI), "pass"),
        (f"/subscriptions/{AI_PROD}", "pass"),
        (MANAGEMENT_GROUP, "pass"),
        (HR_OPENAI.upper().replace("/SUBSCRIPTIONS", "/subscriptions"), "pass"),
    ],
)
def test_20_role_scope_holds_what_its_whole_segments_hold(scope: str, expected: str) -> None:
    change = regranted(HR_OPENAI, HR_SEARCH, OPENAI_CONTRIBUTOR, scope)
    assert after(GRANT, HR_OPENAI, change) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (given(HR_OPENAI, HR_SEARCH, dataActions=["*"]), "pass"),
        (given(HR_OPENAI, HR_SEARCH, dataActions=[OPENAI_DATA], notDataActions=["*"]), "fail"),
        (regranted(HR_OPENAI, HR_SEARCH, CONTRIBUTOR), "fail"),
        (regranted(HR_OPENAI, HR_SEARCH, OPENAI_CONTRIBUTOR, condition=CONDITION), "unknown"),
        (denied(HR_OPENAI, HR_SEARCH, dataActions=[OPENAI_DATA]), "fail"),
    ],
    ids=["superset", "taken-away-again", "control-plane-only", "conditional", "denied"],
)
def test_21_roles_are_what_they_permit(change: Change, expected: str) -> None:
    assert after(GRANT, HR_OPENAI, change) == expected


def test_21_roles_have_any_name_and_come_through_groups() -> None:
    world = mended()
    for row in world.tenant["resources"]:
        if row["type"].lower().endswith("roledefinitions"):
            row["properties"]["roleName"] = "Reader"
    renamed = audit(world)
    assert not flips(calm(), renamed)
    assert status(renamed, "role-app-calls-openai", OPENAI) == "pass"


def test_22_security_rules_are_read_in_order_with_their_plurals_and_defaults() -> None:
    rule, subnet = "nsg-consumer-allowed", ENDPOINT_SUBNET
    plural = security_rule(
        "allow",
        150,
        destinationPortRange=...,
        destinationPortRanges=["80", "400-500"],
        sourceAddressPrefix=...,
        sourceAddressPrefixes=["10.40.0.0/16"],
    )
    assert after(rule, subnet, with_rule("first", 140, "Deny")) == "fail"
    assert after(rule, subnet, with_rule("last", 4000, "Deny")) == "pass"
    assert after(rule, subnet, only(plural, security_rule("deny", 200, "Deny"))) == "pass"
    assert after("nsg-others-denied", subnet, only()) == "fail"


def test_23_every_zone_its_records_its_links_and_the_servers_asked_matter() -> None:
    def drop(rid: str) -> Change:
        return lambda world: world.drop(rid)

    search = _endpoint("pe-claims-search")
    stale = put(
        record(SEARCH_ZONE, "srch-norrland-claims"), "properties.aRecords[0].ipv4Address", "10.40.1.7"
    )
    assert after("dns-zone-exists", FOUNDRY, drop(zone_id("privatelink.services.ai.azure.com"))) == "fail"
    assert after("dns-records-match", search, stale) == "fail"
    assert after("dns-zone-linked", OPENAI_ZONE, drop(link(OPENAI_ZONE))) == "fail"
    assert after("dns-records-match", search, lambda world: own_servers(world, "10.9.9.9")) == "unknown"


def test_24_network_rule_can_fail_and_the_platforms_old_endpoint_is_not_wanted() -> None:
    def away(world: World) -> None:
        network = ENDPOINT_SUBNET.split("/subnets/", maxsplit=1)[0]
        island = deepcopy(world.body(network))
        island["id"] = f"{network}-island"
        island["properties"]["virtualNetworkPeerings"] = []
        island["properties"]["subnets"] = []
        world.add(island)
        world.put(
            _endpoint("pe-hr-blob"), "properties.subnet.id", f"{network}-island/subnets/private-endpoints"
        )

    assert after("private-endpoint-common-network", HR_OPENAI, away) == "fail"
    left = changed(lambda world: knock(world, CLAIMS_SEARCH, RETIRED, status="Approved"))
    assert status(left, "private-endpoint-retired-managed", at(CLAIMS_SEARCH, "knock")) == "fail"
    assert status(calm(), "search-trusted-service-access", CLAIMS_SEARCH) == "pass"


def test_25_every_workload_of_every_subscription_is_judged_in_one_run() -> None:
    anchors = {workload for one in calm().results for workload in one.workloads}
    assert len(anchors) >= 5
    for account in (CLAIMS_OPENAI, HR_OPENAI):
        assert status(calm(), "openai-system-identity", account) == "pass"
    elsewhere = {one.subscription_id for one in audit(company()).results}
    assert {AI_PROD, HUB} <= elsewhere


def test_26_waiver_is_for_one_rule_and_one_resource_until_a_day() -> None:
    today = date(2026, 6, 1)
    waiver = Waiver(
        rule="storage-*", resource=CLAIMS_STORAGE, reason="by design", owner="team", expires=today
    )
    rule = "storage-shared-key-access"
    assert matching([waiver], rule, CLAIMS_STORAGE.upper(), today=today) is waiver
    assert matching([waiver], rule, f"{CLAIMS_STORAGE}0", today=today) is None
    assert matching([waiver], "openai-local-auth", CLAIMS_STORAGE, today=today) is None
    tomorrow = today + timedelta(days=1)
    assert matching([waiver], rule, CLAIMS_STORAGE, today=tomorrow) is None
    assert waiver.has_expired(tomorrow)


def test_28_help_loads_no_sdk() -> None:
    said = (
        "import sys; from auditor.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('azure', 'aiohttp', 'rich')])"
    )
    answered = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert answered.stdout.splitlines()[-1] == "[]"


def test_29_other_cloud_wants_its_own_names_in_every_layer() -> None:
    world = mended()
    world.cloud = "AzureUSGovernment"
    (result,) = found(audit(world), "dns-zone-exists", CLAIMS_STORAGE)
    assert result.status == "fail"
    assert "privatelink.blob.core.usgovcloudapi.net" in result.verdict.message
    assert "windows.net" not in result.verdict.message


def test_30_help_is_filled_and_links_lead_somewhere() -> None:
    remedies = [one.remedy for one in audit(company()).results if one.status == "fail"]
    assert remedies
    for remedy in remedies:
        assert remedy is not None
        assert "{" not in (remedy.az or "").replace('{"', "")
    assert all(source.url.startswith("https://") for rule in RULES for source in rule.sources)


def test_31_throttled_request_is_asked_again() -> None:
    world = mended().refuse("Microsoft.Search/searchServices", 429, "TooManyRequests")
    world.tenant["faults"][-1] |= {"times": 3, "headers": {"x-ms-retry-after-ms": "1"}}
    assert not flips(calm(), audit(world))


def test_31_throttling_without_end_is_a_gap_and_not_the_end() -> None:
    throttled = changed(refused("Microsoft.Search/searchServices", 429, **{"x-ms-retry-after-ms": "1"}))
    (result,) = found(throttled, "search-api-keys", f"/subscriptions/{AI_PROD}")
    assert getattr(result.verdict, "reason", None) is Reason.THROTTLED
    assert status(throttled, "openai-local-auth", CLAIMS_OPENAI) == "pass"


def _endpoint(name: str) -> str:
    return within(AI_NETWORK, "Microsoft.Network/privateEndpoints", name)
