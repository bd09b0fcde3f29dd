"""Alembic runs this on the connection, inside the transaction, that `auditor.history.database` opened."""

from __future__ import annotations

from alembic import context

from auditor.history.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
