"""The sensor for stale windows: what it asks for, what it waits for, and when it calls a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
import sqlalchemy as sa

from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.replay.windows import DAY
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.run_failures import LOCKED_OUT_TAG
from agnt_pipelines.sensors import ASKED_TAG, BACKOFF, Attempt, Stale, decide
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import StaleWindow
from agnt_pipelines.timetable import job_named
from agnt_pipelines.upkeep import stale_windows
from agnt_pipelines_tests.dreaming import world
from agnt_pipelines_tests.dreaming.world import WEEK

NOON = datetime(2026, 11, 9, 4, tzinfo=UTC)
found_job = job_named("light_dream")
assert found_job is not None
JOB = found_job
LISTED = NOON - timedelta(minutes=1)
STALE = [
    Stale(DAY.window(key), f"digest of {key}", LISTED) for key in ("2026-11-02", "2026-11-03", "2026-11-05")
]


def failed(tag: str, ago: timedelta, *, locked_out: bool = False) -> Attempt:
    return Attempt(tag, succeeded=False, locked_out=locked_out, ended=NOON - ago)


def tag_of(stale: list[Stale]) -> str:
    request = decide(JOB, stale, [], NOON, busy=False).request
    assert request is not None
    return request.tag


def test_close_windows_are_one_run_and_far_ones_come_later() -> None:
    far = Stale(DAY.window("2026-10-01"), "old", LISTED)
    request = decide(JOB, [far, *STALE], [], NOON, busy=False).request
    assert request is not None
    assert (request.first, request.last) == ("2026-10-01", "2026-10-01")
    request = decide(JOB, STALE, [], NOON, busy=False).request
    assert request is not None
    assert (request.first, request.last) == ("2026-11-02", "2026-11-05")


def test_nothing_is_asked_for_while_the_job_runs_or_where_nothing_is_stale() -> None:
    assert decide(JOB, STALE, [], NOON, busy=True).request is None
    assert decide(JOB, [], [], NOON, busy=False).request is None


def test_every_request_for_the_same_windows_has_a_key_of_its_own() -> None:
    tag = tag_of(STALE)
    done = [Attempt(tag, succeeded=True, locked_out=False, ended=LISTED - timedelta(hours=1))] * 2
    request = decide(JOB, STALE, done, NOON, busy=False).request
    assert request is not None
    assert request.run_key == f"{tag}:2"


def test_windows_that_were_run_since_they_were_listed_wait_for_the_next_list() -> None:
    done = [Attempt(tag_of(STALE), succeeded=True, locked_out=False, ended=NOON)]
    verdict = decide(JOB, STALE, done, NOON, busy=False)
    assert verdict.request is None
    assert "waits for the list" in verdict.reason


def test_a_failed_range_waits_longer_each_time_and_then_calls_a_person() -> None:
    tag = tag_of(STALE)
    once = [failed(tag, timedelta(minutes=1))]
    assert "tried again" in decide(JOB, STALE, once, NOON, busy=False).reason
    assert decide(JOB, STALE, once, NOON + BACKOFF, busy=False).request is not None
    twice = [*once, failed(tag, timedelta(minutes=30))]
    assert decide(JOB, STALE, twice, NOON + BACKOFF, busy=False).request is None
    assert decide(JOB, STALE, twice, NOON + 2 * BACKOFF, busy=False).request is not None
    verdict = decide(
        JOB, STALE, [*twice, failed(tag, timedelta(days=1))], NOON + timedelta(days=9), busy=False
    )
    assert verdict.alert
    assert "failed 3 times with the same inputs" in verdict.reason


def test_being_locked_out_is_no_failure() -> None:
    tag = tag_of(STALE)
    attempts = [failed(tag, timedelta(), locked_out=True)] * 5
    assert decide(JOB, STALE, attempts, NOON, busy=False).request is not None


def test_changed_inputs_are_tried_afresh() -> None:
    attempts = [failed(tag_of(STALE), timedelta(days=1))] * 3
    changed = [STALE[0], Stale(STALE[1].window, "another digest", LISTED), STALE[2]]
    assert decide(JOB, changed, attempts, NOON, busy=False).request is not None


def test_a_range_that_failed_for_good_does_not_hold_up_the_others() -> None:
    far = [Stale(DAY.window("2026-10-01"), "old", LISTED)]
    attempts = [failed(tag_of(far), timedelta(days=1))] * 3
    request = decide(JOB, [*far, *STALE], attempts, NOON, busy=False).request
    assert request is not None
    assert request.first == "2026-11-02"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def test_upkeep_lists_what_is_missing_and_the_sensor_asks_for_it(
    database: Database, settings: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGNT_NOW", world.NOW.isoformat())
    get_settings.cache_clear()
    world.insert(database, world.USERS, world.people("ayu"))
    world.insert(database, world.INTERACTIONS, [world.message("ayu", "I'm vegan", WEEK[3], 1)])
    result = dg.materialize(
        [stale_windows], instance=instance, resources={"upkeep": WriterSet(writer_set="upkeep")}
    )
    assert result.success
    table = table_of(StaleWindow)
    with database.reading() as snapshot:
        rows = snapshot.execute(sa.select(table.c.derivation, table.c.window_key, table.c.reason)).all()
    windows = [row.window_key for row in rows if row.derivation == "observations"]
    assert sorted(windows) == [window.key for window in WEEK[3:]]
    repository = build_definitions().get_repository_def()
    sensor = repository.get_sensor_def("light_dream_stale")
    with dg.build_sensor_context(instance=instance, repository_def=repository) as context:
        (request,) = sensor.evaluate_tick(context).run_requests or []
    assert request.tags["dagster/asset_partition_range_start"] == WEEK[3].key
    assert request.tags["dagster/asset_partition_range_end"] == WEEK[6].key
    assert request.tags[ASKED_TAG] in (request.run_key or "")


def test_a_window_is_left_to_the_timetable_until_its_own_tick_is_past(
    database: Database, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"derivation": "observations", "reason": "missing", "units": 1, "digest": "d"}
    world.insert(database, table_of(StaleWindow), [{**row, "window_key": "2026-11-08"}])
    repository = build_definitions().get_repository_def()
    sensor = repository.get_sensor_def("light_dream_stale")
    asked = {}
    for now in ("2026-11-09T02:29:00+08:00", "2026-11-09T02:30:00+08:00"):
        monkeypatch.setenv("AGNT_NOW", now)
        get_settings.cache_clear()
        with dg.build_sensor_context(instance=instance, repository_def=repository) as context:
            asked[now] = len(sensor.evaluate_tick(context).run_requests or [])
    assert list(asked.values()) == [0, 1]


def test_a_run_that_was_locked_out_says_so_in_its_tags(
    database: Database, settings: Settings, instance: dg.DagsterInstance
) -> None:
    from agnt_pipelines.replay.exclusive import exclusive

    with exclusive(database, "upkeep", "other", settings):
        result = dg.materialize(
            [stale_windows],
            instance=instance,
            resources={"upkeep": WriterSet(writer_set="upkeep")},
            raise_on_error=False,
        )
    run = instance.get_run_by_id(result.run_id)
    assert run is not None
    assert run.tags[LOCKED_OUT_TAG] == "true"
