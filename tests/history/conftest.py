"""A fresh history of each kind: a SQLite file, and a database of a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from auditor.history.address import read
from auditor.history.database import Database
from auditor.history.kept import Kept
from auditor.model.result import AuditResult
from tests.history.server import postgresql

PASSWORD = "hush-hush"
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    with postgresql() as socket_folder:
        yield socket_folder


@pytest.fixture
def server_url(request: pytest.FixtureRequest) -> str:
    """The address of a new schema in the server's database, with a password that no output may show."""
    folder = request.getfixturevalue("server")
    name = f"history_{next(_NUMBERS)}"
    with psycopg.connect(host=str(folder), user="auditor", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    path = f"-csearch_path%3D{name}"
    return f"postgresql://auditor:{PASSWORD}@/postgres?host={folder}&options={path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What `--history` is given."""
    if request.param == "sqlite":
        return str(tmp_path / "history.db")
    address: str = request.getfixturevalue("server_url")
    return address


@pytest.fixture
def database(where: str) -> Database:
    """The database behind `where`, prepared."""
    found = Database(read(where))
    found.prepare()
    return found


Keep = Callable[[AuditResult], AuditResult]


@pytest.fixture
def keep(where: str) -> Keep:
    """Audits that end: each report as it is written, with its past, and kept."""

    def kept(result: AuditResult) -> AuditResult:
        history = Kept(read(where))
        compared = history.compared(result)
        assert history.keep(compared) == ""
        return compared

    return kept
