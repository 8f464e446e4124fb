"""How a sensor asks for a run: once at a time, under a key of its own, with backoff, then an alert.

What belongs here: what was tried before and what follows from it, for every sensor alike. What does
not: what a sensor wants (its own module) and whether anything may be asked for at all (`paused`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES

from agnt_pipelines.run_failures import LOCKED_OUT_TAG
from agnt_pipelines.timetable import Job

ASKED_TAG = "agnt/asked"
"""Of a run that a sensor asked for: what for, and a digest of what it saw."""

MAX_FAILURES = 3
BACKOFF = timedelta(minutes=5)
"""Pause after the first failure of the same request, doubled with each further one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sensor would have run.

    Attributes:
        tag: the same for the same need: attempts are counted by it.
        what: the need in words, as the subject of "failed 3 times".
        first, last: keys of windows, both included; None for a job without windows.
        listed_at: when what was seen was written down; None where it was looked at just now, so
            that a run which succeeded should have settled it.
    """

    tag: str
    what: str
    first: str | None = None
    last: str | None = None
    listed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A run that was asked for before; `ended` is None while it is queued or under way."""

    tag: str
    succeeded: bool
    locked_out: bool
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Request:
    """A run to ask for: consecutive windows or none, its tag, and a key that Dagster has not seen."""

    first: str | None
    last: str | None
    tag: str
    run_key: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sensor decided: a run, or why there is none; `alert` wants a person."""

    request: Request | None
    reason: str
    alert: bool = False


def first_possible(wanted: Iterable[Wanted], attempts: Sequence[Attempt], now: datetime) -> Verdict | None:
    """Return the first run that may be asked for, else an alert, else why one waits; None: none wanted."""
    waiting: Verdict | None = None
    for one in wanted:
        verdict = judge(one, attempts, now)
        if verdict.request is not None:
            return verdict
        waiting = verdict if waiting is None or (verdict.alert and not waiting.alert) else waiting
    return waiting


def judge(wanted: Wanted, attempts: Sequence[Attempt], now: datetime) -> Verdict:
    """Return whether to ask for a run now. Being locked out is no failure."""
    tried = [attempt for attempt in attempts if attempt.tag == wanted.tag]
    if wanted.listed_at is not None and any(_ended_after(one, wanted.listed_at) for one in tried):
        return Verdict(None, f"{wanted.what}: run since; waits for the list to be made again")
    failures = [ended for one in tried if (ended := _failed(one, wanted)) is not None]
    if len(failures) >= MAX_FAILURES:
        said = f"{wanted.what}: failed {len(failures)} times with the same inputs; see its runs in the UI"
        return Verdict(None, said, alert=True)
    if failures:
        until = max(failures) + BACKOFF * 2 ** (len(failures) - 1)
        if now < until:
            return Verdict(None, f"{wanted.what}: failed; tried again at {until:%H:%M}Z")
    # Dagster never repeats a key: each attempt has one of its own.
    request = Request(wanted.first, wanted.last, wanted.tag, f"{wanted.tag}:{len(tried)}")
    return Verdict(request, wanted.what)


def is_busy(instance: dg.DagsterInstance, job: Job) -> bool:
    """Return whether a job has a run queued or under way."""
    unfinished = dg.RunsFilter(job_name=job.name, statuses=list(NOT_FINISHED_STATUSES))
    return instance.get_runs_count(unfinished) > 0


def attempts_of(instance: dg.DagsterInstance, wanted: Iterable[Wanted]) -> list[Attempt]:
    """Return every run that was asked for what is wanted now."""
    tags = sorted({one.tag for one in wanted})
    if not tags:
        return []
    records = instance.get_run_records(dg.RunsFilter(tags={ASKED_TAG: tags}))
    return [
        Attempt(
            tag=record.dagster_run.tags[ASKED_TAG],
            succeeded=record.dagster_run.is_success,
            locked_out=LOCKED_OUT_TAG in record.dagster_run.tags,
            ended=datetime.fromtimestamp(record.end_time, UTC) if record.end_time else None,
        )
        for record in records
    ]


def answer(
    context: dg.SensorEvaluationContext, verdict: Verdict, job: str | None = None
) -> dg.RunRequest | dg.SkipReason:
    """Return what Dagster is told; an alert also goes to the daemon's log."""
    if verdict.alert:
        context.log.error(verdict.reason)
    if verdict.request is None:
        return dg.SkipReason(verdict.reason)
    return run_request(verdict.request, job)


def run_request(request: Request, job: str | None = None) -> dg.RunRequest:
    """Return one run over all the windows of a request; `job` where a sensor serves several."""
    tags = {ASKED_TAG: request.tag}
    if request.first == request.last:
        return dg.RunRequest(run_key=request.run_key, partition_key=request.first, tags=tags, job_name=job)
    assert request.first is not None, "a range has both ends"
    assert request.last is not None, "a range has both ends"
    span = {
        "dagster/asset_partition_range_start": request.first,
        "dagster/asset_partition_range_end": request.last,
    }
    return dg.RunRequest(run_key=request.run_key, tags=tags | span, job_name=job)


def _failed(attempt: Attempt, wanted: Wanted) -> datetime | None:
    """Return when an attempt came to nothing: it failed, or succeeded and what it was for is still there."""
    settled = attempt.succeeded and wanted.listed_at is not None
    return None if settled or attempt.locked_out else attempt.ended


def _ended_after(attempt: Attempt, instant: datetime) -> bool:
    return attempt.succeeded and attempt.ended is not None and attempt.ended > instant
