"""The wiki: recorded heads and their trees, pages, sections, project memory."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from agnt_pipelines.storage.migrations import run_file

revision = "0004"
down_revision = "0003"

_TABLES = ("project_memory", "wiki_sections", "wiki_pages", "wiki_tree", "wiki_heads")


def upgrade() -> None:
    """Create them."""
    run_file(Path(__file__).parent / "0004_wiki.sql")


def downgrade() -> None:
    """Drop them."""
    for table in _TABLES:
        op.execute(f"DROP TABLE mind.{table}")
