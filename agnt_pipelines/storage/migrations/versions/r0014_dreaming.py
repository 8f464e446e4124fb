"""Summaries, agents' own memory, and batches of questions to a model."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from agnt_pipelines.storage.migrations import run_file

revision = "0014"
down_revision = "0013"

_MADE = ("summaries", "model_requests", "model_batches", "agent_summaries", "agent_prompts", "agent_chunks")


def upgrade() -> None:
    """Create the tables; trust is bound to its class and its lineage."""
    run_file(Path(__file__).parent / "0014_dreaming.sql")


def downgrade() -> None:
    """Drop them."""
    for table in _MADE:
        op.execute(f"DROP TABLE mind.{table}")
    for table in ("user_memory", "memory_chunks"):
        op.execute(f"DROP TRIGGER trust_of_lineage ON mind.{table}")
    op.execute("DROP FUNCTION mind.trust_of_lineage()")
    op.execute("ALTER TABLE mind.observations DROP CONSTRAINT ck_observations_trust_of_its_class")
    op.execute("ALTER TABLE mind.agent_insights DROP COLUMN p")
