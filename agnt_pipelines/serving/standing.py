"""How things stand: each job's windows, what waits for a person, who holds what, what was refused.

What belongs here: reading and counting, for an operator. What does not: judging it
(`health`), and the refusals themselves (`refusals`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.backlog import Backlog, backlog_of, calendar_of, derivations_of
from agnt_pipelines.replay import holds, outbox, pause
from agnt_pipelines.replay.leases import LeaseState, lease_states
from agnt_pipelines.replay.windows import FIRST_DAY, WITA
from agnt_pipelines.serving.session import Platform
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Hold, JobWindow, Quarantined, Receipt
from agnt_pipelines.storage.tables.source import SOURCE_MODELS, User
from agnt_pipelines.timetable import TIMETABLE, Job

_WINDOWS = table_of(JobWindow)
_QUARANTINE = table_of(Quarantined)
_HOLDS = table_of(Hold)
_RECEIPTS = table_of(Receipt)


@dataclass(frozen=True, slots=True)
class JobState:
    """One job: windows by state, its folds, and its times; `waits`: closed, their own tick still to come.

    A job without windows has zeros there, and neither `first_due` nor `last_due`.
    """

    job: str
    does: str
    windowed: bool
    due: int
    done: int
    missing: int
    waits: int
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
    paused: str | None
    """What pauses schedules and sensors, in words."""
    jobs: tuple[JobState, ...]
    open_holds: int
    quarantined: dict[str, int]
    erased: int
    too_old: dict[str, int]
    """Rows older than FIRST_DAY, by source table: they belong to no window."""
    in_future: dict[str, int]
    """Rows of after now, by source table: their windows have not closed."""
    of_nobody: dict[str, int]
    """Rows whose user_id is not in source.users, by source table: they are not read."""
    letters: tuple[outbox.Waiting, ...]
    """Effects outside the database that wait for their receiver, by kind."""


@dataclass(frozen=True, slots=True)
class OpenHold:
    """One plan that waits for a person; `parts` says what shrinks by how much, of one held whole."""

    plan_hash: str
    derivation: str
    unit: str
    lost: int
    total: int
    parts: dict[str, list[int]]
    opened_at: datetime


def status(platform: Platform) -> Standing:
    """Return how everything stands, in one snapshot."""
    now = platform.now
    with platform.database.reading() as snapshot:
        leases = lease_states(snapshot)
        return Standing(
            now=now,
            paused=pause.in_words(snapshot, platform.settings),
            jobs=tuple(_job_state(snapshot, job, platform.settings, now, leases) for job in TIMETABLE),
            open_holds=_count(snapshot, _HOLDS, _HOLDS.c.status == "open"),
            quarantined=_by_reason(snapshot),
            erased=_count(snapshot, _RECEIPTS),
            too_old=_odd(snapshot, lambda table: table.c.created_at < _FIRST_INSTANT),
            in_future=_odd(snapshot, lambda table: table.c.created_at > now),
            of_nobody=_odd(snapshot, _of_nobody),
            letters=tuple(outbox.standing(snapshot)),
        )


def stale(platform: Platform, job: Job) -> Backlog:
    """Return what a job has to do, in one snapshot.

    Raises:
        SettingsError: it has no windows.
    """
    calendar_of(job)
    with platform.database.reading() as snapshot:
        return backlog_of(snapshot, job, platform.settings, platform.now)


def open_holds(platform: Platform) -> list[OpenHold]:
    """Return the plans that wait for a person, oldest first."""
    with platform.database.reading() as snapshot:
        return [
            OpenHold(row.plan_hash, row.derivation, row.unit, row.lost, row.total, row.parts, row.opened_at)
            for row in holds.open_holds(snapshot)
        ]


def _job_state(
    snapshot: Connection, job: Job, settings: Settings, now: datetime, leases: Mapping[str, LeaseState]
) -> JobState:
    backlog = backlog_of(snapshot, job, settings, now)
    asked = set(backlog.keys(code=True))
    keys = [key for key in backlog.windows if key in asked]
    names = [derivation.name for derivation in derivations_of(job, settings)]
    last = sa.select(sa.func.max(_WINDOWS.c.finished_at)).where(_WINDOWS.c.derivation.in_(names))
    missing = backlog.count("missing")
    waits = sum(due.missing for due in backlog.windows.values()) - missing
    return JobState(
        job=job.name,
        does=job.does,
        windowed=job.window is not None,
        due=len(backlog.closed) - waits,
        done=len(backlog.closed) - waits - missing,
        missing=missing,
        waits=waits,
        changed=backlog.count("changed"),
        code=backlog.count("code"),
        first_due=keys[0] if keys else None,
        last_due=keys[-1] if keys else None,
        stale_folds={name: len(due.units) + len(due.code) for name, due in backlog.folds.items()},
        last_completion=snapshot.scalar(last),
        next_tick=job.tick_after(now),
        lease=leases.get(job.pool),
    )


def _by_reason(snapshot: Connection) -> dict[str, int]:
    number = sa.func.count().label("number")
    reason = _QUARANTINE.c.reason
    rows = snapshot.execute(sa.select(reason, number).group_by(reason).order_by(number.desc(), reason))
    return {row.reason: row.number for row in rows}


_WINDOWED = ("interactions", "bookings", "saved_preferences")
"""What windows read: only there can a row be in none of them, or of nobody."""

_FIRST_INSTANT = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=WITA)
_USERS = table_of(User)


def _odd(snapshot: Connection, condition: Callable[[sa.Table], sa.ColumnElement[bool]]) -> dict[str, int]:
    """Return the source tables with rows of a kind that no window reads, and how many."""
    tables = {name: table_of(SOURCE_MODELS[name]) for name in _WINDOWED}
    counts = {name: _count(snapshot, table, condition(table)) for name, table in tables.items()}
    return {name: count for name, count in counts.items() if count}


def _of_nobody(table: sa.Table) -> sa.ColumnElement[bool]:
    known = sa.exists().where(_USERS.c.id == table.c.user_id)
    return sa.and_(table.c.user_id.is_not(None), ~known)


def _count(snapshot: Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    return snapshot.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0
