"""Upkeep of the platform itself: the list of windows that are missing or stale, kept in a table.

Comparing digests costs a scan, so it is done once, every five minutes, and sensors only read the
outcome. What belongs here: assets that serve no reader but the operator. What does not: the
comparison (`replay.staleness`), and running what is listed (`sensors`).
"""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import dagster as dg
import sqlalchemy as sa

from agnt_pipelines import sources
from agnt_pipelines.backlog import Backlog, backlog_of, windowed_jobs
from agnt_pipelines.replay.staleness import Due, digest_of
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import StaleWindow

POOL = "upkeep"
COMPLETE = "closed_windows_complete"
JOB = "staleness"
_STALE = table_of(StaleWindow)


@dg.asset(
    pool=POOL,
    group_name="upkeep",
    owners=["team:agnt"],
    kinds={"python", "postgres"},
    tags={"tier": "minutes", "lock": POOL, "pii": "no"},
    code_version="1",
    metadata={"dagster/table_name": "mind.stale_windows"},
    check_specs=[
        dg.AssetCheckSpec(
            COMPLETE,
            asset="stale_windows",
            description="No closed window is missing half an hour after its own tick.",
        )
    ],
)
def stale_windows(
    context: dg.AssetExecutionContext, upkeep: WriterSet
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Windows that are missing or stale, of every job, with the reason.

    **Reads** digests of `source` and of every completion. **Writes** `mind.stale_windows`, whole.
    **When**: every five minutes. **Cost**: a scan of the inputs. **Lock**: `upkeep`. Dagster's own
    freshness looks at the latest run of any partition, so that a backfill of January would hide a
    missing yesterday: the check `closed_windows_complete` is the truth.
    """
    began = time.monotonic()
    lease = upkeep.lease(JOB)
    now = upkeep.settings.now or datetime.now(UTC)
    with lease.database.reading() as snapshot:
        backlogs = [backlog_of(snapshot, job, upkeep.settings, now) for job in windowed_jobs()]
        for observation in sources.observations(snapshot):
            context.log_event(observation)
    rows = [row for backlog in backlogs for row in _rows(backlog)]
    with lease.transaction() as connection:
        connection.execute(sa.delete(_STALE))
        if rows:
            connection.execute(sa.insert(_STALE), rows)
    reasons = [str(row["reason"]) for row in rows]
    counts = {name: reasons.count(name) for name in ("missing", "changed", "code")}
    yield _completeness(backlogs, now)
    yield dg.MaterializeResult(
        metadata={
            **counts,
            "state": dg.MetadataValue.md(_drawn(backlogs)),
            "duration_s": round(time.monotonic() - began, 3),
        }
    )


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


def _drawn(backlogs: Sequence[Backlog]) -> str:
    """Draw the state of the platform: one line a job, one mark a window, the newest last."""
    lines = ["| job | windows | last 30 | missing | stale |", "|---|---|---|---|---|"]
    for backlog in backlogs:
        marks = "".join(_mark(backlog.windows.get(window.key)) for window in backlog.closed[-30:])
        stale = backlog.count("changed") + backlog.count("code")
        missing = backlog.count("missing")
        lines.append(f"| {backlog.job.name} | {len(backlog.closed)} | {marks} | {missing} | {stale} |")
    return "\n".join(lines)


def _mark(due: Due | None) -> str:
    return "■" if due is None else "□" if due.missing else "▤"


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
