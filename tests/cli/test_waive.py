"""`auditor waive`: from a fingerprint to an entry of the waiver file."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor.model.document import document
from auditor.model.result import Result
from tests.cli.conftest import Auditor, Outcome
from tests.diff.runs import FAIL, PASS, found, run
from tests.reports.example import OPENAI, SEARCH, STORAGE

TODAY = datetime.now(UTC).date()
SOON, LAST = str(TODAY + timedelta(days=30)), str(TODAY + timedelta(days=365))
OPEN, RELATED = found(FAIL), found(FAIL, related=(SEARCH,))
CLOSED = found(PASS, resource=STORAGE)
STAR = found(FAIL, resource=f"{STORAGE}*")
OLD = """\
# Reviewed every quarter.  \t
[[waiver]]
rule     = 'storage-*'   # all of them
resource = "**/stlab"
reason = "lab"
owner = "lab"
expires = 2020-01-01
# the end, without a newline"""


@pytest.fixture(autouse=True)
def _report(tmp_path: Path) -> None:
    report = run(OPEN, RELATED, CLOSED, STAR)
    (tmp_path / "report.json").write_text(json.dumps(document(report)), encoding="utf-8")


def waive(auditor: Auditor, result: Result | str, **flags: str | None) -> Outcome:
    """The command with all it needs; a flag that is None is left out."""
    given = {"reason": "by design", "owner": "team", "expires": SOON, **flags}
    words = [word for key, value in given.items() if value is not None for word in (f"--{key}", value)]
    return auditor("waive", result if isinstance(result, str) else result.fingerprint, *words)


def test_waive_writes_rule_and_id_and_what_is_covered_is_told(auditor: Auditor, tmp_path: Path) -> None:
    done = waive(auditor, OPEN, expires=LAST)
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        f"rule-a on {OPENAI} is accepted until {LAST} by team. "
        "It accepts 1 more of that rule on that resource. Audit with --waivers waivers.toml.\n"
    )
    entry = (
        f'rule = "rule-a"\nresource = "{OPENAI}"\nreason = "by design"\nowner = "team"\nexpires = {LAST}\n'
    )
    assert (tmp_path / "waivers.toml").read_text("utf-8") == f"[[waiver]]\n{entry}"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["report.json", "waivers.toml"]


@pytest.mark.parametrize(
    "held", [OLD, f"{OLD}\n", OLD.replace("\n", "\r\n"), f"\ufeff{OLD}", "# only a comment"]
)
def test_waive_keeps_what_the_file_held_to_the_byte(held: str, auditor: Auditor, tmp_path: Path) -> None:
    file = tmp_path / "accepted.toml"
    file.write_bytes(held.encode())
    file.chmod(0o640)
    assert waive(auditor, OPEN, waivers="accepted.toml").code == 0
    content = file.read_bytes()
    assert content.startswith(held.encode())
    assert file.stat().st_mode & 0o777 == 0o640
    added = content.removeprefix(held.encode())
    assert added.startswith((b"\n\n[[waiver]]", b"\n[[waiver]]", b"\r\n\r\n[[waiver]]"))
    assert (b"\r\n" in held.encode()) == (b"\r\n" in added)
    assert tomllib.loads(content.decode("utf-8-sig"))["waiver"][-1]["resource"] == OPENAI


def test_waive_of_text_with_quotes_and_controls_reads_back_as_it_was(
    auditor: Auditor, tmp_path: Path
) -> None:
    reason = 'she said "no"\\ \x1b[2J\n[[waiver]]\nrule = "*" # é'
    assert waive(auditor, OPEN, reason=reason).code == 0
    (entry,) = tomllib.loads((tmp_path / "waivers.toml").read_text("utf-8"))["waiver"]
    assert entry["reason"] == reason


def test_waived_finding_of_the_sample_tenant_leaves_the_next_score(auditor: Auditor, tmp_path: Path) -> None:
    rule = ("--rule", "openai-public-network-access")
    auditor("demo", "-q", *rule, "--format", "json=report.json")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    (failed,) = [one for one in report["results"] if one["status"] == "fail"]
    assert waive(auditor, failed["fingerprint"][:12].upper()).code == 0
    after = auditor("demo", "-q", *rule, "--format", "json", "--waivers", "waivers.toml").report
    assert after["score"]["waived"] == 1
    assert [(one["state"], one["covered"]) for one in after["waivers"]] == [("used", 1)]
    again = waive(auditor, failed["fingerprint"])
    assert f"[[waiver]] 1 of waivers.toml accepts it until {SOON}, by team. Change that one." in again.err


