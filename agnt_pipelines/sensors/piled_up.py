"""A pile of unread talk: closed days without a completion, counted from the tables themselves.

It does not read upkeep's list, so that it also works when upkeep is stuck, or when a large import
has just landed. What does not belong here: days whose inputs changed (`stale`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
import sqlalchemy as sa
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from sqlalchemy.engine import Connection

from agnt_pipelines.backlog import derivations_of
from agnt_pipelines.pausing import unless_paused
from agnt_pipelines.replay.staleness import first_key
from agnt_pipelines.replay.windows import Window
from agnt_pipelines.sensors.attempts import (
    Attempt,
    Verdict,
    Wanted,
    answer,
    attempts_of,
    is_busy,
    judge,
)
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.connect import connected
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import JobWindow
from agnt_pipelines.storage.tables.source import Interaction
from agnt_pipelines.timetable import Job

_DONE = table_of(JobWindow)
_TALK = table_of(Interaction)


@dataclass(frozen=True, slots=True)
class Pile:
    """Interactions of closed days that no run has read: how many, from which day to which."""

    rows: int
    first: str
    last: str


def decide(
    job: Job, pile: Pile | None, limit: int, attempts: Sequence[Attempt], now: datetime, *, busy: bool
) -> Verdict:
    """Return what to do about a pile: nothing below the limit, else one run over all its days."""
    if pile is None:
        return Verdict(None, "no interaction of a closed day waits")
    said = f"{pile.rows:,} interactions of {pile.first} to {pile.last} wait"
    if pile.rows < limit:
        return Verdict(None, f"{said}: fewer than {limit:,} (AGNT_PILED_UP)")
    if busy:
        return Verdict(None, f"{said}: {job.name} has a run under way")
    return judge(wanted(job, pile), attempts, now)


def wanted(job: Job, pile: Pile) -> Wanted:
    """Return the run that a pile wants; more rows are another need, tried afresh."""
    tag = f"{job.name}:piled_up:{pile.first}:{pile.last}:{pile.rows}"
    return Wanted(tag, f"{job.name} {pile.first} to {pile.last}, {pile.rows:,} unread", pile.first, pile.last)


def piled_up_sensor(job: Job, defined: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """Return the sensor that has a large pile of unread talk read at once."""

    @dg.sensor(
        name="interactions_piled_up",
        job=defined,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            f"Runs {job.name} over all closed days that were never read, once they hold AGNT_PILED_UP "
            "interactions or more: without waiting for upkeep's list."
        ),
    )
    @unless_paused
    def evaluate(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        settings = get_settings()
        now = settings.now or datetime.now(UTC)
        with connected(settings, application_name="sensor") as database, database.reading() as snapshot:
            pile = piled_up(snapshot, job, settings, now)
        tried = [] if pile is None else attempts_of(context.instance, [wanted(job, pile)])
        busy = is_busy(context.instance, job)
        return answer(context, decide(job, pile, settings.piled_up, tried, datetime.now(UTC), busy=busy))

    return evaluate


def piled_up(snapshot: Connection, job: Job, settings: Settings, now: datetime) -> Pile | None:
    """Return the interactions of closed days past their own tick that have no completion."""
    derivation = derivations_of(job, settings)[0]
    assert derivation.calendar is not None, "only a job with windows can have unread ones"
    first = first_key(snapshot, derivation)
    if first is None or derivation.calendar.window(first).end > now:
        return None
    done = set(snapshot.scalars(sa.select(_DONE.c.window_key).where(_DONE.c.derivation == derivation.name)))
    days = derivation.calendar.between(first, derivation.calendar.last_closed(now).key)
    missing = [day for day in days if day.key not in done and job.is_late(day, now)]
    if not missing:
        return None
    counts = [(some, count) for some in _consecutive(missing) if (count := _count(snapshot, some))]
    if not counts:
        return None
    return Pile(sum(count for _, count in counts), counts[0][0][0].key, counts[-1][0][-1].key)


def _consecutive(days: Sequence[Window]) -> list[list[Window]]:
    """Return runs of days without a gap: one index range each."""
    found: list[list[Window]] = []
    for day in days:
        if found and found[-1][-1].end == day.start:
            found[-1].append(day)
        else:
            found.append([day])
    return found


def _count(snapshot: Connection, days: Sequence[Window]) -> int:
    within = (_TALK.c.created_at >= days[0].start, _TALK.c.created_at < days[-1].end)
    return snapshot.scalar(sa.select(sa.func.count()).select_from(_TALK).where(*within)) or 0
