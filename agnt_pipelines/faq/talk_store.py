"""Support conversations as they are read: which rows they are, and whose.

What belongs here: the SQL of conversations. What does not: what is made of them (`store`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from agnt_pipelines.faq.talk import Conversation, Turn, pseudonym
from agnt_pipelines.replay.derivation import InputSource
from agnt_pipelines.replay.staleness import alive, content, key_of
from agnt_pipelines.replay.windows import FAQ_WEEK, Window
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import Interaction

SCOPE = "faq"
"""The one unit of a window: a week is replaced as a whole."""

_TALK = table_of(Interaction)
_NO_PERSON = (
    "external_agent", "agent", "assistant", "bot", "cron", "scheduler", "tool", "system", "recalled", "memory",
)  # fmt: skip


def _turns() -> sa.Select[Any]:
    """Select the turns of support conversations of people who are there, with the first turn's time.

    Support conversations are those with an inbound message that a person wrote. A message without a
    session is a conversation by itself; what lies past the end of the first turn's window is cut off.
    """
    talk = _TALK.c
    by_person = sa.func.coalesce(sa.func.lower(talk.source), "").not_in(_NO_PERSON)
    asks = sa.and_(sa.func.lower(talk.direction) == "inbound", by_person, talk.user_id.is_not(None))
    replies = sa.func.lower(talk.direction) == "outbound"
    conversation = sa.func.coalesce(talk.session_id, talk.id)
    first = sa.func.min(talk.created_at).filter(asks).over(partition_by=conversation)
    turns = (
        sa.select(
            conversation.label("conversation"), first.label("first_at"), talk.id, talk.user_id,
            asks.label("asks"), talk.content, talk.created_at,
        )
        .where(sa.or_(asks, replies), sa.or_(talk.user_id.is_(None), talk.user_id.in_(alive())))
        .subquery("turns")
    )  # fmt: skip
    same_window = key_of(FAQ_WEEK, turns.c.created_at) == key_of(FAQ_WEEK, turns.c.first_at)
    return sa.select(turns).where(turns.c.created_at >= turns.c.first_at, same_window)


def sources() -> tuple[InputSource, ...]:
    """Return what a week is made of: the turns of its conversations."""
    turns = _turns().subquery()
    said = content(
        turns.c.conversation,
        turns.c.user_id,
        turns.c.asks,
        turns.c.content,
        turns.c.created_at,
        turns.c.first_at,
    )
    rows = sa.select(
        turns.c.first_at.label("at"),
        sa.literal(SCOPE).label("unit"),
        turns.c.id.label("row_id"),
        said.label("content"),
        turns.c.user_id.label("person"),
    )
    return (InputSource("interactions", rows),)


def read_conversations(connection: Connection, window: Window, chunk_rows: int) -> Iterator[Conversation]:
    """Stream the conversations of a window, each cut at its end."""
    turns = _turns().subquery()
    query = sa.select(turns).where(turns.c.first_at >= window.start, turns.c.first_at < window.end)
    yield from _conversations(connection, turns, query, chunk_rows)


def read_some(connection: Connection, ids: Collection[str], chunk_rows: int) -> Iterator[Conversation]:
    """Stream some conversations by id, of whatever window."""
    turns = _turns().subquery()
    names = sa.bindparam("ids", list(ids), ARRAY(sa.Text))
    query = sa.select(turns).where(turns.c.conversation == sa.func.any(names))
    yield from _conversations(connection, turns, query, chunk_rows) if ids else ()


def _conversations(
    connection: Connection, turns: sa.Subquery, query: sa.Select[Any], chunk_rows: int
) -> Iterator[Conversation]:
    ordered = query.order_by(turns.c.conversation, turns.c.created_at, turns.c.id)
    with connection.execute(ordered.execution_options(yield_per=chunk_rows)) as rows:
        for conversation, found in groupby(rows, key=lambda row: row.conversation):
            yield Conversation(str(conversation), tuple(_said(found)))


def _said(rows: Iterable[Any]) -> Iterator[Turn]:
    for row in rows:
        person = None if row.user_id is None else pseudonym(row.user_id)
        yield Turn(row.id, person, row.asks, row.content, row.created_at)
