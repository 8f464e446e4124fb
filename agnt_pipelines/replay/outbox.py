"""The outbox: what is told to the world outside is written with the rows it tells of, and sent after.

A letter is a row written inside the transaction of an apply, so that it exists exactly if the rows
do. Whoever comes next delivers it: a letter goes once its handler returned, and a crash before that
sends it again, under the same key, by which the receiver knows it. Letters that fail wait twice as
long each time. What does not belong here: how a kind is delivered (`webhook`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, insert
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import NotDelivered
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Outbox

_OUTBOX = table_of(Outbox)
FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(hours=1)
STUCK_AFTER: Final = 5
"""Failed deliveries after which a letter wants a person: about five minutes of trying."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to tell, under a key that stays its own however often it is sent."""

    key: str
    kind: str
    payload: Mapping[str, Any]
    person: str | None = None


Handler = Callable[[Letter], None]
"""Delivers one letter, or raises NotDelivered."""


@dataclass(slots=True)
class Delivered:
    """What a delivery did: letters sent, and letters that failed and wait."""

    sent: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """How the outbox stands for one kind of letter."""

    kind: str
    waiting: int
    stuck: int
    last_error: str | None


def enqueue(connection: Connection, letters: Sequence[Letter]) -> None:
    """Write letters in the transaction of what they tell of; one that is there already stays one."""
    if letters:
        rows = [
            {"key": one.key, "kind": one.kind, "user_id": one.person, "payload": dict(one.payload)}
            for one in letters
        ]
        connection.execute(insert(_OUTBOX).on_conflict_do_nothing(), rows)
        crash_point("outbox.enqueued")


def deliver(database: Database, handlers: Mapping[str, Handler]) -> Delivered:
    """Send whatever is due, oldest first; a kind whose receiver fails is left for the next time.

    Several may deliver at once: each letter is locked while it is sent, and the others pass it by.
    """
    done, kinds = Delivered(), set(handlers)
    while kinds and (tried := _deliver_one(database, handlers, kinds)) is not None:
        kind, arrived = tried
        if arrived:
            done.sent += 1
        else:
            done.failed += 1
            kinds.discard(kind)
    return done


def standing(connection: Connection) -> list[Waiting]:
    """Return how many letters of each kind wait, and how many of them want a person."""
    stuck = sa.func.count().filter(_OUTBOX.c.attempts >= STUCK_AFTER)
    tried_most = aggregate_order_by(_OUTBOX.c.last_error, _OUTBOX.c.attempts.desc(), _OUTBOX.c.key)
    error = sa.func.array_agg(tried_most, type_=ARRAY(sa.Text))[1]
    query = sa.select(_OUTBOX.c.kind, sa.func.count(), stuck, error)
    rows = connection.execute(query.group_by(_OUTBOX.c.kind).order_by(_OUTBOX.c.kind))
    return [Waiting(*row) for row in rows]


def _deliver_one(
    database: Database, handlers: Mapping[str, Handler], kinds: Collection[str]
) -> tuple[str, bool] | None:
    """Send the oldest letter that is due; return its kind and whether it arrived, None where none is."""
    with database.writing() as connection:
        row = connection.execute(_due(kinds)).first()
        if row is None:
            return None
        mine = _OUTBOX.c.key == row.key
        crash_point("outbox.before_delivery")
        try:
            handlers[row.kind](Letter(row.key, row.kind, row.payload, row.user_id))
        except NotDelivered as failure:
            later = sa.func.clock_timestamp() + min(FIRST_WAIT * 2 ** min(row.attempts, 10), LONGEST_WAIT)
            put_off = {"attempts": row.attempts + 1, "last_error": str(failure), "due_at": later}
            connection.execute(sa.update(_OUTBOX).where(mine).values(put_off))
            return str(row.kind), False
        crash_point("outbox.delivered")
        connection.execute(sa.delete(_OUTBOX).where(mine))
        return str(row.kind), True


def _due(kinds: Collection[str]) -> sa.Select[Any]:
    named = _OUTBOX.c.kind == sa.func.any(sa.bindparam("kinds", sorted(kinds), ARRAY(sa.Text)))
    due = sa.select(_OUTBOX).where(named, _OUTBOX.c.due_at <= sa.func.clock_timestamp())
    return due.order_by(_OUTBOX.c.due_at).limit(1).with_for_update(skip_locked=True)
