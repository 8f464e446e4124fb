"""A code location for rehearsals: one schedule that ticks every minute, and a job that does nothing."""

from __future__ import annotations

import dagster as dg


@dg.op(pool="rehearsal")
def nothing() -> None:
    """Does nothing: what counts is that it was asked for once."""


@dg.job(executor_def=dg.in_process_executor)
def minutely_job() -> None:
    """One run for each minute."""
    nothing()


defs = dg.Definitions(
    jobs=[minutely_job],
    schedules=[
        dg.ScheduleDefinition(
            name="minutely",
            job=minutely_job,
            cron_schedule="* * * * *",
            execution_timezone="UTC",
            default_status=dg.DefaultScheduleStatus.RUNNING,
        )
    ],
)
