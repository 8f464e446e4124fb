"""Batches of questions to a model: ask for a run once one has ended, so that its answers are staged.

It only asks the API how batches stand. What does not belong here: reading results and sending batches (the
job does both).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from agnt_pipelines.dreaming.summary_writer import batch_model
from agnt_pipelines.language.model import ModelFault
from agnt_pipelines.pausing import unless_paused
from agnt_pipelines.replay.batches import open_batches
from agnt_pipelines.sensors.attempts import Attempt, Verdict, Wanted, answer, attempts_of, is_busy, judge
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.connect import connected
from agnt_pipelines.timetable import Job

EVERY_S = 300


def decide(
    job: Job,
    waiting: int,
    ended: Sequence[UUID],
    attempts: Sequence[Attempt],
    now: datetime,
    *,
    busy: bool,
) -> Verdict:
    """Return what to do about batches: one run for all that ended, none while none has."""
    if not ended:
        said = f"{waiting} batches are under way" if waiting else "no batch of questions is under way"
        return Verdict(None, said)
    if busy:
        return Verdict(None, f"{job.name} has a run under way")
    return judge(wanted(job, ended, now), attempts, now)


def wanted(job: Job, ended: Sequence[UUID], now: datetime) -> Wanted:
    """Return the run that ended batches want: over the last closed window, whatever is due in it."""
    assert job.window is not None, "batches belong to a job with windows"
    key = job.window.last_closed(now).key
    tag = f"{job.name}:batches:{','.join(sorted(str(one)[:8] for one in ended))}"
    return Wanted(tag, f"the answers of {len(ended)} batches", key, key)


def ended_batches_sensor(job: Job, defined: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """Return the sensor that has the answers of ended batches read."""

    @dg.sensor(
        name="ended_batches",
        job=defined,
        minimum_interval_seconds=EVERY_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Has the answers of batches of questions to a model read, once a batch has ended.",
    )
    @unless_paused
    def evaluate(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        settings = get_settings()
        if settings.anthropic_api_key is None:
            return dg.SkipReason("no model is asked (AGNT_ANTHROPIC_API_KEY is empty)")
        now = settings.now or datetime.now(UTC)
        try:
            waiting, ended = standing(settings)
        except ModelFault as failure:
            return dg.SkipReason(f"batches could not be asked about: {failure}")
        tried = attempts_of(context.instance, [wanted(job, ended, now)]) if ended else []
        busy = is_busy(context.instance, job)
        return answer(context, decide(job, waiting, ended, tried, now, busy=busy))

    return evaluate


def standing(settings: Settings) -> tuple[int, list[UUID]]:
    """Return how many batches are open, and those that have ended, or that are gone from the API's list.

    One that was written down and never noted as sent waits for the job, which looks for it.

    Raises:
        ModelFault: the API could not be asked.
    """
    with connected(settings, application_name="sensor") as database, database.reading() as snapshot:
        waiting = open_batches(snapshot)
    if not waiting:
        return 0, []
    ended = []
    with batch_model(settings) as model:
        assert model is not None, "a key is set"
        for batch, batch_id in waiting:
            found = None if batch_id is None else model.batch(batch_id)
            if batch_id is not None and (found is None or found.ended):
                ended.append(batch)
    return len(waiting), ended
