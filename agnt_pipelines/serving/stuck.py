"""What has come to a standstill without anybody's being told: backfills, ticks, windows.

What belongs here: finding it, in Dagster's own records, with the way out. What does not: dead runs, which
are ended rather than told of (`agnt_pipelines.reaping`), and failed ones (`failed_runs`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from agnt_pipelines.serving.own_instance import own_instance
from agnt_pipelines.serving.session import is_new
from agnt_pipelines.timetable import TIMETABLE, job_named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dagster import DagsterInstance

    from agnt_pipelines.serving.session import Platform
    from agnt_pipelines.settings import Settings

PATIENCE: Final = timedelta(minutes=15)
"""A backfill's daemon looks at it every 30 s: one without a run for that long will not get one."""

TICK_GRACE: Final = timedelta(minutes=5)
"""The scheduler looks every minute, one job after the other."""


class Kind(StrEnum):
    """What stands still; the value is the name of doctor's check."""

    BACKFILL = "backfills"
    TICK = "schedules"
    WINDOW = "failed windows"


WAYS_OUT: Final = {
    Kind.BACKFILL: "See that a daemon runs (`./agnt up`); else cancel it in the UI under Runs, Backfills.",
    Kind.TICK: "Look for the schedule's error in dagster/daemon.log and start the daemon anew (`./agnt up`); "
    "a missed window runs as a stale one.",
    Kind.WINDOW: "Mend what its runs say in the UI, then `./agnt run JOB --stale`.",
}


@dataclass(frozen=True, slots=True)
class Stuck:
    """One thing that stands still, and what gets it going."""

    kind: Kind
    said: str
    way_out: str


def stuck(platform: Platform, kinds: Collection[Kind] = tuple(Kind)) -> list[Stuck]:
    """Return everything that stands still, of some kinds.

    Raises:
        DatabaseUnreachable: a server does not answer.
    """
    if is_new(platform.database):
        return []
    with own_instance(platform) as instance:
        if instance is None:
            return []
        return [
            Stuck(kind, said, WAYS_OUT[kind]) for kind in kinds for said in _find(kind, instance, platform)
        ]


def _find(kind: Kind, instance: DagsterInstance, platform: Platform) -> Iterator[str]:
    match kind:
        case Kind.BACKFILL:
            return stuck_backfills(instance)
        case Kind.TICK:
            return lost_ticks(instance)
        case Kind.WINDOW:
            return failed_windows(instance, platform.settings, platform.now)


def stuck_backfills(instance: DagsterInstance) -> Iterator[str]:
    """Yield backfills that are under way by name only: no run queued or active, and none for long."""
    from dagster import RunsFilter
    from dagster._core.execution.backfill import BulkActionsFilter, BulkActionStatus
    from dagster._core.storage.tags import BACKFILL_ID_TAG

    under_way = [BulkActionStatus.REQUESTED, BulkActionStatus.CANCELING, BulkActionStatus.FAILING]
    for backfill in instance.get_backfills(filters=BulkActionsFilter(statuses=under_way)):
        about = RunsFilter(tags={BACKFILL_ID_TAG: backfill.backfill_id})
        records = instance.get_run_records(about)
        if any(not record.dagster_run.is_finished for record in records):
            continue
        ends = [record.end_time for record in records if record.end_time]
        silent = timedelta(seconds=time.time() - max([backfill.backfill_timestamp, *ends]))
        if silent > PATIENCE:
            minutes = silent // timedelta(minutes=1)
            state = backfill.status.value.lower()
            yield f"backfill {backfill.backfill_id}: {state}, without a run for {minutes} minutes"


def lost_ticks(instance: DagsterInstance) -> Iterator[str]:
    """Yield schedules that are on and did not tick when they should have, though the daemon beats."""
    from dagster._core.definitions.run_request import InstigatorType
    from dagster._core.scheduler.instigation import ScheduleInstigatorData

    beat = instance.get_daemon_heartbeats().get("SCHEDULER")
    if beat is None or time.time() - beat.timestamp > TICK_GRACE.total_seconds():
        return  # no daemon: doctor has a check for that, and a start catches up
    now = datetime.now(UTC)
    for state in instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE):
        job = job_named(state.instigator_name)
        data = state.instigator_data
        if job is None or not state.is_running or not isinstance(data, ScheduleInstigatorData):
            continue
        ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)
        last = ticks[0].timestamp if ticks else data.start_timestamp
        due = None if last is None else job.tick_after(datetime.fromtimestamp(last, UTC))
        if due is not None and due + TICK_GRACE < now:
            yield f"{job.name}: no tick at {due:%Y-%m-%d %H:%M} WITA"


def failed_windows(instance: DagsterInstance, settings: Settings, now: datetime) -> Iterator[str]:
    """Yield the stale windows that no sensor asks for any more: they failed too often as they are."""
    from agnt_pipelines.sensors.attempts import attempts_of, judge
    from agnt_pipelines.sensors.stale import listed, wanted

    for job in TIMETABLE:
        if job.window is None:
            continue
        late = [found for found in listed(job, settings) if job.is_late(found.window, settings.now or now)]
        ranges = wanted(job, late)  # as the sensor asks for them
        attempts = attempts_of(instance, ranges)
        verdicts = (judge(one, attempts, now) for one in ranges)
        yield from (f"{job.name} {verdict.reason}" for verdict in verdicts if verdict.alert)
