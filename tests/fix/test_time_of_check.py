"""Somebody else is at work between our reads and our writes: what was planned, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox.sample.company import STRANGER
from auditor.sandbox.sample.endpoints import SPOKE
from auditor.sandbox.sample.on_your_data import HR_OPENAI, HR_STORAGE
from tests.fix.operator import run, sent_statuses, state_of
from tests.fix.test_approving import DOORS, Door
from tests.rules.private_endpoint.decision_rows import KNOCK, pending_ours, wanted_by_link, wanted_by_rule
from tests.rules.private_endpoint.doors import HR_BLOB, endpoint_id, knock, ours
from tests.rules.world import mended

# The plan is made and agreed to when permissions are asked for.
PLANNED = "permissions\\?"
CONNECTION = "privateEndpointConnections/stnorrlandhr[^?]*\\?"
THEIRS = endpoint_id(STRANGER, "pe-hr-blob")


def event(path: str, after: int, *, method: str = "GET", **change: Any) -> dict[str, Any]:
    return {"path": path, "methods": [method], "after": after, **change}


def swapped(connection: str = HR_BLOB, status: str | None = None) -> dict[str, Any]:
    """The connection is deleted and made again, under its old name, by somebody else."""
    properties: dict[str, Any] = {"privateEndpoint": {"id": THEIRS}}
    if status is not None:
        properties["privateLinkServiceConnectionState"] = {"status": status}
    return {"merge": [{"id": connection, "properties": properties}]}


def path_of(connection: str) -> str:
    """The end of its path, as a pattern."""
    return "privateEndpointConnections/" + re.escape(connection.rpartition("/")[2])


def state(**said: str) -> dict[str, Any]:
    return {"merge": [{"id": HR_BLOB, "properties": {"privateLinkServiceConnectionState": said}}]}


def asking(**properties: Any) -> dict[str, Any]:
    """Our endpoint asks for something else."""
    asked = {"privateLinkServiceId": HR_STORAGE, "groupIds": ["blob"], **properties}
    listed = [{"name": "pe-hr-blob", "properties": asked}]
    return {
        "merge": [{"id": ours("pe-hr-blob"), "properties": {"manualPrivateLinkServiceConnections": listed}}]
    }


@dataclass(frozen=True, kw_only=True)
class Attack:
    """What happens while the last reads are made, each before the write."""

    name: str
    events: tuple[dict[str, Any], ...]
    says: str

    def __str__(self) -> str:
        return self.name


# The connection itself is read twice before the write: first and last.
BEFORE_THE_WRITE = (
    Attack(name="swapped-after-the-plan", events=(event(PLANNED, 1, **swapped()),), says=THEIRS),
    Attack(name="swapped-between-the-reads", events=(event(CONNECTION, 1, **swapped()),), says=THEIRS),
    Attack(name="deleted-after-the-plan", events=(event(PLANNED, 1, delete=[HR_BLOB]),), says="is gone"),
    Attack(
        name="deleted-between-the-reads", events=(event(CONNECTION, 1, delete=[HR_BLOB]),), says="is gone"
    ),
    Attack(
        name="endpoint-deleted",
        events=(event(PLANNED, 1, delete=[ours("pe-hr-blob")]),),
        says="gone",
    ),
    Attack(
        name="endpoint-asks-for-another-group",
        events=(event(PLANNED, 1, **asking(groupIds=["queue"])),),
        says="queue",
    ),
    Attack(
        name="endpoint-asks-for-another-target",
        events=(event(PLANNED, 1, **asking(privateLinkServiceId=HR_OPENAI)),),
        says="asks for []",
    ),
    Attack(
        name="endpoint-in-another-network",
        events=(
            event(
                PLANNED,
                1,
                merge=[
                    {
                        "id": ours("pe-hr-blob"),
                        "properties": {"subnet": {"id": f"{SPOKE}-rogue/subnets/private-endpoints"}},
                    }
                ],
            ),
        ),
        says="-rogue",
    ),
    Attack(
        name="rejected-by-somebody",
        events=(event(PLANNED, 1, **state(status="Rejected")),),
        says="it is Rejected now",
    ),
    Attack(
        name="being-changed",
        events=(
            event(
                PLANNED,
                1,
                merge=[{"id": HR_BLOB, "properties": {"provisioningState": "Updating"}}],
            ),
        ),
        says="Azure is changing it",
    ),
    Attack(
        name="approved-for-somebody-else",
        events=(event(PLANNED, 1, **swapped(status="Approved")),),
        says=THEIRS,
    ),
)


@pytest.mark.parametrize("attack", BEFORE_THE_WRITE, ids=str)
def test_change_before_the_write_ends_the_run_with_nothing_written(attack: Attack, tmp_path: Path) -> None:
    world = pending_ours(mended())
    world.tenant["events"] = list(attack.events)
    done = run(world, tmp_path)
    fix = done.fix(HR_BLOB)
    assert (fix["outcome"], done.code) == ("changed-under-us", 5), fix["message"]
    assert attack.says in fix["message"]
    assert done.writes == []
    assert [line["event"] for line in done.lines] == ["intended", "ended"]


def test_approval_by_somebody_else_meanwhile_is_no_failure(tmp_path: Path) -> None:
    world = pending_ours(mended())
    world.tenant["events"] = [event(PLANNED, 1, **state(status="Approved"))]
    done = run(world, tmp_path)
    assert (done.fix(HR_BLOB)["outcome"], done.code) == ("already-approved", 0)
    assert done.writes == []


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_swap_between_the_last_read_and_the_write_is_rejected_at_once(door: Door, tmp_path: Path) -> None:
    world = mended()
    connection = door.pending(world)
    world.tenant["events"] = [event(f"{path_of(connection)}\\?", 2, **swapped(connection))]
    done = run(world, tmp_path)
    fix = done.fix(connection)
    assert (fix["outcome"], fix["after"], done.code) == ("reverted", "Rejected", 5), fix["message"]
    assert THEIRS in fix["message"]
    assert sent_statuses(done) == ["Approved", "Rejected"]
    assert state_of(done.arm, connection)["status"] == "Rejected"
    undoing = next(line for line in done.lines if line["event"] == "undoing")
    assert undoing["private_endpoint"] == THEIRS


def test_swap_between_the_write_and_the_next_read_is_rejected_where_it_is_approved(tmp_path: Path) -> None:
    world = pending_ours(mended())
    world.tenant["events"] = [event(CONNECTION, 1, method="PUT", **swapped(status="Approved"))]
    done = run(world, tmp_path)
    assert (done.fix(HR_BLOB)["outcome"], done.code) == ("reverted", 5)
    assert state_of(done.arm, HR_BLOB)["status"] == "Rejected"


def test_swap_between_the_write_and_the_next_read_is_left_where_it_is_pending(tmp_path: Path) -> None:
    """It never rejects but to undo its own approval: a colleague's request would be refused unseen."""
    world = pending_ours(mended())
    world.tenant["events"] = [event(CONNECTION, 1, method="PUT", **swapped(status="Pending"))]
    done = run(world, tmp_path)
    assert (done.fix(HR_BLOB)["outcome"], done.code) == ("changed-under-us", 5)
    assert sent_statuses(done) == ["Approved"]


