"""What speaks for a memory, as a score."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the column; rows of an older fold score nothing until they are folded again."""
    op.execute("ALTER TABLE mind.user_memory ADD COLUMN score DOUBLE PRECISION DEFAULT 0 NOT NULL")
    op.execute("ALTER TABLE mind.user_memory ALTER COLUMN score DROP DEFAULT")
    op.execute(
        "ALTER TABLE mind.user_memory ADD CONSTRAINT ck_user_memory_score CHECK (score BETWEEN 0 AND 1)"
    )
    op.execute("COMMENT ON COLUMN mind.user_memory.score IS 'What speaks for it, 0..1; .5 is enough.'")


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE mind.user_memory DROP COLUMN score")
