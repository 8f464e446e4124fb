"""Alembic's entry: runs revisions on the connection that `storage.migrations.upgrade` opened."""

from __future__ import annotations

from alembic import context

from agnt_pipelines.storage.migrations import VERSION_TABLE
from agnt_pipelines.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    version_table_schema="mind",
    include_schemas=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
