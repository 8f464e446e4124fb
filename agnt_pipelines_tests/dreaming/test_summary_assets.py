"""Batches as Dagster runs them: sent by one run, seen by the sensor, ingested by the next, and told of."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest

from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.dreaming.assets import DEEP
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.dreaming.summary_world import SHORT, TALK, Platform, asking, build
from benchmarks.batch_server import errored

WEEK = "2026-11-16"
NOW = "2026-11-23T05:00:00+08:00"


@pytest.fixture
def platform(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    build(database, settings)
    with asking(database, settings) as made:
        for name, value in (
            ("AGNT_ANTHROPIC_API_KEY", "key"), ("AGNT_MODEL_URL", made.server.url), ("AGNT_NOW", NOW),
        ):  # fmt: skip
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        yield made
    get_settings.cache_clear()


def run(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [*DEEP],
        instance=instance,
        partition_key=WEEK,
        resources={"dreaming": WriterSet(writer_set="dreaming")},
        raise_on_error=False,
    )


def told(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, object]:
    (event,) = result.asset_materializations_for_node(asset)
    return {name: value.value for name, value in event.metadata.items()}


def test_a_week_sends_the_sensor_sees_and_the_next_run_ingests_what_came(platform: Platform) -> None:
    platform.scripted.instead["ayu"] = errored("overloaded_error")
    repository = build_definitions().get_repository_def()
    sensor = repository.get_sensor_def("ended_batches")
    platform.batches.ends = False
    with dg.DagsterInstance.ephemeral() as instance:

        def asked_for() -> list[dg.RunRequest]:
            with dg.build_sensor_context(instance=instance, repository_def=repository) as context:
                return list(sensor.evaluate_tick(context).run_requests or [])

        first = run(instance)
        assert first.success
        assert told(first, "summary_batches")["questions_sent"] == len(TALK)
        assert asked_for() == []
        platform.batches.ends = True
        assert [request.partition_key for request in asked_for()] == [WEEK]
        second = run(instance)
        assert second.success
        answers = told(second, "summary_answers")
        assert (answers["questions_answered"], answers["model_overloaded"], answers["llm_calls"]) == (2, 1, 2)
        (check,) = second.get_asset_check_evaluations()
        assert (check.check_name, check.passed) == ("questions_answered", False)
        assert told(second, "summary_batches")["questions_sent"] == 1
    platform.fold()
    assert platform.summaries() == {name: SHORT[name] for name in ("budi", "citra")}


def test_a_week_that_cannot_send_is_no_success_and_everything_before_it_is_written(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGNT_MODEL_USD_PER_RUN", "0.0001")
    get_settings.cache_clear()
    with dg.DagsterInstance.ephemeral() as instance:
        done = run(instance)
        assert not done.success
        assert "AGNT_MODEL_USD_PER_RUN" in str(done.failure_data_for_node("summary_batches"))
        assert done.asset_materializations_for_node("agent_prompts")
    assert platform.sent == 0
