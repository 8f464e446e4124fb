"""What other replies say against a candidate's answer."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0014"


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE mind.faq_candidates ADD COLUMN disputed JSONB DEFAULT '[]'::jsonb NOT NULL")
    op.execute(
        "COMMENT ON COLUMN mind.faq_candidates.disputed IS "
        "'Values in the answer that other replies contradict; nobody''s words.'"
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("ALTER TABLE mind.faq_candidates DROP COLUMN disputed")
