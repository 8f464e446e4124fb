"""Every way in goes through the same guard: while somebody else writes, each ends locked out."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.dreaming.assets import observations
from agnt_pipelines.replay import liveness
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.run_failures import LOCKED_OUT_TAG, what_happened
from agnt_pipelines.serving.instance import URL_VARIABLE, open_instance
from agnt_pipelines.settings import PROJECT_ROOT, Settings, get_settings
from agnt_pipelines.storage.connect import addresses
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import DeltaLogEntry, JobWindow, StaleWindow
from agnt_pipelines.timetable import job_named
from agnt_pipelines_tests.dreaming import world
from agnt_pipelines_tests.serving.processes import until
from agnt_pipelines_tests.serving.risen import AGNT, Risen, risen

pytestmark = pytest.mark.long

DAY = "2026-11-02"
ENDS_S = 150.0
LOCATION = {"repositoryLocationName": "agnt_pipelines", "repositoryName": "__repository__"}
LAUNCH = """
mutation Launch($run: ExecutionParams!) { launchRun(executionParams: $run) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }
"""
BACKFILL = """
mutation Backfill($backfill: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $backfill) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }
"""

CANCEL = "mutation Cancel($run: String!) { terminateRun(runId: $run) { __typename } }"
_IN_A_STATEMENT = sa.text(
    "SELECT application_name FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%observations%'"
)


class House:
    """The platform while it is up, as a person and as a script can reach it."""

    def __init__(self, up: Risen, settings: Settings, database: Database, dagster_url: str) -> None:
        self.up = up
        self.settings = settings
        self.database = database
        self.dagster_url = dagster_url
        self.home = up.state / "dagster"

    def open(self) -> dg.DagsterInstance:
        return open_instance(self.home, self.dagster_url)

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "AGNT_STATE": str(self.up.state),
            "DAGSTER_HOME": str(self.home),
            URL_VARIABLE: self.dagster_url,
            "PYTHONPATH": str(PROJECT_ROOT),
        }

    def written_by(self, run: dg.DagsterRun) -> int:
        """Count the windows that a run completed and the changes that it logged."""
        tables = (table_of(JobWindow), table_of(DeltaLogEntry))
        counts = [sa.select(sa.func.count()).where(one.c.run_id == run.run_id) for one in tables]
        with self.database.reading() as snapshot:
            return sum(snapshot.scalar(count) or 0 for count in counts)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory(prefix="agnt ways in ") as folder,
    ):
        Path(folder).chmod(0o711)  # the server may run as another account, which must be able to enter
        state = Path(folder) / "state"
        patch.setenv("AGNT_STATE", str(state))
        patch.setenv("AGNT_LOCK_WAIT_S", "0.3")
        get_settings.cache_clear()
        with risen(state) as up, addresses(get_settings()) as where:
            database = Database(where.platform, application_name="tests")
            world.insert(database, world.USERS, world.people("ayu"))
            url = where.dagster.render_as_string(hide_password=False)
            yield House(up, get_settings(), database, url)
            database.close()
    get_settings.cache_clear()


def pools_of(run: dg.DagsterRun) -> set[str]:
    found = run.run_op_concurrency
    return set(found.all_pools or ()) if found else set()


@contextmanager
def held(house: House) -> Iterator[None]:
    """Hold what light dreaming and upkeep write, as somebody else."""
    patient = house.settings.model_copy(update={"lock_wait_s": ENDS_S})
    with (
        exclusive(house.database, "dreaming", "somebody", patient),
        exclusive(house.database, "upkeep", "somebody", patient),
    ):
        yield


def launched(house: House, job: str, *assets: str, **tags: str) -> None:
    selector: dict[str, Any] = {**LOCATION, "pipelineName": job}
    if assets:
        selector["assetSelection"] = [{"path": [name]} for name in assets]
    metadata = {"tags": [{"key": f"dagster/{name}", "value": value} for name, value in tags.items()]}
    asked = {"selector": selector, "mode": "default", "runConfigData": {}, "executionMetadata": metadata}
    assert house.up.ask(LAUNCH, run=asked)["launchRun"]["__typename"] == "LaunchRunSuccess"


def by_click(house: House) -> None:
    launched(house, "__ASSET_JOB", "observations", partition=DAY)


def by_job_launch(house: House) -> None:
    launched(house, "light_dream", partition=DAY)


def by_backfill(house: House) -> None:
    asked = {"assetSelection": [{"path": ["observations"]}], "partitionNames": [DAY, "2026-11-03"]}
    answer = house.up.ask(BACKFILL, backfill=asked)["launchPartitionBackfill"]
    assert answer["__typename"] == "LaunchBackfillSuccess", answer


def by_schedule_tick(house: House) -> None:
    """Look at the schedules as the daemon does, at the instant of upkeep's next tick."""
    from agnt_pipelines.serving.daemon import WORKSPACE
    from agnt_pipelines.serving.daemon_service import loaded

    # Dagster's daemon and scheduler import each other: the daemon has to come first.
    from dagster._scheduler.scheduler import launch_scheduled_runs  # isort: skip

    job = job_named("staleness")
    assert job is not None
    tick = job.tick_after(datetime.now(UTC)).astimezone(UTC)
    logger = logging.getLogger(__name__)
    with house.open() as instance, loaded(instance, WORKSPACE) as locations:
        for _ in launch_scheduled_runs(locations, logger, end_datetime_utc=tick, iteration_times={}):
            pass


