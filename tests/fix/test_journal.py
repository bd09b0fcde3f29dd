"""The journal: what it remembers, which damage it bears, and which it must refuse."""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.cli import main
from auditor.errors import UsageError
from auditor.fix import journal
from auditor.fix.change import Change, Ended
from auditor.fix.history import History
from auditor.model.finding import ABSENT, Evidence
from auditor.model.fix import FixKind, Outcome
from auditor.model.ids import ArmId
from tests.fix.operator import lines_of

TARGET = ArmId.parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.Search/searchServices/x")
SUBJECT = TARGET.child("privateEndpointConnections", "c")
ENDPOINT = ArmId.parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/pe")
CHANGE = Change(
    kind=FixKind.APPROVE_PRIVATE_ENDPOINT,
    target=TARGET,
    subject=SUBJECT,
    private_endpoint=ENDPOINT,
    decision="ours",
    row=5,
    before="Pending",
    after="Approved",
    said="the connection is ours\n\x1b[31m\ud800",
    needs=("a/write",),
    revert="az …",
    evidence=(
        Evidence(resource=SUBJECT.text, path="properties.x", value=[1, None, {"a": "b"}]),
        Evidence(resource=SUBJECT.text, path="properties.y", value=ABSENT),
    ),
    unproven=("that it is wanted",),
)
DONE = Ended(outcome=Outcome.APPROVED, after="Approved", message="m")
UNSURE = Ended(outcome=Outcome.UNVERIFIED, after=None, message="m")


def written(file: Path, *ends: Ended | None, undoing: bool = False) -> bytes:
    """A journal of one change for each end, None for a run that was killed."""
    with journal.opened(file) as kept:
        run = kept.of_run("run-1")
        for end in ends:
            name = run.intend(CHANGE)
            if undoing:
                run.undoing(name, ENDPOINT, "why")
            if end is not None:
                run.ended(name, end)
    return file.read_bytes()


def test_journal_reads_back_what_was_written(tmp_path: Path) -> None:
    file = tmp_path / "j"
    written(file, None)
    (found,) = journal.read(file).open
    assert found.change == CHANGE
    assert (found.name, found.run_id, found.is_being_undone) == ("run-1/1", "run-1", False)


@pytest.mark.parametrize(
    ("ends", "still_open"),
    [
        ((None,), ["run-1/1"]),
        ((DONE,), []),
        ((UNSURE,), ["run-1/1"]),
        ((DONE, None, UNSURE, DONE), ["run-1/2", "run-1/3"]),
    ],
)
def test_changes_without_a_certain_end_stay_open(
    ends: tuple[Ended | None, ...], still_open: list[str], tmp_path: Path
) -> None:
    written(tmp_path / "j", *ends)
    assert [one.name for one in journal.read(tmp_path / "j").open] == still_open


def test_rejected_endpoints_are_remembered_in_any_case(tmp_path: Path) -> None:
    written(tmp_path / "j", None, undoing=True)
    found = journal.read(tmp_path / "j")
    assert ArmId.parse(ENDPOINT.text.upper().replace("/SUBSCRIPTIONS/", "/subscriptions/")) in found.rejected
    assert found.open[0].is_being_undone


def test_journal_that_is_not_there_remembers_nothing(tmp_path: Path) -> None:
    assert journal.read(tmp_path / "j") == History()


def test_journal_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "state" / "auditor" / "j"
    written(file, DONE)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    file.chmod(0o644)
    written(file, DONE)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_line_is_flushed_to_the_disk_before_anybody_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[bytes] = []
    file = tmp_path / "j"
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        flushed.append(file.read_bytes() if file.exists() else b"")

    with journal.opened(file) as kept:
        monkeypatch.setattr(os, "fsync", fsync)
        kept.of_run("run-1").intend(CHANGE)
        assert flushed[-1].endswith(b"}\n")
        assert json.loads(flushed[-1])["event"] == "intended"


def test_line_that_cannot_be_written_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with journal.opened(tmp_path / "j") as kept:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(journal.JournalLost, match="No space left"):
            kept.of_run("run-1").intend(CHANGE)
        monkeypatch.undo()
        kept.of_run("run-2").intend(CHANGE)
    assert [one.run_id for one in journal.read(tmp_path / "j").open] == ["run-2"]


def test_second_run_with_the_same_journal_is_refused(tmp_path: Path) -> None:
    with (
        journal.opened(tmp_path / "j"),
        pytest.raises(UsageError, match="another run is fixing"),
        journal.opened(tmp_path / "j"),
    ):
        raise AssertionError
    written(tmp_path / "j", DONE)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_journal_cut_off_anywhere_forgets_the_cut_line_alone(tmp_path: Path, data: st.DataObject) -> None:
    """A line that is not whole was never flushed, so what it announces was never done."""
    file = tmp_path / "j"
    file.unlink(missing_ok=True)
    whole = written(file, DONE, UNSURE, None)
    cut = data.draw(st.integers(0, len(whole)))
    file.write_bytes(whole[:cut])
    kept = whole[:cut].count(b"\n")
    # A line that lacks nothing but its end is whole.
    lines = kept + (0 < cut < len(whole) and whole[cut : cut + 1] == b"\n")
    reference = tmp_path / "reference"
    reference.write_bytes(b"".join(whole.splitlines(keepends=True)[:lines]))
    assert journal.read(file) == journal.read(reference)
    written(file, DONE)
    assert len(lines_of(file)) == lines + 2


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_journal_damaged_anywhere_is_read_right_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    """Never a traceback, and never more open changes or fewer rejections than what is whole says."""
    file = tmp_path / "j"
    file.unlink(missing_ok=True)
    whole = written(file, DONE, None)
    at = data.draw(st.integers(0, len(whole) - 1))
    junk = data.draw(st.binary(max_size=6))
    file.write_bytes(whole[:at] + junk + whole[at + data.draw(st.integers(0, 6)) :])
    with suppress(UsageError):
        assert len(journal.read(file).open) <= 2


MALFORMED: tuple[tuple[str, Any], ...] = (
    ("not json", b"nonsense\n"),
    ("an empty line", b"\n"),
    ("a list", b"[]\n"),
    ("zeros", b"\x00\x00\n"),
    ("deep", b"[" * 100_000 + b"\n"),
    ("another version", b'{"version": 2}\n'),
    ("no event", b'{"version": 1}\n'),
)


@pytest.mark.parametrize(
    ("name", "content"), MALFORMED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_malformed_journal_ends_the_run_before_anything_is_audited(
    name: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "j"
    file.write_bytes(content + b"{}\n")
    for flags in ([], ["--yes"]):
        report = tmp_path / "out.json"
        given = ["demo", "--fix", *flags, "--journal", str(file), "--format", f"json={report}"]
        assert main(given) == 2, name
        assert "malformed in line 1" in capsys.readouterr().err
        assert not report.exists()


def test_journal_that_cannot_be_read_ends_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--fix", "--journal", str(tmp_path)]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_journal_of_the_user_is_not_touched_by_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert journal.default_path() == tmp_path / "azure-ai-auditor" / "journal.jsonl"
    assert main(["demo", "--fix", "--yes", "-q", "--rule", "private-endpoint-*", "--fail-on", "never"]) in (
        0,
        4,
    )
    assert list(tmp_path.iterdir()) == []
