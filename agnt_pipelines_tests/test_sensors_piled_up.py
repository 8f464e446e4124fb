"""The sensor for a pile of unread talk: counted from the tables, asked for at once, not for ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.dreaming.assets import observations
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.sensors import ASKED_TAG, BACKOFF, Attempt
from agnt_pipelines.sensors.piled_up import Pile, decide, wanted
from agnt_pipelines.settings import get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.timetable import job_named
from agnt_pipelines_tests.dreaming import world
from agnt_pipelines_tests.dreaming.world import WEEK

NOON = datetime(2026, 11, 9, 4, tzinfo=UTC)
REPOSITORY = build_definitions().get_repository_def()
found_job = job_named("light_dream")
assert found_job is not None
JOB = found_job
PILE = Pile(1200, "2026-11-02", "2026-11-08")
TAG = wanted(JOB, PILE).tag


def ended(ago: timedelta, *, succeeded: bool = False, locked_out: bool = False) -> Attempt:
    return Attempt(TAG, succeeded=succeeded, locked_out=locked_out, ended=NOON - ago)


def decided(attempts: Sequence[Attempt] = (), *, limit: int = 1000, busy: bool = False) -> tuple[str, bool]:
    verdict = decide(JOB, PILE, limit, attempts, NOON, busy=busy)
    return verdict.request.run_key if verdict.request else verdict.reason, verdict.alert


def test_a_pile_is_one_run_over_all_its_days() -> None:
    request = decide(JOB, PILE, 1200, [], NOON, busy=False).request
    assert request is not None
    assert (request.first, request.last, request.run_key) == ("2026-11-02", "2026-11-08", f"{TAG}:0")


def test_below_the_limit_it_says_how_many_wait() -> None:
    said, _ = decided(limit=1201)
    assert said.startswith("1,200 interactions of 2026-11-02 to 2026-11-08 wait: fewer than 1,201")
    assert decide(JOB, None, 1, [], NOON, busy=False).reason == "no interaction of a closed day waits"


def test_while_the_job_runs_nothing_is_asked_for() -> None:
    assert "has a run under way" in decided(busy=True)[0]


def test_a_failed_run_is_tried_again_with_another_key_and_three_call_a_person() -> None:
    once = [ended(timedelta(minutes=1))]
    assert "tried again" in decided(once)[0]
    assert decided([ended(BACKOFF)])[0] == f"{TAG}:1"
    said, alert = decided([ended(timedelta(days=1))] * 3)
    assert alert
    assert "failed 3 times" in said


def test_a_run_that_succeeded_and_left_the_pile_is_no_reason_to_run_for_ever() -> None:
    assert "tried again" in decided([ended(timedelta(minutes=1), succeeded=True)])[0]
    assert decided([ended(timedelta(days=1), succeeded=True)] * 3)[1]


def test_being_locked_out_is_no_failure() -> None:
    assert decided([ended(timedelta(), locked_out=True)] * 5)[0] == f"{TAG}:5"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def tick(
    instance: dg.DagsterInstance, patch: pytest.MonkeyPatch, now: str, limit: int
) -> list[dg.RunRequest] | str | None:
    patch.setenv("AGNT_NOW", now)
    patch.setenv("AGNT_PILED_UP", str(limit))
    get_settings.cache_clear()
    sensor = REPOSITORY.get_sensor_def("interactions_piled_up")
    with dg.build_sensor_context(instance=instance, repository_def=REPOSITORY) as context:
        result = sensor.evaluate_tick(context)
    return list(result.run_requests) if result.run_requests else result.skip_message


def talk(database: Database, days: Sequence[int]) -> None:
    world.insert(database, world.USERS, world.people("ayu"))
    rows = [world.message("ayu", "I'm vegan", WEEK[day], number) for day in days for number in (1, 2)]
    world.insert(database, world.INTERACTIONS, rows)


@pytest.mark.usefixtures("settings")
def test_talk_that_no_run_has_read_is_counted_without_upkeeps_list(
    database: Database, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(database, [0, 1, 3])
    later = (WEEK[6].end + timedelta(days=1)).isoformat()
    said = tick(instance, monkeypatch, later, 7)
    assert isinstance(said, str)
    assert said.startswith(f"6 interactions of {WEEK[0].key} to ")
    requests = tick(instance, monkeypatch, later, 6)
    assert isinstance(requests, list)
    (request,) = requests
    assert request.tags["dagster/asset_partition_range_start"] == WEEK[0].key
    assert request.tags[ASKED_TAG] in (request.run_key or "")
    assert dg.materialize(
        [observations],
        instance=instance,
        tags={key: value for key, value in request.tags.items() if key != ASKED_TAG},
        resources={"dreaming": WriterSet(writer_set="dreaming")},
    ).success
    assert tick(instance, monkeypatch, later, 1) == "no interaction of a closed day waits"


@pytest.mark.usefixtures("settings")
def test_the_timetable_has_its_turn_first(
    database: Database, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(database, [0])
    closed = WEEK[0].end
    before, at = closed + timedelta(hours=2, minutes=29), closed + timedelta(hours=2, minutes=30)
    assert isinstance(tick(instance, monkeypatch, before.isoformat(), 1), str)
    requests = tick(instance, monkeypatch, at.isoformat(), 1)
    assert isinstance(requests, list)
    (request,) = requests
    assert request.partition_key == WEEK[0].key