def test_stranger_who_slipped_in_is_not_approved_by_the_next_run(tmp_path: Path) -> None:
    world = pending_ours(mended())
    world.tenant["events"] = [event(CONNECTION, 2, **swapped())]
    first = run(world, tmp_path)
    assert first.fix(HR_BLOB)["outcome"] == "reverted"
    again = mended()
    knock(again, endpoint=THEIRS)
    second = run(again, tmp_path, "--approve", KNOCK)
    assert (second.fix(KNOCK)["row"], second.writes) == (2, [])


@pytest.mark.parametrize("change", [wanted_by_link, wanted_by_rule])
def test_rival_of_a_managed_request_before_the_write_ends_the_run(change: Any, tmp_path: Path) -> None:
    world = change(mended())
    rival = knock(mended(), seed="rival").tenant["resources"][-1]
    world.tenant["events"] = [event(PLANNED, 1, put=[rival])]
    done = run(world, tmp_path, "--fix-managed")
    assert (done.fix(KNOCK)["outcome"], done.writes, done.code) == ("changed-under-us", [], 5)
    assert "asks as well now" in done.fix(KNOCK)["message"]


def test_managed_request_that_nothing_waits_for_any_more_ends_the_run(tmp_path: Path) -> None:
    world = wanted_by_link(mended())
    asker = next(row["id"] for row in world.tenant["resources"] if row["id"].endswith("/link-two"))
    turned = [{"id": asker, "properties": {"status": "Rejected"}}]
    world.tenant["events"] = [event(PLANNED, 1, merge=turned)]
    done = run(world, tmp_path, "--fix-managed")
    assert (done.fix(KNOCK)["outcome"], done.writes) == ("changed-under-us", [])


def test_first_mismatch_ends_the_run_for_the_others_too(tmp_path: Path) -> None:
    world = mended()
    connections = sorted((door.pending(world) for door in DOORS), key=str.lower)
    world.tenant["events"] = [event(f"{path_of(connections[1])}\\?", 1, **swapped(connections[1]))]
    done = run(world, tmp_path)
    outcomes = [fix["outcome"] for fix in done.fixes]
    assert outcomes == ["approved", "changed-under-us", *["skipped"] * (len(DOORS) - 2)]
    assert len(done.writes) == 1
