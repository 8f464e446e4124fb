"""An index on conversations, by which recall reads them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_MADE_BY_US = "SELECT obj_description(to_regnamespace('source')) = 'created by agnt_pipelines'"


def upgrade() -> None:
    """Create it where `source` is ours; elsewhere nothing of it is touched."""
    if op.get_bind().execute(sa.text(_MADE_BY_US)).scalar():
        op.execute("CREATE INDEX ix_interactions_session_id ON source.interactions (session_id)")


def downgrade() -> None:
    """Drop it where `source` is ours."""
    if op.get_bind().execute(sa.text(_MADE_BY_US)).scalar():
        op.execute("DROP INDEX source.ix_interactions_session_id")
