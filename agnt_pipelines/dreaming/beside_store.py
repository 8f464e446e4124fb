"""The SQL of what stands beside a day: people's messages of the half hours across its midnights.

What belongs here: which messages a day reads beside its own, as its inputs and as rows. What does not: what they
mean for the day (`observe`: an order among them withholds what is near it, and nothing else).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming.claims import Message, UserId
from agnt_pipelines.dreaming.observe import CONVERSATION
from agnt_pipelines.replay.derivation import InputSource
from agnt_pipelines.replay.staleness import content
from agnt_pipelines.replay.windows import Window
from agnt_pipelines.storage.tables import source, table_of

_INTERACTIONS = table_of(source.Interaction)


def inputs() -> tuple[InputSource, ...]:
    """Return the messages beside a day as inputs of whoever has rows of their own on the day."""
    talk = _INTERACTIONS.c
    told = content(talk.direction, talk.source, talk.content, talk.created_at)
    rows = sa.select(
        talk.created_at.label("at"),
        talk.user_id.label("unit"),
        talk.id.label("row_id"),
        told.label("content"),
    ).where(talk.user_id.is_not(None), *_whole())
    return (
        InputSource("interactions_before", rows, CONVERSATION),
        InputSource("interactions_after", rows, -CONVERSATION),
    )


def read_beside(connection: Connection, window: Window, units: Collection[str]) -> Iterator[Message]:
    """Yield some people's messages beside a day: those that `inputs` declares."""
    talk = _INTERACTIONS.c
    people = sa.bindparam("people", list(units), ARRAY(sa.Text), unique=True)
    # A message just half an hour after the day is near none of it; one just half an hour before may be.
    for start in (window.start - CONVERSATION, window.end):
        query = sa.select(_INTERACTIONS).where(
            talk.created_at >= start,
            talk.created_at < start + CONVERSATION,
            talk.user_id == sa.func.any(people),
            *_whole(),
        )
        yield from map(message_of, connection.execute(query))


def message_of(row: sa.Row[Any]) -> Message:
    """Return a row of `source.interactions` as the gate reads it."""
    return Message(
        row.id,
        UserId(row.user_id),
        row.direction,
        row.source,
        row.channel,
        row.content,
        row.created_at,
    )


def _whole() -> tuple[sa.ColumnElement[bool], ...]:
    """Return that a row lacks nothing which a table always has, and an operator's view may not."""
    talk = _INTERACTIONS.c
    return talk.id.is_not(None), talk.direction.is_not(None), talk.content.is_not(None)
