"""Views for dashboards: the trend, the latest run of each series, what is open now, and since when.

Revision ID: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_AGE_DAYS = {
    "sqlite": "julianday(results.seen_at) - julianday(results.first_seen)",
    "postgresql": "(EXTRACT(EPOCH FROM results.seen_at - results.first_seen) / 86400.0)::double precision",
}

_LATEST_RUNS = """
CREATE VIEW latest_runs AS
SELECT runs.* FROM runs
WHERE runs.unaudited IS NULL AND NOT EXISTS (
    SELECT 1 FROM runs AS later
    WHERE later.series = runs.series AND later.unaudited IS NULL
      AND (later.started_at > runs.started_at
           OR (later.started_at = runs.started_at AND later.id > runs.id))
)
"""

_TREND = """
CREATE VIEW trend AS
SELECT runs.id AS run_id, runs.series, runs.started_at, runs.cloud, runs.tenant_id, runs.profile, runs.grade,
       runs.score, runs.score_low, runs.score_high, runs.coverage, runs.passed, runs.failed, runs.unknown,
       runs.not_applicable, runs.waived, runs.failed_critical, runs.failed_high, runs.failed_medium,
       runs.failed_low, runs.failed_info, runs.mean_age_days, runs.changes_new, runs.changes_regressed,
       runs.changes_worse, runs.changes_unwaived, runs.changes_unknown_now, runs.changes_known_again,
       runs.changes_fixed, runs.changes_gone
FROM runs WHERE runs.unaudited IS NULL
"""

_OPEN_FINDINGS = """
CREATE VIEW open_findings AS
SELECT results.run_id, latest_runs.series, latest_runs.cloud, latest_runs.tenant_id, latest_runs.profile,
       results.seen_at, results.fingerprint, results.rule, rules.title, results.severity, results.confidence,
       results.resource, results.resource_type, results.subscription_id, results.location, results.message,
       results.first_seen, {age} AS age_days
FROM results
JOIN latest_runs ON latest_runs.id = results.run_id
LEFT JOIN rules ON rules.run_id = results.run_id AND rules.id = results.rule
WHERE results.status = 'fail' AND NOT results.is_waived
"""


def upgrade() -> None:
    op.execute(_LATEST_RUNS)
    op.execute(_TREND)
    op.execute(_OPEN_FINDINGS.format(age=_AGE_DAYS[op.get_context().dialect.name]))


def downgrade() -> None:
    raise NotImplementedError("a history is never made to forget")
