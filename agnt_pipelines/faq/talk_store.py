"""Support conversations as they are read: which rows they are, and whose.

What belongs here: the SQL of conversations. What does not: what is made of them (`store`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from agnt_pipelines.faq.talk import Conversation, Pseudonym, Turn, pseudonym
from agnt_pipelines.replay.derivation import InputSource
from agnt_pipelines.replay.staleness import alive, content, key_of
from agnt_pipelines.replay.windows import FAQ_WEEK, Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import Interaction

SCOPE = "faq"
"""The one unit of a window: a week is replaced as a whole."""

_TALK = table_of(Interaction)
_NO_PERSON = (
    "external_agent", "agent", "assistant", "bot", "cron", "scheduler", "tool", "system", "recalled", "memory",
)  # fmt: skip


_AT_ONCE = 1_000
"""Conversations that are read at once: by their ids, so that no other one is looked at."""

_IDS = sa.bindparam("conversations", type_=ARRAY(sa.Text))


def _conversation() -> sa.ColumnElement[str]:
    """Return what names a conversation: a message without a session is one by itself."""
    return sa.func.coalesce(_TALK.c.session_id, _TALK.c.id)


def _asks() -> sa.ColumnElement[bool]:
    """Return whether a message is one that a person wrote to us."""
    talk = _TALK.c
    by_person = sa.func.coalesce(sa.func.lower(talk.source), "").not_in(_NO_PERSON)
    return sa.and_(sa.func.lower(talk.direction) == "inbound", by_person, talk.user_id.is_not(None))


def _chosen(rule: str) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what a message must fulfil by a rule, AGNT_FAQ_TALK: of one sort any value, of several sorts all."""
    columns = {"agent": _TALK.c.agent_id, "channel": _TALK.c.channel, "intent": _TALK.c.intent}
    values: dict[str, list[str]] = defaultdict(list)
    for word in filter(None, (word.strip() for word in rule.split(","))):
        sort, _, value = word.partition("=")
        values[sort.strip()].append(value.strip().lower())
    for sort, wanted in sorted(values.items()):
        yield sa.func.lower(columns[sort]).in_(sorted(wanted))


def _turns(rule: str, *only: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select the turns of support conversations of people who are there, with the first turn's time.

    Support conversations are those with an inbound message that a person wrote and the rule chooses; what lies
    past the end of the first turn's window is cut off. `only` leaves out whole conversations.
    """
    talk = _TALK.c
    asks, conversation = _asks(), _conversation()
    replies = sa.func.lower(talk.direction) == "outbound"
    first = sa.func.min(talk.created_at).filter(asks).over(partition_by=conversation)
    turns = (
        sa.select(
            conversation.label("conversation"), first.label("first_at"), talk.id, talk.user_id,
            asks.label("asks"), talk.content, talk.created_at,
        )
        .where(sa.or_(asks, replies), sa.or_(talk.user_id.is_(None), talk.user_id.in_(alive())), *only)
        .subquery("turns")
    )  # fmt: skip
    same_window = key_of(FAQ_WEEK, turns.c.created_at) == key_of(FAQ_WEEK, turns.c.first_at)
    found = sa.select(turns).where(turns.c.created_at >= turns.c.first_at, same_window)
    if chosen := [*_chosen(rule)]:
        named = sa.select(_conversation()).where(asks, *chosen)
        found = found.where(turns.c.conversation.in_(named))
    return found


def sources(settings: Settings) -> tuple[InputSource, ...]:
    """Return what a week is made of: the turns of its conversations."""
    turns = _turns(settings.faq_talk).subquery()
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


def asked_in(connection: Connection, window: Window) -> tuple[list[str], dict[Pseudonym, str]]:
    """Return the conversations in which a person spoke within a window, and who stands behind a pseudonym.

    Some of the conversations may have begun before the window.
    """
    talk = _TALK.c
    within = (talk.created_at >= window.start, talk.created_at < window.end)
    spoke = sa.select(_conversation(), talk.user_id).where(_asks(), *within).distinct()
    found = [(str(conversation), str(user_id)) for conversation, user_id in connection.execute(spoke)]
    return sorted({name for name, _ in found}), {pseudonym(user_id): user_id for _, user_id in found}


def read_conversations(
    connection: Connection, ids: Sequence[str], settings: Settings, window: Window | None = None
) -> Iterator[Conversation]:
    """Stream some conversations by id, each cut at its window's end; of one window, if one is given."""
    talk = _TALK.c
    # Two ways to the same rows, each with an index of its own.
    named = sa.or_(
        talk.session_id == sa.func.any(_IDS), sa.and_(talk.session_id.is_(None), talk.id == sa.func.any(_IDS))
    )
    turns = _turns(settings.faq_talk, named).subquery()
    query = sa.select(turns).order_by(turns.c.conversation, turns.c.created_at, turns.c.id)
    if window is not None:
        query = query.where(turns.c.first_at >= window.start, turns.c.first_at < window.end)
    query = query.execution_options(yield_per=settings.chunk_rows)
    for start in range(0, len(ids), _AT_ONCE):
        with connection.execute(query, {"conversations": list(ids[start : start + _AT_ONCE])}) as rows:
            for conversation, found in groupby(rows, key=lambda row: row.conversation):
                yield Conversation(str(conversation), tuple(_said(found)))


def _said(rows: Iterable[Any]) -> Iterator[Turn]:
    for row in rows:
        person = None if row.user_id is None else pseudonym(row.user_id)
        yield Turn(row.id, person, row.asks, row.content, row.created_at)
