"""guard: faults done for real, and what they leave behind.

`--kills N` (60): processes that die by SIGKILL at every named crash point and at random moments, in
every job; a share of them (`--through-dagster`, 0 below 100) are run workers and whole trees of Dagster.
From 100 kills on, every kind of fault meets every job, and daemons take over from each other: sixty
ticks with ten leaders killed, in which a minute lasts `--minute-s` seconds (6; 60 is the real clock).
`--steps N`: steps of the state machine as well (needs hypothesis).

Keys: kills, kills_by_point {name: n}, kills_by_job {name: n}, points_missed, broken, divergences,
double_commits, rebought_calls, lost_answers, orphaned_locks, orphaned_slots, lost_letters, recovery_worker_s_p95,
recovery_tree_s_p95, lock_release_s_max, takeover_s_p95, ticks, doubled_ticks, lost_ticks, guard_ms_tx,
guard_ms_run, apply_ms (an apply of one row beyond its bare COPY), faults {kind: jobs that stood it}, faults_failed, steps, violations. What was not measured
is null.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.replay.exclusive import exclusive
from benchmarks import engine, standby
from benchmarks.harness import Options, fresh_platform, measured

_KILLS = 60
_TIMES = 200
_ALL_FROM = 100
_LEADERS, _TICKS = 10, 60
_MINUTE_S = 6  # seconds that a minute lasts in the rehearsal of daemons
_EVERY_VICTIM = 20  # kills through Dagster until each of its processes has been one
_NOT_MEASURED = (
    "orphaned_slots", "recovery_worker_s_p95", "recovery_tree_s_p95", "takeover_s_p95", "ticks",
    "doubled_ticks", "lost_ticks", "faults", "faults_failed", "steps", "violations",
)  # fmt: skip


def run(options: Options) -> dict[str, Any]:
    """Return the figures."""
    return measured("guard", options, lambda: _figures(options))


def _figures(options: Options) -> dict[str, Any]:
    kills, steps = options.number("kills", _KILLS), options.number("steps", 0)
    of_dagster = max(_EVERY_VICTIM, kills // 12) if kills >= _ALL_FROM else 0
    through_dagster = options.number("through_dagster", of_dagster)
    figures: dict[str, Any] = dict.fromkeys(_NOT_MEASURED)
    figures |= _warm(options, "kills", str(kills - through_dagster), str(options.seed))
    if kills >= _ALL_FROM:
        figures |= _warm(options, "faults")
        figures |= _standby(options)
    if through_dagster:
        figures = _merged(figures, _warm(options, "trees", str(through_dagster), str(options.seed)))
    if steps:
        figures |= _warm(options, "steps", str(steps), str(options.seed))
    return figures | _cost(options)


def _warm(options: Options, *what: str) -> dict[str, Any]:
    """Have a part done by a process that has no thread and no connection when it forks."""
    with tempfile.TemporaryDirectory(prefix="agnt-guard-") as folder:
        # The server may run as another account, which must be able to enter.
        Path(folder).chmod(0o711)
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.faults", folder, *what]
        alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **alone}
        )
        assert process.stderr is not None
        assert process.stdout is not None
        for line in process.stderr:
            options.say(line.rstrip())
        found = process.stdout.read()
        if process.wait():
            raise RuntimeError(f"guard: {' '.join(what)} ended with code {process.returncode}")
    options.say(f"guard: {what[0]}: {found.strip()}")  # a later part that fails takes nothing with it
    figures: dict[str, Any] = json.loads(found)
    return figures


def _cost(options: Options) -> dict[str, Any]:
    """Return what the guard costs: a fenced transaction beyond a bare one, and a lease; medians."""
    few = replace(options, data=None, extra={"rows": "1000", "repeats": "5"})
    figures = engine.run(few)
    with (
        fresh_platform(options) as (settings, database),
        exclusive(database, "graph", "cost", settings) as lease,
    ):
        bare = [_timed(database.writing) for _ in range(_TIMES)]
        fenced = [_timed(lease.transaction) for _ in range(_TIMES)]
    beyond = 1000 * (statistics.median(fenced) - statistics.median(bare))
    return {
        "guard_ms_tx": round(beyond, 3),
        "guard_ms_run": figures["lease_ms"],
        "apply_ms": figures["guarded_ms"],
    }


def _timed(transaction: Callable[[], AbstractContextManager[Connection]]) -> float:
    began = time.perf_counter()
    with transaction() as connection:
        connection.execute(sa.text("UPDATE mind.job_heartbeat SET beat_at = clock_timestamp()"))
    return time.perf_counter() - began


def _standby(options: Options) -> dict[str, Any]:
    """Return how a standby takes over: an hour of minute-ticks on a clock that runs ahead."""
    with fresh_platform(options) as (settings, database):
        database.close()
        url = database.url.set(database="dagster_of_standby")
        with database.direct() as connection:
            connection.execute("CREATE DATABASE dagster_of_standby")
        state = settings.state / "standby"
        state.mkdir()
        seen = standby.rehearse(
            state,
            url.render_as_string(hide_password=False),
            kills=_LEADERS,
            ticks=_TICKS,
            minute_s=options.number("minute_s", _MINUTE_S),
            seed=options.seed,
            say=options.say,
        )
    figures = seen.figures()
    return {name: figures[name] for name in ("takeover_s_p95", "ticks", "doubled_ticks", "lost_ticks")}


def _merged(figures: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Add counts to counts; what only one side knows is taken as it is."""
    both = dict(figures)
    for name, value in more.items():
        before = both.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            both[name] = _merged(before, value)
        elif isinstance(value, int) and isinstance(before, int):
            both[name] = before + value
        else:
            both[name] = value
    return both
