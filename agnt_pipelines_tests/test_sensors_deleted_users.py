"""The sensor for people who left: erased soon, by the cheapest run, and the graph made again without them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import dagster as dg
import pytest
import sqlalchemy as sa

from agnt_pipelines.definitions import build_definitions
from agnt_pipelines.graph import store as graph
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.sensors import Attempt
from agnt_pipelines.sensors.deleted_users import Jobs, Left, decide, left_behind
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import person_tables, table_of
from agnt_pipelines.storage.tables.replay import Receipt
from agnt_pipelines.storage.tables.source import User
from agnt_pipelines.timetable import job_named
from agnt_pipelines.wiki import store as wiki
from agnt_pipelines.wiki import wiki_reconcile
from agnt_pipelines_tests import whole_world
from agnt_pipelines_tests.dreaming.deep_world import DAYS
from agnt_pipelines_tests.whole_world import LEAVER
from agnt_pipelines_tests.wiki.test_dreamt import tell, untell

NOON = datetime(2026, 11, 9, 4, tzinfo=UTC)
REPOSITORY = build_definitions().get_repository_def()
JOBS = Jobs(*(job for name in ("staleness", "graph_build", "wiki_reconcile") if (job := job_named(name))))


def left(
    people: int = 0,
    *,
    erased: int = 4,
    nobody: bool = False,
    outdated: bool = False,
    dreamt: str | None = None,
) -> Left:
    return Left(people, erased, nobody_there=nobody, graph_outdated=outdated, dreamt_anew=dreamt)


def keys(found: Left, attempts: list[Attempt] | None = None, now: datetime = NOON) -> list[str]:
    verdicts = decide(found, JOBS, attempts or [], now)
    return [verdict.request.run_key for verdict in verdicts if verdict.request]


def test_upkeep_erases_and_the_graph_follows_while_it_is_outdated() -> None:
    assert keys(left()) == []
    assert keys(left(2)) == ["staleness:deleted_users:4:0"]
    assert keys(left(outdated=True)) == ["graph_build:deleted_users:4:0"]
    assert keys(left(1, outdated=True)) == ["staleness:deleted_users:4:0", "graph_build:deleted_users:4:0"]


def test_project_memory_follows_what_is_dreamt_anew_once_for_each_dream() -> None:
    assert keys(left(dreamt="abc")) == ["wiki_reconcile:deleted_users:abc:0"]
    done = Attempt("wiki_reconcile:deleted_users:abc", succeeded=True, locked_out=False, ended=NOON)
    assert keys(left(dreamt="def"), [done]) == ["wiki_reconcile:deleted_users:def:0"]


def test_an_empty_users_table_calls_a_person_and_erases_nobody() -> None:
    (verdict,) = decide(left(7, nobody=True), JOBS, [], NOON)
    assert verdict.alert
    assert verdict.request is None
    assert "AGNT_ALLOW_EMPTY_USERS" in verdict.reason


def test_an_erasure_that_fails_waits_longer_each_time_and_then_calls_a_person() -> None:
    failed = Attempt("staleness:deleted_users:4", succeeded=False, locked_out=False, ended=NOON)
    assert keys(left(2), [failed]) == []
    assert keys(left(2), [failed], NOON + timedelta(minutes=5)) == ["staleness:deleted_users:4:1"]
    (verdict,) = decide(left(2), JOBS, [failed] * 3, NOON + timedelta(days=1))
    assert verdict.alert


def test_nobody_is_named_in_what_dagster_keeps() -> None:
    (verdict,) = decide(left(1), JOBS, [], NOON)
    assert verdict.request is not None
    assert verdict.request.tag == "staleness:deleted_users:4"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def lived(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A world with memory and a graph in which the leaver is still there."""
    monkeypatch.setenv("AGNT_NOW", whole_world.NOW.isoformat())
    get_settings.cache_clear()
    whole_world.arrive(database, whole_world.whole())
    return database


def run(instance: dg.DagsterInstance, name: str, **tags: str) -> None:
    keys_of = {key.path[-1]: key for key in REPOSITORY.assets_defs_by_key}
    assert dg.materialize(
        [REPOSITORY.assets_defs_by_key[keys_of[name]]], instance=instance, tags=tags
    ).success


def tick(instance: dg.DagsterInstance) -> tuple[list[str | None], str | None]:
    sensor = REPOSITORY.get_sensor_def("deleted_users")
    with dg.build_sensor_context(instance=instance, repository_def=REPOSITORY) as context:
        result = sensor.evaluate_tick(context)
    return [request.job_name for request in result.run_requests or []], result.skip_message


def traces(database: Database, person: str) -> list[str]:
    with database.reading() as snapshot:
        return [
            table.fullname
            for table, column in person_tables()
            if snapshot.scalar(sa.select(sa.exists().where(table.c[column] == person)))
        ]


@pytest.mark.parametrize("hard", [True, False])
def test_whoever_left_is_erased_by_what_the_sensor_asks_for_and_the_graph_forgets_them(
    lived: Database, instance: dg.DagsterInstance, *, hard: bool
) -> None:
    span = {
        "dagster/asset_partition_range_start": DAYS[0].key,
        "dagster/asset_partition_range_end": DAYS[-1].key,
    }
    run(instance, "observations", **span)
    run(instance, "user_memory")
    run(instance, "entity_edges")
    assert tick(instance) == ([], "nobody left anything")
    whole_world.leave(lived, hard=hard)
    assert traces(lived, LEAVER)
    assert tick(instance)[0] == ["staleness"]
    run(instance, "stale_windows")
    assert traces(lived, LEAVER) == []
    assert tick(instance)[0] == ["graph_build"]
    run(instance, "entity_edges")
    assert tick(instance) == ([], "nobody left anything")
    with lived.reading() as snapshot:
        text = str(snapshot.execute(sa.select(graph.NODES)).all()) + str(
            snapshot.execute(sa.select(graph.EDGES)).all()
        )
    assert LEAVER not in text


def test_project_memory_is_asked_for_when_the_fleet_is_dreamt_anew_after_an_erasure(
    lived: Database, instance: dg.DagsterInstance, settings: Settings
) -> None:
    def reconcile() -> None:
        with exclusive(lived, wiki.WRITER_SET, "wiki", settings) as lease:
            wiki_reconcile.reconcile(lease, settings)

    tell(lived, "2026-11-02", "Seven of eight conversations had no answer.")
    assert tick(instance) == ([], "nobody left anything"), "a week's dream waits for the timetable"
    reconcile()
    receipt = {"id": uuid4(), "salted_id": b"", "salt": b"", "counts": {}, "run_id": "erasing"}
    with lived.writing() as connection:
        connection.execute(sa.insert(table_of(Receipt)), [receipt])
    assert tick(instance) == ([], "nobody left anything"), "deep dreaming was not made again yet"
    untell(lived)
    assert tick(instance)[0] == ["wiki_reconcile"]
    reconcile()
    assert tick(instance) == ([], "nobody left anything")
    with lived.reading() as snapshot:
        assert snapshot.execute(sa.select(wiki.PROJECT_MEMORY)).all() == []


def test_an_empty_source_users_asks_for_nothing_and_says_so(
    lived: Database, instance: dg.DagsterInstance, settings: Settings
) -> None:
    run(instance, "observations", **{"dagster/partition": DAYS[0].key})
    with lived.writing() as connection:
        connection.execute(sa.delete(table_of(User)))
    asked, said = tick(instance)
    assert asked == []
    assert "source.users is empty" in (said or "")
    with lived.reading() as snapshot:
        assert left_behind(snapshot, settings).people
