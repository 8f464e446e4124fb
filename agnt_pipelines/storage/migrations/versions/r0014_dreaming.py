"""Summaries, agents' own memory, and batches of questions to a model."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from agnt_pipelines.storage.migrations import run_file

revision = "0014"
down_revision = "0013"

_MADE = ("summaries", "model_requests", "model_batches", "agent_summaries", "agent_prompts", "agent_chunks")


def upgrade() -> None:
    """Create the tables; an insight tells its corrected probability."""
    run_file(Path(__file__).parent / "0014_dreaming.sql")


def downgrade() -> None:
    """Drop them."""
    for table in _MADE:
        op.execute(f"DROP TABLE mind.{table}")
    op.execute("ALTER TABLE mind.agent_insights DROP COLUMN p")
