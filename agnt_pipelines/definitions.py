"""All that Dagster loads, on one page.

`build_definitions` is a factory, so that tests and the command line can exchange resources. It
needs no environment, no database and no network: those are met when a run starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import dagster as dg
from dagster import AssetsDefinition
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from agnt_pipelines import sources
from agnt_pipelines.catalogue import with_freshness
from agnt_pipelines.dreaming.assets import ASSETS as DREAMING
from agnt_pipelines.faq.assets import ASSETS as FAQ
from agnt_pipelines.graph.assets import ASSETS as GRAPH
from agnt_pipelines.overview import ASSETS as OVERVIEW
from agnt_pipelines.partitions import WINDOW_TAG
from agnt_pipelines.pausing import unless_paused
from agnt_pipelines.replay.windows import WITA_NAME
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.sensors import (
    deleted_users_sensor,
    ended_batches_sensor,
    failed_runs_sensor,
    piled_up_sensor,
    stale_sensor,
    wiki_sensor,
)
from agnt_pipelines.sensors.deleted_users import Jobs
from agnt_pipelines.sensors.orphaned_runs import orphaned_runs_sensor
from agnt_pipelines.timetable import EXCLUSIVE_TAG, TIMETABLE, Job
from agnt_pipelines.upkeep import ASSETS as UPKEEP
from agnt_pipelines.wiki.assets import ASSETS as WIKI

Defined = Mapping[str, UnresolvedAssetJobDefinition]


def build_definitions(resources: Mapping[str, object] | None = None) -> dg.Definitions:
    """Return everything Dagster shows and runs; `resources` replaces those of the platform."""
    assets: list[AssetsDefinition | dg.AssetSpec] = [
        *sources.specs(),
        *DREAMING,
        *GRAPH,
        *FAQ,
        *WIKI,
        *UPKEEP,
        *OVERVIEW,
    ]
    jobs = {job.name: _job(job) for job in TIMETABLE}
    default = {job.pool: WriterSet(writer_set=job.pool) for job in TIMETABLE}
    return dg.Definitions(
        assets=dg.map_asset_specs(with_freshness, assets),
        jobs=list(jobs.values()),
        schedules=[_schedule(job, jobs[job.name]) for job in TIMETABLE],
        sensors=list(_sensors(jobs)),
        resources={**default, **(resources or {})},
        executor=dg.in_process_executor,
    )


def _job(job: Job) -> UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        job.name,
        selection=dg.AssetSelection.assets(*job.assets),
        description=f"{job.does} **When**: {job.when} (WITA). **Runbook**: `{job.runbook}`.",
        executor_def=dg.in_process_executor,
        tags={
            EXCLUSIVE_TAG: job.pool,
            "dagster/max_runtime": str(int(job.max_runtime.total_seconds())),
        },
    )


def _sensors(jobs: Defined) -> Iterator[dg.SensorDefinition]:
    rows = {job.name: job for job in TIMETABLE}
    for job in TIMETABLE:
        if job.window is not None:
            yield stale_sensor(job, jobs[job.name])
    yield piled_up_sensor(rows["light_dream"], jobs["light_dream"])
    yield ended_batches_sensor(rows["deep_dream"], jobs["deep_dream"])
    yield wiki_sensor(rows["wiki_reconcile"], jobs["wiki_reconcile"])
    erasing = ("staleness", "graph_build", "wiki_reconcile")
    asked = Jobs(*(rows[name] for name in erasing))
    yield deleted_users_sensor(asked, [jobs[name] for name in erasing])
    yield failed_runs_sensor()
    yield orphaned_runs_sensor()


def _schedule(job: Job, defined: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """Return the schedule that runs a job for the window that closed last before its tick."""

    @dg.schedule(
        name=job.name,
        job=defined,
        cron_schedule=job.cron,
        execution_timezone=WITA_NAME,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"{job.does} {job.when[0].upper()}{job.when[1:]} (WITA).",
    )
    @unless_paused
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        if job.window is None:
            return dg.RunRequest()
        window = job.window.last_closed(context.scheduled_execution_time)
        tags = {WINDOW_TAG: job.window.title(window)}
        return dg.RunRequest(run_key=f"{job.name}:{window.key}", partition_key=window.key, tags=tags)

    return tick


@dg.definitions
def defs() -> dg.Definitions:
    """Return the platform's definitions; Dagster's entry."""
    return build_definitions()
