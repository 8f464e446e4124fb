"""The reaper: dead runs are ended, told of and never written for again; live ones are left alone."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import dagster as dg
import pytest
import sqlalchemy as sa
import time_machine
from dagster._core.storage.dagster_run import RunOpConcurrency
from dagster._core.utils import make_new_run_id

from agnt_pipelines.reaping import Reaped, reap
from agnt_pipelines.replay import liveness
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.sensors.orphaned_runs import orphaned_runs_sensor
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.serving.processes import until

SOON_S = 30.0
LATER = timedelta(minutes=10)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def quick(settings: Settings) -> Settings:
    """Beats every 50 ms; dead after half a second."""
    return settings.model_copy(update={"heartbeat_s": 0.05, "lease_ttl_s": 0.5, "lock_wait_s": SOON_S})


def run_of(
    instance: dg.DagsterInstance,
    status: dg.DagsterRunStatus = dg.DagsterRunStatus.STARTED,
    *,
    pool: str = "dreaming",
) -> str:
    """Write down a run of a pool, as the queue would have."""
    run_id = make_new_run_id()
    pools = RunOpConcurrency(root_key_counts={pool: 1}, has_unconstrained_root_nodes=False, all_pools={pool})
    instance.add_run(
        dg.DagsterRun(job_name="light_dream", run_id=run_id, status=status, run_op_concurrency=pools)
    )
    return run_id


@contextmanager
def holding(database: Database, quick: Settings, run_id: str, *sets: str) -> Iterator[int]:
    """A process that holds writer sets as a run; yield its pid."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        own = Database(database.url, application_name=run_id)
        with suppress(BaseException):
            _hold(own, quick, run_id, sets, lambda: os.write(writing, b"held"))
        os._exit(0)
    try:
        assert os.read(reading, 4) == b"held"
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _hold(
    own: Database, quick: Settings, run_id: str, sets: tuple[str, ...], told: Callable[[], object]
) -> None:
    if not sets:
        told()
        signal.pause()
    with exclusive(own, sets[0], run_id, quick):
        _hold(own, quick, run_id, sets[1:], told)


def grow_old(database: Database, quick: Settings) -> None:
    """Wait until every beat is older than a lease lives."""
    pulse = liveness.Pulse(quick)

    def all_old() -> bool:
        with database.direct() as connection:
            return all(map(pulse.is_old, liveness.holders(connection)))

    assert until(all_old, SOON_S)


