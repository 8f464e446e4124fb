"""Stale windows: run what upkeep listed as missing or changed, once the timetable had its turn.

What does not belong here: making the list (`upkeep`), and how often a run is asked for (`attempts`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
import sqlalchemy as sa
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from agnt_pipelines.backlog import MAX_GAP, derivations_of
from agnt_pipelines.pausing import unless_paused
from agnt_pipelines.replay.windows import Calendar, Window
from agnt_pipelines.sensors.attempts import (
    Attempt,
    Verdict,
    Wanted,
    answer,
    attempts_of,
    first_possible,
    is_busy,
)
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.connect import connected
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import StaleWindow
from agnt_pipelines.timetable import Job

_STALE = table_of(StaleWindow)


@dataclass(frozen=True, slots=True)
class Stale:
    """A window that upkeep listed, with the digest of what is stale in it, and when it was listed."""

    window: Window
    digest: str
    listed_at: datetime


def decide(
    job: Job, stale: Sequence[Stale], attempts: Sequence[Attempt], now: datetime, *, busy: bool
) -> Verdict:
    """Return what to do about a job's stale windows: one range at a time, oldest first.

    Three failures at one digest want a person; being locked out is not one of them.
    """
    if busy:
        return Verdict(None, f"{job.name} has a run under way")
    found = first_possible(wanted(job, stale), attempts, now)
    return found or Verdict(None, "nothing is missing or stale")


def wanted(job: Job, stale: Sequence[Stale]) -> list[Wanted]:
    """Return the ranges that stale windows make, each with the tag of its digests."""
    return [_range(job, some) for some in _ranges(job, stale)]


def stale_sensor(job: Job, defined: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """Return the sensor that runs a job's missing and stale windows."""

    @dg.sensor(
        name=f"{job.name}_stale",
        job=defined,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Runs the windows of {job.name} that are missing or whose inputs changed.",
    )
    @unless_paused
    def evaluate(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        settings = get_settings()
        now = settings.now or datetime.now(UTC)
        stale = [found for found in listed(job, settings) if job.is_late(found.window, now)]
        tried = attempts_of(context.instance, wanted(job, stale))
        busy = is_busy(context.instance, job)
        return answer(context, decide(job, stale, tried, datetime.now(UTC), busy=busy))

    return evaluate


def listed(job: Job, settings: Settings) -> list[Stale]:
    """Return a job's windows that upkeep listed as missing or changed, oldest first.

    Upstream first: a window is left while something that it reads is listed too.
    """
    calendar = _calendar(job)
    windowed = [made for made in derivations_of(job, settings) if made.calendar is not None]
    read = {made.upstream.name: made.upstream.calendar for made in windowed if made.upstream is not None}
    names = [made.name for made in windowed]
    about = (_STALE.c.derivation.in_([*names, *read]), _STALE.c.reason.in_(["missing", "changed"]))
    query = sa.select(_STALE).where(*about).order_by(_STALE.c.window_key, _STALE.c.derivation)
    digests: dict[str, str] = {}
    waiting: set[str] = set()
    listed_at = datetime.now(UTC)
    with connected(settings, application_name="sensor") as database, database.reading() as snapshot:
        for row in snapshot.execute(query):
            listed_at = row.computed_at  # the list is made whole
            if row.derivation in names:
                digests[row.window_key] = digests.get(row.window_key, "") + row.digest
            elif (upstream := read[row.derivation]) is not None:
                waiting.add(calendar.window_at(upstream.window(row.window_key).start).key)
    left = ((key, digest) for key, digest in digests.items() if key not in waiting)
    return [Stale(calendar.window(key), digest, listed_at) for key, digest in left]


def _ranges(job: Job, stale: Sequence[Stale]) -> Iterable[list[Stale]]:
    reach = _calendar(job).length * (MAX_GAP + 1)
    some: list[Stale] = []
    for found in stale:
        if some and found.window.start - some[-1].window.start > reach:
            yield some
            some = []
        some.append(found)
    if some:
        yield some


def _range(job: Job, some: Sequence[Stale]) -> Wanted:
    first, last = some[0].window.key, some[-1].window.key
    digests = "".join(found.digest for found in some)
    digest = hashlib.sha256(digests.encode()).hexdigest()[:16]
    over = first if first == last else f"{first} to {last}"
    return Wanted(
        tag=f"{job.name}:{first}:{last}:{digest}",
        what=f"{job.name} {over}, of which {len(some)} missing or stale",
        first=first,
        last=last,
        listed_at=some[0].listed_at,
    )


def _calendar(job: Job) -> Calendar:
    assert job.window is not None, "only jobs with windows have a sensor for stale ones"
    return job.window
