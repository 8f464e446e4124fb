"""Who holds which writer set, whether it still lives, and how it is ended.

A holder beats in `mind.job_heartbeat` for as long as it holds, and takes its beat away when it ends
in order: a beat that stays behind and grows old is a dead run's. Ending one means ending its
database sessions and taking the next token, so that even a write that comes back from the dead is
refused. What does not belong here: holding (`exclusive`), and what Dagster makes of it (`reaping`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from agnt_pipelines.settings import Settings

_POLL_S = 0.2
_MISSED_BEATS = 1.5
_DOUBTFUL_BEATS = 2.0
_FENCE_TRIES = 10
_HOLDERS = """
    SELECT lease.writer_set, lease.token, lease.run_id, lease.holder, lease.acquired_at AS since,
           beat.beat_at, extract(epoch FROM clock_timestamp() - beat.beat_at)::float8 AS beat_age_s
      FROM mind.job_lease AS lease JOIN mind.job_heartbeat AS beat USING (writer_set, token)
     ORDER BY lease.writer_set"""
_END_SESSIONS = """
    SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
     WHERE application_name = left(%s, 63) AND datname = current_database() AND pid <> pg_backend_pid()"""
_COUNT_SESSIONS = """
    SELECT count(*) FROM pg_stat_activity
     WHERE application_name = left(%s, 63) AND datname = current_database()"""
_FENCE = "UPDATE mind.job_lease SET token = token + 1 WHERE writer_set = %s AND token = %s"
_END_BEAT = "DELETE FROM mind.job_heartbeat WHERE writer_set = %s AND token = %s"

Direct = psycopg.Connection[tuple[Any, ...]]
"""A connection in autocommit, outside any pool (`Database.direct`)."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a lease and has not ended it in order; times are the server's."""

    writer_set: str
    token: int
    run_id: str
    holder: str
    since: datetime
    beat_at: datetime
    beat_age_s: float


@dataclass(slots=True)
class Pulse:
    """Tells a heart that stopped from one that only we could not hear.

    An old beat alone proves nothing: a machine that slept, or a server that was away, makes every
    beat old, and the reader may wake first. A holder is dead only if it misses another beat while
    it is watched.
    """

    settings: Settings
    _watched: dict[tuple[str, int], tuple[datetime, float]] = field(default_factory=dict)

    def stopped(self, holder: Holder) -> bool:
        """Whether a holder is dead; ask again as long as it is silent."""
        which = (holder.writer_set, holder.token)
        seen, since = self._watched.get(which, (None, 0.0))
        if seen != holder.beat_at:
            self._watched[which] = (holder.beat_at, time.monotonic())
            return False
        watched_s = time.monotonic() - since
        return self.is_old(holder) and watched_s > _MISSED_BEATS * self.settings.heartbeat_s

    def is_old(self, holder: Holder) -> bool:
        """Whether a holder's last beat is older than a lease lives."""
        return holder.beat_age_s > self.settings.lease_ttl_s


def holders(connection: Direct) -> list[Holder]:
    """Return every holder, dead or alive, in the order of their writer sets."""
    with connection.cursor(row_factory=class_row(Holder)) as cursor:
        return cursor.execute(_HOLDERS.encode()).fetchall()


def holder_of(connection: Direct, writer_set: str) -> Holder | None:
    """Return who holds a writer set, dead or alive."""
    return next((found for found in holders(connection) if found.writer_set == writer_set), None)


def dead_holders(connection: Direct, settings: Settings, *, watch: bool = True) -> list[Holder]:
    """Return the holders that are dead.

    With `watch`, whoever has missed a beat is watched until it beats or is dead: at most as long as a
    lease lives, and a beat and a half.
    """
    pulse = Pulse(settings)
    from_s = _DOUBTFUL_BEATS * settings.heartbeat_s if watch else settings.lease_ttl_s
    while True:
        silent = [found for found in holders(connection) if found.beat_age_s > from_s]
        dead = [found for found in silent if pulse.stopped(found)]
        if len(dead) == len(silent):
            return dead
        time.sleep(_POLL_S)


def sessions_of(connection: Direct, run_id: str) -> int:
    """Return how many database sessions a run has."""
    row = connection.execute(_COUNT_SESSIONS.encode(), (run_id,)).fetchone()
    return 0 if row is None else int(row[0])


def end_sessions(connection: Direct, run_id: str) -> int:
    """End every database session of a run but this one; return how many there were."""
    row = connection.execute(_END_SESSIONS.encode(), (run_id,)).fetchone()
    return 0 if row is None else int(row[0])


def fence(connection: Direct, holder: Holder) -> int:
    """End a holder's sessions and take the next token; return how many sessions there were.

    Its token is taken only if nobody took it since: a later holder is left alone. A write that the
    holder had under way is rolled back with its session.

    Raises:
        psycopg.errors.LockNotAvailable: the server does not end a session that is in a write.
    """
    ended = 0
    for left in reversed(range(_FENCE_TRIES)):
        ended += end_sessions(connection, holder.run_id)
        try:
            with connection.transaction():
                connection.execute("SET LOCAL lock_timeout = '1s'")
                connection.execute(_FENCE.encode(), (holder.writer_set, holder.token))
                end_beat(connection, holder.writer_set, holder.token)
        except psycopg.errors.LockNotAvailable:  # it came back and began a write: that one is ended, too
            if not left:
                raise
        else:
            break
    return ended


def end_beat(connection: Direct, writer_set: str, token: int) -> None:
    """Take a holder's beat away: it is no holder any more."""
    connection.execute(_END_BEAT.encode(), (writer_set, token))