def by_sensor_tick(house: House) -> None:
    """Leave it to the daemon, which looks at the sensors by itself."""
    row = {"derivation": "observations", "window_key": DAY, "reason": "missing", "units": 1, "digest": "d"}
    world.insert(house.database, table_of(StaleWindow), [row])


def by_materialize(house: House) -> None:
    writes = {"dreaming": WriterSet(writer_set="dreaming")}
    with house.open() as instance:
        dg.materialize(
            [observations], partition_key=DAY, instance=instance, resources=writes, raise_on_error=False
        )


def by_execute_in_process(house: House) -> None:
    job = build_definitions().get_repository_def().get_job("light_dream")
    with house.open() as instance:
        job.execute_in_process(instance=instance, partition_key=DAY, raise_on_error=False)


def by_dagsters_command(house: House) -> None:
    dagsters_command(house).communicate()


def dagsters_command(house: House) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dagster", "asset", "materialize", "-m", "agnt_pipelines.definitions"]
    return subprocess.Popen(
        [*command, "--select", "observations", "--partition", DAY],
        env=house.environment(),
        cwd=house.up.state.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def by_our_command(house: House) -> None:
    done = subprocess.run(
        [*AGNT, "run", "light_dream", "--from", DAY, "--to", DAY],
        env=house.environment(),
        cwd=house.up.state.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "'dreaming' is held by run somebody" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "way",
    [
        by_schedule_tick,
        by_click,
        by_job_launch,
        by_backfill,
        by_materialize,
        by_execute_in_process,
        by_dagsters_command,
        by_our_command,
        by_sensor_tick,  # the last: it asks again and again until its window is done
    ],
)
def test_whoever_comes_while_somebody_writes_is_locked_out(
    house: House, way: Callable[[House], None]
) -> None:
    with house.open() as instance:
        known = {run.run_id for run in instance.get_runs()}

        def ended() -> list[dg.DagsterRun]:
            new = [run for run in instance.get_runs() if run.run_id not in known and run.is_finished]
            return [run for run in new if pools_of(run) & {"dreaming", "upkeep"}]

        with held(house):
            way(house)
            assert until(lambda: bool(ended()), ENDS_S), [run.status for run in instance.get_runs()]
        for run in ended():
            assert run.is_failure
            assert run.tags[LOCKED_OUT_TAG] == "true"
            assert "is held by run somebody" in what_happened(instance, run.run_id)
            assert house.written_by(run) == 0


def test_those_who_come_at_once_by_different_ways_write_it_once(house: House) -> None:
    with house.open() as instance:
        known = {run.run_id for run in instance.get_runs()}

        def mine() -> list[dg.DagsterRun]:
            new = [run for run in instance.get_runs() if run.run_id not in known]
            return [run for run in new if "dreaming" in pools_of(run)]

        with held(house):  # so that they all wait at one door
            world.insert(
                house.database, world.INTERACTIONS, [world.message("ayu", "I'm vegan", world.WEEK[0], 1)]
            )
            scripts = [dagsters_command(house), dagsters_command(house)]
            by_click(house)
            by_job_launch(house)
            assert until(lambda: len(mine()) >= 2, ENDS_S)
        for script in scripts:
            script.communicate()
        assert until(lambda: len(mine()) >= 4 and all(run.is_finished for run in mine()), ENDS_S)
        assert any(run.is_success for run in mine())
        assert all(run.is_success or LOCKED_OUT_TAG in run.tags for run in mine())
    windows, log = table_of(JobWindow), table_of(DeltaLogEntry)
    about = {"derivation": "observations", "window_key": DAY}
    with house.database.reading() as snapshot:
        revisions = snapshot.scalars(sa.select(windows.c.revision).filter_by(**about)).all()
        entries = snapshot.scalars(sa.select(log.c.seq).filter_by(**about)).all()
    assert revisions == [1]
    assert len(entries) == 1


def test_a_run_that_is_cancelled_in_a_long_statement_leaves_nothing_half_done(house: House) -> None:
    with house.database.writing() as blocker, house.open() as instance:
        blocker.execute(sa.text("LOCK TABLE mind.observations IN ACCESS EXCLUSIVE MODE"))
        launched(house, "light_dream", partition="2026-11-04")
        waiting: list[str] = []

        def is_in_it() -> bool:
            with house.database.reading() as snapshot:
                waiting[:] = snapshot.scalars(_IN_A_STATEMENT).all()
            return bool(waiting)

        assert until(is_in_it, ENDS_S)
        house.up.ask(CANCEL, run=waiting[0])

        def cancelled() -> dg.DagsterRun | None:
            run = instance.get_run_by_id(waiting[0])
            return run if run is not None and run.status is dg.DagsterRunStatus.CANCELED else None

        assert until(lambda: cancelled() is not None, ENDS_S), "while the statement would still go on"
        run = cancelled()
        assert run is not None
        with house.database.direct() as connection:
            assert until(lambda: not liveness.sessions_of(connection, run.run_id), ENDS_S)
            assert liveness.holder_of(connection, "dreaming") is None
    assert house.written_by(run) == 0
