"""A database of every version comes up to date with what it holds; its tables are those of the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, text

from auditor.errors import UsageError
from auditor.history import database as databases
from auditor.history.address import read
from auditor.history.database import Database, head
from auditor.history.kept import Kept
from auditor.history.rows import rows_of
from auditor.history.schema import VERSION_TABLE, metadata
from auditor.model.changes import ChangeKind
from tests.diff.runs import FAIL, PASS, found, run
from tests.meta.docs import DOCS

SCRIPTS = ScriptDirectory(str(databases.MIGRATIONS))
VERSIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


def version(database: Database) -> str:
    with database.reading() as connection:
        found: str = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one()
        return found


@pytest.mark.parametrize("start", VERSIONS)
def test_database_of_each_version_comes_up_to_date_and_keeps_its_runs(start: str, where: str) -> None:
    old = Database(read(where))
    with old.writing() as connection:
        databases.upgrade(connection, start)
        for table, rows in rows_of(run(found(FAIL))):
            if rows:
                connection.execute(insert(table), rows)
    assert version(old) == start
    history = Kept(read(where))
    later = history.compared(run(found(PASS), days=1))
    assert later.changes is not None
    assert [change.kind for change in later.changes.changes] == [ChangeKind.FIXED]
    assert history.keep(later) == ""
    assert version(old) == head() == VERSIONS[-1]
    with old.reading() as connection:
        assert len(connection.execute(text("SELECT * FROM trend")).all()) == 2


def test_tables_that_the_migrations_make_are_those_of_the_program(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []
        views = set(inspect(connection).get_view_names())
    assert views == {"trend", "latest_runs", "open_findings"}


def test_preparing_a_database_again_changes_nothing(database: Database) -> None:
    before = list(_objects(database))
    database.prepare()
    assert list(_objects(database)) == before


def test_migration_that_fails_leaves_the_database_as_it_was(where: str) -> None:
    database = Database(read(where))
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE rules (x INTEGER)"))
    before = list(_objects(database))
    with pytest.raises(UsageError, match="cannot be used"):
        database.prepare()
    assert list(_objects(database)) == before == [("rules", ["x"])]


def _objects(database: Database) -> Iterator[tuple[str, Any]]:
    with database.reading() as connection:
        seen = inspect(connection)
        for name in (*sorted(seen.get_table_names()), *sorted(seen.get_view_names())):
            yield name, [column["name"] for column in seen.get_columns(name)]


def test_documented_columns_are_those_of_the_tables() -> None:
    page = (DOCS / "history.md").read_text(encoding="utf-8")
    for table in metadata.sorted_tables:
        (line,) = [one for one in page.splitlines() if one.startswith(f"| `{table.name}` | ")]
        for column in table.columns:
            if column.name in {"run_id", "number"} or column.name.startswith(("failed_", "changes_")):
                continue
            assert f"`{column.name}`" in line, (table.name, column.name)
