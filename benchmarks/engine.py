"""engine: what the guarantee costs, against the bare COPY of the same rows.

Keys: rows, copy_ratio (our rate of writing observations, with difference, log and completion / bare
binary COPY of the same rows into the same table), copy_rows_per_s, apply_rows_per_s, guarded_ms
(a guarded apply of one row beyond its bare COPY), lease_ms (taking and giving back a lease),
unchanged_ms (an apply that changes nothing), noop_writes. `--rows N` (100,000) rows; medians of
`--repeats` (5) side by side.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from agnt_pipelines.dreaming import store
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Applied, Plan, Row, content_id
from agnt_pipelines.replay.exclusive import Lease, exclusive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.copy import copy_rows
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import User
from benchmarks.harness import Options, fresh_platform, measured

_ROWS = 100_000
_PEOPLE = 2_000
_START = datetime(2026, 1, 1, tzinfo=UTC)
_USERS = table_of(User)

T = TypeVar("T")


def run(options: Options) -> dict[str, Any]:
    """Return the figures."""
    return measured("engine", options, lambda: _figures(options))


def _figures(options: Options) -> dict[str, Any]:
    rows, repeats = options.number("rows", _ROWS), options.number("repeats", 5)
    with fresh_platform(options) as (settings, database):
        with database.writing() as connection:
            people = [{"id": f"u{number}", "created_at": _START} for number in range(_PEOPLE)]
            connection.execute(sa.insert(_USERS), people)
        leases = [_timed(lambda: _take(database, settings))[0] for _ in range(repeats * 4)]
        with exclusive(database, "dreaming", "bench", settings) as lease:
            bulk = [_pair(lease, settings, f"2026-01-{day + 1:02}", rows) for day in range(repeats)]
            options.say(f"{rows} rows: {bulk}")
            small = [_pair(lease, settings, f"2026-02-{day + 1:02}", 1) for day in range(repeats * 4)]
            unchanged = [_again(lease, settings, f"2026-02-{day + 1:02}") for day in range(repeats * 4)]
    return {
        "rows": rows,
        "copy_ratio": round(statistics.median(bare / ours for bare, ours in bulk), 3),
        "copy_rows_per_s": round(rows / statistics.median(bare for bare, _ in bulk)),
        "apply_rows_per_s": round(rows / statistics.median(ours for _, ours in bulk)),
        "guarded_ms": round(1000 * statistics.median(ours - bare for bare, ours in small), 2),
        "lease_ms": round(1000 * statistics.median(leases), 2),
        "unchanged_ms": round(1000 * statistics.median(seconds for seconds, _ in unchanged), 2),
        "noop_writes": sum(done.added + done.changed + done.removed for _, done in unchanged),
    }


def _pair(lease: Lease, settings: Settings, window_key: str, count: int) -> tuple[float, float]:
    """Write the same rows bare and guarded; return the seconds of each."""
    rows = _observations(window_key, count)

    def bare() -> None:
        with lease.database.writing() as connection:
            copy_rows(connection, store.OBSERVATIONS, rows)

    _empty(lease.database)
    bare_s, _ = _timed(bare)
    _empty(lease.database)
    plan = _plan(settings, window_key, rows)
    ours_s, _ = _timed(lambda: apply(lease, plan, settings))
    return bare_s, ours_s


def _again(lease: Lease, settings: Settings, window_key: str) -> tuple[float, Applied]:
    plan = _plan(settings, window_key, _observations(window_key, 1))
    return _timed(lambda: apply(lease, plan, settings))


def _plan(settings: Settings, window_key: str, rows: list[Row]) -> Plan:
    people = sorted({row[2] for row in rows})
    plan = Plan(store.observations(settings), window_key, dict.fromkeys(people, "bench"))
    for row in rows:
        plan.put(store.OBSERVATIONS, row[2], [row])
    return plan


def _observations(window_key: str, count: int) -> list[Row]:
    evidence = {"source": "interactions", "start": 3, "end": 20, "digest": "ab" * 32}
    return [
        (
            content_id(window_key, number), window_key, f"u{number % _PEOPLE}", "self", "likes",
            f"live music number {number}", 1, 0.9, False, "en", 1.0, "person",
            _START + timedelta(seconds=number), None,
            canonical.fragment([evidence | {"source_id": f"message-{number}"}]),
        )
        for number in range(count)
    ]  # fmt: skip


def _take(database: Database, settings: Settings) -> None:
    with exclusive(database, "dreaming", "bench", settings):
        pass


def _empty(database: Database) -> None:
    """Start both sides from the same empty table, checkpointed away from the timing."""
    with database.writing() as connection:
        connection.execute(sa.text("TRUNCATE mind.observations"))
    with database.direct() as connection:
        connection.execute("CHECKPOINT")


def _timed(task: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = task()
    return time.perf_counter() - began, result
