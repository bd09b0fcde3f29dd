"""What comes between a plan and its writes: other hands, refusals, lost answers, interruptions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import HR_OPENAI, HR_SEARCH, HR_STORAGE
from tests.fix.guided.conftest import Desk, Open
from tests.fix.guided.worlds import broken, broken_report, finding, report_of, unprovisioned

STORAGE_RULE = "storage-trusted-service-access"
READ_ALL = {"scope": "/", "actions": ["*/read"]}
STORAGE_READ = r"storageAccounts/stnorrlandhr\?"
PATCHED = {"path": STORAGE_READ, "methods": ["PATCH"]}


def fix_storage(desk: Desk) -> tuple[int, list[str], str]:
    done = desk.fix(finding(broken_report(), STORAGE_RULE, HR_STORAGE)["fingerprint"])
    return done.code, desk.outcomes, done.out


def bypass(desk: Desk) -> str:
    found = desk.cloud.server.arm.resource(HR_STORAGE)
    assert found is not None
    return str(found["properties"]["networkAcls"]["bypass"])


def test_object_that_moves_between_plan_and_write_is_not_written(desk: Open) -> None:
    # The first read of the account by its id is for the plan, the second just before the write.
    moved = {"id": HR_STORAGE, "properties": {"networkAcls": {"ipRules": [{"value": "10.9.9.9"}]}}}
    event = {"path": STORAGE_READ, "methods": ["GET"], "after": 1, "merge": [moved]}
    with desk(events=[event]) as at:
        code, outcomes, said = fix_storage(at)
        assert (code, outcomes, at.writes) == (5, ["changed-under-us"], [])
        assert "properties.networkAcls.ipRules was" in said
        assert [line["event"] for line in at.journal] == ["intended", "ended"]


def test_grant_that_somebody_makes_between_plan_and_write_is_left_as_it_is(desk: Open) -> None:
    report = broken_report()
    grant = finding(report, "role-search-calls-openai", HR_OPENAI)["fix"]["parameters"]["grants"][0]
    kind = "Microsoft.Authorization/roleAssignments"
    name = "77777777-0000-4000-8000-000000000001"
    theirs = {
        "id": f"{HR_OPENAI}/providers/{kind}/{name}",
        "name": name,
        "type": kind,
        "properties": {
            "scope": HR_OPENAI,
            "principalId": grant["principal_id"],
            "roleDefinitionId": f"/providers/Microsoft.Authorization/roleDefinitions/{grant['role']}",
        },
    }
    ours = r"roleAssignments/[0-9a-f-]{36}\?"
    event = {"path": ours, "methods": ["GET"], "after": 2, "put": [theirs]}
    with desk(events=[event]) as at:
        done = at.fix(finding(report, "role-search-calls-openai", HR_OPENAI)["fingerprint"])
        assert (done.code, at.outcomes) == (0, ["already-applied"])
        assert len(at.writes) == 1


def test_member_that_changes_with_the_write_is_a_failure_that_names_it(desk: Open) -> None:
    stray = {"id": HR_STORAGE, "properties": {"allowSharedKeyAccess": True}}
    with desk(events=[{**PATCHED, "merge": [stray]}]) as at:
        code, outcomes, said = fix_storage(at)
        assert (code, outcomes) == (5, ["failed"])
        assert "properties.allowSharedKeyAccess was" in said
        assert "undo: az rest" in said


@pytest.mark.parametrize(
    ("permissions", "missing"),
    [
        ([READ_ALL], "Microsoft.Storage/storageAccounts/write"),
        ([READ_ALL, {"scope": HR_SEARCH, "actions": ["*"]}], "Microsoft.Storage/storageAccounts/write"),
    ],
)
def test_permission_that_is_missing_for_one_stops_all_before_the_first_write(
    desk: Open, permissions: list[Any], missing: str
) -> None:
    report = broken_report()
    wanted = (("search-trusted-service-access", HR_SEARCH), (STORAGE_RULE, HR_STORAGE))
    with desk(permissions=permissions) as at:
        done = at.fix(*(finding(report, rule, about)["fingerprint"] for rule, about in wanted))
        assert (done.code, at.outcomes, at.writes, at.journal) == (5, ["failed", "failed"], [], [])
        assert missing in done.out


SOON = {"x-ms-retry-after-ms": "1"}
FAULTS: tuple[tuple[str, dict[str, Any], int, str, int, bool], ...] = (
    (
        "throttled",
        {"status": 429, "headers": SOON, "times": 2},
        0,
        "applied",
        3,
        True,
    ),
    (
        "busy",
        {"status": 409, "code": "AnotherOperationInProgress", "headers": {"Retry-After": "0.1"}, "times": 1},
        0,
        "applied",
        2,
        True,
    ),
    ("locked", {"status": 409, "code": "ScopeLocked"}, 5, "failed", 1, False),
    ("refused", {"status": 403}, 5, "failed", 1, False),
    ("server-error-before", {"status": 500}, 5, "unverified", 1, False),
    ("server-error-after", {"status": 500, "after": True}, 0, "applied", 1, True),
    ("dropped-before", {"drop": True}, 5, "unverified", 1, False),
    ("dropped-after", {"drop": True, "after": True}, 0, "applied", 1, True),
    ("unregistered", {"status": 409, "code": "MissingSubscriptionRegistration"}, 5, "failed", 1, False),
)


@pytest.mark.parametrize(
    ("fault", "code", "outcome", "writes", "took_effect"),
    [row[1:] for row in FAULTS],
    ids=[row[0] for row in FAULTS],
)
def test_write_that_goes_wrong_is_never_repeated_blindly(
    desk: Open, fault: dict[str, Any], code: int, outcome: str, writes: int, took_effect: bool
) -> None:
    with desk(faults=[{**PATCHED, **fault}]) as at:
        ended, outcomes, _ = fix_storage(at)
        assert (ended, outcomes) == (code, [outcome])
        assert [(sent.method, sent.path) for sent in at.writes] == [("PATCH", HR_STORAGE)] * writes
        assert ("AzureServices" in bypass(at)) is took_effect
        assert [line["event"] for line in at.journal] == ["intended", "ended"]
        assert at.journal[-1]["outcome"] == outcome


def cut_off(desk: Desk) -> None:
    """Leave the journal as a run leaves it that was killed after its write."""
    intended = desk.journal_file.read_text("utf-8").splitlines(keepends=True)[0]
    desk.journal_file.write_text(intended, "utf-8")


@pytest.mark.parametrize(("fault", "first"), [({}, "applied"), ({"status": 403}, "failed")])
def test_run_that_was_killed_is_looked_after_before_anything_new(
    desk: Open, fault: dict[str, Any], first: str
) -> None:
    with desk(faults=[{**PATCHED, **fault, "times": 1}] if fault else []) as at:
        fix_storage(at)
        cut_off(at)
        code, outcomes, said = fix_storage(at)
        assert outcomes[0] == first
        assert outcomes[1] == ("already-applied" if first == "applied" else "applied")
        assert "begun by run" in said.splitlines()[0]
        assert code == (0 if first == "applied" else 5)
        assert [line["event"] for line in at.journal][:2] == ["intended", "ended"]
        assert "AzureServices" in bypass(at)


def test_change_of_another_tenant_in_the_journal_is_left_open(desk: Open) -> None:
    with desk() as at:
        fix_storage(at)
        cut_off(at)
        stranger = "99999999-0000-4000-8000-000000000001"
        ours = HR_STORAGE.split("/")[2]
        at.journal_file.write_text(at.journal_file.read_text("utf-8").replace(ours, stranger), "utf-8")
        assert fix_storage(at)[:2] == (0, ["already-applied"])
        assert [line["event"] for line in at.journal] == ["intended"]


def test_interrupted_provisioning_is_waited_for_by_the_next_run(desk: Open) -> None:
    report = report_of(unprovisioned())
    rule = "workspace-managed-network-provisioned"
    fingerprint = finding(report, rule, WORKSPACE)["fingerprint"]
    slow = {"polls": 1, "headers": {"Retry-After": "3"}}
    with desk(unprovisioned(), report, long_running=slow) as at:
        process = subprocess.Popen(
            [sys.executable, "-m", "auditor", "fix", str(at.report_file), fingerprint, "--yes", *_way(at)],
            env={**os.environ},
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        until = time.monotonic() + 60
        while not at.writes and time.monotonic() < until and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode in (5, 130), (out, err)
        assert "Traceback" not in err
        assert len(at.writes) == 1
        done = at.fix(fingerprint)
        assert at.outcomes == ["applied", "already-applied"]
        assert (done.code, len(at.writes)) == (0, 1)


def _way(desk: Desk) -> list[str]:
    server = desk.cloud.server
    reach = ["--arm-endpoint", server.url, "--ca-bundle", str(server.ca_file), "--auth", "environment"]
    return [*reach, "--journal", str(desk.journal_file), "-q"]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("0123456789abcdef", "the report has no finding"),
        ("0123", "is no fingerprint"),
        ("", "is no fingerprint"),
    ],
)
def test_fingerprint_that_is_none_is_a_usage_error(desk: Open, wish: str, said: str) -> None:
    with desk() as at:
        done = at.fix(wish)
        assert (done.code, at.cloud.log) == (2, [])
        assert said in done.err


def test_remedy_that_could_lock_people_out_is_only_ever_printed(desk: Open) -> None:
    world = broken().put(HR_OPENAI, "properties.publicNetworkAccess", "Enabled")
    report = report_of(world)
    open_door = next(
        one
        for one in report["results"]
        if one["rule"] == "openai-public-network-access" and one["status"] == "fail"
    )
    with desk(world, report) as at:
        done = at.fix(open_door["fingerprint"])
        assert (done.code, at.cloud.log) == (2, [])
        assert open_door["remediation"]["az"] in done.err


def test_result_that_is_no_failure_has_no_remedy(desk: Open) -> None:
    passed = next(one for one in broken_report()["results"] if one["status"] == "pass")
    with desk() as at:
        done = at.fix(passed["fingerprint"])
        assert (done.code, at.cloud.log) == (2, [])
        assert "not a failure" in done.err


def test_install_without_the_extra_says_how_to_get_it(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.mgmt.search", None)
    with desk() as at:
        done = at.fix(finding(broken_report(), STORAGE_RULE, HR_STORAGE)["fingerprint"])
        assert (done.code, at.cloud.log) == (2, [])
        assert "pip install 'azure-ai-auditor[fix]'" in done.err


@pytest.mark.parametrize(
    ("member", "forged"),
    [
        ("role", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"),
        ("principal_id", "99999999-0000-4000-8000-000000000001"),
        ("scope", "/subscriptions/34e06687-75ce-52fd-97f3-502745c105bd"),
    ],
)
def test_remedy_that_was_forged_in_the_report_is_not_applied(desk: Open, member: str, forged: str) -> None:
    """A report is a file: its remedies count only where the rules ask for the very same today."""
    report = json.loads(json.dumps(broken_report()))
    found = next(one for one in report["results"] if one["rule"] == "role-search-calls-openai" and one["fix"])
    found["fix"]["parameters"]["grants"][0][member] = forged
    with desk(report=report) as at:
        done = at.fix(found["fingerprint"])
        assert (done.code, at.outcomes, at.writes) == (5, ["changed-under-us"], [])
        assert "asks for something else now" in done.out


def test_report_of_another_tenant_is_refused_before_anything_is_planned(desk: Open) -> None:
    report = json.loads(json.dumps(broken_report()))
    report["run"]["tenant_id"] = "99999999-0000-4000-8000-000000000001"
    with desk(report=report) as at:
        done = at.fix(finding(report, STORAGE_RULE, HR_STORAGE)["fingerprint"])
        assert (done.code, at.writes) == (2, [])
        assert "the report is of tenant 99999999" in done.err
