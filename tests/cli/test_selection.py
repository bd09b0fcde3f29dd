"""What is audited: scope, rules, surroundings and waivers, as they reach the run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox.sample import on_your_data
from auditor.sandbox.sample.company import AI_PROD, HUB, LEGACY
from tests.cli.conftest import Auditor, Serve
from tests.rules.world import company

OPEN = "openai-public-network-access"
ALL = [f"/subscriptions/{found}" for found in (AI_PROD, HUB, LEGACY)]


def run_of(auditor: Auditor, *arguments: str) -> dict[str, Any]:
    report = auditor("demo", "-q", "--format", "json", *arguments).report
    found: dict[str, Any] = report["run"]
    return found


@pytest.mark.parametrize(
    ("flags", "scope"),
    [
        ([], ALL),
        (["-s", AI_PROD], ALL[:1]),
        (["-s", AI_PROD.upper()], ALL[:1]),
        (["-s", f"/subscriptions/{AI_PROD}"], ALL[:1]),
        (["-s", "norrland-hub", "-s", "Norrland-AI-prod"], ALL[:2]),
        (["-s", "norrland-hub", "-s", HUB], ALL[1:2]),
        (["--management-group", "norrland-platform"], ALL),
        (["--management-group", "norrland-platform", "-s", HUB], ALL[1:2]),
        (
            ["--management-group", "/providers/Microsoft.Management/managementGroups/norrland-platform"],
            ALL,
        ),
        (["-s", AI_PROD, "-g", "RG-HR-chat"], [f"{ALL[0]}/resourceGroups/rg-hr-chat"]),
        (
            ["-s", AI_PROD, "-g", "rg-hr", "-g", "rg-hr-chat"],
            [f"{ALL[0]}/resourceGroups/rg-hr", f"{ALL[0]}/resourceGroups/rg-hr-chat"],
        ),
    ],
)
def test_scope_by_flags_is_what_the_report_says(flags: list[str], scope: list[str], auditor: Auditor) -> None:
    assert run_of(auditor, *flags)["scope"] == sorted(scope, key=str.lower)


def test_resource_group_holds_every_result(auditor: Auditor) -> None:
    flags = ("-s", "norrland-ai-prod", "-g", "rg-hr-chat")
    report = auditor("demo", "-q", "--format", "json", *flags).report
    group = f"{ALL[0]}/resourceGroups/rg-hr-chat/".lower()
    results = [found["resource"].lower() for found in report["results"]]
    assert results
    assert [found for found in results if not found.startswith(group)] == []


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (
            ["-s", "norrland-ai-prd"],
            "no subscription norrland-ai-prd is visible in the scope. Did you mean norrland",
        ),
        (["-s", "zzz"], "Known: norrland-ai-prod, norrland-hub, norrland-legacy."),
        (
            ["-s", AI_PROD, "-g", "rg-hr-chad"],
            "no resource group rg-hr-chad in the audited subscriptions. Did you",
        ),
        (["--rule", "nothing-*"], "no rule matches nothing-*. See `auditor rules`."),
        (["--skip-rule", "nothing-*"], "no rule matches nothing-*"),
        (["--rule", OPEN[:-1]], f"no rule matches {OPEN[:-1]}. Did you mean {OPEN}?"),
        (["--rule", OPEN, "--skip-rule", "*"], "no rule is left of this selection"),
        (["--profile", "chat"], "--profile: 'chat' is not one of private-openai"),
    ],
)
def test_selection_that_names_nothing_is_exit_2_with_a_suggestion(
    flags: list[str], said: str, auditor: Auditor
) -> None:
    done = auditor("demo", *flags)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


def test_subscription_name_that_several_carry_asks_for_the_id(serve: Serve) -> None:
    world = company()
    for found in world.tenant["subscriptions"][:2]:
        found["displayName"] = "twin"
    with serve(world) as cloud:
        done = cloud.scan("-s", "TWIN")
        by_id = cloud.scan("-s", HUB, "-q")
    assert (done.code, done.out) == (2, "")
    assert (
        f"several subscriptions are called TWIN: {', '.join(sorted((AI_PROD, HUB)))}. Give the id."
        in done.err
    )
    assert by_id.code == 3


def test_subscription_that_is_called_as_another_one_is_identified_loses(serve: Serve) -> None:
    world = company()
    world.tenant["subscriptions"][1]["displayName"] = AI_PROD
    with serve(world) as cloud:
        report = cloud.scan("-s", AI_PROD, "-q", "--format", "json").report
    assert report["run"]["scope"] == ALL[:1]


@pytest.mark.parametrize(
    ("name", "pattern", "said"),
    [
        ("nowhere", "^nothing", "management group nowhere could not be read"),
        (
            "norrland-platform",
            "/descendants",
            "ask for Microsoft.Management/managementGroups/descendants/read",
        ),
    ],
)
def test_management_group_that_cannot_be_read_is_exit_3(
    name: str, pattern: str, said: str, serve: Serve
) -> None:
    with serve(company().refuse(pattern)) as cloud:
        done = cloud.scan("--management-group", name, "--format", "json")
    assert done.code == 3
    assert said in done.err
    assert said in done.report["unaudited"]


def test_management_group_without_visible_subscriptions_is_exit_3(serve: Serve) -> None:
    world = company()
    world.tenant["management_groups"].append(
        {"name": "empty", "displayName": "Empty", "subscriptions": [], "children": []}
    )
    with serve(world) as cloud:
        done = cloud.scan("--management-group", "empty", "-q")
    assert done.code == 3
    assert "management group empty holds no subscription that the credential sees" in done.err


def rules_of(auditor: Auditor, *arguments: str) -> list[str]:
    return [line.split()[1] for line in auditor("rules", *arguments).out.splitlines()]


@pytest.mark.parametrize(
    "flags",
    [
        ("--rule", "openai-*"),
        ("--rule", "*-public-network-access", "--rule", "role-*"),
        ("--skip-rule", "openai-*"),
        ("--rule", "openai-*", "--skip-rule", OPEN),
        ("--profile", "foundry"),
        ("--profile", "on-your-data", "--skip-rule", "role-*"),
    ],
)
def test_rules_that_are_listed_are_those_that_are_judged(flags: tuple[str, ...], auditor: Auditor) -> None:
    listed = rules_of(auditor, *flags)
    report = auditor("demo", "-q", "--format", "json", *flags).report
    assert [rule["id"] for rule in report["rules"]] == listed
    assert {found["rule"] for found in report["results"]} <= set(listed)
    assert 0 < len(listed) < len(rules_of(auditor))


def test_all_resources_judges_storage_that_no_workload_uses(serve: Serve) -> None:
    world = company()
    lone = f"/subscriptions/{AI_PROD}/resourceGroups/rg-lone/providers/Microsoft.Storage/storageAccounts/lone"
    like = world.body(on_your_data.HR_STORAGE)
    world.add({**like, "id": lone, "name": "lone", "properties": {"publicNetworkAccess": "Disabled"}})
    flags = ("-q", "--format", "json", "--rule", "storage-public-network-access", "-s", AI_PROD)
    with serve(world) as cloud:
        reports = [cloud.scan(*flags, *more).report for more in ((), ("--all-resources",))]
    usual, wide = ({found["resource"] for found in report["results"]} for report in reports)
    assert wide - usual == {lone}
    assert usual < wide


def test_environment_and_file_reach_the_run(
    auditor: Auditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "auditor.toml").write_text(
        '[scan]\nrule = ["openai-*"]\nprofile = "foundry"\nfail_on = "never"\n', encoding="utf-8"
    )
    monkeypatch.setenv("AUDITOR_PROFILE", "private-openai")
    monkeypatch.setenv("AUDITOR_FORMAT", "json,terminal=report.txt")
    done = auditor("demo", "-q", "--rule", OPEN)
    run = done.report["run"]
    assert run["profile"] == "private-openai"
    assert run["options"] == {"rule": [OPEN], "profile": "private-openai", "fail_on": "never"}
    assert (tmp_path / "report.txt").exists()
    assert done.code == 4


def test_surroundings_of_a_live_scan_choose_its_scope(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(company()) as cloud:
        chosen = 'auth = "environment"\nsubscription = ["norrland-hub"]\n'
        lines = f'[scan]\narm_endpoint = "{cloud.server.url}"\n{chosen}'
        (tmp_path / "auditor.toml").write_text(lines, encoding="utf-8")
        monkeypatch.setenv("AUDITOR_CA_BUNDLE", str(cloud.server.ca_file))
        monkeypatch.setenv("AUDITOR_SUBSCRIPTION", "norrland-ai-prod")
        run = cloud.auditor("scan", "-q", "--format", "json").report["run"]
    assert run["scope"] == ALL[:1]


WAIVER = '[[waiver]]\nrule = "{rule}"\nresource = "{resource}"\nexpires = {expires}\n'


def waived_demo(auditor: Auditor, tmp_path: Path, *waivers: dict[str, object]) -> dict[str, Any]:
    owners = (f'owner = "{waiver["owner"]}"\n' if "owner" in waiver else "" for waiver in waivers)
    text = "".join(WAIVER.format(**waiver) + owner for waiver, owner in zip(waivers, owners, strict=True))
    (tmp_path / "waivers.toml").write_text(text, encoding="utf-8")
    done = auditor("demo", "-q", "--format", "json", "--rule", OPEN, "--waivers", "waivers.toml")
    assert done.code == (4 if done.report["score"]["waived"] else 1)
    return done.report


def test_waived_finding_stays_in_the_report_and_leaves_score_and_gate(
    auditor: Auditor, tmp_path: Path
) -> None:
    before = auditor("demo", "-q", "--format", "json", "--rule", OPEN).report
    today = datetime.now(UTC).date()
    waiver = {"rule": "openai-*", "resource": "/**/oai-norrland-hr", "owner": "hr", "expires": today}
    after = waived_demo(auditor, tmp_path, waiver)
    found = [result for result in after["results"] if result["waiver"]]
    assert [result["status"] for result in found] == ["fail"]
    assert found[0]["waiver"]["owner"] == "hr"
    assert after["score"]["waived"] == 1
    assert after["score"]["by_status"]["fail"] == before["score"]["by_status"]["fail"] - 1 == 0
    assert after["score"]["value"] == 100.0
    assert len(after["results"]) == len(before["results"])
    assert after["notices"] == []


def test_waivers_that_do_nothing_are_reported_and_waive_nothing(auditor: Auditor, tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    gone = today - timedelta(days=1)
    report = waived_demo(
        auditor,
        tmp_path,
        {"rule": OPEN, "resource": "**", "owner": "old", "expires": gone},
        {"rule": "openai-*", "resource": "/subscriptions/x", "owner": "lost", "expires": today},
        {"rule": OPEN, "resource": "/**/oai-norrland-hr", "expires": today},
    )
    assert report["notices"] == [
        f"waiver of old for {OPEN} on ** expired on {gone}; 1 finding that it would cover",
        "waiver of lost for openai-* on /subscriptions/x matches no finding",
        f"waiver for {OPEN} on /**/oai-norrland-hr has no owner, so it is not in force; "
        "1 finding that it would cover",
    ]
    assert report["score"]["waived"] == 0
