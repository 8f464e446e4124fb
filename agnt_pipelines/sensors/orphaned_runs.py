"""Orphaned runs: what a dead run holds is freed within half a minute of its being known dead.

It goes on while everything is paused, for it starts nothing. What does not belong here: which runs are
dead, and how they are ended (`reaping`).
"""

from __future__ import annotations

import dagster as dg

from agnt_pipelines.reaping import reap
from agnt_pipelines.settings import get_settings
from agnt_pipelines.storage.connect import connected


def orphaned_runs_sensor() -> dg.SensorDefinition:
    """Return the sensor that ends runs whose process is gone, or stopped."""

    @dg.sensor(
        name="orphaned_runs",
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Ends runs that gave no sign of life for longer than their lease lives: closes their database "
            "sessions, refuses their late writes, and lets the next run start."
        ),
    )
    def evaluate(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        settings = get_settings()
        with connected(settings, application_name="sensor") as database:
            reaped = reap(context.instance, database, settings)
        for one in reaped:
            context.log.error("%s", one.sentence)
        return dg.SkipReason(" ".join(one.sentence for one in reaped) or "every run that writes is alive")

    return evaluate
