"""Approvals from end to end: what is sent, what is left alone, and what the report says of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox.sample.learning_dependencies import VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI, HR_OPENAI, HR_SEARCH, HR_STORAGE
from auditor.sandbox.sample.shared_services import REGISTRY
from tests.fix.operator import Outcome, run, sent_statuses, state_of, trust_file
from tests.rules.private_endpoint.decision_rows import KNOCK, pending_ours, wanted_by_link, wanted_by_rule
from tests.rules.private_endpoint.doors import HR_BLOB, STATUS, both_sides, knock, request
from tests.rules.world import World, mended

_CONNECTIONS = "/privateEndpointConnections/"


@dataclass(frozen=True, kw_only=True)
class Door:
    """A target of each provider, and our endpoint that asks there."""

    target: str
    endpoint: str

    def __str__(self) -> str:
        return self.target.split("/")[6]

    def connection(self, world: World) -> str:
        """The id of the connection between the two."""
        return next(
            str(found["id"])
            for found in world.tenant["resources"]
            if found["id"].startswith(self.target + _CONNECTIONS)
            and found["properties"]["privateEndpoint"]["id"].endswith(f"/{self.endpoint}")
        )

    def pending(self, world: World) -> str:
        connection = self.connection(world)
        world.put(connection, STATUS, "Pending")
        request(world, self.endpoint)["privateLinkServiceConnectionState"]["status"] = "Pending"
        return connection


DOORS = (
    Door(target=HR_STORAGE, endpoint="pe-hr-blob"),
    Door(target=HR_OPENAI, endpoint="pe-hr-openai"),
    Door(target=HR_SEARCH, endpoint="pe-hr-search"),
    Door(target=WORKSPACE, endpoint="pe-actuarial-workspace"),
    Door(target=VAULT, endpoint="pe-actuarial-vault"),
    Door(target=CLAIMS_APP, endpoint="pe-claims-app"),
    Door(target=REGISTRY, endpoint="pe-shared-registry"),
)


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_approve_at_each_provider_sends_what_was_read_with_the_state_changed(
    door: Door, tmp_path: Path
) -> None:
    world = mended()
    connection = door.pending(world)
    before = world.body(connection)
    done = run(world, tmp_path)
    assert done.code == 0
    (write,) = done.writes
    assert (write.method, write.path) == ("PUT", connection)
    sent = json.loads(write.body)
    state = sent["properties"].pop("privateLinkServiceConnectionState")
    asked = before["properties"].pop("privateLinkServiceConnectionState")
    assert sent == before
    assert state == {**asked, "status": "Approved", "description": _stamp(done)}
    assert state_of(done.arm, connection)["status"] == "Approved"


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_approve_at_each_provider_is_reported_and_judged_again(door: Door, tmp_path: Path) -> None:
    world = mended()
    connection = door.pending(world)
    fix = run(world, tmp_path).fix(connection)
    assert (fix["decision"], fix["row"], fix["action"], fix["outcome"]) == ("ours", 5, "approve", "approved")
    assert (fix["before"], fix["after"]) == ("Pending", "Approved")
    assert fix["target"] == door.target
    assert fix["evidence"]
    assert fix["unproven"] == []
    assert fix["revert"].startswith(f"az network private-endpoint-connection reject --id {connection} ")
    for rule in ("private-endpoint-pending pass", "private-endpoint-health pass", "dns-records-match pass"):
        assert rule in fix["message"]


def test_results_after_an_approval_are_those_of_the_tenant_now(tmp_path: Path) -> None:
    done = run(pending_ours(mended()), tmp_path)
    judged = [one for one in done.report["results"] if one["resource"] == HR_BLOB]
    assert {one["rule"]: one["status"] for one in judged}["private-endpoint-pending"] == "pass"


def test_journal_of_an_approval_holds_what_it_rests_on_and_how_to_undo_it(tmp_path: Path) -> None:
    done = run(pending_ours(mended()), tmp_path)
    intended, ended = done.lines
    assert intended["event"] == "intended"
    assert (intended["target"], intended["subject"]) == (HR_STORAGE, HR_BLOB)
    assert (intended["before"], intended["after"]) == ("Pending", "Approved")
    assert intended["private_endpoint"].endswith("/pe-hr-blob")
    assert intended["evidence"] == done.fix(HR_BLOB)["evidence"]
    assert intended["revert"] == done.fix(HR_BLOB)["revert"]
    assert (ended["event"], ended["outcome"], ended["change"]) == ("ended", "approved", intended["change"])
    assert done.journal.stat().st_mode & 0o777 == 0o600


def test_second_run_finds_nothing_to_do(tmp_path: Path) -> None:
    first = run(pending_ours(mended()), tmp_path)
    second = run(first.arm, tmp_path)
    assert (second.code, second.fixes) == (0, [])
    assert len(second.writes) == 1


@pytest.mark.parametrize("yes", [True, False])
def test_strangers_beside_ours_are_left_alone_and_explained(yes: bool, tmp_path: Path) -> None:
    done = run(knock(pending_ours(mended())), tmp_path, yes=yes)
    stranger = done.fix(KNOCK)
    assert (stranger["action"], stranger["outcome"], stranger["row"]) == ("skip", "skipped", 12)
    assert "who the requester is" in stranger["unproven"]
    assert state_of(done.arm, KNOCK)["status"] == "Pending"


def test_dry_run_without_a_terminal_writes_nothing_and_says_so(tmp_path: Path) -> None:
    done = run(pending_ours(mended()), tmp_path, yes=False)
    assert done.writes == []
    assert not done.journal.exists()
    assert (done.code, done.fix(HR_BLOB)["outcome"]) == (0, "planned")
    assert "--yes was not given" in done.fix(HR_BLOB)["message"]


def test_nothing_trusted_approves_nothing(tmp_path: Path) -> None:
    config = trust_file(tmp_path, subscriptions=[], vnets=[])
    done = run(pending_ours(mended()), tmp_path, config=config)
    assert done.writes == []
    assert (done.fix(HR_BLOB)["row"], done.fix(HR_BLOB)["outcome"]) == (6, "skipped")


def test_cap_leaves_the_rest_for_another_run(tmp_path: Path) -> None:
    world = mended()
    for door in DOORS[:3]:
        door.pending(world)
    done = run(world, tmp_path, "--max-fixes", "2")
    assert sorted(fix["outcome"] for fix in done.fixes) == ["approved", "approved", "skipped"]
    assert len(done.writes) == 2
    assert any("--max-fixes 2" in fix["message"] for fix in done.fixes)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A connection named with --approve, and whether that is enough."""

    name: str
    change: Any
    about: str
    outcome: str
    row: int | None
    trusted: bool = True

    def __str__(self) -> str:
        return self.name


