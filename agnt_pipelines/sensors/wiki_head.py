"""The wiki's head: reconcile when it is not the newest recorded one.

What does not belong here: recording it (the wiki's job does).
"""

from __future__ import annotations

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from agnt_pipelines.errors import MirrorFailed
from agnt_pipelines.pausing import unless_paused
from agnt_pipelines.sensors.attempts import is_busy
from agnt_pipelines.settings import get_settings
from agnt_pipelines.storage.connect import connected
from agnt_pipelines.storage.git_mirror import remote_head
from agnt_pipelines.timetable import Job
from agnt_pipelines.wiki.store import newest_head


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
    @unless_paused
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
        if commit is None or (newest is not None and newest.met == commit):
            return dg.SkipReason("the head is where it was" if commit else "the branch is not there")
        if is_busy(context.instance, job):
            return dg.SkipReason(f"{job.name} has a run under way")
        return dg.RunRequest(run_key=f"{job.name}:{newest.seq + 1 if newest else 1}:{commit}")

    return evaluate
