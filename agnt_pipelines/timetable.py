"""The timetable: every job of the platform, one row each.

What belongs here: names, times, pools, limits and windows, to be scanned at a glance. What does
not: what a job does (its wing's assets) and how it is scheduled (`definitions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from agnt_pipelines.replay.windows import DAY, DREAM_WEEK, FAQ_WEEK, WITA, Calendar, Window

GRACE: Final = timedelta(minutes=30)
"""How long after a window's own tick the timetable's run has to be under way."""

EXCLUSIVE_TAG: Final = "agnt/exclusive"
"""Of all runs with one value of this tag, dagster.yaml lets one through at a time."""


CRON_RUNBOOK: Final = "runbooks/agnt-cron/SKILL.md"


@dataclass(frozen=True, slots=True)
class Job:
    """One row: crons are WITA; `max_runtime` ends a run that hangs, below the job's interval.

    Attributes:
        pool: the writer set whose lock its runs take; also the group of its assets.
        when: the cron in words, with the window that a tick runs.
        tier: how often, in one word.
        runbook: what an operator reads when it fails.
    """

    name: str
    cron: str
    when: str
    tier: str
    pool: str
    max_runtime: timedelta
    window: Calendar | None
    assets: tuple[str, ...]
    does: str
    runbook: str = CRON_RUNBOOK

    def tick_after(self, instant: datetime) -> datetime:
        """Return the job's first tick after an instant, in WITA."""
        return next_tick(self.cron, instant)

    def tick_of(self, window: Window) -> datetime:
        """Return the tick that runs a window; it may be the very minute at which the window closes."""
        return self.tick_after(window.end - timedelta(minutes=1))

    def is_late(self, window: Window, now: datetime) -> bool:
        """Return whether the job's own run of a window should be under way by now."""
        return self.tick_of(window) + GRACE <= now


TIMETABLE: tuple[Job, ...] = (
    Job(
        name="light_dream",
        cron="0 2 * * *",
        when="02:00, for the day before",
        tier="nightly",
        pool="dreaming",
        max_runtime=timedelta(hours=4),
        window=DAY,
        assets=("observations", "user_memory", "summaries", "soul_prompts", "taste_profiles"),
        does="Takes yesterday's talk and records into user memory and soul prompts.",
    ),
    Job(
        name="deep_dream",
        cron="0 4 * * 1",
        when="Monday 04:00, for the week before",
        tier="weekly",
        pool="dreaming",
        max_runtime=timedelta(hours=8),
        window=DREAM_WEEK,
        assets=(
            "memory_chunks",
            "agent_chunks",
            "agent_insights",
            "hypotheses",
            "summary_answers",
            "agent_summaries",
            "agent_prompts",
            "summary_batches",
        ),
        does="Takes last week's claims into long-term memory, insights, hypotheses and agents' prompts.",
        runbook="runbooks/agnt-hypothesis/SKILL.md",
    ),
    Job(
        name="faq_extract",
        cron="59 23 * * 0",
        when="Sunday 23:59, for the week that closes",
        tier="weekly",
        pool="faq",
        max_runtime=timedelta(hours=2),
        window=FAQ_WEEK,
        assets=("faq_candidates",),
        does="Takes the week's support conversations into FAQ candidates, for review.",
        runbook="runbooks/agnt-faq-extract/SKILL.md",
    ),
    Job(
        name="faq_compile",
        cron="0 3 * * 0",
        when="Sunday 03:00, for the week that closed the Sunday before",
        tier="weekly",
        pool="faq",
        max_runtime=timedelta(hours=1),
        window=FAQ_WEEK,
        assets=("faq_entries", "faq_index", "faq_publication"),
        does="Takes reviewed candidates into the FAQ and publishes its index.",
        runbook="runbooks/agnt-faq-extract/SKILL.md",
    ),
    Job(
        name="graph_build",
        cron="0 * * * *",
        when="every hour, as of the last closed hour",
        tier="hourly",
        pool="graph",
        max_runtime=timedelta(minutes=50),
        window=None,
        assets=("entity_nodes", "entity_edges", "venue_likeness"),
        does="Brings the entity graph up to the last closed hour.",
        runbook="docs/operate.md",
    ),
    Job(
        name="taste_similarity",
        cron="30 5 * * *",
        when="05:30, from the graph as it is",
        tier="nightly",
        pool="graph",
        max_runtime=timedelta(hours=2),
        window=None,
        assets=("taste_neighbours",),
        does="Finds the people whose taste is most alike.",
        runbook="docs/operate.md",
    ),
    Job(
        name="wiki_reconcile",
        cron="0 */4 * * *",
        when="every 4 hours, and when the head moved",
        tier="hourly",
        pool="wiki",
        max_runtime=timedelta(hours=3),
        window=None,
        assets=("wiki_heads", "wiki_pages", "wiki_sections", "project_memory"),
        does="Brings pages and project memory to the head of the wiki.",
        runbook="docs/operate.md",
    ),
    Job(
        name="staleness",
        cron="*/5 * * * *",
        when="every 5 minutes",
        tier="minutes",
        pool="upkeep",
        max_runtime=timedelta(minutes=4),
        window=None,
        assets=("stale_windows", "overview"),
        does="Compares inputs with completions, lists what is missing or stale, and draws the platform.",
        runbook="docs/operate.md",
    ),
)

