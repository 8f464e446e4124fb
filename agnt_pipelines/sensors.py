"""Sensors: what makes runs besides the timetable.

A sensor only reads what upkeep and Dagster already know and decides; the decision is a pure function
of the two, tested with plain values. What does not belong here: computing staleness (`upkeep`).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg
import sqlalchemy as sa
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from agnt_pipelines.backlog import MAX_GAP, derivations_of
from agnt_pipelines.errors import MirrorFailed
from agnt_pipelines.replay.windows import Calendar, Window
from agnt_pipelines.resources import LOCKED_OUT_TAG
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.connect import connected
from agnt_pipelines.storage.git_mirror import remote_head
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import StaleWindow
from agnt_pipelines.timetable import Job
from agnt_pipelines.wiki.store import newest_head

STALE_TAG = "agnt/stale"
"""Of a run that a sensor asked for: the windows and the digest of what was stale in them."""

MAX_FAILURES = 3
BACKOFF = timedelta(minutes=5)
"""Pause after the first failure at one digest, doubled with each further one."""

_STALE = table_of(StaleWindow)


@dataclass(frozen=True, slots=True)
class Stale:
    """A window that upkeep listed, with the digest of what is stale in it."""

    window: Window
    digest: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A run that was asked for before; `ended` is None while it is queued or under way."""

    tag: str
    succeeded: bool
    locked_out: bool
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Request:
    """A run to ask for: consecutive windows, its tag, and a key that Dagster has not seen."""

    first: str
    last: str
    tag: str
    run_key: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sensor decided: a run, or why there is none; `alert` wants a person."""

    request: Request | None
    reason: str
    alert: bool = False


def decide(
    job: Job, stale: Sequence[Stale], attempts: Sequence[Attempt], now: datetime, *, busy: bool
) -> Verdict:
    """Return what to do about a job's stale windows: one range at a time, oldest first.

    Three failures at one digest want a person; being locked out is not one of them.
    """
    if busy:
        return Verdict(None, f"{job.name} has a run under way")
    waiting = Verdict(None, "nothing is missing or stale")
    for some in _ranges(job, stale):
        tag = _tag(job, some)
        verdict = _of_range(some, tag, [attempt for attempt in attempts if attempt.tag == tag], now)
        if verdict.request is not None:
            return verdict
        waiting = verdict if not waiting.alert else waiting
    return waiting


def stale_sensor(job: Job, defined: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """Return the sensor that runs a job's missing and stale windows."""

    @dg.sensor(
        name=f"{job.name}_stale",
        job=defined,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Runs the windows of {job.name} that are missing or whose inputs changed.",
    )
    def evaluate(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        settings = get_settings()
        now = settings.now or datetime.now(UTC)
        stale = [found for found in listed(job, settings) if job.is_late(found.window, now)]
        busy, attempts = _history(context.instance, job)
        verdict = decide(job, stale, attempts, now, busy=busy)
        if verdict.alert:
            context.log.error(verdict.reason)
        if verdict.request is None:
            return dg.SkipReason(verdict.reason)
        return _run_request(verdict.request)

    return evaluate


def wiki_sensor(job: Job, defined: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """Return the sensor that reconciles the wiki when its head is not the newest recorded one.

    A head is asked for once: should its run fail, the timetable's next one tries again.
    """

    @dg.sensor(
        name="wiki_head",
        job=defined,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Reconciles the wiki when its head moved.",
    )
    def evaluate(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        settings = get_settings()
        if settings.wiki_url is None:
            return dg.SkipReason("no wiki configured (AGNT_WIKI_URL is empty)")
        try:
            commit = remote_head(settings.wiki_url.get_secret_value(), settings.wiki_branch)
        except MirrorFailed as failure:
            return dg.SkipReason(str(failure))
        with connected(settings, application_name="sensor") as database, database.reading() as snapshot:
            newest = newest_head(snapshot)
        if commit is None or (newest is not None and newest.commit == commit):
            return dg.SkipReason("the head is where it was" if commit else "the branch is not there")
        busy, _ = _history(context.instance, job)
        if busy:
            return dg.SkipReason(f"{job.name} has a run under way")
        return dg.RunRequest(run_key=f"{job.name}:{newest.seq + 1 if newest else 1}:{commit}")

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
    with connected(settings, application_name="sensor") as database, database.reading() as snapshot:
        for row in snapshot.execute(query):
            if row.derivation in names:
                digests[row.window_key] = digests.get(row.window_key, "") + row.digest
            elif (upstream := read[row.derivation]) is not None:
                waiting.add(calendar.window_at(upstream.window(row.window_key).start).key)
    return [Stale(calendar.window(key), digest) for key, digest in digests.items() if key not in waiting]


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


def _of_range(some: list[Stale], tag: str, attempts: Sequence[Attempt], now: datetime) -> Verdict:
    first, last = some[0].window.key, some[-1].window.key
    failures = [a for a in attempts if not a.succeeded and not a.locked_out and a.ended is not None]
    if len(failures) >= MAX_FAILURES:
        said = f"{first} to {last} failed {len(failures)} times with the same inputs: see its runs in the UI"
        return Verdict(None, said, alert=True)
    if failures:
        until = max(a.ended for a in failures if a.ended) + BACKOFF * 2 ** (len(failures) - 1)
        if now < until:
            return Verdict(None, f"{first} to {last} failed; tried again at {until:%H:%M}Z")
    request = Request(first, last, tag, f"{tag}:{len(attempts)}")
    return Verdict(request, f"{len(some)} windows are missing or stale")


def _tag(job: Job, some: Sequence[Stale]) -> str:
    digests = "".join(found.digest for found in some)
    digest = hashlib.sha256(digests.encode()).hexdigest()[:16]
    return f"{job.name}:{some[0].window.key}:{some[-1].window.key}:{digest}"


def _history(instance: dg.DagsterInstance, job: Job) -> tuple[bool, list[Attempt]]:
    """Return whether the job has a run under way, and what sensors asked for lately."""
    records = instance.get_run_records(dg.RunsFilter(job_name=job.name), limit=200)
    busy = any(not record.dagster_run.is_finished for record in records)
    return busy, [
        Attempt(
            tag=record.dagster_run.tags[STALE_TAG],
            succeeded=record.dagster_run.is_success,
            locked_out=LOCKED_OUT_TAG in record.dagster_run.tags,
            ended=datetime.fromtimestamp(record.end_time, UTC) if record.end_time else None,
        )
        for record in records
        if STALE_TAG in record.dagster_run.tags
    ]


def _run_request(request: Request) -> dg.RunRequest:
    tags = {STALE_TAG: request.tag}
    if request.first == request.last:
        return dg.RunRequest(run_key=request.run_key, partition_key=request.first, tags=tags)
    span = {
        "dagster/asset_partition_range_start": request.first,
        "dagster/asset_partition_range_end": request.last,
    }
    return dg.RunRequest(run_key=request.run_key, tags=tags | span)


def _calendar(job: Job) -> Calendar:
    assert job.window is not None, "only jobs with windows have a sensor for stale ones"
    return job.window
