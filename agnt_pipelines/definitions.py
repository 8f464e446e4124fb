"""All that Dagster loads, on one page.

`build_definitions` is a factory, so that tests and the command line can exchange resources. It
needs no environment, no database and no network: those are met when a run starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import dagster as dg
from dagster import AssetsDefinition, ScheduleDefinition
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from agnt_pipelines import sources
from agnt_pipelines.dreaming.assets import ASSETS as DREAMING
from agnt_pipelines.faq.assets import ASSETS as FAQ
from agnt_pipelines.graph.assets import ASSETS as GRAPH
from agnt_pipelines.partitions import DAYS, DREAM_WEEKS, FAQ_WEEKS
from agnt_pipelines.replay.windows import DAY, DREAM_WEEK, FAQ_WEEK, WITA_NAME
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.sensors import stale_sensor, wiki_sensor
from agnt_pipelines.timetable import EXCLUSIVE_TAG, TIMETABLE, Job
from agnt_pipelines.upkeep import ASSETS as UPKEEP
from agnt_pipelines.wiki.assets import ASSETS as WIKI
from agnt_pipelines.wiki.store import WIKI_RECONCILE

_PARTITIONS = {DAY.name: DAYS, DREAM_WEEK.name: DREAM_WEEKS, FAQ_WEEK.name: FAQ_WEEKS}


def build_definitions(resources: Mapping[str, object] | None = None) -> dg.Definitions:
    """Return everything Dagster shows and runs; `resources` replaces those of the platform."""
    assets: list[AssetsDefinition | dg.AssetSpec] = [
        *sources.specs(),
        *DREAMING,
        *GRAPH,
        *FAQ,
        *WIKI,
        *UPKEEP,
    ]
    jobs = [_job(job) for job in TIMETABLE]
    default = {job.pool: WriterSet(writer_set=job.pool) for job in TIMETABLE}
    return dg.Definitions(
        assets=assets,
        jobs=jobs,
        schedules=list(_schedules(jobs)),
        sensors=list(_sensors(jobs)),
        resources={**default, **(resources or {})},
        executor=dg.in_process_executor,
    )


def _job(job: Job) -> UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        job.name,
        selection=dg.AssetSelection.assets(*job.assets),
        description=job.does,
        executor_def=dg.in_process_executor,
        tags={
            EXCLUSIVE_TAG: job.pool,
            "dagster/max_runtime": str(int(job.max_runtime.total_seconds())),
        },
    )


def _sensors(jobs: list[UnresolvedAssetJobDefinition]) -> Iterator[dg.SensorDefinition]:
    for job, defined in zip(TIMETABLE, jobs, strict=True):
        if job.window is not None:
            yield stale_sensor(job, defined)
        elif job.name == WIKI_RECONCILE:
            yield wiki_sensor(job, defined)


def _schedules(jobs: list[UnresolvedAssetJobDefinition]) -> Iterator[ScheduleDefinition]:
    for job, defined in zip(TIMETABLE, jobs, strict=True):
        yield _schedule(job, defined)


def _schedule(job: Job, defined: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """Return the schedule that runs a job for the window that closed last before its tick."""

    @dg.schedule(
        name=job.name,
        job=defined,
        cron_schedule=job.cron,
        execution_timezone=WITA_NAME,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"{job.does} WITA.",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        if job.window is None:
            return dg.RunRequest()
        window = job.window.last_closed(context.scheduled_execution_time)
        return dg.RunRequest(run_key=f"{job.name}:{window.key}", partition_key=window.key)

    return tick


@dg.definitions
def defs() -> dg.Definitions:
    """Return the platform's definitions; Dagster's entry."""
    return build_definitions()
