"""One history database: opened, brought up to date, and written to in whole transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from auditor.errors import UsageError
from auditor.history.address import Address
from auditor.history.schema import VERSION_TABLE

# Long enough for another run to write its results, short enough for a person to wait.
_LOCK_TIMEOUT_S: Final = 60
_CONNECT_TIMEOUT_S: Final = 10
# Any number will do, as long as no other program of the same database takes it for its own.
_MIGRATION_LOCK: Final = 0x61756469746F72
MIGRATIONS: Final = Path(__file__).with_name("migrations")


class Unusable(Exception):
    """The database did not do as asked; the text is one line without any secret."""


class Database:
    """Opens a connection for each transaction: an audit may take longer than a server keeps one."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._engine = _engine(address)

    def prepare(self) -> None:
        """Make the tables, or bring them up to date. Raises UsageError where the database cannot be used."""
        try:
            self._refuse_unwritable_folder()
            with self.writing() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                upgrade(connection)
        except Unusable as error:
            raise UsageError(
                f"--history: {self.address.shown} cannot be used: {error}", "Nothing was audited."
            ) from None

    def require(self) -> None:
        """Raises UsageError where there is no history yet, or one of another version."""
        if self.address.file is not None and not self.address.file.is_file():
            raise UsageError(f"--history: there is no file {self.address.file}", "Check the path.")
        try:
            with self.reading() as connection:
                found = _version(connection)
        except Unusable as error:
            raise UsageError(f"--history: {self.address.shown} cannot be read: {error}") from None
        if found != head():
            kept = f"a history of version {found}" if found else "no history"
            hint = "Keep a run in it: auditor scan --history."
            raise UsageError(f"--history: {self.address.shown} holds {kept}, not {head()}", hint)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that is kept whole or not at all. Raises Unusable."""
        with self._explaining(), self._engine.connect() as connection:
            writer = connection.execution_options(auditor_writes=True)
            with writer.begin():
                yield writer

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of what is kept. Raises Unusable."""
        with self._explaining(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise Unusable(self._line(str(error.orig))) from None
        except (SQLAlchemyError, OSError, ValueError) as error:
            raise Unusable(self._line(str(error))) from None

    def _line(self, said: str) -> str:
        first = next((line for line in said.splitlines() if line.strip()), "no reason given")
        return self.address.scrubbed(first.strip())

    def _refuse_unwritable_folder(self) -> None:
        file = self.address.file
        if file is not None and not file.resolve().parent.is_dir():
            raise Unusable(f"there is no directory {file.resolve().parent}")


def head() -> str:
    """The version that this program writes."""
    from alembic.script import ScriptDirectory

    found = ScriptDirectory.from_config(_alembic()).get_current_head()
    if found is None:
        raise AssertionError("the migrations ship with the program")
    return found


def _alembic() -> Any:
    from alembic.config import Config

    config = Config()
    # Alembic reads % as the start of a placeholder, as the standard library's configuration files do.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _version(connection: Connection) -> str | None:
    from alembic.migration import MigrationContext

    options = {"version_table": VERSION_TABLE}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def upgrade(connection: Connection, target: str = "head") -> None:
    from alembic import command
    from alembic.util import CommandError

    config = _alembic()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, target)
    except CommandError:
        raise Unusable(f"it is of version {_version(connection)}, written by a newer auditor") from None


def _engine(address: Address) -> Engine:
    if address.file is None:
        arguments = {"connect_timeout": _CONNECT_TIMEOUT_S, "application_name": "auditor"}
        return create_engine(address.url, poolclass=NullPool, connect_args=arguments)
    engine = create_engine(address.url, poolclass=NullPool, connect_args={"timeout": _LOCK_TIMEOUT_S})
    # https://docs.sqlalchemy.org/20/dialects/sqlite.html#serializable-isolation-savepoints-transactional-ddl
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # Readers and the one writer do not wait for each other, and a kill leaves what was committed.
    connection.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: two that both read first could never both write.
    writes = connection.get_execution_options().get("auditor_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
