"""What is counted after a fault: STATE against the run in which nothing failed, and what was left over.

What belongs here: reading a database after everything has ended. What does not: what went wrong in it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
import sqlalchemy as sa

from agnt_pipelines.replay import delta_log, state
from agnt_pipelines.storage.database import Database

_COMMITS = sa.text(
    """
    SELECT derivation, window_key, table_name, coalesce(subject, ''),
           coalesce(md5(before::text), ''), coalesce(md5(after::text), ''),
           count(*), count(DISTINCT token)
      FROM mind.delta_log WHERE operation = 'apply' AND salt IS NOT NULL
     GROUP BY 1, 2, 3, 4, 5, 6
    """
)
_REVISIONS = sa.text("SELECT derivation, window_key, revision FROM mind.job_windows")
_LOCKS = """
    SELECT count(*) FROM pg_locks
     WHERE locktype = 'advisory'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
_POLL_S = 0.005

Commit = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a world ended.

    Attributes:
        dump: every STATE table's rows as canonical JSON.
        commits: how often each unit's very change was committed, and by how many holders.
        revisions: how often each window was completed.
        chains: entries of each job's chain, which verified.
    """

    dump: Mapping[str, Sequence[bytes]]
    commits: Mapping[Commit, tuple[int, int]]
    revisions: Mapping[tuple[str, str], int]
    chains: Mapping[str, int]


def ending(url: str) -> Ending:
    """Read how a world ended.

    Raises:
        ChainBroken: a chain of the delta log does not verify.
    """
    database = Database(url, application_name="ending")
    try:
        with database.reading() as snapshot:
            jobs = snapshot.scalars(sa.text("SELECT DISTINCT job FROM mind.delta_log ORDER BY 1")).all()
            return Ending(
                dump=state.dump(snapshot),
                commits={tuple(row[:6]): (row[6], row[7]) for row in snapshot.execute(_COMMITS)},
                revisions={(row[0], row[1]): row[2] for row in snapshot.execute(_REVISIONS)},
                chains={job: delta_log.verify(snapshot, job) for job in jobs},
            )
    finally:
        database.close()


def divergences(reference: Ending, found: Ending) -> dict[str, int]:
    """Return, by table, how many rows of STATE differ; empty if not one byte does."""
    differing = {
        name: sum((Counter(rows) - Counter(found.dump[name])).values())
        + sum((Counter(found.dump[name]) - Counter(rows)).values())
        for name, rows in reference.dump.items()
    }
    return {name: count for name, count in differing.items() if count}


def double_commits(reference: Ending, found: Ending, *, completions: bool = True) -> list[Commit]:
    """Return what was committed once more than where nothing failed, by another holder.

    That is a unit's very change in the log, or, with `completions`, a window that was done and was done
    again, though that changed nothing.
    """
    changes = [
        commit
        for commit, (times, holders) in found.commits.items()
        if holders > 1 and times > reference.commits.get(commit, (1, 1))[0]
    ]
    windows = [
        window
        for window, revision in found.revisions.items()
        if completions and revision > reference.revisions.get(window, revision)
    ]
    return [*changes, *windows]


def locks(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    """Return how many advisory locks are held in this database."""
    row = connection.execute(_LOCKS.encode()).fetchone()
    assert row is not None
    assert isinstance(row[0], int)
    return row[0]


def seconds_until_free(connection: psycopg.Connection[tuple[object, ...]], patience_s: float) -> float:
    """Wait until no advisory lock is held in this database; return how long that took."""
    began = time.monotonic()
    while locks(connection) and time.monotonic() - began < patience_s:
        time.sleep(_POLL_S)
    return time.monotonic() - began
