"""What other replies say against a candidate's answer, and the addresses that an entry had before."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0014"

_ADDED = (
    (
        "faq_candidates",
        "disputed",
        "JSONB DEFAULT '[]'::jsonb NOT NULL",
        "Values in the answer that other replies contradict; nobody''s words.",
    ),
    (
        "faq_entries",
        "aliases",
        "TEXT[] DEFAULT '{}'::text[] NOT NULL",
        "Slugs it had before; they lead to it.",
    ),
)


def upgrade() -> None:
    """Add the columns."""
    for table, column, kind, comment in _ADDED:
        op.execute(f"ALTER TABLE mind.{table} ADD COLUMN {column} {kind}")
        op.execute(f"COMMENT ON COLUMN mind.{table}.{column} IS '{comment}'")


def downgrade() -> None:
    """Drop them."""
    for table, column, _, _ in _ADDED:
        op.execute(f"ALTER TABLE mind.{table} DROP COLUMN {column}")
