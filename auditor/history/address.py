"""What `--history` names: a file for SQLite, or a PostgreSQL server. Its password is never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import URL

_HINT = "Name a file, or write it as postgresql://user@host/database."
# How drivers and libpq spell what must stay secret: https://www.postgresql.org/docs/current/libpq-connect.html
_SECRETS = ("password", "sslpassword", "oauth_client_secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One database. `file` is set for SQLite; `shown` is the address without any secret."""

    url: URL
    shown: str
    file: Path | None

    def scrubbed(self, text: str) -> str:
        """The text without the secrets of the address, should a driver repeat them."""
        secrets = [str(self.url.password)] if self.url.password else []
        secrets += [value for key, value in _query(self.url).items() if key in _SECRETS]
        for secret in secrets:
            text = text.replace(secret, "***")
        return text


def read(text: str) -> Address:
    """The database that a path or an address names. Raises UsageError, which never repeats the text."""
    try:
        import alembic  # noqa: F401
        from sqlalchemy import URL, make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError:
        raise UsageError(
            "--history needs SQLAlchemy and Alembic", "pip install 'azure-ai-auditor[history]'"
        ) from None
    if "://" not in text:
        return _of_file(URL.create("sqlite+pysqlite", database=text), text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UsageError("--history: not the address of a database", _HINT) from None
    match url.drivername.partition("+")[0]:
        case "sqlite":
            return _of_file(url.set(drivername="sqlite+pysqlite"), url.database)
        case "postgresql" | "postgres":
            return _of_server(url.set(drivername="postgresql+psycopg"))
        case other:
            raise UsageError(f"--history: no history can be kept in {other}", _HINT)


def _of_file(url: URL, database: str | None) -> Address:
    if not database or database == ":memory:":
        raise UsageError("--history: a database in memory keeps nothing", _HINT)
    file = Path(database).expanduser()
    return Address(url=url.set(database=str(file)), shown=str(file), file=file)


def _of_server(url: URL) -> Address:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise UsageError(
            "--history: PostgreSQL needs psycopg", "pip install 'azure-ai-auditor[history,postgres]'"
        ) from None
    if not url.database:
        raise UsageError("--history: the address names no database", _HINT)
    hidden = {key: "***" if key in _SECRETS else value for key, value in _query(url).items()}
    plain = url.set(drivername="postgresql", query=hidden)
    return Address(url=url, shown=plain.render_as_string(hide_password=True), file=None)


def _query(url: URL) -> Mapping[str, str]:
    return {key: value if isinstance(value, str) else value[-1] for key, value in url.query.items()}
