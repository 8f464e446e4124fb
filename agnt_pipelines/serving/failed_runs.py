"""Runs that failed lately, for an operator who asks.

What belongs here: opening Dagster's storage where there is one. What does not: what is told of a run
(`run_failures`), and who tells of it unasked (`sensors.failed_runs`).
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from agnt_pipelines.run_failures import LATELY, FailedRun, failed_lately
from agnt_pipelines.serving.health import has_dagster
from agnt_pipelines.serving.own_instance import own_instance
from agnt_pipelines.serving.session import Platform
from agnt_pipelines.storage.database import PLATFORM_DRIVER, Database, with_driver
from agnt_pipelines.storage.failures import DAGSTER_SETTING

_ANY = sa.text("SELECT EXISTS (SELECT FROM runs WHERE status = 'FAILURE' AND update_timestamp > :since)")


def failed_runs(platform: Platform) -> list[FailedRun]:
    """Return the runs that failed within the last day, newest first.

    Raises:
        DatabaseUnreachable: Dagster's database does not answer.
    """
    if not has_dagster(platform) or not _any(platform):
        return []
    with own_instance(platform) as instance:
        return [] if instance is None else failed_lately(instance, datetime.now(UTC))


def _any(platform: Platform) -> bool:
    """Whether there is one at all: asked of Dagster's own tables, as importing Dagster takes a second."""
    url = with_driver(platform.dagster_url, PLATFORM_DRIVER, setting=DAGSTER_SETTING)
    since = datetime.now(UTC).replace(tzinfo=None) - LATELY - timedelta(hours=1)
    with closing(Database(url)) as database, database.reading() as snapshot:
        if snapshot.scalar(sa.text("SELECT to_regclass('runs')")) is None:
            return False
        return bool(snapshot.scalar(_ANY, {"since": since}))
