"""Deep dreaming: taste profiles, long-term memory chunks, agent insights, hypotheses."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from agnt_pipelines.storage.migrations import run_file

revision = "0006"
down_revision = "0005"

_TABLES = ("hypotheses", "agent_insights", "memory_chunks", "taste_profiles")


def upgrade() -> None:
    """Create them."""
    run_file(Path(__file__).parent / "0006_deep.sql")


def downgrade() -> None:
    """Drop them."""
    for table in _TABLES:
        op.execute(f"DROP TABLE mind.{table}")
