"""Deep dreaming's assets as Dagster runs them, and what an operator is shown of them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import dagster as dg
import pytest
import sqlalchemy as sa

from agnt_pipelines.backlog import backlog_of
from agnt_pipelines.dreaming import chunk_store, deep_store
from agnt_pipelines.dreaming.assets import DEEP
from agnt_pipelines.language.static_vectors import StaticVectors, static_vectors
from agnt_pipelines.replay.staleness import Due, digest_of
from agnt_pipelines.resources import WriterSet
from agnt_pipelines.sensors import listed
from agnt_pipelines.serving import api
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import StagedVector, StaleWindow
from agnt_pipelines.timetable import Job, job_named
from agnt_pipelines_tests.dreaming import deep_world, world
from agnt_pipelines_tests.dreaming.deep_world import AGENT, DAYS, PEOPLE, WEEKS
from agnt_pipelines_tests.serving.calls import agnt, answer

NAMES = (
    "memory_chunks", "agent_chunks", "agent_insights", "hypotheses", "agent_summaries", "agent_prompts",
)  # fmt: skip


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def dreamt(database: Database, settings: Settings) -> Database:
    """Three weeks, every day of which light dreaming has read."""
    deep_world.build(database)
    deep_world.nights(database, settings, DAYS)
    return database


def materialize(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [*DEEP],
        instance=instance,
        tags={
            "dagster/asset_partition_range_start": WEEKS[0].key,
            "dagster/asset_partition_range_end": WEEKS[-1].key,
        },
        resources={"dreaming": WriterSet(writer_set="dreaming")},
    )


@pytest.mark.usefixtures("dreamt")
def test_three_mondays_materialize_in_one_run_and_a_second_says_unchanged(
    instance: dg.DagsterInstance,
) -> None:
    first, second = materialize(instance), materialize(instance)
    for name in NAMES:
        for event in first.asset_materializations_for_node(name):
            assert event.metadata["rows_added"].value, name
        for event in second.asset_materializations_for_node(name):
            assert (event.metadata["rows_added"].value, event.metadata["rows_changed"].value) == (0, 0)
            assert event.metadata["rows_unchanged"].value, name
    partitions = [event.partition for event in first.asset_materializations_for_node("memory_chunks")]
    assert partitions == [week.key for week in WEEKS]
    diffs = {
        name: str(first.asset_materializations_for_node(name)[-1].metadata["dream_diff"].value)
        for name in ("memory_chunks", "hypotheses")
    }
    assert f"| tastes | 0 | {len(PEOPLE) * len(WEEKS)} |" in diffs["memory_chunks"]
    assert "open | 0 | " in diffs["hypotheses"]
    (supposed,) = first.asset_materializations_for_node("hypotheses")
    assert supposed.metadata["hypotheses_open"].value
    assert supposed.metadata["calibration"].value == {}


def test_an_operator_reads_what_was_learnt(dreamt: Database, instance: dg.DagsterInstance) -> None:
    assert api.insights_of(dreamt).insights == ()
    materialize(instance)
    told = api.insights_of(dreamt, agent=AGENT)
    assert told.window == WEEKS[-1].key
    assert [one.statement for one in told.insights if one.facet == "all"] == [
        "28 of 28 (88% to 100%) conversations (all) had no answer after the first message."
    ]
    assert {one.agent for one in told.hypotheses} == {AGENT}
    newest, *_ = api.chunks_of(dreamt, PEOPLE[0])
    assert newest.week == WEEKS[-1].key
    assert "sushi [" in newest.text


@pytest.mark.usefixtures("dreamt")
def test_the_command_line_shows_insights_hypotheses_and_long_term_memories(
    instance: dg.DagsterInstance,
) -> None:
    assert "No insight yet" in agnt("insights").stderr
    materialize(instance)
    shown = answer("insights", "--agent", "*", "--window", WEEKS[1].key)
    assert {one["agent"] for one in [*shown["insights"], *shown["hypotheses"]]} == {"*"}
    assert "7 of 7" in agnt("insights", "--window", WEEKS[1].key).stdout
    assert "stays above" in agnt("insights").stdout
    assert answer("memory", "list", PEOPLE[0])["chunks"]
    assert f"Tastes, week of {WEEKS[0].key}" in agnt("memory", "list", PEOPLE[0]).stdout


@pytest.mark.usefixtures("dreamt")
def test_insights_refuse_what_is_no_week_and_no_agent(instance: dg.DagsterInstance) -> None:
    materialize(instance)
    refused = agnt("insights", "--window", "2026-10-20")
    assert (refused.exit_code, "the one that holds it is 2026-10-19" in refused.stderr) == (2, True)
    unknown = agnt("insights", "--agent", "nope")
    assert (unknown.exit_code, "There is no agent 'nope'" in unknown.stderr) == (1, True)
    assert "No insight of the week of 2026-01-05" in agnt("insights", "--window", "2026-01-05").stderr
    assert agnt("insights", "--agent", AGENT).exit_code == 0


def job() -> Job:
    found = job_named("deep_dream")
    assert found is not None
    return found


def test_a_week_is_due_where_either_of_its_derivations_is(dreamt: Database, settings: Settings) -> None:
    with dreamt.reading() as snapshot:
        waiting = backlog_of(snapshot, job(), settings, deep_world.NOW)
    assert waiting.keys() == [week.key for week in WEEKS]
    assert waiting.dues().keys() == set(NAMES)
    assert [str(over) for over in waiting.ranges()] == ["2026-10-19 to 2026-11-02"]
    deep_world.dream(dreamt, settings, WEEKS)
    with dreamt.reading() as snapshot:
        waiting = backlog_of(snapshot, job(), settings, deep_world.NOW)
    assert (waiting.keys(), waiting.units()) == ([], 0)


def test_a_week_waits_for_its_days(database: Database, settings: Settings) -> None:
    def row(derivation: str, key: str) -> dict[str, object]:
        digest = digest_of(Due(key, missing=True))
        return {
            "derivation": derivation,
            "window_key": key,
            "reason": "missing",
            "units": 0,
            "digest": digest,
        }

    rows = [row(name, week.key) for name in ("memory_chunks", "agent_insights") for week in WEEKS] + [
        row("observations", "2026-11-01")
    ]
    with database.writing() as connection:
        connection.execute(sa.insert(table_of(StaleWindow)), rows)
    assert [found.window for found in listed(job(), settings)] == [WEEKS[0], WEEKS[2]]


ABOUT = {"food": "allergy: shellfish", "tastes": "likes: live jazz music", "places": "home area: ubud"}


@pytest.mark.parametrize("embedder", [None, static_vectors()], ids=["by words", "by vectors if installed"])
def test_long_term_memories_are_found_by_what_they_are_about(
    database: Database, settings: Settings, embedder: StaticVectors | None
) -> None:
    world.insert(database, world.USERS, world.people("ayu"))
    world.insert(database, deep_store.MEMORY_CHUNKS, [
        {
            "id": uuid4(), "window_key": WEEKS[0].key, "user_id": "ayu", "theme": theme, "text": text,
            "evidence_count": 3, "distinct_days": 2, "trust": 1.0, "observation_ids": [uuid4()],
        }
        for theme, text in ABOUT.items()
    ])  # fmt: skip
    deep_world.dream(database, settings, [])
    with database.reading() as snapshot:
        for question, theme in (("which music: jazz?", "tastes"), ("shellfish allergy", "food")):
            assert chunk_store.about(snapshot, "ayu", question, embedder)[0].theme == theme
    assert (
        next(one["theme"] for one in answer("memory", "list", "ayu", "--about", "ubud")["chunks"]) == "places"
    )
    vectors = table_of(StagedVector)
    with database.writing() as connection:
        staged = connection.scalar(sa.select(sa.func.count()).select_from(vectors))
        assert staged == (len(ABOUT) if static_vectors() is not None else 0)
        connection.execute(sa.delete(world.USERS).where(world.USERS.c.id == "ayu"))
    deep_world.dream(database, settings.model_copy(update={"allow_empty_users": True}), [])
    with database.reading() as snapshot:
        assert snapshot.scalar(sa.select(sa.func.count()).select_from(vectors)) == 0


def test_an_operator_reads_what_agents_were_told_and_their_prompt(
    dreamt: Database, settings: Settings
) -> None:
    deep_world.dream(dreamt, settings, WEEKS)
    shown = answer("insights", "--agent", AGENT)
    assert "likes: sushi (7 people)" in " ".join(one["text"] for one in shown["chunks"])
    assert shown["prompt"]["text"].endswith("</agent_memory>")
    assert [one["cites"] for one in shown["summary"]]
    assert "In short" in agnt("insights", "--agent", AGENT).stdout
