"""The spine: source tables where nobody owns them, observations and their folds, the engine's own."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from agnt_pipelines.storage.migrations import run_file

revision = "0001"
down_revision = None

_HERE = Path(__file__).parent


def upgrade() -> None:
    """Create everything; a schema `source` that already exists belongs to the operator."""
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    owned = op.get_bind().execute(sa.text("SELECT to_regnamespace('source') IS NOT NULL")).scalar()
    if not owned:
        op.execute("CREATE SCHEMA source")
        op.execute("COMMENT ON SCHEMA source IS 'created by agnt_pipelines'")
        run_file(_HERE / "0001_source.sql")
    run_file(_HERE / "0001_mind.sql")


def downgrade() -> None:
    """Drop our schema, and `source` only if we made it."""
    op.execute("DROP SCHEMA mind CASCADE")
    made = op.get_bind().execute(
        sa.text("SELECT obj_description(to_regnamespace('source')) = 'created by agnt_pipelines'")
    )
    if made.scalar():
        op.execute("DROP SCHEMA source CASCADE")
