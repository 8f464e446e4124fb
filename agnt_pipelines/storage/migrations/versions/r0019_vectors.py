"""When a vector was staged, so that those of talk long past can be forgotten."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the column; what is there counts from now."""
    # now() is one value, for which the table is not written anew.
    op.execute(
        "ALTER TABLE mind.vectors ADD COLUMN staged_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL"
    )
    op.execute("ALTER TABLE mind.vectors ALTER COLUMN staged_at SET DEFAULT clock_timestamp()")
    op.execute("COMMENT ON COLUMN mind.vectors.staged_at IS 'When; some are forgotten by it.'")


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE mind.vectors DROP COLUMN staged_at")
