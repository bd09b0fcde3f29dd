"""Azure refuses, throttles, breaks or goes silent, at each step: what is not known is never called done."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox.sample.on_your_data import HR_OPENAI
from tests.fix.operator import audited, run, sent_statuses, state_of
from tests.fix.test_approving import DOORS, Door
from tests.fix.test_time_of_check import CONNECTION, PLANNED, event, swapped
from tests.rules.private_endpoint.decision_rows import KNOCK, pending_ours, wanted_by_link
from tests.rules.private_endpoint.doors import AI_PROD, HR_BLOB
from tests.rules.world import World, mended

# Read again at once: azure-core would wait for seconds.
SOON = {"x-ms-retry-after-ms": "1"}
OPENAI = Door(target=HR_OPENAI, endpoint="pe-hr-openai")
STORAGE_TYPE = "Microsoft.Storage/storageAccounts"
APPROVE = f"{STORAGE_TYPE}/privateEndpointConnectionsApproval/action"
WRITE = f"{STORAGE_TYPE}/privateEndpointConnections/write"


def fault(status: int | None, *, method: str = "PUT", path: str = CONNECTION, **said: Any) -> dict[str, Any]:
    dropped = {"drop": True} if status is None else {"status": status, "headers": SOON}
    return {"path": path, "methods": [method], "times": 1, **dropped, **said}


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Faults of the write, what comes of it, and how many writes are sent."""

    name: str
    faults: tuple[dict[str, Any], ...]
    outcome: str
    writes: int
    status: str = "Approved"

    def __str__(self) -> str:
        return self.name


TROUBLES = (
    Trouble(name="throttled-once", faults=(fault(429),), outcome="approved", writes=2),
    Trouble(name="throttled-thrice", faults=(fault(429, times=3),), outcome="approved", writes=4),
    Trouble(
        name="throttled-for-ever",
        faults=(fault(429, times=None),),
        outcome="failed",
        writes=4,
        status="Pending",
    ),
    Trouble(name="conflict-once", faults=(fault(409),), outcome="approved", writes=2),
    Trouble(
        name="locked",
        faults=(fault(409, code="ScopeLocked"),),
        outcome="failed",
        writes=1,
        status="Pending",
    ),
    Trouble(name="forbidden", faults=(fault(403),), outcome="failed", writes=1, status="Pending"),
    Trouble(
        name="policy",
        faults=(fault(403, code="RequestDisallowedByPolicy"),),
        outcome="failed",
        writes=1,
        status="Pending",
    ),
    Trouble(name="bad-request", faults=(fault(400),), outcome="failed", writes=1, status="Pending"),
    *(
        Trouble(
            name=f"{status or 'silence'}-without-effect",
            faults=(fault(status),),
            outcome="unverified",
            writes=1,
            status="Pending",
        )
        for status in (500, 502, 503, 504, 408, None)
    ),
    *(
        Trouble(
            name=f"{status or 'silence'}-with-effect",
            faults=(fault(status, after=True),),
            outcome="approved",
            writes=1,
        )
        for status in (500, 503, 504, 408, None)
    ),
    Trouble(
        name="silence-and-blindness",
        faults=(fault(None), fault(403, method="GET", skip=2, times=None)),
        outcome="unverified",
        writes=1,
        status="Pending",
    ),
    Trouble(
        name="blind-after-the-write",
        faults=(fault(403, method="GET", skip=2, times=None),),
        outcome="unverified",
        writes=1,
    ),
    Trouble(
        name="blind-before-the-write",
        faults=(fault(403, method="GET", times=None),),
        outcome="failed",
        writes=0,
        status="Pending",
    ),
    Trouble(
        name="last-read-before-the-write-fails",
        faults=(fault(403, method="GET", skip=1, times=None),),
        outcome="failed",
        writes=0,
        status="Pending",
    ),
    Trouble(
        name="throttled-reads",
        faults=(fault(429, method="GET", times=3),),
        outcome="approved",
        writes=1,
    ),
    Trouble(
        name="endpoint-not-readable-any-more",
        faults=(fault(403, method="GET", path="privateEndpoints/pe-hr-blob\\?", times=None),),
        outcome="failed",
        writes=0,
        status="Pending",
    ),
    Trouble(
        name="subscription-not-readable-any-more",
        faults=(fault(403, method="GET", path=f"^/subscriptions/{AI_PROD}\\?", times=None),),
        outcome="failed",
        writes=0,
        status="Pending",
    ),
)


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_trouble_with_the_write_is_told_as_it_is(trouble: Trouble, tmp_path: Path) -> None:
    world = pending_ours(mended())
    world.tenant["faults"] = list(trouble.faults)
    done = run(world, tmp_path)
    fix = done.fix(HR_BLOB)
    assert fix["outcome"] == trouble.outcome, fix["message"]
    assert done.code == (0 if trouble.outcome == "approved" else 5)
    assert len(done.writes) == trouble.writes
    assert state_of(done.arm, HR_BLOB)["status"] == trouble.status
    assert [line["event"] for line in done.lines] == ["intended", "ended"]


