"""What stands still is told: backfills without runs, ticks that did not come, windows that failed for good."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
import sqlalchemy as sa
import time_machine
from dagster import instance_for_test
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.storage.tags import BACKFILL_ID_TAG
from dagster._core.utils import make_new_run_id
from dagster._daemon.types import DaemonHeartbeat

from agnt_pipelines.replay.windows import WITA
from agnt_pipelines.sensors.attempts import ASKED_TAG, MAX_FAILURES
from agnt_pipelines.sensors.stale import listed, wanted
from agnt_pipelines.serving.stuck import PATIENCE, TICK_GRACE, failed_windows, lost_ticks, stuck_backfills
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import StaleWindow
from agnt_pipelines.timetable import job_named
from agnt_pipelines_tests.dreaming import world

NOON = datetime(2026, 11, 23, 12, 2, tzinfo=WITA)
found_job = job_named("light_dream")
assert found_job is not None
JOB = found_job


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with instance_for_test() as made:
        yield made


def backfill(instance: dg.DagsterInstance, status: BulkActionStatus = BulkActionStatus.REQUESTED) -> str:
    made = PartitionBackfill(
        backfill_id=make_new_run_id()[:8],
        status=status,
        from_failure=False,
        tags={},
        backfill_timestamp=time.time(),
        asset_selection=[dg.AssetKey("observations")],
    )
    instance.add_backfill(made)
    return made.backfill_id


def run_of(instance: dg.DagsterInstance, tags: dict[str, str], status: dg.DagsterRunStatus) -> None:
    run = dg.DagsterRun(job_name=JOB.name, run_id=make_new_run_id(), status=status, tags=tags)
    instance.add_run(run)


def test_a_backfill_that_gets_no_run_is_told_of_after_a_while(instance: dg.DagsterInstance) -> None:
    backfill_id = backfill(instance)
    backfill(instance, BulkActionStatus.COMPLETED_SUCCESS)
    assert list(stuck_backfills(instance)) == []
    with time_machine.travel(datetime.now(UTC) + PATIENCE + timedelta(minutes=2)):
        (said,) = stuck_backfills(instance)
    assert said == f"backfill {backfill_id}: requested, without a run for 17 minutes"


def test_a_backfill_with_a_run_under_way_is_not_stuck(instance: dg.DagsterInstance) -> None:
    run_of(instance, {BACKFILL_ID_TAG: backfill(instance)}, dg.DagsterRunStatus.STARTED)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):
        assert list(stuck_backfills(instance)) == []


def schedule(instance: dg.DagsterInstance, last_tick: datetime, status: InstigatorStatus) -> None:
    """Write down what the scheduler does: a schedule's state, its last tick, and a heartbeat of now."""
    location = RegisteredCodeLocationOrigin("agnt_pipelines")
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "__repository__"), JOB.name)
    data = ScheduleInstigatorData(JOB.cron, start_timestamp=last_tick.timestamp() - 1)
    state = InstigatorState(origin, InstigatorType.SCHEDULE, status, data)
    instance.add_instigator_state(state)
    instance.create_tick(
        TickData(
            state.instigator_origin_id,
            JOB.name,
            InstigatorType.SCHEDULE,
            TickStatus.SUCCESS,
            last_tick.timestamp(),
            run_ids=[make_new_run_id()],
            selector_id=state.selector_id,
        )
    )
    instance.add_daemon_heartbeat(DaemonHeartbeat(time.time(), "SCHEDULER", "an-id", []))


@pytest.mark.parametrize(
    ("last_tick", "status", "lost"),
    [
        (datetime(2026, 11, 23, 2, tzinfo=WITA), InstigatorStatus.DECLARED_IN_CODE, []),
        (
            datetime(2026, 11, 22, 2, tzinfo=WITA),
            InstigatorStatus.DECLARED_IN_CODE,
            ["light_dream: no tick at 2026-11-23 02:00 WITA"],
        ),
        (datetime(2026, 11, 22, 2, tzinfo=WITA), InstigatorStatus.STOPPED, []),
    ],
)
def test_a_tick_that_did_not_come_is_told_of_unless_its_schedule_is_off(
    instance: dg.DagsterInstance, last_tick: datetime, status: InstigatorStatus, lost: list[str]
) -> None:
    with time_machine.travel(NOON, tick=False):
        schedule(instance, last_tick, status)
        assert list(lost_ticks(instance)) == lost


def test_without_a_daemon_no_tick_is_lost_yet(instance: dg.DagsterInstance) -> None:
    with time_machine.travel(NOON, tick=False):
        schedule(instance, NOON - timedelta(days=3), InstigatorStatus.RUNNING)
        assert len(list(lost_ticks(instance))) == 1
    with time_machine.travel(NOON + 2 * TICK_GRACE, tick=False):
        assert list(lost_ticks(instance)) == [], "its start catches up"


def test_a_window_that_failed_as_often_as_it_may_is_told_of(
    database: Database, settings: Settings, instance: dg.DagsterInstance
) -> None:
    key = "2026-11-02"
    row = {"derivation": "observations", "window_key": key, "reason": "missing", "units": 1, "digest": "d"}
    world.insert(database, table_of(StaleWindow), [row])
    (range_,) = wanted(JOB, listed(JOB, settings))
    for _ in range(MAX_FAILURES - 1):
        _failed(instance, range_.tag)
    assert list(failed_windows(instance, settings, NOON)) == []
    _failed(instance, range_.tag)
    (said,) = failed_windows(instance, settings, NOON)
    assert said.startswith("light_dream ")
    assert key in said
    assert f"failed {MAX_FAILURES} times with the same inputs" in said
    with database.writing() as connection:
        connection.execute(sa.delete(table_of(StaleWindow)))
    assert list(failed_windows(instance, settings, NOON)) == [], "done since"


def _failed(instance: dg.DagsterInstance, tag: str) -> None:
    run = dg.DagsterRun(
        job_name=JOB.name,
        run_id=make_new_run_id(),
        status=dg.DagsterRunStatus.STARTED,
        tags={ASKED_TAG: tag},
    )
    instance.add_run(run)
    instance.report_run_failed(run)