def test_waive_heeds_the_waiver_file_of_the_configuration(auditor: Auditor, tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text('[scan]\nwaivers = "ours.toml"\n', encoding="utf-8")
    assert waive(auditor, OPEN).code == 0
    assert (tmp_path / "ours.toml").exists()


@pytest.mark.parametrize(
    ("result", "flags", "said"),
    [
        ("abcdef123456", {}, "no finding abcdef123456 in report.json. Copy its fingerprint"),
        (OPEN.fingerprint[:5], {}, "is too short for a fingerprint"),
        (CLOSED, {}, "does not fail on"),
        (STAR, {}, "holds a *, which a waiver would take for any name"),
        (OPEN, {"reason": None}, "waive: --reason is missing. Say why the risk is accepted."),
        (OPEN, {"owner": None}, "waive: --owner is missing"),
        (OPEN, {"expires": None}, "waive: --expires is missing"),
        (OPEN, {"owner": " "}, "--owner: is empty"),
        (OPEN, {"expires": "soon"}, "--expires: 'soon' is not a date. Write it as YYYY-MM-DD."),
        (
            OPEN,
            {"expires": str(TODAY + timedelta(days=366))},
            f"Choose {LAST} at the latest.",
        ),
        (OPEN, {"expires": str(TODAY - timedelta(days=1))}, "is past. Choose a day to come."),
        (OPEN, {"report": "none.json"}, "cannot read none.json"),
        (OPEN, {"waivers": "no/where.toml"}, "cannot write no/where.toml"),
        (OPEN, {"waivers": "report.json"}, "report.json: malformed TOML"),
    ],
)
def test_waive_that_cannot_be_is_one_line_exit_2_and_no_file(
    result: Result | str, flags: dict[str, str | None], said: str, auditor: Auditor, tmp_path: Path
) -> None:
    done = waive(auditor, result, **flags)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert [one.name for one in tmp_path.iterdir()] == ["report.json"]


def test_waive_of_a_beginning_of_two_fingerprints_names_them(auditor: Auditor, tmp_path: Path) -> None:
    results = [found(FAIL, resource=f"{STORAGE}{number}") for number in range(6000)]
    by_start: dict[str, list[Result]] = {}
    for one in results:
        by_start.setdefault(one.fingerprint[:6], []).append(one)
    start, twins = next((start, some) for start, some in by_start.items() if len(some) > 1)
    (tmp_path / "report.json").write_text(json.dumps(document(run(*twins))), encoding="utf-8")
    done = waive(auditor, start)
    assert done.code == 2
    assert f"{start} begins 2 fingerprints: {min(one.fingerprint for one in twins)}" in done.err


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (f'rule = "rule-a"\nresource = "{OPENAI.upper()}"\nowner = "x"\nexpires = 2020-01-01', "expired"),
        (f'rule = "rule-a"\nresource = "{OPENAI}"\nexpires = {SOON}', "and has no owner. Change or remove"),
        (
            f'rule = "rule-*"\nresource = "**"\nowner = "x"\nexpires = {SOON}',
            f"accepts it until {SOON}, by x",
        ),
    ],
)
def test_waive_of_what_has_an_entry_is_refused(
    entry: str, said: str, auditor: Auditor, tmp_path: Path
) -> None:
    text = f"[[waiver]]\n{entry}\n"
    (tmp_path / "waivers.toml").write_text(text, encoding="utf-8")
    done = waive(auditor, OPEN)
    assert done.code == 2
    assert said in done.err
    assert (tmp_path / "waivers.toml").read_text("utf-8") == text


def test_waive_into_a_list_of_inline_tables_is_refused(auditor: Auditor, tmp_path: Path) -> None:
    entry = 'rule = "x", resource = "**", owner = "x", expires = 2020-01-01'
    (tmp_path / "waivers.toml").write_text(f"waiver = [{{ {entry} }}]\n", encoding="utf-8")
    done = waive(auditor, OPEN)
    assert done.code == 2
    assert "no waiver can be added at its end. Write each as [[waiver]] there." in done.err