@pytest.mark.parametrize("polls", [0, 4])
@pytest.mark.parametrize("door", [OPENAI, DOORS[-1]], ids=str)
def test_long_running_approval_is_followed_to_its_end(door: Door, polls: int, tmp_path: Path) -> None:
    world = mended()
    connection = door.pending(world)
    world.tenant["long_running"] = {"polls": polls, "headers": {"Retry-After": "7"}}
    done = run(world, tmp_path)
    assert (done.fix(connection)["outcome"], done.code) == ("approved", 0)
    assert len(done.writes) == 1


def test_long_running_approval_whose_polls_fail_is_read_from_the_connection(tmp_path: Path) -> None:
    world = mended()
    connection = OPENAI.pending(world)
    world.tenant["faults"] = [fault(500, method="GET", path="operationResults", times=2)]
    assert run(world, tmp_path).fix(connection)["outcome"] == "approved"


def test_long_running_approval_that_never_ends_is_unverified(tmp_path: Path) -> None:
    world = mended()
    connection = OPENAI.pending(world)
    world.tenant["long_running"] = {"polls": 10_000, "headers": {"Retry-After": "30"}}
    done = run(world, tmp_path, patience_s=60.0)
    assert (done.fix(connection)["outcome"], done.code) == ("unverified", 5)
    assert len(done.writes) == 1


def test_poll_link_to_another_host_is_not_followed(tmp_path: Path) -> None:
    """The token would go along; the connection itself tells as well."""
    world = mended()
    connection = OPENAI.pending(world)
    answer = {"id": connection, "properties": {}}
    elsewhere = {"Location": "https://elsewhere.example/operations/1", **SOON}
    path = connection.rpartition("/")[2].replace(".", "\\.")
    taken = fault(202, path=path, body=answer, after=True)
    world.tenant["faults"] = [{**taken, "headers": elsewhere}]
    done = run(world, tmp_path)
    assert done.fix(connection)["outcome"] == "approved"
    assert not any("operations" in request.path for request in done.arm.log)


def held(*actions: str, scope: str = "/") -> dict[str, Any]:
    return {"scope": scope, "actions": ["*/read", *actions]}


@pytest.mark.parametrize(
    ("permissions", "says"),
    [
        ([held()], f"missing permission {WRITE} and {APPROVE}"),
        ([held(WRITE)], f"missing permission {APPROVE}"),
        ([held(APPROVE)], f"missing permission {WRITE}"),
        ([{**held("*"), "notActions": [APPROVE.lower()]}], f"missing permission {APPROVE}"),
        ([held("*", scope=HR_OPENAI), held()], f"missing permission {WRITE}"),
    ],
)
def test_preflight_without_the_permissions_writes_nothing_at_all(
    permissions: list[dict[str, Any]], says: str, tmp_path: Path
) -> None:
    world = pending_ours(mended())
    other = OPENAI.pending(world)
    world.tenant["permissions"] = permissions
    done = run(world, tmp_path)
    assert says in done.fix(HR_BLOB)["message"]
    assert done.fix(HR_BLOB)["outcome"] == "failed"
    assert done.fix(other)["outcome"] in ("skipped", "failed")
    assert (done.writes, done.lines, done.code) == ([], [], 5)


