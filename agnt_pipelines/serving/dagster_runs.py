"""Dagster's runs, for an operator who asks: each job's last one, and those that failed lately.

What belongs here: asking Dagster's storage where there is one; its own tables first, as importing
Dagster takes a second. What does not: what is told of a failed run (`run_failures`), and who tells of
it unasked (`sensors.failed_runs`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.run_failures import LATELY, FailedRun, failed_lately
from agnt_pipelines.serving.own_instance import is_ours, own_instance
from agnt_pipelines.serving.session import Platform
from agnt_pipelines.storage.database import PLATFORM_DRIVER, Database, with_driver
from agnt_pipelines.storage.failures import DAGSTER_SETTING
from agnt_pipelines.timetable import TIMETABLE

_LAST = sa.text("""
    SELECT DISTINCT ON (pipeline_name) pipeline_name AS job, run_id, lower(status) AS outcome,
           create_timestamp AT TIME ZONE 'UTC' AS began
      FROM runs WHERE pipeline_name = ANY(:jobs) ORDER BY pipeline_name, id DESC""")
_ANY = sa.text("SELECT EXISTS (SELECT FROM runs WHERE status = 'FAILURE' AND update_timestamp > :since)")


@dataclass(frozen=True, slots=True)
class LastRun:
    """The run of a job that was asked for last; `outcome` is Dagster's status in small letters."""

    job: str
    run_id: str
    outcome: str
    began: datetime


def last_runs(platform: Platform) -> dict[str, LastRun]:
    """Return the last run of each job that has had one, by job.

    Raises:
        DatabaseUnreachable: Dagster's database does not answer.
    """
    with _runs(platform) as snapshot:
        if snapshot is None:
            return {}
        rows = snapshot.execute(_LAST, {"jobs": [job.name for job in TIMETABLE]})
        return {row.job: LastRun(*row) for row in rows}


def failed_runs(platform: Platform) -> list[FailedRun]:
    """Return the runs that failed within the last day, newest first.

    Raises:
        DatabaseUnreachable: Dagster's database does not answer.
    """
    since = datetime.now(UTC).replace(tzinfo=None) - LATELY - timedelta(hours=1)
    with _runs(platform) as snapshot:
        if snapshot is None or not snapshot.scalar(_ANY, {"since": since}):
            return []
    with own_instance(platform) as instance:
        return [] if instance is None else failed_lately(instance, datetime.now(UTC))


@contextmanager
def _runs(platform: Platform) -> Iterator[Connection | None]:
    """Yield a snapshot of Dagster's own tables; None where there are none yet, or only another platform's."""
    if not is_ours(platform):
        yield None
        return
    url = with_driver(platform.dagster_url, PLATFORM_DRIVER, setting=DAGSTER_SETTING)
    with closing(Database(url)) as database, database.reading() as snapshot:
        there = snapshot.scalar(sa.text("SELECT to_regclass('runs') IS NOT NULL"))
        yield snapshot if there else None
