"""The tables as they are now. The migrations make them; docs/history.md says what each column means."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

from auditor.model.changes import ChangeKind
from auditor.model.finding import Severity

VERSION_TABLE = "auditor_schema_version"
metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A time in UTC: `timestamptz` in PostgreSQL; SQLite, which has no such type, keeps it as UTC text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def change_column(kind: ChangeKind) -> str:
    """The column of `runs` that counts the kind; `waived` itself counts what is accepted at all."""
    return f"changes_{kind.value.replace('-', '_')}"


def _of_run() -> Column[str]:
    return Column("run_id", String(36), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)


runs = Table(
    "runs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("series", String(64), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=False),
    Column("tool_version", Text, nullable=False),
    Column("cloud", Text, nullable=False),
    Column("tenant_id", Text),
    Column("principal_id", Text),
    Column("profile", Text, nullable=False),
    Column("scope", JSON, nullable=False),
    Column("options", JSON, nullable=False),
    Column("unaudited", Text),
    Column("grade", Text, nullable=False),
    Column("score", Float),
    Column("score_low", Float),
    Column("score_high", Float),
    Column("coverage", Float, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("not_applicable", Integer, nullable=False),
    Column("waived", Integer, nullable=False),
    *(Column(f"failed_{severity.value}", Integer, nullable=False) for severity in Severity),
    Column("mean_age_days", Float),
    Column("previous_run_id", String(36)),
    *(Column(change_column(kind), Integer) for kind in ChangeKind),
    Index("runs_of_series", "series", "started_at"),
)

results = Table(
    "results",
    metadata,
    _of_run(),
    Column("number", Integer, primary_key=True),
    Column("seen_at", Moment, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("rule", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("confidence", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("resource_type", Text, nullable=False),
    Column("subscription_id", Text),
    Column("location", Text),
    Column("related", JSON, nullable=False),
    Column("workloads", JSON, nullable=False),
    Column("message", Text, nullable=False),
    Column("reason", Text),
    Column("is_waived", Boolean, nullable=False),
    Column("waiver_owner", Text),
    Column("waiver_expires", Date),
    Column("first_seen", Moment),
    Index("results_of_fingerprint", "fingerprint", "seen_at"),
)

changes = Table(
    "changes",
    metadata,
    _of_run(),
    Column("number", Integer, primary_key=True),
    Column("seen_at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("rule", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("resource_type", Text, nullable=False),
    Column("was", Text),
    Column("now", Text),
    Column("message", Text, nullable=False),
    Column("why", Text, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    _of_run(),
    Column("number", Integer, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("http_status", Integer),
    Column("action", Text),
    Column("detail", Text, nullable=False),
)

rules = Table(
    "rules",
    metadata,
    _of_run(),
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("class", Text, nullable=False),
    Column("url", Text, nullable=False),
)

scores = Table(
    "scores",
    metadata,
    _of_run(),
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("of", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("score", Float),
    Column("score_low", Float),
    Column("score_high", Float),
)

fixes = Table(
    "fixes",
    metadata,
    _of_run(),
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("connection", Text),
    Column("private_endpoint", Text),
    Column("decision", Text),
    Column("decision_row", Integer),
    Column("action", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("state_before", Text),
    Column("state_after", Text),
    Column("message", Text, nullable=False),
    Column("revert", Text),
)
