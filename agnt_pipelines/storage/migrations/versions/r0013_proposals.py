"""Edits of project memory that the wiki does not have."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from agnt_pipelines.storage.migrations import run_file

revision = "0013"
down_revision = "0011"


def upgrade() -> None:
    """Create their table; project memory may name an operator as its source."""
    run_file(Path(__file__).parent / "0013_wiki.sql")


def downgrade() -> None:
    """Drop it; what an operator said of memory goes with the next reconciling."""
    op.execute("DROP TABLE mind.wiki_proposals")
    op.execute("UPDATE mind.project_memory SET source = 'wiki' WHERE source = 'operator'")
    op.execute("ALTER TABLE mind.project_memory DROP CONSTRAINT ck_project_memory_source")
    op.execute(
        "ALTER TABLE mind.project_memory ADD CONSTRAINT ck_project_memory_source "
        "CHECK (source IN ('wiki', 'dreaming', 'faq'))"
    )
