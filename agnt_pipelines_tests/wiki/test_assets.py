"""The assets as Dagster runs them, and the sensor that watches the head."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest

from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.wiki.assets import wiki_content, wiki_heads
from agnt_pipelines_tests.wiki import world
from agnt_pipelines_tests.wiki.world import Repository, run


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    """One ephemeral instance for the module: a fresh one costs half a second."""
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def materialize(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [wiki_heads, wiki_content], instance=instance, resources={"wiki": WriterSet(writer_set="wiki")}
    )


def numbers(result: dg.ExecuteInProcessResult, node: str) -> dict[str, object]:
    event = result.asset_materializations_for_node(node)[0]
    return {name: value.value for name, value in event.metadata.items()}


def test_a_run_records_the_head_and_materializes_pages_with_their_checks(
    repository: Repository, followed: Settings, database: Database, instance: dg.DagsterInstance
) -> None:
    result = materialize(instance)
    heads = numbers(result, "wiki_heads")
    assert (heads["steps_recorded"], heads["plan_add"], heads["plan_waiting"]) == (1, 3, 0)
    assert "| add | platform/Fees.md |  |  |" in str(heads["plan"])
    found = numbers(result, "wiki_content")
    assert (found["pages"], found["sections"], found["rejected_by_reason"]) == (3, 5, {})
    assert len(result.asset_materializations_for_node("wiki_content")) == 3
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert checks["sections_cover"].passed
    assert checks["links_broken"].passed
    bare = checks["front_matter_missing"]
    assert (bare.passed, bare.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert bare.metadata["count"].value == 2
    again = materialize(instance)
    heads = numbers(again, "wiki_heads")
    assert (heads["steps_recorded"], heads["plan"]) == (0, "Readers have the wiki's pages.")
    assert numbers(again, "wiki_content")["rows_added"] == 0


def test_without_a_wiki_everything_materializes_and_says_so(
    database: Database, settings: Settings, instance: dg.DagsterInstance
) -> None:
    result = materialize(instance)
    assert result.success
    assert "no wiki configured" in str(numbers(result, "wiki_heads")["wiki"])


def asked(instance: dg.DagsterInstance) -> list[str | None]:
    repository = build_definitions().get_repository_def()
    sensor = repository.get_sensor_def("wiki_head")
    with dg.build_sensor_context(instance=instance, repository_def=repository) as context:
        return [request.run_key for request in sensor.evaluate_tick(context).run_requests or []]


def test_the_sensor_asks_for_a_head_that_is_not_the_newest_recorded_one(
    repository: Repository, followed: Settings, database: Database, instance: dg.DagsterInstance
) -> None:
    first = repository.git("rev-parse", "HEAD")
    assert asked(instance) == [f"wiki_reconcile:1:{first}"]
    run(database, followed)
    assert asked(instance) == []
    second = repository.commit()
    assert asked(instance) == [f"wiki_reconcile:2:{second}"]


def test_the_sensor_asks_for_nothing_without_a_wiki_or_an_answer(
    repository: Repository,
    settings: Settings,
    database: Database,
    instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert asked(instance) == []
    world.follow(repository, monkeypatch, "gone")
    assert asked(instance) == []
    monkeypatch.setenv("AGNT_WIKI_URL", str(repository.folder / "nowhere"))
    assert asked(instance) == []
