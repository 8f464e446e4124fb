"""At most one run commits: the advisory lock, the lease with its fencing token, the heartbeat.

A holder has the advisory lock of its writer set on a connection of its own, and a token one higher
than any before it; every write transaction begins by checking that token FOR SHARE, so that a
holder that came back from the dead is refused. A run whose heartbeat is older than the lease's time
to live is ended by ending its database sessions. What does not belong here: what is written, and
what tells a dead holder from a living one (`liveness`).
"""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import Fenced, LockedOut, SettingsError
from agnt_pipelines.replay import liveness
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.replay.liveness import Direct
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database

_POLL_S = 0.1
_CHECK_TOKEN = sa.text(
    "SELECT 1 FROM mind.job_lease WHERE writer_set = :writer_set AND token = :token FOR SHARE"
)
_TAKE_LEASE = """
    WITH lease AS (
        INSERT INTO mind.job_lease (writer_set, token, run_id, holder) VALUES (%s, 1, %s, %s)
        ON CONFLICT (writer_set) DO UPDATE
           SET token = job_lease.token + 1, run_id = EXCLUDED.run_id, holder = EXCLUDED.holder,
               acquired_at = clock_timestamp()
        RETURNING writer_set, token, run_id)
    INSERT INTO mind.job_heartbeat (writer_set, token, run_id) SELECT * FROM lease
    ON CONFLICT (writer_set) DO UPDATE
       SET token = EXCLUDED.token, run_id = EXCLUDED.run_id, beat_at = clock_timestamp()
    RETURNING token"""
_BEAT = """
    UPDATE mind.job_heartbeat SET beat_at = clock_timestamp()
     WHERE writer_set = %s AND token = %s"""
_LAST = "SELECT run_id, holder, acquired_at FROM mind.job_lease WHERE writer_set = %s"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write what one writer set owns, for as long as nobody took it over."""

    database: Database
    writer_set: str
    token: int
    run_id: str

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Yield a write transaction that commits only if this lease is still the newest.

        Raises:
            Fenced: a later run took the lease; nothing was written.
        """
        with self.database.writing() as connection:
            mine = {"writer_set": self.writer_set, "token": self.token}
            if connection.execute(_CHECK_TOKEN, mine).first() is None:
                message = (
                    f"Run {self.run_id} lost the lease of {self.writer_set!r} (token {self.token}) "
                    "to a later run: nothing more is written. The window runs again by itself."
                )
                raise Fenced(message)
            crash_point("transaction.fenced")
            yield connection
            crash_point("transaction.before_commit")
        crash_point("transaction.committed")


@contextmanager
def exclusive(database: Database, writer_set: str, run_id: str, settings: Settings) -> Iterator[Lease]:
    """Hold a writer set for the length of the block.

    Raises:
        LockedOut: another live run held it for all of `settings.lock_wait_s` seconds.
    """
    with database.direct() as lock:
        crash_point("lock.before")
        token = _acquire(lock, writer_set, run_id, settings)
        crash_point("lock.leased")
        try:
            with _heartbeat(database, writer_set, token, settings.heartbeat_s):
                yield Lease(database, writer_set, token, run_id)
        finally:
            crash_point("lock.releasing")
            with suppress(psycopg.Error):  # a session that was ended has no more to say
                liveness.end_beat(lock, writer_set, token)


def lock_key(writer_set: str) -> int:
    """Return the advisory lock's key: blake2b-64 of the writer set, as a signed bigint."""
    digest = hashlib.blake2b(f"agnt_pipelines:{writer_set}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _acquire(lock: Direct, writer_set: str, run_id: str, settings: Settings) -> int:
    """Get the advisory lock, then the next token; return the token."""
    holder = f"{socket.gethostname()}:{os.getpid()}"

    def locked() -> int | None:
        return _value(lock, "SELECT pg_try_advisory_lock(%s)::int", lock_key(writer_set)) or None

    def taken() -> int | None:
        try:
            return _value(lock, _TAKE_LEASE, writer_set, run_id, holder)
        except psycopg.errors.LockNotAvailable:
            return None  # a holder that lost its lock is in a write: its last one, or it is dead

    lock.execute("SET lock_timeout = '1s'")
    _await(lock, writer_set, settings, locked)
    crash_point("lock.acquired")
    return _await(lock, writer_set, settings, taken)


def _await(lock: Direct, writer_set: str, settings: Settings, attempt: Callable[[], int | None]) -> int:
    """Try until it succeeds, ending a holder that is dead; at the deadline, say who is in the way."""
    began, pulse = time.monotonic(), liveness.Pulse(settings)
    while (got := attempt()) is None:
        holder = liveness.holder_of(lock, writer_set)
        dead = holder is not None and pulse.stopped(holder)
        # Where the last holder has no session left, somebody else has the lock: that one is awaited.
        ended = liveness.end_sessions(lock, holder.run_id) if holder is not None and dead else 0
        if not ended and time.monotonic() - began >= settings.lock_wait_s:
            raise LockedOut(_locked_out(lock, writer_set, settings.lock_wait_s))
        time.sleep(_POLL_S)
    return got


def _locked_out(lock: Direct, writer_set: str, waited_s: float) -> str:
    who = "a run that has only just begun"
    last = lock.execute(_LAST.encode(), (writer_set,)).fetchone()
    if last is not None:
        who = f"run {last[0]} ({last[1]}) since {last[2]:%Y-%m-%d %H:%M:%S}Z"
    return (
        f"{writer_set!r} is held by {who}; waited {waited_s:g} s. "
        "The window stays missing and runs when it is free (see `./agnt status`)."
    )


@contextmanager
def _heartbeat(database: Database, writer_set: str, token: int, every_s: float) -> Iterator[None]:
    """Beat from a thread with its own connection, for as long as the token is the newest."""
    stop = threading.Event()

    def beat() -> None:
        """Beat until told to stop, until somebody else holds the writer set, or until cut off."""
        with database.direct() as connection:
            while not stop.wait(every_s):
                if not connection.execute(_BEAT.encode(), (writer_set, token)).rowcount:
                    stop.set()

    def keep_beating() -> None:
        # Whoever is cut off tries again: only who can't beat for a lease's time to live is dead.
        while not stop.wait(0 if beating() else every_s):
            pass

    def beating() -> bool:
        try:
            beat()
        except (psycopg.Error, SettingsError, OSError):
            return False
        return True

    thread = threading.Thread(target=keep_beating, name=f"heartbeat-{writer_set}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(every_s)  # one that hangs finds no row to beat in: `exclusive` takes it away


def _value(connection: Direct, query: str, *values: object) -> int:
    row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    return int(row[0])
