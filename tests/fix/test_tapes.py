"""Recorded approvals at each provider, replayed: no server, no sign-in."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from auditor.model.fix import Fix
from tests.collect.cassette import replaying
from tests.collect.replay import STATIC
from tests.fix.guided.tapes import PORT, connection
from tests.fix.recorded import assert_holds_no_secret_and_no_stranger, interactions
from tests.fix.tapes import DIRECTORY, RUN_ID, TAPES, Tape, record, run

# Names made of their own parts, and the numbers of requests.
_OURS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5|0{8}-")


def replay(tape: Tape) -> Fix:
    async def replayed() -> Fix:
        async with connection(STATIC, None) as opened:
            with replaying(tape.path) as played:
                found = await run(tape, opened)
            assert played.all_played, f"{tape.label} holds answers that nobody asked for: run `make record`"
            return found

    return asyncio.run(replayed())


@pytest.mark.parametrize("tape", TAPES.values(), ids=TAPES)
def test_recorded_approval_ends_as_it_did(tape: Tape) -> None:
    found = replay(tape)
    assert found.outcome == tape.outcome, found.message
    if tape.ending == "refused":
        assert "AuthorizationFailed" in found.message
        assert "privateEndpointConnections/write" in found.message


@pytest.mark.parametrize("tape", TAPES.values(), ids=TAPES)
def test_recorded_approval_writes_the_planned_connection_alone(tape: Tape) -> None:
    sent = [one["request"] for one in interactions(tape.path) if one["request"]["method"] != "GET"]
    assert [one["method"] for one in sent] == ["PUT"] * tape.writes
    for one in sent:
        assert urlsplit(one["uri"]).path.lower() == tape.connection.lower()
        state = json.loads(one["body"])["properties"]["privateLinkServiceConnectionState"]
        assert (state["status"], state["description"]) == ("Approved", f"approved by auditor run {RUN_ID}")


def test_cassettes_of_approvals_are_those_of_the_tapes() -> None:
    assert {path.stem for path in DIRECTORY.glob("*.yaml")} == set(TAPES)
    assert len(TAPES) == 7 * 4


@pytest.mark.parametrize("tape", TAPES.values(), ids=TAPES)
def test_cassette_of_an_approval_holds_no_secret_and_no_stranger(tape: Tape) -> None:
    assert_holds_no_secret_and_no_stranger(tape.path, _OURS)


@pytest.mark.parametrize("label", ["storage.approved", "containerregistry.approved"])
async def test_recording_an_approval_again_gives_the_committed_bytes(label: str, tmp_path: Path) -> None:
    tape = TAPES[label]
    again = tmp_path / "again.yaml"
    try:
        await record(tape, again)
    except OSError:
        pytest.skip(f"port {PORT} is taken on this machine")
    assert again.read_bytes() == tape.path.read_bytes(), f"{tape.label} is out of date: run `make record`"
