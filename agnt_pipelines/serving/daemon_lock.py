"""The leader's lock: one advisory lock in Dagster's database, and the session that holds it.

A session lock ends with its session, whatever ends that: so whoever holds one has to look, and
whoever gets one has to give its former holder the time to notice.

What belongs here: the lock, its session, and other sessions' names. What does not: what is done
while it is held (`daemon_guard`).
"""

from __future__ import annotations

import hashlib
import secrets
import select
import time
from contextlib import suppress
from functools import cache
from typing import Final

import psycopg
from psycopg.pq import ExecStatus

from agnt_pipelines.serving.instance import with_driver

LOCK_KEY: Final = int.from_bytes(
    hashlib.blake2b(b"agnt_pipelines:dagster-daemon", digest_size=8).digest(), "big", signed=True
)
WORK_NAME: Final = "agnt daemon's work"
"""How the names of sessions of daemons and of their runs begin (libpq's PGAPPNAME)."""

_HOLDER: Final = """
    SELECT coalesce(nullif(s.application_name, ''), 'backend ' || l.pid)
    FROM pg_locks AS l LEFT JOIN pg_stat_activity AS s USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
      AND l.classid = %s::bigint::oid AND l.objid = %s::bigint::oid
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_END_WORK: Final = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user
      AND starts_with(application_name, %s) AND application_name <> %s
"""
# What the server does about a holder whose machine is gone without a word: it ends the session after
# 5 + 3 x 3 = 14 s. The holder itself gives up 2 + 5 s after the last answer (`daemon_guard`), so that
# it is gone before another one leads.
_SERVER_NOTICES: Final = """
    SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 3; SET tcp_keepalives_count = 3
"""


@cache
def own_work() -> str:
    """Return what the sessions of this guard's own daemon are called: it may be loading while it settles."""
    return f"{WORK_NAME} {secrets.token_hex(6)}"


def connect(url: str, name: str) -> psycopg.Connection[tuple[object, ...]]:
    """Open a direct connection that notices within half a minute that its server is gone."""
    return psycopg.connect(
        with_driver(url, None),
        autocommit=True,
        application_name=name[:63],
        connect_timeout=10,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )


def lock_holder(url: str) -> str | None:
    """Name the process that holds the daemon's lock in this database; None if nobody does."""
    with connect(url, "agnt") as connection:
        return _holder(connection)


def _holder(connection: psycopg.Connection[tuple[object, ...]]) -> str | None:
    key = ((LOCK_KEY >> 32) & 0xFFFFFFFF, LOCK_KEY & 0xFFFFFFFF)
    row = connection.execute(_HOLDER, key).fetchone()
    return None if row is None else str(row[0])


class LeaderLock:
    """A session that holds the lock, or would like to."""

    def __init__(self, url: str, name: str) -> None:
        """Connect.

        Raises:
            psycopg.OperationalError: the server does not answer.
        """
        self._connection = connect(url, name)
        self._pid = self._connection.info.backend_pid
        self._connection.execute(_SERVER_NOTICES)

    def close(self) -> None:
        """End the session, and with it the lock."""
        self._connection.close()

    def take(self) -> bool:
        """Take the lock if nobody holds it. Waiting in SQL would keep a snapshot, and so vacuum, for days.

        Raises:
            psycopg.Error: the session is lost.
        """
        row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK_KEY,)).fetchone()
        return row is not None and row[0] is True

    def holder(self) -> str | None:
        """Name whoever holds it.

        Raises:
            psycopg.Error: the session is lost.
        """
        return _holder(self._connection)

    def end_work_of_others(self) -> None:
        """End the database sessions of a former leader's daemon, in case anything of it still lives.

        Raises:
            psycopg.Error: the session is lost.
        """
        self._connection.execute(_END_WORK, (WORK_NAME, own_work()))

    def disturbed(self) -> bool:
        """Whether the server said something unasked: normally that the session is over."""
        return bool(select.select([self._connection.pgconn.socket], [], [], 0)[0])

    def proven(self, seconds: float) -> str | None:
        """Ask the server for a sign of life of this very session; the reason if there is none in time.

        A pooler between us would answer from another session, which does not hold the lock.
        """
        raw, deadline = self._connection.pgconn, time.monotonic() + seconds
        try:
            raw.send_query(b"SELECT pg_backend_pid()")
            raw.flush()
            while raw.is_busy():
                left = deadline - time.monotonic()
                if left <= 0 or not select.select([raw.socket], [], [], left)[0]:
                    return f"the server has not answered for {seconds:.0f} s"
                raw.consume_input()
            answers = []
            while (result := raw.get_result()) is not None:
                answers.append(result)
        except (psycopg.Error, OSError, ValueError) as failure:
            return _first_line(failure)
        if not answers or answers[0].status != ExecStatus.TUPLES_OK:
            return _first_line(raw.get_error_message()) if answers else "the session is over"
        if answers[0].get_value(0, 0) != str(self._pid).encode():
            return "another session answers: connect to the server itself, not through a pooler"
        return None


def reason_of(failure: psycopg.Error) -> str:
    """The first line of what a server or libpq said."""
    return _first_line(failure)


def close_quietly(lock: LeaderLock | None) -> None:
    """Close a lock's session that may be lost already."""
    if lock is not None:
        with suppress(psycopg.Error):
            lock.close()


def _first_line(said: object) -> str:
    return (str(said).strip().splitlines() or ["the connection is closed"])[0]
