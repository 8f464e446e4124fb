"""The platform at a glance: one asset whose description of its last run draws how everything stands.

It reads upkeep's list instead of comparing digests again, and the rest in one snapshot with it. What
belongs here: reading and drawing. What does not: making the list (`upkeep`), and what `./agnt status`
adds by comparing afresh (`serving.standing`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines import run_report
from agnt_pipelines.backlog import derivations_of
from agnt_pipelines.catalogue import About, asset
from agnt_pipelines.replay import pause, staleness
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.replay.leases import LeaseState, lease_states
from agnt_pipelines.replay.windows import WITA
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.run_failures import FailedRun, failed_lately
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.tables import MIND, Base, table_of
from agnt_pipelines.storage.tables.replay import Hold, Quarantined, StaleWindow
from agnt_pipelines.timetable import TIMETABLE, Job

_STALE = table_of(StaleWindow)
_HOLDS = table_of(Hold)
_QUARANTINE = table_of(Quarantined)

WAITS = "waits"
"""Of a missing window whose own tick is still to come (the FAQ's weeks are under review till then)."""

MARKS = {None: "■", "missing": "□", "changed": "▤", "code": "▥", WAITS: "·"}
SHOWN = 30
"""Windows drawn of each job, the newest last."""

EXACT = 100_000
"""A table with more rows than this is told by PostgreSQL's estimate: counting it would take a scan."""

TOTALS = {
    "memories": "user_memory",
    "long-term memories": "memory_chunks",
    "soul prompts": "soul_prompts",
    "edges of the graph": "entity_edges",
    "nodes of the graph": "entity_nodes",
    "wiki pages": "wiki_pages",
    "FAQ entries, all weeks": "faq_entries",
}


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job: its closed windows (none for a job without), what is due in them, its last run and next tick."""

    job: Job
    closed: tuple[str, ...]
    due: Mapping[str, str]
    last_run: str
    next_tick: datetime

    def count(self, *reasons: str) -> int:
        """Return how many windows are due for some reasons."""
        return sum(reason in reasons for reason in self.due.values())


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything at one instant; `totals` above EXACT are estimates."""

    now: datetime
    paused: str | None
    jobs: tuple[JobLine, ...]
    open_holds: int
    quarantined: Mapping[str, int]
    leases: tuple[LeaseState, ...]
    failed: tuple[FailedRun, ...]
    totals: Mapping[str, int]


@asset(
    "overview",
    About(
        what="How the platform stands: open the metadata of the last materialization and see it drawn.",
        reads="`mind.stale_windows`, holds, quarantine, leases, sizes of tables, and Dagster's runs",
        writes="nothing but its own metadata",
        version="1",
        pii="no",
        kinds=frozenset({"python", "markdown"}),
    ),
    deps=["stale_windows"],
)
def overview(context: dg.AssetExecutionContext, upkeep: WriterSet) -> dg.MaterializeResult[None]:
    """Draw the platform as of now."""
    watch = run_report.Stopwatch()
    settings = upkeep.settings
    now = settings.now or datetime.now(UTC)
    with upkeep.lease("staleness").database.reading() as snapshot:
        found = read(snapshot, context.instance, settings, now)
    crash_point("event.before")
    numbers: dict[str, int] = {
        "missing": sum(line.count("missing") for line in found.jobs),
        "stale": sum(line.count("changed", "code") for line in found.jobs),
        "open_holds": found.open_holds,
        "quarantined": sum(found.quarantined.values()),
        "failed_runs": len(found.failed),
    }
    drawn = {"preview": dg.MetadataValue.md(draw(found))}
    return dg.MaterializeResult(metadata={**run_report.fates(), **numbers, **watch.cost(), **drawn})


def read(snapshot: Connection, instance: dg.DagsterInstance, settings: Settings, now: datetime) -> Overview:
    """Return how everything stands, in one snapshot of ours; Dagster's runs are read beside it."""
    holds = sa.select(sa.func.count()).select_from(_HOLDS).where(_HOLDS.c.status == "open")
    reason = sa.select(_QUARANTINE.c.reason, sa.func.count()).group_by(_QUARANTINE.c.reason)
    return Overview(
        now=now,
        paused=pause.in_words(snapshot, settings),
        jobs=tuple(_line(snapshot, instance, job, settings, now) for job in TIMETABLE),
        open_holds=snapshot.scalar(holds) or 0,
        quarantined=dict(sorted(map(tuple, snapshot.execute(reason)))),
        leases=tuple(lease_states(snapshot).values()),
        failed=tuple(failed_lately(instance, datetime.now(UTC))),
        totals={what: _size(snapshot, name) for what, name in TOTALS.items()},
    )


def draw(found: Overview) -> str:
    """Draw an overview in Markdown: a mark for each window, the newest last."""
    return "\n".join(
        [
            f"As of {_wita(found.now)} WITA.",
            *([f"**Everything is {found.paused}.**"] if found.paused else []),
            "",
            *_jobs(found.jobs),
            "",
            "■ done, □ missing, ▤ inputs changed, ▥ another version's, · waits for its own tick",
            "",
            *_facts(found),
            "",
            *(f"- {one}" for one in found.failed if not one.mended),
        ]
    ).rstrip()


def _jobs(lines: Sequence[JobLine]) -> Iterator[str]:
    yield "| job | cron | last run | closed | done | missing | stale | last 30 | next tick (WITA) |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for line in lines:
        missing, stale = line.count("missing"), line.count("changed", "code")
        done = len(line.closed) - missing - line.count(WAITS)
        marks = "".join(MARKS[line.due.get(key)] for key in line.closed[-SHOWN:])
        windows = f"{len(line.closed)} | {done} | {missing} | {stale} | {marks}"
        if line.job.window is None:
            windows = "| | | |"
        tick = _wita(line.next_tick)
        yield f"| {line.job.name} | `{line.job.cron}` | {line.last_run} | {windows} | {tick} |"


def _facts(found: Overview) -> Iterator[str]:
    yield "| what | |"
    yield "|---|---|"
    yield f"| open holds | {found.open_holds:,} |"
    for reason, count in found.quarantined.items():
        yield f"| quarantined: {reason} | {count:,} |"
    for lease in found.leases:
        ended = "ended" if lease.beat_age_s is None else f"last beat {lease.beat_age_s:.0f} s ago"
        yield f"| `{lease.writer_set}` | run {lease.run_id[:8]} since {_wita(lease.since)}, {ended} |"
    for what, count in found.totals.items():
        yield f"| {what} | {'about ' if count > EXACT else ''}{count:,} |"
    yield f"| runs that failed within a day | {len(found.failed):,} |"


def _line(
    snapshot: Connection, instance: dg.DagsterInstance, job: Job, settings: Settings, now: datetime
) -> JobLine:
    windowed = [made for made in derivations_of(job, settings) if made.calendar is not None]
    closed = max((staleness.due_windows(snapshot, made, now) for made in windowed), key=len, default=[])
    order = list(MARKS).index
    rows = snapshot.execute(
        sa.select(_STALE.c.window_key, _STALE.c.reason).where(
            _STALE.c.derivation.in_([made.name for made in windowed])
        )
    )
    due: dict[str, str] = {}
    for key, reason in rows:  # the gravest reason of any of its derivations
        due[key] = min(due.get(key, reason), reason, key=order)
    for window in closed:
        if due.get(window.key) == "missing" and job.tick_of(window) > now:
            due[window.key] = WAITS
    keys = tuple(window.key for window in closed)
    return JobLine(job, keys, due, _last_run(instance, job), job.tick_after(now))


def _last_run(instance: dg.DagsterInstance, job: Job) -> str:
    records = instance.get_run_records(dg.RunsFilter(job_name=job.name), limit=1)
    if not records:
        return "never"
    began = _wita(records[0].create_timestamp)
    return f"{began} {records[0].dagster_run.status.value.lower()}"


def _size(snapshot: Connection, name: str) -> int:
    table = Base.metadata.tables[f"{MIND}.{name}"]
    some = sa.select(sa.literal(1)).select_from(table).limit(EXACT + 1).subquery()
    counted = snapshot.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    if counted <= EXACT:
        return counted
    estimate = sa.text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:name)")
    return max(snapshot.scalar(estimate, {"name": table.fullname}) or 0, counted)


def _wita(instant: datetime) -> str:
    return f"{instant.astimezone(WITA):%Y-%m-%d %H:%M}"


ASSETS = (overview,)
