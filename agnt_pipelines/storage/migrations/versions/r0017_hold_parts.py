"""What each part of a held plan would lose."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"

_COMMENT = "Of a plan that is held whole: what shrinks too much, as [rows now, rows then]."


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE mind.holds ADD COLUMN parts JSONB DEFAULT '{}'::jsonb NOT NULL")
    op.execute(f"COMMENT ON COLUMN mind.holds.parts IS '{_COMMENT}'")


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE mind.holds DROP COLUMN parts")
