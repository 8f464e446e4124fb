"""The rest of the operational tables: venues, their texts, lists, follows, envelopes."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from agnt_pipelines.storage.migrations import run_file

revision = "0002"
down_revision = "0001"

_MADE_BY_US = "SELECT obj_description(to_regnamespace('source')) = 'created by agnt_pipelines'"
_TABLES = ("a2a_envelopes", "user_follows_taste", "user_lists", "venue_chunks", "venues")


def upgrade() -> None:
    """Create them where `source` is ours; elsewhere the contract names what is missing."""
    if op.get_bind().execute(sa.text(_MADE_BY_US)).scalar():
        run_file(Path(__file__).parent / "0002_source.sql")


def downgrade() -> None:
    """Drop them where `source` is ours."""
    if op.get_bind().execute(sa.text(_MADE_BY_US)).scalar():
        for table in _TABLES:
            op.execute(f"DROP TABLE source.{table}")
