"""The SQL of what deep dreaming adds to project memory: of all agents together, its digest, its rows.

What belongs here: reading `mind.agent_insights` and `mind.agent_chunks`, both told of five people or more,
and what is dreamt as rows and proposals. What does not:
its sentences (`dreaming`), and their sections (`dreamt`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.replay.derivation import Row, content_id
from agnt_pipelines.replay.staleness import content
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.dreaming import AgentChunk, AgentInsight
from agnt_pipelines.storage.tables.wiki import WikiTree
from agnt_pipelines.wiki.dreamt import PATH, SAID, TITLE, Dreamt, Told, sections
from agnt_pipelines.wiki.flags import flags_of
from agnt_pipelines.wiki.paths import folder_of
from agnt_pipelines.wiki.proposals import Origin, Proposal, Verdict

BY: Final = "deep_dream"
_INSIGHTS = table_of(AgentInsight)
_CHUNKS = table_of(AgentChunk)
_TREE = table_of(WikiTree)
_OF_ALL: Final = "*"


def told(connection: Connection) -> list[Told]:
    """Return what was dreamt of all agents' weeks, by week, kind and facet."""
    return [Told(*row) for row in sorted(map(tuple, connection.execute(_told())))]


def wiki_has_it(connection: Connection) -> bool:
    """Whether the newest recorded tree has a page at the path of what is dreamt."""
    return bool(connection.scalar(sa.select(_has_page())))


def digest() -> sa.Select[Any]:
    """Select (FOLD, path, digest) of what is dreamt; no row where nothing was."""
    told = _told().subquery("told")
    each = content(*told.c)
    listed = sa.func.string_agg(each, sa.text("E'\\n' ORDER BY window_key, kind, facet"))
    inputs = listed + sa.cast(_has_page(), sa.Text)
    hashed = sa.func.encode(sa.func.sha256(sa.func.convert_to(inputs, "UTF8")), "hex")
    columns = (
        sa.literal(FOLD).label("window_key"),
        sa.literal(PATH).label("unit"),
        hashed.label("digest_in"),
    )
    return sa.select(*columns).select_from(told).having(sa.func.count() > 0)


def memory_rows(told: Sequence[Told]) -> list[Row]:
    """Return what readers have where the wiki has no page at the path: rows of `mind.project_memory`."""
    made = []
    weeks = len({each.week for each in told})
    for one in sections(told):
        flags = flags_of(f"{one.heading}\n{one.text}")
        entry = content_id("project_memory", "dreaming", PATH, one.kind)
        whole = (entry, PATH, folder_of(PATH), TITLE, one.heading, one.text, Origin.DREAMING.value)
        made.append((*whole, None, None, None, None, weeks, bool(flags), list(flags)))
    return made


def proposal(one: Dreamt, entry: UUID, page_id: str, verdict: Verdict | None = None) -> Proposal:
    """Return a section as a proposal for the same section of a page of the wiki's."""
    id_ = proposal_id(one)
    made_of = (entry, page_id, one.anchor, 1, Origin.DREAMING, one.before, one.text, None)
    return Proposal(id_, *made_of, BY, verdict)


def proposal_id(one: Dreamt) -> UUID:
    """Return a section's id as a proposal: other words are another one."""
    return content_id("wiki_proposal", Origin.DREAMING.value, PATH, one.anchor, one.text)


def _told() -> sa.CompoundSelect[Any]:
    """Select the columns of `Told`."""
    seen, said = _INSIGHTS.c, _CHUNKS.c
    without_week = sa.func.replace(said.text, sa.literal(", week of ") + said.window_key, "")
    return sa.union_all(
        sa.select(seen.window_key, seen.kind, seen.facet, seen.statement).where(seen.agent_id == _OF_ALL),
        sa.select(said.window_key, sa.literal(SAID), said.theme, without_week).where(
            said.agent_id == _OF_ALL
        ),
    )


def _has_page() -> sa.ColumnElement[bool]:
    return sa.exists().where(_TREE.c.path == PATH, _TREE.c.until.is_(None), _TREE.c.oid.is_not(None))
