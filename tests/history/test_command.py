"""`--history` and `auditor history` as an operator uses them, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import psycopg
import pytest
from sqlalchemy import select, text

from auditor.history.address import read
from auditor.history.database import Database
from auditor.history.kept import Kept
from auditor.history.schema import results, runs
from auditor.sandbox.server import serve_in_thread
from auditor.sandbox.tenant import Tenant
from tests.cli.conftest import Auditor, auditor, credentials, without_run
from tests.diff.runs import FAIL, PASS, found, run
from tests.history.conftest import PASSWORD, Keep

__all__ = ["auditor"]
COMMAND = (sys.executable, "-m", "auditor")
RULE = ("--rule", "openai-public-network-access")
_PATIENCE_S = 120.0


def kept(where: str) -> list[dict[str, Any]]:
    """The runs, oldest first; each must have every result that it counts."""
    with Database(read(where)).reading() as connection:
        found = [dict(row._mapping) for row in connection.execute(select(runs).order_by(runs.c.started_at))]
        for row in found:
            rows = connection.scalars(select(results.c.number).where(results.c.run_id == row["id"])).all()
            counts = ("passed", "failed", "unknown", "not_applicable", "waived")
            assert len(rows) == sum(row[count] for count in counts)
    return found


def started(*arguments: str, folder: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(*arguments: str, folder: Path) -> int:
    """The exit code of the command, run to its end."""
    process = started(*arguments, folder=folder)
    process.communicate(timeout=_PATIENCE_S)
    return process.returncode


def wait_until(holds: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def test_second_run_says_what_changed_and_since_when(auditor: Auditor, where: str) -> None:
    plain = auditor("demo", "-q", *RULE, "--format", "json").report
    first = auditor("demo", "-q", *RULE, "--format", "json", "--history", where).report
    second = auditor("demo", "-q", *RULE, "--format", "json", "--history", where)
    schema = json.loads((files("auditor_reports") / "schemas" / "report-1.0.schema.json").read_text("utf-8"))
    jsonschema.validate(second.report, schema)
    assert (plain["changes"], first["changes"]) == (None, None)
    changes = second.report["changes"]
    assert (changes["old"]["id"], changes["changes"]) == (first["run"]["id"], [])
    assert changes["score_change"]["value"] == 0
    seen = {one["fingerprint"]: one["first_seen"] for one in second.report["results"] if one["first_seen"]}
    assert set(seen.values()) == {first["run"]["started_at"]}
    # But for what the history says, the report is that of a run without one.
    bare = [{**one, "first_seen": None} for one in second.report["results"]]
    assert without_run({**second.report, "results": bare, "changes": None}) == without_run(plain)
    assert PASSWORD not in second.out + second.err
    shown = auditor("demo", "-q", *RULE, "--history", where).out
    assert "SINCE THE LAST RUN\n" in shown
    assert "less than a day ago" in shown


def test_history_lists_the_runs_of_each_question_with_their_trend(
    auditor: Auditor, where: str, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(run(found(FAIL), found(PASS, rule="rule-b")))
    keep(run(found(PASS), found(FAIL, rule="rule-b"), days=7))
    keep(replace(run(days=8, rules=()), unaudited="Sign-in failed."))
    keep(run(found(FAIL), options={"rule": ["rule-*"]}, days=9))
    monkeypatch.setenv("AUDITOR_HISTORY", where)
    listed = auditor("history")
    assert (listed.code, listed.err) == (0, "")
    lines = listed.out.splitlines()
    assert lines[0].startswith("profile all; tenant ")
    assert lines[1] == "  ▅▅  50.0 to 50.0 over 3 runs"
    assert " ".join(lines[4].split()[2:]) == "D 50.0 (50.0–50.0) 1 0 0 – – – – 0.0 d"
    assert " ".join(lines[5].split()[2:]) == "D 50.0 (50.0–50.0) 1 0 0 0 1 1 0 0.0 d"
    assert lines[6].endswith("nothing audited: Sign-in failed.")
    assert lines[8].startswith("profile all, rule rule-*; tenant ")
    assert "and 2 before" in auditor("history", "--limit", "1").out
    late = auditor("history", "--since", "2026-03-09").out
    assert late.count("2026-03-") == 3
    as_json = json.loads(auditor("history", "--format", "json").out)
    assert [one["changes_regressed"] for one in as_json] == [None, 1, None, None]
    assert auditor("history", "--since", "2030-01-01").out == "No run is kept.\n"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("no/where.db", "there is no directory"),
        (".", "unable to open database file"),
        ("garbage.db", "file is not a database"),
        ("sqlite://", "a database in memory keeps nothing"),
        ("mysql://u:hush-hush@h/d", "no history can be kept in mysql"),
        ("postgresql://u:hush-hush@h:x/d", "not the address of a database"),
        ("postgresql://u:hush-hush@127.0.0.1", "the address names no database"),
        ("postgresql://u:hush-hush@127.0.0.1:1/d", "postgresql://u:***@127.0.0.1:1/d cannot be used"),
        ("postgresql://127.0.0.1:1/d?password=hush-hush", "/d?password=*** cannot be used"),
    ],
)
def test_history_that_cannot_be_used_ends_before_the_audit(
    address: str, said: str, auditor: Auditor, tmp_path: Path
) -> None:
    (tmp_path / "garbage.db").write_bytes(b"not a database, and long enough to be read as one" * 100)
    for flags in ((), ("-v",)):
        done = auditor("demo", "--history", address, "--format", "json=report.json", *flags)
        assert (done.code, done.out) == (2, "")
        assert said in done.err
        assert PASSWORD not in done.err
    assert done.err.count("\nauditor: ") == 1
    assert not (tmp_path / "report.json").exists()


def test_history_of_a_newer_auditor_is_refused_and_left_as_it_is(
    auditor: Auditor, where: str, database: Database
) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE auditor_schema_version SET version_num = '9999'"))
    for command in (("demo", "-q"), ("history",)):
        done = auditor(*command, "--history", where)
        assert (done.code, done.out) == (2, "")
        assert "9999" in done.err
        assert done.err.count("\n") == 1
    with database.reading() as connection:
        assert connection.scalar(text("SELECT version_num FROM auditor_schema_version")) == "9999"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("history",), "auditor: history: no history is named. Give --history FILE|URL"),
        (("history", "--history", "none.db"), "auditor: --history: there is no file none.db."),
        (("history", "--history", "empty.db"), "empty.db holds no history"),
        (("history", "--history", "garbage.db"), "garbage.db cannot be read: file is not a database"),
        (("history", "--history", "empty.db", "--since", "today"), "--since: 'today' is not a date"),
        (("history", "postgresql://u:hush-hush@h/d"), "takes no argument 'postgresql://u:***@h/d'"),
    ],
)
def test_history_that_cannot_be_listed_is_one_line(
    arguments: tuple[str, ...], said: str, auditor: Auditor, tmp_path: Path
) -> None:
    (tmp_path / "garbage.db").write_bytes(b"x" * 4096)
    sqlite3.connect(tmp_path / "empty.db").close()
    if "--since" in arguments:
        Kept(read(str(tmp_path / "empty.db")))
    done = auditor(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("missing", ["sqlalchemy", "alembic"])
def test_history_without_its_extra_says_what_to_install(missing: str, tmp_path: Path) -> None:
    code = f"import sys; sys.modules['{missing}'] = None\nfrom auditor.cli import main\nsys.exit(main())"
    command = [sys.executable, "-c", code, "demo", "--history", "h.db"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "auditor: --history needs SQLAlchemy and Alembic. pip install 'azure-ai-auditor[history]'\n"
    )


def test_history_of_the_surroundings_is_not_for_the_sample_tenant(
    auditor: Auditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITOR_HISTORY", "ours.db")
    assert auditor("demo", "-q", *RULE).code == 1
    assert list(tmp_path.iterdir()) == []


def test_history_in_the_file_is_beside_the_file(auditor: Auditor, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "auditor.toml").write_text('[scan]\nhistory = "runs.db"\n', encoding="utf-8")
    Kept(read(str(tmp_path / "etc" / "runs.db")))
    assert auditor("history", "--config", "etc/auditor.toml").out == "No run is kept.\n"


def _spoil(where: str, server: Path | None) -> None:
    """Take the history away while the audit runs."""
    if server is None:
        for file in Path(where).parent.glob(f"{Path(where).name}-*"):
            file.unlink()
        Path(where).write_bytes(b"no database any more " * 1000)
        return
    with Database(read(where)).writing() as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))


@pytest.mark.parametrize(("gate", "code"), [("high", 1), ("never", 6)])
def test_history_that_fails_after_the_audit_loses_no_report(
    gate: str, code: int, where: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("server") if where.startswith("postgresql") else None
    with serve_in_thread(Tenant.sample(), latency_ms=300) as azure:
        way = ("--arm-endpoint", azure.url, "--ca-bundle", str(azure.ca_file), "--auth", "environment")
        flags = ("--fail-on", gate, "--allow-incomplete", "--format", "json=report.json", "-v")
        process = started(
            *("scan", *RULE, *way, *flags),
            folder=tmp_path,
            AUDITOR_HISTORY=where,
            **credentials(azure.arm.tenant),
        )
        wait_until(lambda: any("/providers/" in asked.path for asked in azure.arm.log), process)
        _spoil(where, server)
        _, err = process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == code
    told = [line for line in err.splitlines() if "could not be kept in the history" in line]
    assert len(told) == 1
    assert told[0].startswith("auditor: the run is reported, but it could not be kept in the history ")
    assert PASSWORD not in err
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["results"]
    assert (report["changes"], report["run"]["options"].get("history")) == (None, None)


def test_history_is_kept_though_the_reader_of_the_report_has_gone(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    where = str(tmp_path / "h.db")
    command = [*COMMAND, "demo", "-q", *RULE, "--history", where]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, timeout=_PATIENCE_S)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")
    assert len(kept(where)) == 1


def test_two_runs_at_once_into_a_new_history_are_both_kept(where: str, tmp_path: Path) -> None:
    both = [started("demo", "-q", *RULE, "--history", where, folder=tmp_path) for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=_PATIENCE_S)
        assert (process.returncode, err) == (1, "")
    assert len(kept(where)) == 2


_ENDLESS = """
CREATE VIEW endless AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n;
CREATE TRIGGER held BEFORE INSERT ON gaps BEGIN SELECT max(x) FROM endless; END;
"""


def _is_locked(where: str) -> bool:
    connection = sqlite3.connect(where, timeout=0)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        connection.close()
    return False


def test_kill_in_the_middle_of_writing_to_sqlite_leaves_no_half_run(tmp_path: Path) -> None:
    where = str(tmp_path / "h.db")
    command = ("demo", "-q", *RULE, "--history", where)
    assert ended(*command, folder=tmp_path) == 1
    before = kept(where)
    connection = sqlite3.connect(where)
    connection.executescript(_ENDLESS)
    connection.close()
    # The run and its results are written, and its first gap never comes to an end.
    process = started(*command, "--format", "json=report.json", folder=tmp_path)
    wait_until(lambda: (tmp_path / "report.json").exists() and _is_locked(where), process)
    time.sleep(0.5)
    process.kill()
    process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == -signal.SIGKILL
    assert kept(where) == before
    connection = sqlite3.connect(where)
    connection.executescript("DROP TRIGGER held; DROP VIEW endless;")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    assert ended(*command, folder=tmp_path) == 1
    assert len(kept(where)) == 2


def test_kill_in_the_middle_of_writing_to_postgresql_leaves_no_half_run(
    server: Path, server_url: str, tmp_path: Path
) -> None:
    command = ("demo", "-q", *RULE, "--history", server_url)
    assert ended(*command, folder=tmp_path) == 1
    before = kept(server_url)
    with Database(read(server_url)).reading() as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
    with psycopg.connect(host=str(server), user="auditor", dbname="postgres") as holder:
        holder.execute(f"LOCK TABLE {schema}.gaps IN ACCESS EXCLUSIVE MODE")
        process = started(*command, folder=tmp_path)
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        with psycopg.connect(host=str(server), user="auditor", dbname="postgres", autocommit=True) as watcher:
            wait_until(lambda: watcher.execute(waiting).fetchone() == (1,), process)
        process.kill()
        process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == -signal.SIGKILL
    assert kept(server_url) == before
    assert ended(*command, folder=tmp_path) == 1
    assert len(kept(server_url)) == 2