NAMED = (
    Named(name="stranger", change=knock, about=KNOCK, outcome="approved", row=12),
    Named(name="unplanned", change=pending_ours, about=HR_BLOB, outcome="approved", row=6, trusted=False),
    Named(
        name="no-endpoint",
        change=lambda w: knock(w).put(KNOCK, "properties.privateEndpoint", None),
        about=KNOCK,
        outcome="failed",
        row=3,
    ),
    Named(
        name="tagged",
        change=lambda w: knock(w).put(CLAIMS_OPENAI, "tags", {"no-autofix": "1"}),
        about=KNOCK,
        outcome="failed",
        row=2,
    ),
    Named(
        name="rejected",
        change=lambda w: both_sides(w, HR_STORAGE, "pe-hr-blob", "Rejected"),
        about=HR_BLOB,
        outcome="failed",
        row=1,
    ),
    Named(name="approved", change=lambda w: w, about=HR_BLOB, outcome="already-approved", row=1),
    Named(name="not-there", change=lambda w: w, about=f"{HR_BLOB}x", outcome="failed", row=None),
)


@pytest.mark.parametrize("case", NAMED, ids=str)
def test_approve_by_name_takes_the_operator_s_word_for_some_rows_only(case: Named, tmp_path: Path) -> None:
    world = mended()
    case.change(world)
    config = trust_file(tmp_path) if case.trusted else trust_file(tmp_path, vnets=[])
    done = run(world, tmp_path, "--approve", case.about.upper().replace("/SUBS", "/subs"), config=config)
    fix = done.fix(case.about)
    assert (fix["outcome"], fix["row"]) == (case.outcome, case.row), fix["message"]
    assert len(done.writes) == (case.outcome == "approved")
    assert done.code == (5 if case.outcome == "failed" else 0)
    if case.outcome == "approved":
        assert fix["unproven"]


@pytest.mark.parametrize("change", [wanted_by_link, wanted_by_rule])
def test_managed_requests_are_left_alone_without_fix_managed(change: Any, tmp_path: Path) -> None:
    done = run(change(mended()), tmp_path)
    assert done.writes == []
    assert "--fix-managed" in done.fix(KNOCK)["message"]


def _turning(world: World, asker: str, after: int, **properties: str) -> World:
    """Our own side turns once it has been asked so often after the write."""
    turned = {"merge": [{"id": asker, "properties": properties}]}
    name = asker.rpartition("/")[2]
    looked = {"path": f"/{name}\\?", "methods": ["GET"], "after": after, **turned}
    world.tenant["events"] = [
        {"path": "privateEndpointConnections", "methods": ["PUT"], "after": 1, "then": [looked]}
    ]
    return world


@pytest.mark.parametrize("looks", [1, 5])
@pytest.mark.parametrize(
    ("change", "asker", "properties"),
    [
        (wanted_by_link, "/sharedPrivateLinkResources/link-two", {"status": "Approved"}),
        (wanted_by_rule, "/outboundRules/claims-openai", {"status": "Active"}),
    ],
)
def test_managed_request_is_approved_once_our_own_side_turns(
    change: Any, asker: str, properties: dict[str, str], looks: int, tmp_path: Path
) -> None:
    world = change(mended())
    rid = next(found["id"] for found in world.tenant["resources"] if found["id"].endswith(asker))
    done = run(_turning(world, rid, looks, **properties), tmp_path, "--fix-managed")
    fix = done.fix(KNOCK)
    assert (fix["decision"], fix["outcome"]) == ("likely", "approved"), fix["message"]
    assert "confirmed by" in fix["message"]
    assert len(done.writes) == 1
    assert done.code == 0


@pytest.mark.parametrize("change", [wanted_by_link, wanted_by_rule])
def test_managed_request_that_nothing_confirms_is_rejected_again(change: Any, tmp_path: Path) -> None:
    done = run(change(mended()), tmp_path, "--fix-managed")
    fix = done.fix(KNOCK)
    assert (fix["outcome"], fix["after"], done.code) == ("reverted", "Rejected", 5)
    assert sent_statuses(done) == ["Approved", "Rejected"]
    assert done.clock.now_s >= 600
    assert [line["event"] for line in done.lines] == ["intended", "undoing", "ended"]
    again = run(change(mended()), tmp_path, "--fix-managed")
    assert (again.fix(KNOCK)["row"], again.writes) == (2, [])


def _stamp(done: Outcome) -> str:
    return f"approved by auditor run {done.report['run']['id']}"
