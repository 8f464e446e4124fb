"""Edges in a partition a relation, and how far the sources of the graph are counted."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from agnt_pipelines.storage.migrations import run_file

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Move the edges, and add the cursors."""
    run_file(Path(__file__).parent / "0010_graph.sql")


def downgrade() -> None:
    """Drop both: the table of before is made empty, for the next build to fill."""
    op.execute("DROP TABLE mind.graph_cursors")
    op.execute("DROP TABLE mind.entity_edges")
    table = (Path(__file__).parent / "0003_graph.sql").read_text(encoding="utf-8")
    op.execute(table.partition("CREATE TABLE mind.entity_nodes")[0])
    op.execute("DELETE FROM mind.window_units WHERE derivation IN ('venue_likeness', 'taste_neighbours')")
    op.execute("DELETE FROM mind.job_windows WHERE derivation IN ('venue_likeness', 'taste_neighbours')")
    op.execute("DELETE FROM mind.window_units WHERE derivation = 'entity_nodes'")
