"""The timetable: every job of the platform, one row each.

What belongs here: names, times, pools, limits and windows, to be scanned at a glance. What does
not: what a job does (its wing's assets) and how it is scheduled (`definitions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from agnt_pipelines.replay.windows import DAY, Calendar


@dataclass(frozen=True, slots=True)
class Job:
    """One row: crons are WITA; `max_runtime` ends a run that hangs, below the job's interval."""

    name: str
    cron: str
    pool: str
    max_runtime: timedelta
    window: Calendar | None
    assets: tuple[str, ...]
    does: str


TIMETABLE: tuple[Job, ...] = (
    Job(
        name="light_dream",
        cron="0 2 * * *",
        pool="dreaming",
        max_runtime=timedelta(hours=4),
        window=DAY,
        assets=("observations", "user_memory", "soul_prompts"),
        does="Takes yesterday's talk and records into user memory and soul prompts.",
    ),
)

POOL_LIMITS: dict[str, int] = {job.pool: 1 for job in TIMETABLE}
"""Set explicitly at deploy: Dagster's default limit lets a pool it has never seen run unlimited
for one pass."""


def job_named(name: str) -> Job | None:
    """Return the job of a name, if there is one."""
    return next((job for job in TIMETABLE if job.name == name), None)
