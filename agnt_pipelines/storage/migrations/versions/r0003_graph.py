"""The entity graph: nodes, edges, builds."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from agnt_pipelines.storage.migrations import run_file

revision = "0003"
down_revision = "0002"

_TABLES = ("graph_builds", "entity_edges", "entity_nodes")


def upgrade() -> None:
    """Create them."""
    run_file(Path(__file__).parent / "0003_graph.sql")


def downgrade() -> None:
    """Drop them."""
    for table in _TABLES:
        op.execute(f"DROP TABLE mind.{table}")
