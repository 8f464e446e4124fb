"""The SQL of recall: one person's talk and memories, rows in and dataclasses out.

What belongs here: the two queries, and what of a row may be told at all. What does not: ranking
(`recall`), and whether there is such a person (`serving.memories`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming import store
from agnt_pipelines.dreaming.claims import Message, Observation, Reason, Rejection, Source, UserId
from agnt_pipelines.dreaming.gate import INBOUND, admit, own_words
from agnt_pipelines.dreaming.memories import BELIEVED, Status
from agnt_pipelines.dreaming.recall import CITED
from agnt_pipelines.dreaming.recall_talk import Belief, Utterance
from agnt_pipelines.replay.windows import DAY
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import Interaction, User

_TALK = table_of(Interaction)
_USERS = table_of(User)
_MEMORY = store.USER_MEMORY


def read_utterances(
    connection: Connection, person: str, until: datetime, *, max_bytes: int, chunk_rows: int
) -> list[Utterance]:
    """Return what was said in a person's sessions until a time, and what is known from records alone.

    Everybody's own words in a session that the person took part in may be told to them. Agents' words
    are not read, nor those of people who were deleted; what the gate would quarantine (orders, hidden or
    unreadable text) is left out, small talk only helps to rank its neighbours.

    Args:
        connection: a snapshot.
        person: who asks, or on whose behalf it is asked.
        until: inclusive.
        max_bytes: longer messages are left out.
        chunk_rows: rows fetched at once; what is returned is held whole, as ranking needs it.
    """
    beliefs = _beliefs(connection, person)
    resting: defaultdict[str, list[Belief]] = defaultdict(list)
    for belief in beliefs:
        for interaction in belief.interactions:
            resting[interaction].append(belief)
    said = [
        one
        for message, session in _messages(connection, person, until, chunk_rows)
        if (one := _utterance(message, session, resting, max_bytes)) is not None
    ]
    return said + [_record(person, belief) for belief in beliefs if not belief.interactions]


def _messages(
    connection: Connection, person: str, until: datetime, chunk_rows: int
) -> Iterator[tuple[Message, str]]:
    """Stream a person's messages and those of their sessions; the session of a message without is its day."""
    talk = _TALK.c
    own = sa.select(_TALK).where(talk.user_id == person, talk.created_at <= until).cte("own")
    # An empty id is none: people who share nothing but that were never in one conversation.
    sessions = sa.select(own.c.session_id).where(own.c.session_id != "")
    # Two branches rather than one OR, so that each finds its index.
    others = sa.select(_TALK).where(
        talk.session_id.in_(sessions), talk.user_id != person, talk.created_at <= until
    )
    told = sa.union_all(sa.select(own), others).subquery("told")
    query = (
        sa.select(told)
        .join(_USERS, sa.and_(_USERS.c.id == told.c.user_id, _USERS.c.deleted_at.is_(None)))
        .where(sa.func.lower(sa.func.btrim(told.c.direction)) == INBOUND)
        .order_by(told.c.created_at, told.c.id)
    )
    with connection.execute(query.execution_options(yield_per=chunk_rows)) as rows:
        for row in rows:
            session = row.session_id or f"{row.user_id}/{DAY.window_at(row.created_at).key}"
            yield _message(row), session


def _message(row: Any) -> Message:
    return Message(
        row.id, UserId(row.user_id), row.direction, row.source, row.channel, row.content, row.created_at
    )


def _utterance(
    message: Message, session: str, resting: Mapping[str, Iterable[Belief]], max_bytes: int
) -> Utterance | None:
    admitted = admit(message, max_bytes=max_bytes)
    if isinstance(admitted, Rejection):
        if admitted.reason is not Reason.TRIVIAL:
            return None
        admitted = own_words(message.content)
        return Utterance(message.id, message.user_id, session, admitted, message.created_at, citable=False)
    learnt = tuple(resting.get(message.id, ()))
    return Utterance(message.id, message.user_id, session, admitted, message.created_at, beliefs=learnt)


def _record(person: str, belief: Belief) -> Utterance:
    """Return a memory that rests on no words to cite, such as a booking's: a session of its own."""
    return Utterance(
        id=f"memory/{belief.id}",
        speaker=person,
        session=f"memory/{belief.id}",
        text=belief.text,
        at=belief.last_evidence_at,
        interaction=False,
        beliefs=(belief,),
    )


def _beliefs(connection: Connection, person: str) -> list[Belief]:
    """Return a person's memories that hold or once held, with the interactions they rest on."""
    statuses = [status.value for status in BELIEVED]
    query = sa.select(_MEMORY).where(_MEMORY.c.user_id == person, _MEMORY.c.status.in_(statuses))
    rows = list(connection.execute(query.order_by(_MEMORY.c.valid_from, _MEMORY.c.id)))
    if not rows:
        return []
    said = {one.id: one for one in store.read_observations(connection, [person])[UserId(person)]}
    return [_belief(row, said) for row in rows]


def _belief(row: Any, said: Mapping[UUID, Observation]) -> Belief:
    resting = [said[id_] for id_ in row.observation_ids if id_ in said]
    resting.sort(key=lambda one: (one.observed_at, one.id), reverse=True)
    ids = [
        piece.source_id for one in resting for piece in one.evidence if piece.source is Source.INTERACTIONS
    ]
    return Belief(
        id=row.id,
        slot=row.key,
        subject=row.subject,
        value=row.value,
        affirmed=row.polarity > 0,
        holds=row.status == Status.ACTIVE,
        since=row.valid_from,
        until=row.valid_to,
        last_evidence_at=row.last_evidence_at,
        interactions=tuple(dict.fromkeys(ids))[:CITED],
    )
