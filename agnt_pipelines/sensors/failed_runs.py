"""Failed runs: told once, in one sentence, to the daemon's log and to whoever asks `./agnt status`.

It tells while everything is paused, too, for it starts nothing. What does not belong here: the
sentence (`run_failures`), and runs that were locked out, which nobody has to hear of.
"""

from __future__ import annotations

import dagster as dg
from dagster._core.storage.tags import WILL_RETRY_TAG

from agnt_pipelines.run_failures import LOCKED_OUT_TAG, TOLD_TAG, failed_run


def failed_runs_sensor() -> dg.SensorDefinition:
    """Return the sensor that tells of every run that failed."""

    @dg.run_failure_sensor(
        name="failed_runs",
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Tells of a failed run in one sentence: job, windows, what went wrong, and where to read what "
            "to do; in the daemon's log, in the run's tag agnt/told, and in `./agnt status`."
        ),
    )
    def tell(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        run = context.dagster_run
        if LOCKED_OUT_TAG in run.tags:
            return dg.SkipReason(f"run {run.run_id[:8]} was locked out: its window runs when it is free")
        if run.tags.get(WILL_RETRY_TAG) == "true":
            return dg.SkipReason(f"run {run.run_id[:8]} is tried again: if that fails, too, it is told")
        told = failed_run(context.instance, run, None)
        context.log.error("%s", told)
        context.instance.add_run_tags(run.run_id, {TOLD_TAG: told.said})
        return None

    return tell