POOL_LIMITS: dict[str, int] = {job.pool: 1 for job in TIMETABLE}
"""Set explicitly at deploy: Dagster's default limit lets a pool it has never seen run unlimited
for one pass."""


def job_named(name: str) -> Job | None:
    """Return the job of a name, if there is one."""
    return next((job for job in TIMETABLE if job.name == name), None)


def job_of(asset: str) -> Job:
    """Return the job that makes an asset of ours."""
    return next(job for job in TIMETABLE if asset in job.assets)


def deadline(job: Job) -> str:
    """Return the cron of the minute by which a tick's run should have ended: GRACE after it.

    For jobs that run at most once an hour: the shift carries into the next hour, day and weekday.
    """
    minute, hour, day, month, weekday = job.cron.split()
    ahead, minutes = divmod(int(minute) + GRACE // timedelta(minutes=1), 60)
    if not hour.isdecimal():  # every hour, or every few: the minute alone says when
        assert ahead == 0, "a grace that ends within the hour"
        return f"{minutes} {hour} {day} {month} {weekday}"
    days, hours = divmod(int(hour) + ahead, 24)
    if days and weekday != "*":
        weekday = str((int(weekday) + days) % 7)
    return f"{minutes} {hours} {day} {month} {weekday}"


def next_tick(cron: str, after: datetime) -> datetime:
    """Return the first minute after an instant that a cron line names, in WITA.

    Reads `*`, `*/n`, numbers and lists: what the timetable uses. Searches one year, day by day.
    """
    minutes, hours, days, months, weekdays = (
        _field(text, low, high)
        for text, (low, high) in zip(cron.split(), ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6)), strict=True)
    )
    start = after.astimezone(WITA).replace(second=0, microsecond=0) + timedelta(minutes=1)
    for ahead in range(367):
        day = (start + timedelta(days=ahead)).date()
        if day.month not in months or day.day not in days or day.isoweekday() % 7 not in weekdays:
            continue
        for hour in sorted(hours):
            for minute in sorted(minutes):
                tick = datetime(day.year, day.month, day.day, hour, minute, tzinfo=WITA)
                if tick >= start:
                    return tick
    raise ValueError(f"{cron!r} names no minute of the coming year")


def _field(text: str, low: int, high: int) -> set[int]:
    if text.startswith("*"):
        return set(range(low, high + 1, int(text.partition("/")[2] or 1)))
    return {int(part) for part in text.split(",")}