def test_preflight_of_cognitive_services_takes_the_write_alone(tmp_path: Path) -> None:
    world = mended()
    connection = OPENAI.pending(world)
    write = "Microsoft.CognitiveServices/accounts/privateEndpointConnections/write"
    world.tenant["permissions"] = [held(write)]
    assert run(world, tmp_path).fix(connection)["outcome"] == "approved"


def test_preflight_that_cannot_be_asked_writes_nothing(tmp_path: Path) -> None:
    world = pending_ours(mended())
    world.tenant["faults"] = [fault(403, method="GET", path=PLANNED, times=None)]
    done = run(world, tmp_path)
    assert (done.fix(HR_BLOB)["outcome"], done.writes) == ("failed", [])
    assert "Microsoft.Authorization/permissions" in done.fix(HR_BLOB)["message"]


def test_rejecting_a_wrong_approval_is_tried_until_it_works(tmp_path: Path) -> None:
    world = pending_ours(mended())
    world.tenant["events"] = [event(CONNECTION, 2, **swapped())]
    world.tenant["faults"] = [fault(503, skip=1), fault(None, skip=1)]
    done = run(world, tmp_path)
    assert (done.fix(HR_BLOB)["outcome"], done.code) == ("reverted", 5)
    assert sent_statuses(done) == ["Approved", "Rejected", "Rejected", "Rejected"]


def test_rejecting_a_wrong_approval_that_never_works_says_so_loudly(tmp_path: Path) -> None:
    world = pending_ours(mended())
    world.tenant["events"] = [event(CONNECTION, 2, **swapped())]
    world.tenant["faults"] = [fault(503, skip=1, times=None)]
    done = run(world, tmp_path)
    fix = done.fix(HR_BLOB)
    assert (fix["outcome"], done.code) == ("unverified", 5)
    assert "REJECT IT BY HAND" in fix["message"]
    assert fix["revert"]


def test_confirmation_that_cannot_be_read_for_a_while_is_waited_for(tmp_path: Path) -> None:
    world = wanted_by_link(mended())
    asker = next(row["id"] for row in world.tenant["resources"] if row["id"].endswith("/link-two"))
    turned = [{"id": asker, "properties": {"status": "Approved"}}]
    world.tenant["events"] = [event("privateEndpointConnections", 1, method="PUT", merge=turned)]
    world.tenant["faults"] = [fault(404, method="GET", path="/link-two\\?", skip=1, times=2)]
    assert run(world, tmp_path, "--fix-managed").fix(KNOCK)["outcome"] == "approved"


def test_audit_without_fix_sends_no_write(tmp_path: Path) -> None:
    arm = audited(_everything_waits(), tmp_path)
    assert arm.log
    assert {request.method for request in arm.log} == {"GET"}


def _everything_waits() -> World:
    world = mended()
    for door in DOORS:
        door.pending(world)
    return world


@pytest.mark.parametrize(
    ("lines", "outcome", "writes"), [(0, "failed", 0), (1, "unverified", 1)], ids=["intent", "outcome"]
)
def test_journal_that_cannot_be_written_stops_the_run(
    lines: int, outcome: str, writes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "journal.jsonl"
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if journal.exists() and journal.read_bytes().count(b"\n") > lines:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    world = pending_ours(mended())
    other = OPENAI.pending(world)
    done = run(world, tmp_path)
    told = {fix["outcome"] for fix in done.fixes}
    assert told == {outcome, "skipped"}, (told, other)
    assert (len(done.writes), done.code) == (writes, 5)
    assert any("No space left" in fix["message"] for fix in done.fixes)