def status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def failures(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    return [entry.dagster_event.message or "" for entry in entries if entry.dagster_event]


def test_a_live_run_is_left_alone(database: Database, quick: Settings, instance: dg.DagsterInstance) -> None:
    run_id = run_of(instance)
    with holding(database, quick, run_id, "dreaming"), time_machine.travel(_from_now(LATER)):
        assert reap(instance, database, quick) == []
        assert status(instance, run_id) is dg.DagsterRunStatus.STARTED


def test_a_killed_run_is_failed_once_with_a_sentence(
    database: Database, quick: Settings, instance: dg.DagsterInstance
) -> None:
    run_id = run_of(instance)
    with holding(database, quick, run_id, "dreaming", "graph") as pid:
        os.kill(pid, signal.SIGKILL)
        grow_old(database, quick)
        (reaped,) = reap(instance, database, quick)
        assert (reaped.run_id, reaped.told) == (run_id, True)
        assert set(reaped.writer_sets) == {"dreaming", "graph"}
        assert status(instance, run_id) is dg.DagsterRunStatus.FAILURE
        (said,) = failures(instance, run_id)
        assert said.startswith("No sign of life from ")
        assert said.endswith("what it had not committed is done again.")
        assert reap(instance, database, quick) == [], "once is enough"
        assert len(failures(instance, run_id)) == 1


def test_a_stopped_run_is_ended_and_the_next_one_starts(
    database: Database, quick: Settings, instance: dg.DagsterInstance
) -> None:
    run_id = run_of(instance)
    with holding(database, quick, run_id, "dreaming") as pid:
        os.kill(pid, signal.SIGSTOP)
        grow_old(database, quick)
        (reaped,) = reap(instance, database, quick)
        assert reaped.sessions >= 1
        assert _tokens(database) == {"dreaming": 2}, "a late write of its is refused"
        with exclusive(database, "dreaming", "next", quick) as lease:
            assert lease.token == 3


def test_a_run_that_died_while_it_was_cancelled_is_cancelled_and_not_redone(
    database: Database, quick: Settings, instance: dg.DagsterInstance
) -> None:
    run_id = run_of(instance, dg.DagsterRunStatus.CANCELING)
    with holding(database, quick, run_id, "dreaming") as pid:
        os.kill(pid, signal.SIGKILL)
        grow_old(database, quick)
        assert [one.told for one in reap(instance, database, quick)] == [True]
    assert status(instance, run_id) is dg.DagsterRunStatus.CANCELED


def test_a_process_that_outlives_its_runs_end_is_ended_after_a_grace(
    database: Database, quick: Settings, instance: dg.DagsterInstance
) -> None:
    """Cancelled by force, or over its time: by Dagster's books the next run may start."""
    run_id = run_of(instance)
    run = instance.get_run_by_id(run_id)
    assert run is not None
    with holding(database, quick, run_id, "dreaming"):
        instance.report_run_canceled(run)
        patient = quick.model_copy(update={"lease_ttl_s": 3600.0})
        assert reap(instance, database, patient) == [], "a worker writes its end, then leaves"
        with time_machine.travel(_from_now(LATER)):
            (reaped,) = reap(instance, database, quick)
        assert "Dagster had ended it (canceled)" in reaped.sentence
        assert not reaped.told
        with exclusive(database, "dreaming", "next", quick) as lease:
            assert lease.token == 3


def test_a_run_that_is_still_loading_is_left_until_its_time_to_start_is_over(
    database: Database, quick: Settings, instance: dg.DagsterInstance
) -> None:
    run_id = run_of(instance)
    run = instance.get_run_by_id(run_id)
    assert run is not None
    instance.report_engine_event("Started process for run", run)
    start_timeout = timedelta(seconds=instance.run_monitoring_start_timeout_seconds)
    with time_machine.travel(_from_now(start_timeout - timedelta(seconds=30))):
        assert reap(instance, database, quick) == []
    with time_machine.travel(_from_now(start_timeout + timedelta(seconds=30))):
        (reaped,) = reap(instance, database, quick)
    assert "no process of it was heard of for" in reaped.sentence
    assert status(instance, run_id) is dg.DagsterRunStatus.FAILURE


def test_a_run_between_two_leases_that_has_a_session_is_alive(
    database: Database, quick: Settings, instance: dg.DagsterInstance
) -> None:
    run_id = run_of(instance)
    with Database(database.url, application_name=run_id).direct(), time_machine.travel(_from_now(LATER)):
        assert reap(instance, database, quick) == []


def test_runs_of_others_and_those_not_yet_started_are_none_of_its_business(
    database: Database, quick: Settings, instance: dg.DagsterInstance
) -> None:
    run_of(instance, pool="somebody's")
    run_of(instance, dg.DagsterRunStatus.NOT_STARTED)
    with time_machine.travel(_from_now(LATER)):
        assert reap(instance, database, quick) == []


def test_a_dead_process_that_no_dagster_knows_is_ended_too(
    database: Database, quick: Settings, instance: dg.DagsterInstance
) -> None:
    with holding(database, quick, "a-script", "dreaming") as pid:
        os.kill(pid, signal.SIGSTOP)
        grow_old(database, quick)
        (reaped,) = reap(None, database, quick)
        assert reaped == Reaped("a-script", ("dreaming",), reaped.sessions, told=False, why=reaped.why)


def test_the_sensor_says_what_it_ended(
    database: Database, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGNT_HEARTBEAT_S", "0.05")
    monkeypatch.setenv("AGNT_LEASE_TTL_S", "0.5")
    get_settings.cache_clear()
    quick = get_settings()
    sensor = orphaned_runs_sensor()
    with dg.build_sensor_context(instance=instance) as context:
        assert sensor.evaluate_tick(context).skip_message == "every run that writes is alive"
    run_id = run_of(instance)
    with holding(database, quick, run_id, "dreaming") as pid:
        os.kill(pid, signal.SIGKILL)
        grow_old(database, quick)
        with dg.build_sensor_context(instance=instance) as context:
            said = sensor.evaluate_tick(context).skip_message
    assert f"Ended run {run_id}, which held dreaming: no sign of life" in (said or "")


def _tokens(database: Database) -> dict[str, int]:
    with database.reading() as snapshot:
        rows = snapshot.execute(sa.text("SELECT writer_set, token FROM mind.job_lease"))
        return {row.writer_set: row.token for row in rows}


def _from_now(later: timedelta) -> datetime:
    return datetime.fromtimestamp(time.time()).astimezone() + later
