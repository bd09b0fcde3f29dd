"""Recorded exchanges of guided fixes, replayed through the typed clients: no server, no sign-in."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from auditor.model.fix import Fix
from tests.collect.cassette import replaying
from tests.collect.replay import STATIC
from tests.fix.guided.tapes import (
    DIRECTORY,
    KINDS,
    PORT,
    TAPES,
    Tape,
    connection,
    record,
    run,
)
from tests.fix.recorded import assert_holds_no_secret_and_no_stranger, interactions

SERVICES = {"authorization", "cognitiveservices", "machinelearning", "network", "search", "storage"}
# Names made of their own parts, the numbers of requests, and GUIDs that these tests make up.
_OURS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5|0{8}-|1{8}-")


def replay(tape: Tape) -> tuple[Fix, ...]:
    async def replayed() -> tuple[Fix, ...]:
        async with connection(STATIC, None) as opened:
            with replaying(tape.path) as played:
                found = await run(tape, opened)
            assert played.all_played, f"{tape.label} holds answers that nobody asked for: run `make record`"
            return found

    return asyncio.run(replayed())


def writes(path: Path) -> list[dict[str, Any]]:
    return [one["request"] for one in interactions(path) if one["request"]["method"] != "GET"]


@pytest.mark.parametrize("tape", TAPES.values(), ids=TAPES)
def test_recorded_fix_ends_as_it_did(tape: Tape) -> None:
    found = replay(tape)
    assert [fix.outcome.value for fix in found] == ([tape.outcome] if tape.outcome else [])
    if tape.outcome == "failed":
        assert "does not have authorization to perform action" in found[0].message


@pytest.mark.parametrize("tape", TAPES.values(), ids=TAPES)
def test_recorded_fix_writes_once_and_only_where_it_should(tape: Tape) -> None:
    sent = writes(tape.path)
    assert len(sent) == (1 if tape.outcome in ("applied", "failed") else 0)
    assert all(one["method"] == tape.kind.method for one in sent)


def test_cassettes_of_fixes_are_those_of_the_tapes() -> None:
    assert {path.stem for path in DIRECTORY.glob("*.yaml")} == set(TAPES)
    assert {name.partition("-")[0] for name in KINDS} == SERVICES


@pytest.mark.parametrize("tape", TAPES.values(), ids=TAPES)
def test_cassette_of_a_fix_holds_no_secret_and_no_stranger(tape: Tape) -> None:
    assert_holds_no_secret_and_no_stranger(tape.path, _OURS)


@pytest.mark.parametrize("label", ["storage-allow-trusted-services", "network-add-dns-zone-group"])
async def test_recording_a_fix_again_gives_the_committed_bytes(label: str, tmp_path: Path) -> None:
    tape = TAPES[f"{label}.applied"]
    again = tmp_path / "again.yaml"
    try:
        await record(tape, again)
    except OSError:
        pytest.skip(f"port {PORT} is taken on this machine")
    assert again.read_bytes() == tape.path.read_bytes(), f"{tape.label} is out of date: run `make record`"
