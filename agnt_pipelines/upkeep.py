"""Upkeep of the platform itself: the list of windows that are missing or stale, kept in a table.

Comparing digests costs a scan, so it is done once, every five minutes, and sensors only read the
outcome. What belongs here: assets that serve no reader but the operator. What does not: the
comparison (`replay.staleness`), and running what is listed (`sensors`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import dagster as dg
import sqlalchemy as sa

from agnt_pipelines import run_report, sources
from agnt_pipelines.backlog import Backlog, backlog_of, windowed_jobs
from agnt_pipelines.catalogue import About, asset, checks_of
from agnt_pipelines.replay import outbox, webhook
from agnt_pipelines.replay.outbox import Handler
from agnt_pipelines.replay.staleness import digest_of
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import StaleWindow
from agnt_pipelines.wiki import pull_requests

COMPLETE = "closed_windows_complete"
JOB = "staleness"
_STALE = table_of(StaleWindow)


@asset(
    "stale_windows",
    About(
        what=(
            "Windows that are missing or stale, of every job, with the reason. Dagster's own freshness "
            "looks at the latest run of any partition, so that a backfill of January would hide a missing "
            "yesterday: the check `closed_windows_complete` is the truth."
        ),
        reads="digests of `source` and of every completion",
        writes="`mind.stale_windows`, whole, and what each source table looks like",
        version="1",
        pii="no",
        table="stale_windows",
        cost="a scan of the inputs; no model, no money",
    ),
    check_specs=checks_of(
        "stale_windows",
        {COMPLETE: "No closed window is missing half an hour after its own tick."},
        blocking=False,
    ),
)
def stale_windows(
    context: dg.AssetExecutionContext, upkeep: WriterSet
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """List the windows that are missing or stale, and observe the sources."""
    watch = run_report.Stopwatch()
    lease = upkeep.lease(JOB)
    now = upkeep.settings.now or datetime.now(UTC)
    with lease.database.reading() as snapshot:
        backlogs = [backlog_of(snapshot, job, upkeep.settings, now) for job in windowed_jobs()]
        for observation in sources.observations(snapshot):
            context.log_event(observation)
    rows = [row for backlog in backlogs for row in _rows(backlog)]
    with lease.transaction() as connection:
        removed = connection.execute(sa.delete(_STALE)).rowcount
        if rows:
            connection.execute(sa.insert(_STALE), rows)
    told = outbox.deliver(lease.database, handlers(upkeep.settings, lease.database))
    reasons = [str(row["reason"]) for row in rows]
    counts = {name: reasons.count(name) for name in ("missing", "changed", "code")}
    yield _completeness(backlogs, now)
    yield dg.MaterializeResult(
        metadata={
            **run_report.fates(added=len(rows), removed=removed),
            **counts,
            "preview": run_report.preview("reason", "windows and folds", counts),
            "letters_sent": told.sent,
            "letters_waiting": told.failed,
            **watch.cost(),
        }
    )


def handlers(settings: Settings, database: Database) -> Mapping[str, Handler]:
    """Return who delivers letters of any kind, as far as the settings name receivers."""
    return {**webhook.handlers(settings), **pull_requests.handlers(settings, database)}


def _completeness(backlogs: Sequence[Backlog], now: datetime) -> dg.AssetCheckResult:
    late = [
        f"{backlog.job.name} {window.key}"
        for backlog in backlogs
        for window in backlog.closed
        if (due := backlog.windows.get(window.key)) is not None
        and due.missing
        and backlog.job.is_late(window, now)
    ]
    return dg.AssetCheckResult(
        check_name=COMPLETE,
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"missing": len(late), "oldest": late[0] if late else "none"},
    )


def _rows(backlog: Backlog) -> list[dict[str, object]]:
    return [
        {
            "derivation": derivation,
            "window_key": window_key,
            "reason": due.reason,
            "units": len(due.units) + len(due.code),
            "digest": digest_of(due),
        }
        for derivation, dues in backlog.dues().items()
        for window_key, due in dues.items()
    ]


ASSETS = (stale_windows,)
