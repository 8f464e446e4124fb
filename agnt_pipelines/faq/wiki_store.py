"""What is known beside the talk: the wiki as readers may have it, but for what we generated, and venues' names.

What belongs here: its SQL. What does not: what is made of it (`grounding`), and the wiki's own tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.faq.grounding import Section, Wiki
from agnt_pipelines.faq.words import tokens
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.tables.source import Venue
from agnt_pipelines.storage.tables.wiki import shared_memory

_GENERATED = ("faq", "dreaming")
_AT_ONCE = 1_000


def read_wiki(connection: Connection, settings: Settings) -> Wiki:
    """Return the wiki as of its newest reconciled head; what we generated confirms nothing."""
    shared = shared_memory().subquery()
    query = (
        sa.select(
            shared.c.path,
            shared.c.line_from,
            shared.c.commit,
            shared.c.title,
            shared.c.section,
            shared.c.text,
        )
        .where(shared.c.source.not_in(_GENERATED), shared.c.path.is_not(None))
        .where(shared.c.path != settings.faq_wiki_page)
        .order_by(shared.c.path, shared.c.line_from, shared.c.id)
    )
    with connection.execute(query.execution_options(yield_per=_AT_ONCE)) as rows:
        return Wiki(
            Section(row.path, row.line_from or 1, row.commit, f"{row.title} {row.section}", row.text)
            for row in rows
        )


def read_venues(connection: Connection) -> frozenset[str]:
    """Return the names of venues in small letters, as tokens; a name of one word may be any word."""
    names = (" ".join(tokens(name)) for name in connection.scalars(sa.select(Venue.name).distinct()) if name)
    return frozenset(name for name in names if " " in name)
