"""The first version: every table.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, ForeignKey, Integer, String, Text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    _runs()
    _results()
    _changes()
    _gaps()
    _rules()
    _scores()
    _fixes()
    op.create_index("runs_of_series", "runs", ["series", "started_at"])
    op.create_index("results_of_fingerprint", "results", ["fingerprint", "seen_at"])


def downgrade() -> None:
    raise NotImplementedError("a history is never made to forget")


def _of_run() -> Column[str]:
    return Column("run_id", String(36), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)


def _runs() -> None:
    op.create_table(
        "runs",
        Column("id", String(36), primary_key=True),
        Column("series", String(64), nullable=False),
        Column("started_at", _MOMENT, nullable=False),
        Column("finished_at", _MOMENT, nullable=False),
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
        Column("failed_critical", Integer, nullable=False),
        Column("failed_high", Integer, nullable=False),
        Column("failed_medium", Integer, nullable=False),
        Column("failed_low", Integer, nullable=False),
        Column("failed_info", Integer, nullable=False),
        Column("mean_age_days", Float),
        Column("previous_run_id", String(36)),
        Column("changes_new", Integer),
        Column("changes_regressed", Integer),
        Column("changes_worse", Integer),
        Column("changes_unwaived", Integer),
        Column("changes_unknown_now", Integer),
        Column("changes_known_again", Integer),
        Column("changes_fixed", Integer),
        Column("changes_not_applicable_now", Integer),
        Column("changes_gone", Integer),
        Column("changes_not_judged_now", Integer),
        Column("changes_milder", Integer),
        Column("changes_waived", Integer),
    )


def _results() -> None:
    op.create_table(
        "results",
        _of_run(),
        Column("number", Integer, primary_key=True),
        Column("seen_at", _MOMENT, nullable=False),
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
        Column("first_seen", _MOMENT),
    )


def _changes() -> None:
    op.create_table(
        "changes",
        _of_run(),
        Column("number", Integer, primary_key=True),
        Column("seen_at", _MOMENT, nullable=False),
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


def _gaps() -> None:
    op.create_table(
        "gaps",
        _of_run(),
        Column("number", Integer, primary_key=True),
        Column("scope", Text, nullable=False),
        Column("what", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("http_status", Integer),
        Column("action", Text),
        Column("detail", Text, nullable=False),
    )


def _rules() -> None:
    op.create_table(
        "rules",
        _of_run(),
        Column("id", Text, primary_key=True),
        Column("title", Text, nullable=False),
        Column("severity", Text, nullable=False),
        Column("class", Text, nullable=False),
        Column("url", Text, nullable=False),
    )


def _scores() -> None:
    op.create_table(
        "scores",
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


def _fixes() -> None:
    op.create_table(
        "fixes",
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
