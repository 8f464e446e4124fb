"""The FAQ in two languages, entries that were merged, and why the pointer moved."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

_ADDED = (
    (
        "faq_candidates",
        "also",
        "JSONB",
        "The same question as asked in the other language: features, exemplar, answer.",
    ),
    ("faq_entries", "also", "JSONB", "Question and answer in the other language, if shown."),
    ("faq_entries", "redirects_to", "TEXT", "Slug of the entry that it was merged into."),
    (
        "faq_publications",
        "reason",
        "TEXT DEFAULT 'published' NOT NULL",
        "published; or why it was moved back.",
    ),
)


def upgrade() -> None:
    """Add the columns."""
    for table, column, kind, comment in _ADDED:
        op.execute(f"ALTER TABLE mind.{table} ADD COLUMN {column} {kind}")
        op.execute(f"COMMENT ON COLUMN mind.{table}.{column} IS '{comment}'")
    op.execute("COMMENT ON COLUMN mind.faq_publications.run_id IS 'The run, or the person, that moved it.'")


def downgrade() -> None:
    """Drop them."""
    for table, column, _, _ in _ADDED:
        op.execute(f"ALTER TABLE mind.{table} DROP COLUMN {column}")
    op.execute("COMMENT ON COLUMN mind.faq_publications.run_id IS 'The run that moved it.'")
