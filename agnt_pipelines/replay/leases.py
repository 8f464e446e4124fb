"""Every writer set's lease as an operator sees it: who writes, or wrote last, and whether still.

What belongs here: reading leases, beats and locks in one snapshot. What does not: taking a lease
(`exclusive`), and judging or ending its holder (`liveness`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.replay.exclusive import lock_key
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import JobHeartbeat, JobLease

_LEASES = table_of(JobLease)
_BEATS = table_of(JobHeartbeat)
_LOCKS = sa.text("""
    SELECT classid::bigint, objid::bigint FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND objsubid = 1
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")


@dataclass(frozen=True, slots=True)
class LeaseState:
    """Who holds a writer set, or held it last; `beat_age_s` is None where it ended in order."""

    writer_set: str
    held: bool
    run_id: str
    holder: str
    since: datetime
    beat_age_s: float | None


def lease_states(snapshot: Connection) -> dict[str, LeaseState]:
    """Return the lease of each writer set that was ever written, by name."""
    age = sa.func.extract("epoch", sa.func.clock_timestamp() - _BEATS.c.beat_at).label("age")
    same = sa.and_(_BEATS.c.writer_set == _LEASES.c.writer_set, _BEATS.c.token == _LEASES.c.token)
    query = sa.select(_LEASES, age).select_from(_LEASES.outerjoin(_BEATS, same))
    locks = {(high << 32) | low for high, low in snapshot.execute(_LOCKS)}
    return {
        row.writer_set: LeaseState(
            row.writer_set,
            lock_key(row.writer_set) & 0xFFFFFFFFFFFFFFFF in locks,
            row.run_id,
            row.holder,
            row.acquired_at,
            None if row.age is None else round(float(row.age), 1),
        )
        for row in snapshot.execute(query.order_by(_LEASES.c.writer_set))
    }
