"""The assets as Dagster runs them: materialize() on a real database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import dagster as dg
import pytest
import sqlalchemy as sa

from agnt_pipelines.dreaming import observe, store
from agnt_pipelines.dreaming.assets import LIGHT
from agnt_pipelines.dreaming.claims import Claim, Message, Observation, Rejection
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.dreaming import world
from agnt_pipelines_tests.dreaming.world import WEEK

REAL_OBSERVE = observe.observe


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    """One ephemeral instance for the module: a fresh one costs half a second."""
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def materialize(
    instance: dg.DagsterInstance,
    *,
    partition: str | None = None,
    tags: dict[str, str] | None = None,
    raises: bool = True,
) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [*LIGHT],
        instance=instance,
        partition_key=partition,
        tags=tags,
        resources={"dreaming": WriterSet(writer_set="dreaming")},
        raise_on_error=raises,
    )


def talk(database: Database) -> None:
    world.insert(database, world.USERS, world.people("ayu"))
    rows = [
        world.message("ayu", "I'm allergic to peanuts", WEEK[0], 1),
        world.message("ayu", "ok thanks", WEEK[0], 2),
        world.message("ayu", "I live in Canggu", WEEK[1], 1),
    ]
    world.insert(database, world.INTERACTIONS, rows)


def test_a_night_tells_what_it_changed_before_and_after_and_no_ones_words(
    database: Database, instance: dg.DagsterInstance
) -> None:
    talk(database)
    rows = [
        world.message("ayu", "I'm vegan", WEEK[0], 3),
        world.message("ayu", "I'm vegetarian now", WEEK[1], 3),
    ]
    world.insert(database, world.INTERACTIONS, rows)
    told = []
    for day in (WEEK[0], WEEK[1], WEEK[1]):
        (event,) = materialize(instance, partition=day.key).asset_materializations_for_node("user_memory")
        told.append(str(event.metadata["dream_diff"].value).splitlines()[2:])
    assert told == [
        ["| allergy active | 0 | 1 |", "| diet active | 0 | 1 |"],
        ["| diet active | 1 | 1 |", "| diet superseded | 0 | 1 |", "| home_area active | 0 | 1 |"],
        [],
    ]


def test_a_night_materializes_its_window_with_numbers_and_no_ones_words(
    database: Database, instance: dg.DagsterInstance
) -> None:
    talk(database)
    result = materialize(instance, partition=WEEK[0].key)
    (event,) = result.asset_materializations_for_node("observations")
    numbers = {name: value.value for name, value in event.metadata.items()}
    assert event.partition == WEEK[0].key
    assert (numbers["rows_added"], numbers["messages"]) == (1, 2)
    assert numbers["rejected_by_reason"] == {"trivial": 1}
    assert "allergy" in str(numbers["preview"])
    assert "peanuts" not in str(numbers)
    assert {check.check_name for check in result.get_asset_check_evaluations()} >= {"spans_quoted"}
    (memory,) = result.asset_materializations_for_node("user_memory")
    assert memory.metadata["rows_added"].value == 1
    with database.reading() as snapshot:
        assert "peanuts" in str(snapshot.scalar(sa.select(store.SOUL_PROMPTS.c.text)))


def test_a_range_is_one_run_with_each_windows_own_numbers(
    database: Database, instance: dg.DagsterInstance
) -> None:
    talk(database)
    tags = {
        "dagster/asset_partition_range_start": WEEK[0].key,
        "dagster/asset_partition_range_end": WEEK[2].key,
    }
    result = materialize(instance, tags=tags)
    added = {
        event.partition: event.metadata["rows_added"].value
        for event in result.asset_materializations_for_node("observations")
    }
    assert added == {WEEK[0].key: 1, WEEK[1].key: 1, WEEK[2].key: 0}


def test_a_second_run_materializes_all_the_same_and_says_unchanged(
    database: Database, instance: dg.DagsterInstance
) -> None:
    talk(database)
    materialize(instance, partition=WEEK[0].key)
    result = materialize(instance, partition=WEEK[0].key)
    (event,) = result.asset_materializations_for_node("observations")
    assert (event.metadata["rows_added"].value, event.metadata["rows_unchanged"].value) == (0, 1)


def test_a_run_that_is_locked_out_fails_and_names_the_holder(
    database: Database, instance: dg.DagsterInstance, settings: Settings
) -> None:
    talk(database)
    with exclusive(database, "dreaming", "the-other", settings):
        result = materialize(instance, partition=WEEK[0].key, raises=False)
    assert not result.success
    failure = result.failure_data_for_node("observations")
    assert failure is not None
    assert "held by run the-other" in str(failure.error)
    assert world.stale(database, settings)


def test_a_plan_that_fails_a_check_is_reported_and_nothing_of_it_is_written(
    database: Database, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No message makes this code plan a claim of another row: the fault has to be put in by hand.
    monkeypatch.setattr(observe, "observe", misattributing)
    talk(database)
    result = materialize(instance, partition=WEEK[0].key, raises=False)
    assert not result.success
    verdicts = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
    assert verdicts == {
        "evidence_is_theirs": False,
        "slots_closed": True,
        "spans_quoted": True,
        "ids_unique": True,
    }
    with database.reading() as snapshot:
        assert snapshot.scalar(sa.select(sa.func.count()).select_from(store.OBSERVATIONS)) == 0


def misattributing(
    said: Message, *, window_key: str, max_bytes: int, proposed: Sequence[Claim] = ()
) -> tuple[list[Observation], list[Rejection]]:
    """Cite, as no true `observe` does, a row that was never read."""
    found, refused = REAL_OBSERVE(said, window_key=window_key, max_bytes=max_bytes, proposed=proposed)
    elsewhere = [
        replace(one, evidence=tuple(replace(piece, source_id="elsewhere") for piece in one.evidence))
        for one in found
    ]
    return elsewhere, refused
