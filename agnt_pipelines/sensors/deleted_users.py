"""People who left: erase them within minutes, then have made again what still counts them.

Any run erases whoever is gone before anything else it does, whatever its writer set; the cheapest is
upkeep's, which also lists at once the windows that are stale without them, for the sensors of those
jobs. The graph has no windows: it is asked for here as long as an erasure has left it outdated; and so is
project memory, once deep dreaming counts anew what it takes from there. What does not belong here: erasing
(`replay.erasure`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg
import sqlalchemy as sa
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from sqlalchemy.engine import Connection

from agnt_pipelines.graph.store import NODES
from agnt_pipelines.pausing import unless_paused
from agnt_pipelines.replay import staleness
from agnt_pipelines.replay.completion import is_outdated
from agnt_pipelines.replay.erasure import gone
from agnt_pipelines.replay.holds import open_holds
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.sensors.attempts import (
    Attempt,
    Verdict,
    Wanted,
    attempts_of,
    is_busy,
    judge,
    run_request,
)
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.connect import connected
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Receipt
from agnt_pipelines.storage.tables.source import User
from agnt_pipelines.timetable import Job
from agnt_pipelines.wiki import dreamt
from agnt_pipelines.wiki.store import wiki_pages

_RECEIPTS = table_of(Receipt)
_USERS = table_of(User)
_LATELY = timedelta(days=1)
"""So long after an erasure project memory is asked for; by itself it follows every four hours."""


@dataclass(frozen=True, slots=True)
class Left:
    """What people who are gone left behind.

    Attributes:
        people: how many still have rows in `mind`.
        erased: how many were ever erased; it grows with each erasure, so it names a need without
            naming anybody.
        nobody_there: whether `source.users` is empty and that is not said to be meant.
        graph_outdated: whether the graph still counts somebody who was erased, and no person is waited for.
        dreamt_anew: what tells apart what was dreamt since an erasure and project memory lacks; None: nothing.
    """

    people: int
    erased: int
    nobody_there: bool
    graph_outdated: bool
    dreamt_anew: str | None = None


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs that are asked for: the cheapest, which erases, and those that make again what counted people."""

    upkeep: Job
    graph: Job
    wiki: Job


def decide(left: Left, jobs: Jobs, attempts: Sequence[Attempt], now: datetime) -> list[Verdict]:
    """Return what to do, the erasure first; busy jobs are left out by the caller's `attempts`."""
    if left.people and left.nobody_there:
        said = (
            f"source.users is empty, but {left.people:,} people are known: nobody is erased. Check the "
            "table or view, or set AGNT_ALLOW_EMPTY_USERS=1 if everybody has left."
        )
        return [Verdict(None, said, alert=True)]
    return [judge(one, attempts, now) for one in wanted(left, jobs).values()]


def wanted(left: Left, jobs: Jobs) -> dict[str, Wanted]:
    """Return the runs that are wanted, by job."""
    upkeep, graph, wiki = jobs.upkeep, jobs.graph, jobs.wiki
    found = {}
    if left.people:
        what = f"erasing {left.people:,} people who left"
        found[upkeep.name] = Wanted(f"{upkeep.name}:deleted_users:{left.erased}", what)
    if left.graph_outdated:
        what = "the graph without people who were erased"
        found[graph.name] = Wanted(f"{graph.name}:deleted_users:{left.erased}", what)
    if left.dreamt_anew is not None:
        what = "project memory without people who were erased"
        found[wiki.name] = Wanted(f"{wiki.name}:deleted_users:{left.dreamt_anew}", what)
    return found


def deleted_users_sensor(jobs: Jobs, defined: Sequence[UnresolvedAssetJobDefinition]) -> dg.SensorDefinition:
    """Return the sensor that has people who left erased, and graph and project memory made again without them."""
    upkeep, graph, wiki = jobs.upkeep, jobs.graph, jobs.wiki

    @dg.sensor(
        name="deleted_users",
        jobs=list(defined),
        minimum_interval_seconds=120,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            f"Runs {upkeep.name} when somebody who left still has rows, which erases them everywhere, and "
            f"{graph.name} while the graph still counts them; {wiki.name} when deep dreaming, made again "
            "without them, says something else of all agents than project memory."
        ),
    )
    @unless_paused
    def evaluate(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        settings = get_settings()
        with connected(settings, application_name="sensor") as database, database.reading() as snapshot:
            left = left_behind(snapshot, settings)
        tried = attempts_of(context.instance, wanted(left, jobs).values())
        verdicts = decide(left, jobs, tried, datetime.now(UTC))
        for verdict in verdicts:
            if verdict.alert:
                context.log.error(verdict.reason)
        requests = list(_requests(context.instance, verdicts, (upkeep, graph, wiki)))
        if requests:
            return dg.SensorResult(run_requests=requests)
        return dg.SkipReason("; ".join(verdict.reason for verdict in verdicts) or "nobody left anything")

    return evaluate


def left_behind(snapshot: Connection, settings: Settings) -> Left:
    """Return what people who are gone left, in one snapshot."""
    people = len(gone(snapshot))
    empty = not snapshot.scalar(sa.select(sa.exists().select_from(_USERS)))
    return Left(
        people=people,
        erased=snapshot.scalar(sa.select(sa.func.count()).select_from(_RECEIPTS)) or 0,
        nobody_there=empty and not settings.allow_empty_users,
        graph_outdated=is_outdated(snapshot, str(NODES.name)) and not open_holds(snapshot, str(NODES.name)),
        dreamt_anew=_dreamt_anew(snapshot, settings),
    )


def _dreamt_anew(snapshot: Connection, settings: Settings) -> str | None:
    lately = sa.exists().where(_RECEIPTS.c.at > sa.func.now() - sa.literal(_LATELY, sa.Interval))
    if not snapshot.scalar(sa.select(lately)):
        return None
    due = staleness.due(snapshot, wiki_pages(settings), units=[dreamt.PATH]).get(FOLD)
    return None if due is None or not due.units else staleness.digest_of(due)[:16]


def _requests(
    instance: dg.DagsterInstance, verdicts: Sequence[Verdict], jobs: Sequence[Job]
) -> Iterator[dg.RunRequest]:
    """Yield a run for each verdict that has one, unless its job has a run under way: that erases, too."""
    for verdict in verdicts:
        if verdict.request is None:
            continue
        job = next(job for job in jobs if verdict.request.tag.startswith(f"{job.name}:"))
        if not is_busy(instance, job):
            yield run_request(verdict.request, job.name)
