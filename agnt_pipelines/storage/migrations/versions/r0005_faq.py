"""The FAQ: candidates of a week, the registry as of a week, reviews, publications."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"

_TABLES = ("faq_publications", "faq_reviews", "faq_entries", "faq_candidates")


def upgrade() -> None:
    """Create them."""
    ddl = (Path(__file__).parent / "0005_faq.sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(ddl)


def downgrade() -> None:
    """Drop them."""
    for table in _TABLES:
        op.execute(f"DROP TABLE mind.{table}")
