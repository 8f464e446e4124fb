"""The sensor for failed runs: told once, in a sentence, where an operator looks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.storage.tags import WILL_RETRY_TAG

from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.run_failures import TOLD_TAG, failed_lately
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import User
from agnt_pipelines_tests.dreaming import world
from agnt_pipelines_tests.dreaming.world import WEEK

REPOSITORY = build_definitions().get_repository_def()
SPAN = {
    "dagster/asset_partition_range_start": WEEK[0].key,
    "dagster/asset_partition_range_end": WEEK[2].key,
}


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


class Watch:
    """The sensor, evaluated again and again with the cursor that it left."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self.cursor: str | None = None
        self.tick()  # the first look only notes where the log ends

    def tick(self) -> None:
        sensor = REPOSITORY.get_sensor_def("failed_runs")
        made = dg.build_sensor_context(instance=self.instance, repository_def=REPOSITORY, cursor=self.cursor)
        with made as context:
            self.cursor = sensor.evaluate_tick(context).cursor


def fail(instance: dg.DagsterInstance, database: Database) -> str:
    """Run three nights although `source.users` is empty and somebody is known."""
    world.insert(database, world.USERS, world.people("ayu"))
    world.insert(database, world.INTERACTIONS, [world.message("ayu", "I'm vegan", WEEK[0], 1)])
    job = REPOSITORY.get_job("light_dream")
    assert job.execute_in_process(instance=instance, partition_key=WEEK[0].key).success
    with database.writing() as connection:
        connection.execute(table_of(User).delete())
    return job.execute_in_process(instance=instance, tags=SPAN, raise_on_error=False).run_id


def test_a_failed_run_is_told_once_with_job_windows_reason_and_runbook(
    database: Database, instance: dg.DagsterInstance, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = Watch(instance)
    run_id = fail(instance, database)
    (untold,) = failed_lately(instance, datetime.now(UTC))
    assert not untold.told
    watch.tick()
    run = instance.get_run_by_id(run_id)
    assert run is not None
    assert run.tags[TOLD_TAG].startswith("source.users is empty, but 1 people are known")
    said = capsys.readouterr().err
    assert f"light_dream ({WEEK[0].key} to {WEEK[2].key}) failed, run {run_id[:8]}" in said
    assert "runbooks/agnt-cron/SKILL.md" in said
    watch.tick()
    assert "failed, run" not in capsys.readouterr().err, "once is enough"
    (told,) = failed_lately(instance, datetime.now(UTC))
    assert (told.told, told.said, told.mended) == (True, untold.said, False)


def test_a_later_success_of_its_last_window_mends_it_and_a_day_later_it_is_forgotten(
    database: Database, instance: dg.DagsterInstance
) -> None:
    fail(instance, database)
    world.insert(database, world.USERS, world.people("ayu"))
    job = REPOSITORY.get_job("light_dream")
    assert job.execute_in_process(instance=instance, partition_key=WEEK[0].key).success
    (found,) = failed_lately(instance, datetime.now(UTC))
    assert not found.mended, "its later windows are still to do"
    assert job.execute_in_process(instance=instance, partition_key=WEEK[2].key).success
    (found,) = failed_lately(instance, datetime.now(UTC))
    assert found.mended
    assert failed_lately(instance, datetime.now(UTC) + timedelta(days=1, minutes=1)) == []


def test_a_run_that_was_locked_out_is_not_told(
    database: Database, settings: Settings, instance: dg.DagsterInstance, caplog: pytest.LogCaptureFixture
) -> None:
    watch = Watch(instance)
    with exclusive(database, "upkeep", "other", settings), caplog.at_level(logging.ERROR):
        job = REPOSITORY.get_job("staleness")
        run_id = job.execute_in_process(instance=instance, raise_on_error=False).run_id
        watch.tick()
    run = instance.get_run_by_id(run_id)
    assert run is not None
    assert TOLD_TAG not in run.tags
    assert failed_lately(instance, datetime.now(UTC)) == []


def test_a_crashed_run_that_is_tried_again_is_not_told(
    database: Database, instance: dg.DagsterInstance
) -> None:
    watch = Watch(instance)
    run_id = fail(instance, database)
    instance.add_run_tags(run_id, {WILL_RETRY_TAG: "true"})
    watch.tick()
    run = instance.get_run_by_id(run_id)
    assert run is not None
    assert TOLD_TAG not in run.tags


@pytest.mark.usefixtures("database")
def test_it_tells_while_everything_is_paused(
    database: Database, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGNT_PAUSED", "1")
    get_settings.cache_clear()
    watch = Watch(instance)
    run_id = fail(instance, database)
    watch.tick()
    run = instance.get_run_by_id(run_id)
    assert run is not None
    assert TOLD_TAG in run.tags
