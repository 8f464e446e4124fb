"""The wiki's tree as it is now, told without its history; notes, and heads that an operator chose."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from agnt_pipelines.storage.migrations import run_file

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add them."""
    run_file(Path(__file__).parent / "0008_wiki.sql")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP INDEX mind.ix_wiki_tree_now")
    op.execute("ALTER TABLE mind.wiki_tree DROP COLUMN until, DROP COLUMN note")
    op.execute("ALTER TABLE mind.wiki_heads DROP COLUMN instead_of")
