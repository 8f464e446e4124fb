"""The build on a real database: the law, corrections, erasure."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from agnt_pipelines.graph import edge_store, graph_build, store, weights
from agnt_pipelines.graph.entities import Relation
from agnt_pipelines.replay import delta_log, staleness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.serving.recommendations import explain_edge
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import Kind, tables_of_kind
from agnt_pipelines_tests.conftest import empty
from agnt_pipelines_tests.graph import bali
from agnt_pipelines_tests.graph.bali import BOOKINGS, USERS

EVERY_RELATION = {relation.value for relation in Relation}


def traces(database: Database, person: str) -> dict[str, int]:
    """Count the rows of ours that name a person anywhere."""
    found = {}
    with database.reading() as snapshot:
        for kind in (Kind.STATE, Kind.INPUT, Kind.HISTORY):
            for table in tables_of_kind(kind):
                query = f"SELECT count(*) FROM {table.fullname} AS t WHERE row_to_json(t)::text LIKE :p"
                found[table.name] = snapshot.scalar(sa.text(query), {"p": f"%{person}%"}) or 0
    return {name: count for name, count in found.items() if count}


def test_an_empty_world_is_an_empty_graph(database: Database, settings: Settings) -> None:
    done = bali.build(database, settings)
    assert (done.added, done.removed) == (0, 0)
    assert bali.build(database, settings).units == done.units


def test_every_relation_comes_from_the_small_world(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    found = bali.edges(database)
    assert {relation for relation, _, _ in found} == EVERY_RELATION - {"NEGOTIATED_WITH"}
    ends = {end for _, src, dst in found for end in (src, dst)}
    assert ends <= bali.nodes(database).keys()
    follows = found["FOLLOWS_TASTE", "user:ayu", "user:citra"]
    assert (follows.derived, follows.user_id, follows.other_user_id) == (False, "ayu", "citra")
    booked = found["BOOKED", "user:ayu", "venue:warung"]
    assert booked.evidence_count == 2
    why = explain_edge(database, settings, "user:ayu", "booked", "venue:warung")
    assert why.provenance["rows"] == {"source.bookings": ["b1", "b10"]}
    assert booked.first_seen == bali.days_ago(100)
    landmark = weights.landmark(weights.last_closed_hour(bali.NOW))
    expected = sum(weights.weight(bali.days_ago(days), landmark) for days in (10, 100))
    assert booked.weight == expected


def test_status_is_read_in_any_case_and_what_the_clock_confirmed_is_weak(
    database: Database, settings: Settings
) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    found = bali.edges(database)
    assert ("CANCELLED", "user:citra", "venue:reef") in found
    assert ("BOOKED", "user:citra", "venue:reef") not in found
    assert ("COMPLETED", "user:ayu", "venue:reef") not in found
    assert ("BOOKED", "user:ayu", "venue:reef") in found
    weak = found["COMPLETED", "user:budi", "venue:temple"].weight
    strong = found["COMPLETED", "user:budi", "venue:reef"].weight
    assert weak == strong // 4


def test_only_the_newest_menu_counts_and_a_denied_word_says_nothing(
    database: Database, settings: Settings
) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    has = {dst for _, src, dst in bali.edges(database, "HAS_FEATURE") if src == "venue:warung"}
    names = ("vegan", "coffee", "wifi", "cafe")
    assert has == {f"venue_feature:{name}" for name in names}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_of_arrival_ends_in_the_same_bytes(
    database: Database, settings: Settings, seed: int
) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    expected = bali.dump(database)
    assert expected["entity_edges"]
    empty(database)
    late = bali.small()
    people = {USERS: late.pop(USERS)}  # whose memories are erased where they are not there
    bali.insert(database, people, seed)
    bali.insert(database, {table: rows[::2] for table, rows in late.items()}, seed)
    bali.build(database, settings, bali.NOW - timedelta(hours=5))
    assert bali.dump(database)["entity_edges"] != expected["entity_edges"]
    bali.insert(database, {table: rows[1::2] for table, rows in late.items()}, seed)
    bali.build(database, settings)
    assert bali.dump(database) == expected


def test_a_second_build_in_the_same_hour_writes_no_row(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    before = bali.dump(database)
    tables = "('entity_nodes', 'entity_edges', 'graph_builds', 'window_units', 'job_windows', 'delta_log')"
    written = sa.text(
        "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables "
        f"WHERE schemaname = 'mind' AND relname IN {tables}"
    )

    def writes() -> int:
        with database.writing() as connection:
            connection.execute(sa.text("SELECT pg_stat_force_next_flush()"))
        with database.reading() as snapshot:
            return int(snapshot.scalar(written) or 0)

    count = writes()
    assert count
    done = bali.build(database, settings, bali.NOW + timedelta(minutes=20))
    assert writes() == count
    assert (done.added, done.changed, done.removed) == (0, 0, 0)
    assert bali.dump(database) == before


def test_what_was_built_is_not_due_until_something_changes(database: Database, settings: Settings) -> None:
    """The survey and the digests of staleness say the same of every source."""
    bali.insert(database, bali.small())
    bali.build(database, settings)
    hour = weights.last_closed_hour(bali.NOW)
    every = [
        store.entity_graph(settings, hour),
        store.venue_likeness(settings),
        store.taste_neighbours(settings),
    ]
    with database.reading() as snapshot:
        assert [staleness.due(snapshot, one) for one in every] == [{}, {}, {}]
    bali.update(database, BOOKINGS, "b7", rating=2)
    with database.reading() as snapshot:
        assert [bool(staleness.due(snapshot, one)) for one in every] == [True, False, False]


def test_a_quiet_hour_changes_no_edge_and_is_recorded(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    before = bali.dump(database)
    done = bali.build(database, settings, bali.NOW + timedelta(hours=1))
    assert (done.added, done.changed, done.removed) == (0, 0, 0)
    assert bali.dump(database)["entity_edges"] == before["entity_edges"]
    with database.reading() as snapshot:
        hours = snapshot.scalars(sa.select(store.BUILDS.c.as_of).order_by(store.BUILDS.c.as_of)).all()
    assert [hour.hour for hour in hours] == [5, 6]


def test_a_corrected_status_changes_exactly_what_it_says(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    before = bali.edges(database)
    bali.update(database, BOOKINGS, "b7", status="cancelled")
    done = bali.build(database, settings)
    after = bali.edges(database)
    said = EVERY_RELATION - {"SIMILAR_TASTE", "SIMILAR_TO", "CO_BOOKED"}
    gone = {key for key in before.keys() - after.keys() if key[0] in said}
    new = {key for key in after.keys() - before.keys() if key[0] in said}
    pair = ("user:citra", "venue:grill")
    assert gone == {("BOOKED", *pair), ("COMPLETED", *pair)}
    assert new == {("CANCELLED", *pair)}
    same = {key for key in before.keys() & after.keys() if key[0] in said}
    assert all(tuple(before[key]) == tuple(after[key]) for key in same)
    assert done.units_changed
    expected = bali.dump(database)
    empty(database)
    world = bali.small()
    world[BOOKINGS] = [
        {**row, "status": "cancelled"} if row["id"] == "b7" else row for row in world[BOOKINGS]
    ]
    bali.insert(database, world)
    bali.build(database, settings)
    assert bali.dump(database) == expected


def test_what_has_not_happened_yet_is_not_there(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    bali.insert(database, {BOOKINGS: [bali.booking("b11", "dewi", "reef", days=-1)]})
    bali.build(database, settings)
    assert ("BOOKED", "user:dewi", "venue:reef") not in bali.edges(database)
    bali.build(database, settings, bali.NOW + timedelta(days=2))
    assert ("BOOKED", "user:dewi", "venue:reef") in bali.edges(database)


def test_envelopes_of_nobodys_agent_are_no_input(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    before = bali.dump(database)
    stray = [bali.envelope("stray", "ca-gone", "va-reef", "booking.search", "PENDING")]
    bali.insert(database, {bali.ENVELOPES: stray})
    assert bali.build(database, settings).units_changed == 0
    assert bali.dump(database) == before
    named = settings.model_copy(update={"outside_agents": "ca-gone"})
    assert bali.build(database, named).units_changed > 0


@pytest.mark.parametrize("hard", [False, True])
def test_whoever_is_deleted_was_never_there(database: Database, settings: Settings, hard: bool) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    assert {"entity_nodes", "entity_edges"} <= traces(database, "citra").keys()
    with database.writing() as connection:
        mine = USERS.c.id == "citra"
        gone = (
            sa.delete(USERS).where(mine) if hard else sa.update(USERS).where(mine).values(deleted_at=bali.NOW)
        )
        connection.execute(gone)
    with exclusive(database, store.WRITER_SET, "erase", settings) as lease:
        erase_gone(lease, store.GRAPH_BUILD, settings)
    assert traces(database, "citra") == {}, "at once, before anything is built"
    assert "preference_facet:taste/loud music" not in bali.nodes(database), "nor their words"
    ends = {end for _, src, dst in bali.edges(database) for end in (src, dst)}
    assert ends <= bali.nodes(database).keys()
    done = bali.build(database, settings)
    assert done.units_held == 0
    assert traces(database, "citra") == {}
    with database.reading() as snapshot:
        delta_log.verify(snapshot, store.GRAPH_BUILD)
    erased = bali.dump(database)
    assert erased["entity_edges"]
    empty(database)
    world = bali.small()
    world[USERS] = [row for row in world[USERS] if row["id"] != "citra"]
    bali.insert(database, world)
    if not hard:
        bali.insert(database, {USERS: [{**bali.person("citra"), "deleted_at": bali.NOW}]})
    bali.build(database, settings)
    assert bali.dump(database)["entity_edges"] == erased["entity_edges"]


def test_somebody_who_comes_back_has_their_graph_again(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    world = bali.dump(database)
    bali.update(database, USERS, "budi", deleted_at=bali.NOW)
    with exclusive(database, store.WRITER_SET, "erase", settings) as lease:
        erase_gone(lease, store.GRAPH_BUILD, settings)
    bali.update(database, USERS, "budi", deleted_at=None)
    bali.insert(database, {bali.MEMORY: [bali.memory("budi", "likes", "coffee")]})
    bali.build(database, settings)
    assert bali.dump(database)["entity_edges"] == world["entity_edges"]


def test_whoever_leaves_between_plan_and_apply_gets_nothing(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    hour = weights.last_closed_hour(bali.NOW)
    derivation = store.entity_graph(settings, hour)
    with exclusive(database, store.WRITER_SET, "race", settings) as lease:
        with database.reading() as snapshot:
            units = store.digests(snapshot, derivation)
            world = graph_build.everything(snapshot, hour, settings)
        plan = graph_build.plan(derivation, units, world)
        bulk = graph_build.edges_of(lease, world, None, plan, {})
        bali.update(database, USERS, "budi", deleted_at=bali.NOW)
        apply(lease, plan, settings, bulk)
    found = bali.edges(database)
    assert found
    assert not [key for key, row in found.items() if "budi" in (row.user_id, row.other_user_id)]


def test_what_the_log_keeps_of_a_build_is_its_digests(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    with database.reading() as snapshot:
        entries = snapshot.execute(
            sa.text("SELECT subject, after::text AS after FROM mind.delta_log WHERE job = 'graph_build'")
        ).all()
        sums = {name: edge_store.stored_digest(snapshot, Relation(name)) for name in ("BOOKED", "CO_BOOKED")}
    assert {entry.subject for entry in entries} > {"BOOKED", "CO_BOOKED", "venue"}
    assert all("sha256" in entry.after or "checksum" in entry.after for entry in entries)
    assert not any("ayu" in entry.after for entry in entries)
    for name, digest in sums.items():
        (logged,) = (canonical.load(entry.after) for entry in entries if entry.subject == name)
        assert f"{logged['count']}:{logged['checksum']}" == digest
