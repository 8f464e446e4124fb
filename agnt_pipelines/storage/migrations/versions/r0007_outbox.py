"""The outbox: letters to the world outside, delivered after the transaction that wrote them."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from agnt_pipelines.storage.migrations import run_file

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create it."""
    run_file(Path(__file__).parent / "0007_outbox.sql")


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE mind.outbox")
