"""One switch pauses whatever starts runs by itself: by a setting, or by a decision while everything runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import dagster as dg
import pytest

from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.replay import pause
from agnt_pipelines.replay.windows import WITA
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.timetable import TIMETABLE
from agnt_pipelines_tests.serving.calls import agnt, answer

REPOSITORY = build_definitions().get_repository_def()
TELLING = {"failed_runs", "orphaned_runs"}
"""They start nothing, and tell what happened: also while everything else is paused."""

STARTING = sorted({sensor.name for sensor in REPOSITORY.sensor_defs} - TELLING)
MONDAY = datetime(2026, 11, 23, 4, tzinfo=WITA)


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def scheduled(name: str) -> str | None:
    context = dg.build_schedule_context(scheduled_execution_time=MONDAY, repository_def=REPOSITORY)
    result = REPOSITORY.get_schedule_def(name).evaluate_tick(context)
    return None if result.run_requests else result.skip_message


def sensed(instance: dg.DagsterInstance, name: str) -> str | None:
    with dg.build_sensor_context(instance=instance, repository_def=REPOSITORY) as context:
        result = REPOSITORY.get_sensor_def(name).evaluate_tick(context)
    return None if result.run_requests else result.skip_message


def evaluated(instance: dg.DagsterInstance) -> dict[str, str | None]:
    of_jobs = {f"schedule {job.name}": scheduled(job.name) for job in TIMETABLE}
    return of_jobs | {f"sensor {name}": sensed(instance, name) for name in STARTING}


@pytest.mark.usefixtures("database")
def test_a_setting_pauses_every_schedule_and_every_sensor_that_starts_runs(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGNT_PAUSED", "1")
    get_settings.cache_clear()
    assert set(evaluated(instance).values()) == {"paused by AGNT_PAUSED"}


def test_a_decision_pauses_while_everything_runs_and_another_ends_it(
    database: Database, instance: dg.DagsterInstance
) -> None:
    assert None in evaluated(instance).values()
    with database.writing() as connection:
        assert pause.decide(connection, paused=True, by="komang", why="a restore")
        assert not pause.decide(connection, paused=True, by="made")
    said = set(evaluated(instance).values())
    assert len(said) == 1
    assert str(said.pop()).startswith("paused by komang since ")
    with database.writing() as connection:
        assert pause.decide(connection, paused=False, by="made")
        assert not pause.decide(connection, paused=False, by="made")
    assert all("paused" not in str(why) for why in evaluated(instance).values())


def test_a_database_that_does_not_answer_pauses_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGNT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    get_settings.cache_clear()
    assert scheduled("light_dream") is None


def test_the_commands_turn_the_switch_and_status_shows_it(database: Database) -> None:
    assert answer("pause", "--why", "a restore")["changed"]
    assert "already" in agnt("pause").stderr
    shown = agnt("status").stdout
    assert "Schedules and sensors are paused by" in shown
    assert "a restore" in shown
    assert "a restore" in answer("status")["paused"]
    assert answer("resume") == {"changed": True, "paused": None}
    assert answer("resume")["changed"] is False
    assert answer("status")["paused"] is None
    with database.reading() as snapshot:
        assert pause.decided(snapshot) is None


@pytest.mark.usefixtures("database")
def test_resuming_says_when_a_setting_still_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGNT_PAUSED", "1")
    get_settings.cache_clear()
    assert "unset it" in agnt("resume").stderr
    assert answer("status")["paused"] == "paused by AGNT_PAUSED"
