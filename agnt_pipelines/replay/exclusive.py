"""At most one run commits: the advisory lock, the lease with its fencing token, the heartbeat.

A holder has the advisory lock of its writer set on a connection of its own, and a token one higher
than any before it; every write transaction begins by checking that token FOR SHARE, so that a
holder that came back from the dead is refused. A run whose heartbeat is older than the lease's time
to live is ended by ending its database sessions. What does not belong here: what is written.
"""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import Fenced, LockedOut
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database

_POLL_S = 0.1
_CHECK_TOKEN = sa.text(
    "SELECT 1 FROM mind.job_lease WHERE writer_set = :writer_set AND token = :token FOR SHARE"
)
_TAKE_LEASE = """
    INSERT INTO mind.job_lease (writer_set, token, run_id, holder) VALUES (%s, 1, %s, %s)
    ON CONFLICT (writer_set) DO UPDATE
       SET token = job_lease.token + 1, run_id = EXCLUDED.run_id, holder = EXCLUDED.holder,
           acquired_at = clock_timestamp()
    RETURNING token"""
_FIRST_BEAT = """
    INSERT INTO mind.job_heartbeat (writer_set, token, run_id) VALUES (%s, %s, %s)
    ON CONFLICT (writer_set) DO UPDATE
       SET token = EXCLUDED.token, run_id = EXCLUDED.run_id, beat_at = clock_timestamp()"""
_BEAT = """
    UPDATE mind.job_heartbeat SET beat_at = clock_timestamp()
     WHERE writer_set = %s AND token = %s"""
_HOLDER = """
    SELECT lease.run_id, lease.holder, lease.acquired_at,
           extract(epoch FROM clock_timestamp() - coalesce(beat.beat_at, lease.acquired_at))
      FROM mind.job_lease AS lease
      LEFT JOIN mind.job_heartbeat AS beat USING (writer_set, token)
     WHERE lease.writer_set = %s"""
_END_SESSIONS = """
    SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
     WHERE application_name = %s AND pid <> pg_backend_pid()"""


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
            yield connection


@contextmanager
def exclusive(database: Database, writer_set: str, run_id: str, settings: Settings) -> Iterator[Lease]:
    """Hold a writer set for the length of the block.

    Raises:
        LockedOut: another live run held it for all of `settings.lock_wait_s` seconds.
    """
    with database.direct() as lock:
        _acquire(lock, writer_set, settings)
        crash_point("lock.acquired")
        holder = f"{socket.gethostname()}:{os.getpid()}"
        token: int = _one(lock, _TAKE_LEASE, writer_set, run_id, holder)[0]
        lock.execute(_FIRST_BEAT, (writer_set, token, run_id))
        with _heartbeat(database, writer_set, token, settings.heartbeat_s):
            yield Lease(database, writer_set, token, run_id)


def lock_key(writer_set: str) -> int:
    """Return the advisory lock's key: blake2b-64 of the writer set, as a signed bigint."""
    digest = hashlib.blake2b(f"agnt_pipelines:{writer_set}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def end_sessions(database: Database, run_id: str) -> int:
    """End every database session of a run; return how many there were."""
    with database.direct() as connection:
        count: int = _one(connection, _END_SESSIONS, run_id[:63])[0]
        return count


def _acquire(lock: psycopg.Connection[Any], writer_set: str, settings: Settings) -> None:
    deadline = time.monotonic() + settings.lock_wait_s
    while not _one(lock, "SELECT pg_try_advisory_lock(%s)", lock_key(writer_set))[0]:
        holder = lock.execute(_HOLDER, (writer_set,)).fetchone()
        dead = holder is not None and holder[3] > settings.lease_ttl_s
        # Where the last holder has no session left, somebody else has the lock: that one is awaited.
        ended = _one(lock, _END_SESSIONS, holder[0][:63])[0] if holder is not None and dead else 0
        if not ended and time.monotonic() >= deadline:
            raise LockedOut(_locked_out(writer_set, holder, settings.lock_wait_s))
        time.sleep(_POLL_S)


def _locked_out(writer_set: str, holder: tuple[Any, ...] | None, waited_s: float) -> str:
    who = "a run that has only just begun"
    if holder is not None:
        who = f"run {holder[0]} ({holder[1]}) since {holder[2]:%Y-%m-%d %H:%M:%S}Z"
    return (
        f"{writer_set!r} is held by {who}; waited {waited_s:g} s. "
        "The window stays missing and runs when it is free (see `./agnt status`)."
    )


@contextmanager
def _heartbeat(database: Database, writer_set: str, token: int, every_s: float) -> Iterator[None]:
    """Beat from a thread with its own connection; end the beat's row with the block."""
    stop = threading.Event()

    def beat() -> None:
        # A lost connection ends the beats: the lease then runs out, and the fence does the rest.
        with database.direct() as connection:
            while not stop.wait(every_s):
                connection.execute(_BEAT, (writer_set, token))

    def guarded() -> None:
        try:
            beat()
        except (psycopg.Error, OSError):
            stop.wait()

    thread = threading.Thread(target=guarded, name=f"heartbeat-{writer_set}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _one(connection: psycopg.Connection[Any], query: str, *values: object) -> tuple[Any, ...]:
    row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    result: tuple[Any, ...] = row
    return result
