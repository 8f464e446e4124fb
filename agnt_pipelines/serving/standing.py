"""How things stand: each job's windows, what waits for a person, who holds what, what was refused.

What belongs here: reading and counting, for an operator. What does not: judging it (`health`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.backlog import Backlog, backlog_of, derivations_of, windowed_jobs
from agnt_pipelines.replay import holds
from agnt_pipelines.replay.exclusive import lock_key
from agnt_pipelines.replay.windows import FIRST_DAY, WITA
from agnt_pipelines.serving.session import Platform
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Hold, JobHeartbeat, JobLease, JobWindow, Quarantined, Receipt
from agnt_pipelines.storage.tables.source import SOURCE_MODELS
from agnt_pipelines.timetable import Job

_WINDOWS = table_of(JobWindow)
_QUARANTINE = table_of(Quarantined)
_HOLDS = table_of(Hold)
_RECEIPTS = table_of(Receipt)
_LEASES = table_of(JobLease)
_BEATS = table_of(JobHeartbeat)

_HELD = sa.text("""
    SELECT EXISTS (SELECT FROM pg_locks
                    WHERE locktype = 'advisory' AND granted AND objsubid = 1
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                      AND classid = CAST(CAST(:high AS bigint) AS oid)
                      AND objid = CAST(CAST(:low AS bigint) AS oid))
""")


@dataclass(frozen=True, slots=True)
class LeaseState:
    """Who holds a writer set, or held it last."""

    writer_set: str
    held: bool
    run_id: str
    holder: str
    since: datetime
    beat_age_s: float | None


@dataclass(frozen=True, slots=True)
class JobState:
    """One job: windows by state, its folds, and its times."""

    job: str
    does: str
    due: int
    done: int
    missing: int
    changed: int
    code: int
    first_due: str | None
    last_due: str | None
    stale_folds: dict[str, int]
    last_completion: datetime | None
    next_tick: datetime
    lease: LeaseState | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything at one instant."""

    now: datetime
    jobs: tuple[JobState, ...]
    open_holds: int
    quarantined: dict[str, int]
    erased: int
    too_old: dict[str, int]
    """Rows older than FIRST_DAY, by source table: they belong to no window."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused row."""

    origin: str
    window: str | None
    source: str
    source_id: str
    reason: str
    detail: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenHold:
    """One plan that waits for a person."""

    plan_hash: str
    derivation: str
    unit: str
    lost: int
    total: int
    opened_at: datetime


def status(platform: Platform) -> Standing:
    """Return how everything stands, in one snapshot."""
    now = platform.now
    with platform.database.reading() as snapshot:
        return Standing(
            now=now,
            jobs=tuple(_job_state(snapshot, job, platform.settings, now) for job in windowed_jobs()),
            open_holds=_count(snapshot, _HOLDS, _HOLDS.c.status == "open"),
            quarantined=_by_reason(snapshot),
            erased=_count(snapshot, _RECEIPTS),
            too_old=dict(_too_old(snapshot)),
        )


def stale(platform: Platform, job: Job) -> Backlog:
    """Return what a job has to do, in one snapshot."""
    with platform.database.reading() as snapshot:
        return backlog_of(snapshot, job, platform.settings, platform.now)


def quarantined(
    platform: Platform, *, origin: str | None = None, reason: str | None = None, limit: int = 50
) -> tuple[list[Refusal], int]:
    """Return the newest refusals and how many there are in all."""
    asked = [
        column == value
        for column, value in ((_QUARANTINE.c.origin, origin), (_QUARANTINE.c.reason, reason))
        if value is not None
    ]
    query = sa.select(_QUARANTINE).where(*asked).order_by(_QUARANTINE.c.at.desc(), _QUARANTINE.c.id)
    with platform.database.reading() as snapshot:
        rows = snapshot.execute(query.limit(limit)).all()
        return [_refusal(row) for row in rows], _count(snapshot, _QUARANTINE, *asked)


def open_holds(platform: Platform) -> list[OpenHold]:
    """Return the plans that wait for a person, oldest first."""
    with platform.database.reading() as snapshot:
        return [
            OpenHold(row.plan_hash, row.derivation, row.unit, row.lost, row.total, row.opened_at)
            for row in holds.open_holds(snapshot)
        ]


def _job_state(snapshot: Connection, job: Job, settings: Settings, now: datetime) -> JobState:
    backlog = backlog_of(snapshot, job, settings, now)
    keys = list(backlog.windows)
    names = [derivation.name for derivation in derivations_of(job, settings)]
    last = sa.select(sa.func.max(_WINDOWS.c.finished_at)).where(_WINDOWS.c.derivation.in_(names))
    missing = backlog.count("missing")
    return JobState(
        job=job.name,
        does=job.does,
        due=len(backlog.closed),
        done=len(backlog.closed) - missing,
        missing=missing,
        changed=backlog.count("changed"),
        code=backlog.count("code"),
        first_due=keys[0] if keys else None,
        last_due=keys[-1] if keys else None,
        stale_folds={name: len(due.units) + len(due.code) for name, due in backlog.folds.items()},
        last_completion=snapshot.scalar(last),
        next_tick=job.tick_after(now),
        lease=_lease(snapshot, job.pool),
    )


def _lease(snapshot: Connection, writer_set: str) -> LeaseState | None:
    age = sa.func.extract("epoch", sa.func.clock_timestamp() - _BEATS.c.beat_at)
    same = sa.and_(_BEATS.c.writer_set == _LEASES.c.writer_set, _BEATS.c.token == _LEASES.c.token)
    row = snapshot.execute(
        sa.select(_LEASES, age.label("age"))
        .select_from(_LEASES.outerjoin(_BEATS, same))
        .where(_LEASES.c.writer_set == writer_set)
    ).first()
    if row is None:
        return None
    key = lock_key(writer_set) & 0xFFFFFFFFFFFFFFFF
    held = snapshot.scalar(_HELD, {"high": key >> 32, "low": key & 0xFFFFFFFF})
    beat = None if row.age is None else round(float(row.age), 1)
    return LeaseState(writer_set, bool(held), row.run_id, row.holder, row.acquired_at, beat)


def _by_reason(snapshot: Connection) -> dict[str, int]:
    number = sa.func.count().label("number")
    reason = _QUARANTINE.c.reason
    rows = snapshot.execute(sa.select(reason, number).group_by(reason).order_by(number.desc(), reason))
    return {row.reason: row.number for row in rows}


_WINDOWED = ("interactions", "bookings", "saved_preferences")
"""What windows read: only there can a row be too old for one."""


def _too_old(snapshot: Connection) -> Iterator[tuple[str, int]]:
    first = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=WITA)
    for name in _WINDOWED:
        table = table_of(SOURCE_MODELS[name])
        if count := _count(snapshot, table, table.c.created_at < first):
            yield name, count


def _count(snapshot: Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    return snapshot.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


def _refusal(row: sa.Row[Any]) -> Refusal:
    return Refusal(row.origin, row.window_key, row.source, row.source_id, row.reason, row.detail, row.at)
