"""The replay law on light and deep dreaming together, and who is told of in its tables."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from agnt_pipelines.dreaming import deep_store
from agnt_pipelines.replay import delta_log
from agnt_pipelines.replay.windows import Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.conftest import empty
from agnt_pipelines_tests.dreaming import deep_world, world
from agnt_pipelines_tests.dreaming.deep_world import DAYS, PEOPLE, WEEKS

EXAMPLES = hypothesis_settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SOME = [DAYS[start : start + 3] for start in range(0, 21, 3)] + [[week] for week in WEEKS]


@pytest.fixture
def fresh(database: Database) -> Database:
    return database


def clean_run(
    database: Database, settings: Settings, rows: list[dict[str, object]]
) -> dict[str, list[bytes]]:
    """Return STATE after one run in order over a fresh database."""
    empty(database)
    deep_world.build(database, rows)
    deep_world.nights(database, settings, DAYS)
    deep_world.dream(database, settings, WEEKS)
    assert deep_world.stale(database, settings) == {}
    found = world.dump(database)
    for name in deep_world.STATE_TABLES:
        assert found[name], f"nothing in {name}: the law would hold of nothing"
    return found


@EXAMPLES
@example(order=SOME[::-1])
@given(order=st.permutations(SOME))
def test_light_and_deep_windows_in_any_order_end_in_the_same_bytes(
    fresh: Database, settings: Settings, order: list[list[Window]]
) -> None:
    expected = clean_run(fresh, settings, deep_world.talk())
    empty(fresh)
    deep_world.build(fresh)
    for windows in order:
        if windows[0] in WEEKS:
            deep_world.dream(fresh, settings, windows)
        else:
            deep_world.nights(fresh, settings, windows)
    deep_world.settle(fresh, settings)
    assert world.dump(fresh) == expected
    with fresh.reading() as snapshot:
        delta_log.verify(snapshot, "deep_dream")
        replayed = delta_log.replay(snapshot)
    for name in deep_world.STATE_TABLES:
        assert sorted(replayed[name].values()) == expected[name]


def test_a_second_run_writes_no_row(fresh: Database, settings: Settings) -> None:
    expected = clean_run(fresh, settings, deep_world.talk())
    with fresh.reading() as snapshot:
        before = snapshot.scalar(sa.text("SELECT count(*) FROM mind.delta_log"))
    done = deep_world.dream(fresh, settings, WEEKS)
    assert [(one.added, one.changed, one.removed) for all_ in done.values() for one in all_] == [
        (0, 0, 0)
    ] * 12
    assert world.dump(fresh) == expected
    with fresh.reading() as snapshot:
        assert snapshot.scalar(sa.text("SELECT count(*) FROM mind.delta_log")) == before


def test_a_changed_day_runs_one_persons_week_and_the_agents_they_spoke_with(
    fresh: Database, settings: Settings
) -> None:
    rows = deep_world.talk()
    clean_run(fresh, settings, rows)
    changed = {**rows[1], "content": "I love techno"}
    mine = world.INTERACTIONS.c.id == changed["id"]
    with fresh.writing() as connection:
        connection.execute(sa.update(world.INTERACTIONS).where(mine).values(content=changed["content"]))
    assert deep_world.stale(fresh, settings) == {}, "other words alone change nothing before their day is run"
    world.settle(fresh, settings)
    deep_world.nights(fresh, settings, [])
    assert deep_world.stale(fresh, settings) == {
        "memory_chunks": {WEEKS[0].key: {PEOPLE[0]}},
        "agent_insights": {WEEKS[0].key: {"*", deep_world.AGENT}},
    }
    done = deep_world.dream(fresh, settings, WEEKS)
    assert [one.units_changed for one in done["memory_chunks"]] == [1, 0, 0]
    assert [one.units_changed for one in done["agent_insights"]] == [0, 0, 0], "its theme is what it was"
    assert world.dump(fresh) == clean_run(fresh, settings, [rows[0], changed, *rows[2:]])


def test_small_talk_makes_no_memory_stale(fresh: Database, settings: Settings) -> None:
    clean_run(fresh, settings, deep_world.talk())
    row = deep_world.message(PEOPLE[0], "ok thanks", 3, minute=500)
    world.insert(fresh, world.INTERACTIONS, [row])
    world.settle(fresh, settings)
    assert deep_world.stale(fresh, settings).keys() == {"agent_insights"}


def test_an_open_week_is_not_due(fresh: Database, settings: Settings) -> None:
    deep_world.build(fresh)
    deep_world.nights(fresh, settings, DAYS)
    later = [deep_world.message("person-0", "I love jazz", 20)]
    later[0]["created_at"], later[0]["id"] = deep_world.NOW, "later"
    world.insert(fresh, world.INTERACTIONS, later)
    found = deep_world.stale(fresh, settings)
    assert found["memory_chunks"].keys() == {week.key for week in WEEKS}


@pytest.mark.parametrize("hard", [True, False], ids=["hard-deleted", "marked"])
def test_whoever_is_erased_was_never_there_and_agents_are_told_of_from_five_people_on(
    fresh: Database, settings: Settings, hard: bool
) -> None:
    clean_run(fresh, settings, deep_world.talk())
    gone = PEOPLE[:3]
    theirs = world.USERS.c.id.in_(gone)
    with fresh.writing() as connection:
        if hard:
            connection.execute(sa.delete(world.USERS).where(theirs))
        else:
            connection.execute(sa.update(world.USERS).where(theirs).values(deleted_at=world.NOW))
    deep_world.dream(fresh, settings, [])
    with fresh.reading() as snapshot:
        for table in (deep_store.MEMORY_CHUNKS, deep_store.TASTE_PROFILES):
            owners = set(snapshot.scalars(sa.select(table.c.user_id)))
            assert owners == set(PEOPLE[3:]), "chunks and taste go at once"
        units = sa.text("SELECT count(*) FROM mind.window_units WHERE unit IN ('*', 'concierge')")
        assert snapshot.scalar(units), "an agent is nobody who could be gone"
    deep_world.settle(fresh, settings)
    found = world.dump(fresh)
    assert found["agent_insights"] == found["hypotheses"] == []
    empty(fresh)
    deep_world.build(fresh)
    with fresh.writing() as connection:
        connection.execute(sa.delete(world.USERS).where(theirs))
    deep_world.settle(fresh, settings)
    assert world.dump(fresh) == found


def test_what_is_told_of_agents_counts_conversations_and_bookings(
    fresh: Database, settings: Settings
) -> None:
    clean_run(fresh, settings, deep_world.talk())
    query = sa.select(deep_store.AGENT_INSIGHTS)
    with fresh.reading() as snapshot:
        told = {
            (row.agent_id, row.window_key, row.kind, row.facet): (row.hits, row.cases, row.rest_hits)
            for row in snapshot.execute(query)
        }
        supposed = snapshot.execute(sa.select(deep_store.HYPOTHESES)).all()
    first, second, third = (week.key for week in WEEKS)
    agent = deep_world.AGENT
    assert told[agent, first, "unanswered", "all"] == (14, 35, None)
    assert told[agent, second, "unanswered", "all"] == (28, 35, None)
    assert told[agent, third, "unanswered", "all"] == (28, 28, None)
    assert told[deep_world.VENUE_AGENT, second, "fell_through", "groups"] == (7, 7, 0)
    assert told["*", second, "fell_through", "all"] == (7, 14, None)
    assert told[agent, first, "theme", "food"] == (7, 7, None)
    assert {(row.agent_id, row.metric, row.created_window) for row in supposed} >= {
        (agent, "unanswered:all", second),
        ("*", "unanswered:all", second),
    }
