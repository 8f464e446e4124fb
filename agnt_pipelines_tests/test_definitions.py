"""What Dagster loads: from nothing, quickly, and as the timetable says."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.partitions import DAYS, DREAM_WEEKS
from agnt_pipelines.replay.windows import DAY, DREAM_WEEK, WITA
from agnt_pipelines.settings import PROJECT_ROOT
from agnt_pipelines.timetable import POOL_LIMITS, TIMETABLE

GROUPS = {"dreaming", "faq", "graph", "sources", "upkeep", "wiki"}
DEFINITIONS = build_definitions()
REPOSITORY = DEFINITIONS.get_repository_def()


def test_definitions_load_with_an_empty_environment_and_touch_nothing() -> None:
    code = (
        "import socket\n"
        "def refuse(*_): raise OSError('the network was touched')\n"
        "socket.socket.connect = refuse\n"
        "from agnt_pipelines.definitions import defs\n"
        "print(sorted(job.name for job in defs().get_repository_def().get_all_jobs()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={}, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "light_dream" in done.stdout


def test_every_job_of_the_timetable_is_there_with_its_pool_and_limits() -> None:
    for row in TIMETABLE:
        job = REPOSITORY.get_job(row.name)
        assert job.tags["agnt/exclusive"] == row.pool
        assert float(job.tags["dagster/max_runtime"]) == row.max_runtime.total_seconds()
        keys = {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
        assert keys == set(row.assets)


def test_every_asset_tells_an_operator_what_it_is() -> None:
    for asset in REPOSITORY.assets_defs_by_key.values():
        for key in asset.keys:
            assert "**Reads**" in (asset.descriptions_by_key[key] or "")
            assert asset.group_names_by_key[key] in GROUPS
            if asset.is_executable:
                assert asset.code_versions_by_key[key]
                assert asset.op.pool in POOL_LIMITS


@pytest.mark.parametrize(
    ("tick", "partition"),
    [
        ("2026-11-23T02:00", "2026-11-22"),
        ("2026-12-01T02:00", "2026-11-30"),
        ("2027-01-01T02:00", "2026-12-31"),
        ("2028-03-01T02:00", "2028-02-29"),
    ],
)
def test_the_nightly_tick_runs_the_day_before(tick: str, partition: str) -> None:
    schedule = REPOSITORY.get_schedule_def("light_dream")
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime.fromisoformat(tick).replace(tzinfo=WITA),
        repository_def=REPOSITORY,
    )
    (request,) = schedule.evaluate_tick(context).run_requests or []
    assert request.partition_key == partition


@pytest.mark.parametrize(
    ("tick", "partition"),
    [
        ("2026-11-23T04:00", "2026-11-16"),
        ("2026-11-22T23:59", "2026-11-09"),
        ("2026-11-23T00:00", "2026-11-16"),
        ("2027-01-04T04:00", "2026-12-28"),
        ("2028-03-06T04:00", "2028-02-28"),
    ],
)
def test_mondays_tick_takes_the_week_that_closed_four_hours_before(tick: str, partition: str) -> None:
    schedule = REPOSITORY.get_schedule_def("deep_dream")
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime.fromisoformat(tick).replace(tzinfo=WITA),
        repository_def=REPOSITORY,
    )
    (request,) = schedule.evaluate_tick(context).run_requests or []
    assert request.partition_key == partition


def test_deep_dreaming_ticks_on_mondays_at_four_in_wita() -> None:
    schedule = REPOSITORY.get_schedule_def("deep_dream")
    ticks = schedule_execution_time_iterator(
        datetime(2026, 12, 27, 12, tzinfo=UTC).timestamp(),
        str(schedule.cron_schedule),
        schedule.execution_timezone,
    )
    assert next(ticks) == datetime(2026, 12, 28, 4, tzinfo=WITA)
    assert next(ticks) == datetime(2027, 1, 4, 4, tzinfo=WITA)


@pytest.mark.parametrize("key", ["2015-01-05", "2026-11-16", "2026-12-28"])
def test_weekly_partitions_have_the_dream_weeks_bounds(key: str) -> None:
    window = DREAM_WEEK.window(key)
    partition = DREAM_WEEKS.time_window_for_partition_key(key)
    assert (partition.start, partition.end) == (window.start, window.end)


def test_the_schedule_ticks_at_two_in_wita() -> None:
    schedule = REPOSITORY.get_schedule_def("light_dream")
    after = datetime(2026, 11, 22, 17, 59, tzinfo=UTC)
    ticks = schedule_execution_time_iterator(
        after.timestamp(), str(schedule.cron_schedule), schedule.execution_timezone
    )
    first, second = next(ticks), next(ticks)
    assert first == datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    assert second - first == timedelta(days=1)


@pytest.mark.parametrize("key", ["2015-01-01", "2016-02-29", "2026-11-22", "2026-12-31"])
def test_partitions_have_the_windows_bounds(key: str) -> None:
    window = DAY.window(key)
    partition = DAYS.time_window_for_partition_key(key)
    assert (partition.start, partition.end) == (window.start, window.end)
