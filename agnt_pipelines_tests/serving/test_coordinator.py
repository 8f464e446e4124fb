"""Runs through the real queue: a real server, a real daemon, a toy code location."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest
from dagster import DagsterRunStatus
from dagster._core.instance.config import PoolGranularity
from dagster._core.storage.tags import WILL_RETRY_TAG

from agnt_pipelines.errors import DatabaseUnreachable, SettingsError
from agnt_pipelines.serving.coordinator import (
    Ending,
    Outcome,
    partition_tags,
    submit,
    wait,
)
from agnt_pipelines.serving.daemon import Daemon, DaemonPlan, running_daemon
from agnt_pipelines.serving.instance import open_instance, prepare_home, set_pool_limits, with_driver
from agnt_pipelines.serving.progress import Progress, ProgressKind
from agnt_pipelines.settings import PROJECT_ROOT
from agnt_pipelines.storage.server import ServerAddress, ensure_database, serving
from agnt_pipelines_tests.serving.processes import family, gone, kill_all, until
from agnt_pipelines_tests.serving.toy_owner import TOY_WORKSPACE, linger_config

pytestmark = pytest.mark.long

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from dagster import DagsterInstance


RUN_S = 60.0


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("coordinator")


@pytest.fixture(scope="module")
def server(state: Path) -> Iterator[ServerAddress]:
    with serving(state, durable=False) as address:
        yield address


@pytest.fixture(scope="module")
def plan(state: Path, server: ServerAddress) -> DaemonPlan:
    ensure_database(server, "dagster")
    return DaemonPlan(prepare_home(state), server.url("dagster"), {"toy": 1}, TOY_WORKSPACE)


@pytest.fixture(scope="module")
def daemon(plan: DaemonPlan) -> Iterator[Daemon]:
    with running_daemon(plan) as running:
        yield running
    assert not running.ours


@pytest.fixture(scope="module")
def instance(plan: DaemonPlan, daemon: Daemon) -> Iterator[DagsterInstance]:
    assert daemon.ours
    with open_instance(plan.home, plan.dagster_url) as opened:
        yield opened


@pytest.fixture
def run(instance: DagsterInstance, daemon: Daemon) -> Callable[..., Outcome]:
    def submit_and_wait(
        job: str, on_progress: Callable[[Progress], None] = lambda _: None, **tags: str
    ) -> Outcome:
        run_id = submit(instance, TOY_WORKSPACE, job, tags=tags)
        return wait(instance, run_id, on_progress, keep_served=daemon.check)

    return submit_and_wait


def is_redone(instance: DagsterInstance, run_id: str) -> bool:
    """Whether a failed run will be redone, which Dagster writes down a moment after the failure."""
    told: list[str] = []

    def tells() -> bool:
        failed = instance.get_run_by_id(run_id)
        told.extend(() if failed is None else filter(None, [failed.tags.get(WILL_RETRY_TAG)]))
        return bool(told)

    assert until(tells, RUN_S)
    return told[0] == "true"


class Owned:
    """A separate process that owns a daemon and waits for a slow run that has begun."""

    def __init__(self, server: ServerAddress, state: Path, database: str) -> None:
        ensure_database(server, database)
        self.plan = DaemonPlan(prepare_home(state), server.url(database), {"toy": 1}, TOY_WORKSPACE)
        begun = state / "begun"
        command = [sys.executable, "-m", "agnt_pipelines_tests.serving.toy_owner"]
        self.owner_log = state / "owner.log"
        with self.owner_log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, str(state), self.plan.dagster_url, str(begun)], stdout=log, stderr=log
            )
        try:
            assert until(begun.exists, RUN_S), self.plan.log.read_text()
            self.family = family(self.process.pid)
        except BaseException:
            self.process.terminate()
            raise

    def statuses(self) -> list[DagsterRunStatus]:
        with open_instance(self.plan.home, self.plan.dagster_url) as opened:
            return [found.status for found in opened.get_runs()]


@pytest.fixture
def owned(server: ServerAddress, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Owned]:
    owner = Owned(server, tmp_path, f"dagster_{request.node.name[:40]}")
    yield owner
    kill_all(owner.family)
    owner.process.wait()


def test_a_range_of_days_is_one_run_that_materializes_each_of_them(
    run: Callable[..., Outcome], instance: DagsterInstance
) -> None:
    before = instance.get_runs_count()
    seen: list[ProgressKind] = []
    outcome = run("days_job", lambda p: seen.append(p.kind), **partition_tags("2026-01-05", "2026-01-07"))
    assert outcome.ending is Ending.SUCCESS, outcome
    assert instance.get_runs_count() == before + 1
    days = [("days", f"2026-01-0{day}") for day in (5, 6, 7)]
    assert list(outcome.materialized) == [*days, ("fold", None)]
    assert seen[0] is ProgressKind.QUEUED
    assert seen[-1] is ProgressKind.ENDED


def test_a_single_day_is_a_plain_partition(run: Callable[..., Outcome], instance: DagsterInstance) -> None:
    outcome = run("days_job", **partition_tags("2026-01-09", "2026-01-09"))
    assert outcome.materialized[0] == ("days", "2026-01-09")
    submitted = instance.get_run_by_id(outcome.run_id)
    assert submitted is not None
    assert submitted.tags["agnt/exclusive"] == "toy", "the job's own tags are kept"
    assert submitted.tags["dagster/partition"] == "2026-01-09"


def test_our_own_refusal_reaches_the_caller_as_its_sentence(
    run: Callable[..., Outcome], instance: DagsterInstance
) -> None:
    outcome = run("refused_job")
    assert outcome.ending is Ending.FAILURE
    assert outcome.failures == ("toy is held by run 4711 since 05:00; it runs when that one ends",)
    assert not is_redone(instance, outcome.run_id), "only a crashed run is redone"


def test_a_lock_that_could_not_be_had_reaches_the_caller_as_its_sentence(run: Callable[..., Outcome]) -> None:
    outcome = run("locked_out_job")
    assert outcome.failures == ("toy is held by run 4712 since 05:00; it runs when that one ends",)


def test_a_mistake_is_named_with_its_step_and_kind(run: Callable[..., Outcome]) -> None:
    outcome = run("broken_job")
    assert outcome.failures == ("broken failed with ValueError: 7 is not a slot",)


def test_an_unknown_job_names_the_jobs_there_are(instance: DagsterInstance) -> None:
    with pytest.raises(SettingsError, match="'day_job'; the jobs are broken_job, days_job, locked_out_job"):
        submit(instance, TOY_WORKSPACE, "day_job", tags={})


def test_the_queue_runs_one_of_a_kind_at_a_time(
    instance: DagsterInstance, run: Callable[..., Outcome]
) -> None:
    run("broken_job")  # whatever its end: the daemon has looked at the queue by then
    config = instance.get_concurrency_config()
    assert config.pool_config.pool_granularity is PoolGranularity.RUN
    assert config.run_queue_config is not None
    assert config.run_queue_config.tag_concurrency_limits == [
        {"key": "agnt/exclusive", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}
    ]
    limits = {limit.name: limit.limit for limit in instance.event_log_storage.get_pool_limits()}
    assert limits["toy"] == 1, "written by the daemon before its first look at the queue"


def test_limits_are_rewritten_when_they_change(instance: DagsterInstance) -> None:
    set_pool_limits(instance, {"spare": 2})
    set_pool_limits(instance, {"spare": 3})
    limits = {limit.name: limit.limit for limit in instance.event_log_storage.get_pool_limits()}
    assert limits["spare"] == 3


def test_a_second_command_uses_the_daemon_that_runs(
    plan: DaemonPlan, daemon: Daemon, run: Callable[..., Outcome]
) -> None:
    run("broken_job")  # whatever its end: the daemon leads by then
    with running_daemon(plan) as second:
        assert not second.ours
    assert daemon.ours
    assert daemon.pid is not None
    assert psutil.pid_exists(daemon.pid)


def test_an_interrupt_cancels_the_run_and_a_second_run_names_what_it_waits_for(
    instance: DagsterInstance, daemon: Daemon, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    config = linger_config(begun)
    slow = submit(instance, TOY_WORKSPACE, "slow_job", tags={}, run_config=config)
    assert until(begun.exists, RUN_S)
    second = submit(instance, TOY_WORKSPACE, "days_job", tags=partition_tags("2026-02-01", "2026-02-01"))

    def interrupt_when(kind: ProgressKind) -> Callable[[Progress], None]:
        def listen(progress: Progress) -> None:
            if progress.kind is kind:
                said.append(progress.text)
                raise KeyboardInterrupt

        return listen

    said: list[str] = []
    blocked = wait(instance, second, interrupt_when(ProgressKind.BLOCKED), keep_served=daemon.check)
    assert said == [f"queued behind slow_job ({slow})"]
    assert blocked.ending is Ending.CANCELED
    assert not blocked.materialized
    stopped = wait(instance, slow, interrupt_when(ProgressKind.STEP_STARTED), keep_served=daemon.check)
    assert stopped.ending is Ending.CANCELED


def test_a_crashed_worker_is_named_by_its_signal(
    instance: DagsterInstance, daemon: Daemon, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    run_id = submit(instance, TOY_WORKSPACE, "slow_job", tags={}, run_config=linger_config(begun))
    assert until(begun.exists, RUN_S)
    assert daemon.pid is not None
    kill_all([p for p in family(daemon.pid) if "multiprocessing.spawn" in " ".join(p.cmdline())])
    outcome = wait(instance, run_id, keep_served=daemon.check)
    assert outcome.ending is Ending.FAILURE
    assert outcome.failures == (f"Run execution process for {run_id} was terminated by signal 9 (SIGKILL).",)
    assert is_redone(instance, run_id)


def test_killing_the_owner_leaves_no_process_and_writes_the_run_down(owned: Owned) -> None:
    assert len(owned.family) >= 5, "owner, guard, daemon, code server, run worker"
    os.kill(owned.process.pid, signal.SIGKILL)
    assert until(lambda: all(map(gone, owned.family)), 15.0), [p for p in owned.family if not gone(p)]
    assert owned.statuses()[0] in {DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED}


def test_killing_the_guard_leaves_no_process_either(owned: Owned) -> None:
    guard = next(p for p in owned.family if "agnt_pipelines.serving.daemon_guard" in p.cmdline())
    guard.kill()
    assert until(lambda: all(map(gone, owned.family)), 15.0), [p for p in owned.family if not gone(p)]
    assert "The daemon ended with code -9" in owned.owner_log.read_text()


def test_a_run_whose_every_process_was_killed_does_not_block_the_next(owned: Owned) -> None:
    kill_all(owned.family)
    assert until(lambda: all(map(gone, owned.family)), 15.0)
    assert owned.statuses()[0] is DagsterRunStatus.STARTED, "nobody was left to write its end"
    plan = owned.plan
    with running_daemon(plan) as daemon, open_instance(plan.home, plan.dagster_url) as instance:
        run_id = submit(instance, TOY_WORKSPACE, "refused_job", tags={})
        outcome = wait(instance, run_id, keep_served=daemon.check)
    assert outcome.ending is Ending.FAILURE
    assert owned.statuses()[:2] == [DagsterRunStatus.FAILURE, DagsterRunStatus.FAILURE]


def test_a_database_that_does_not_answer_is_named_by_its_setting(tmp_path: Path) -> None:
    plan = DaemonPlan(prepare_home(tmp_path), f"postgresql://agnt@/dagster?host={tmp_path}", {})
    with pytest.raises(DatabaseUnreachable, match="AGNT_DAGSTER_URL"), running_daemon(plan):
        pass


def test_the_home_keeps_a_current_copy_of_the_configuration(tmp_path: Path) -> None:
    home = prepare_home(tmp_path)
    copy = home / "dagster.yaml"
    assert copy.read_bytes() == (PROJECT_ROOT / "dagster.yaml").read_bytes()
    copy.write_text("telemetry: {enabled: true}")
    assert prepare_home(tmp_path) == home
    assert copy.read_bytes() == (PROJECT_ROOT / "dagster.yaml").read_bytes()


@pytest.mark.parametrize(
    ("given", "driver", "wanted"),
    [
        ("postgresql://a@/d?host=/s", "psycopg2", "postgresql+psycopg2://a@/d?host=/s"),
        ("postgresql+asyncpg://a@h/d", "psycopg2", "postgresql+psycopg2://a@h/d"),
        ("postgres://a@h/d", None, "postgresql://a@h/d"),
        ("postgresql+psycopg2://a@h/d", None, "postgresql://a@h/d"),
    ],
)
def test_a_url_is_rewritten_for_its_driver(given: str, driver: str | None, wanted: str) -> None:
    assert with_driver(given, driver) == wanted


def test_a_url_of_another_database_is_refused() -> None:
    with pytest.raises(SettingsError, match="'mysql'"):
        with_driver("mysql://h/d", None)


def test_partition_tags_are_what_dagster_reads() -> None:
    tags: Mapping[str, str] = partition_tags("2026-01-01", "2026-01-02")
    assert tags == {
        "dagster/asset_partition_range_start": "2026-01-01",
        "dagster/asset_partition_range_end": "2026-01-02",
    }
