"""What a build would lose waits for a person, and only what: not erasure, nor what follows from a loss."""

from __future__ import annotations

import sqlalchemy as sa

from agnt_pipelines.replay import holds
from agnt_pipelines.sensors.deleted_users import left_behind
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.graph import bali
from agnt_pipelines_tests.graph.bali import BOOKINGS, USERS


def test_a_build_that_would_lose_too_much_is_held_whole(database: Database, settings: Settings) -> None:
    world = bali.small()
    bali.insert(database, world)
    more = [bali.booking(f"m{n}", "dewi", f"place{n}") for n in range(30)]
    bali.insert(database, {BOOKINGS: more})
    bali.build(database, settings)
    before = bali.edges(database)
    with database.writing() as connection:
        connection.execute(sa.delete(BOOKINGS).where(BOOKINGS.c.user_id == "dewi"))
    bali.update(database, BOOKINGS, "b7", status="cancelled")
    done = bali.build(database, settings)
    assert done.units_held == done.units
    assert bali.edges(database) == before, "not even the one that was cancelled"
    with database.reading() as snapshot:
        (hold,) = holds.open_holds(snapshot)
    holds.approve(database, hold.plan_hash, "operator")
    assert bali.build(database, settings).units_held == 0
    assert len(bali.edges(database, "BOOKED")) < 10


def test_an_erasure_is_never_held_nor_what_follows_from_it(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    bali.insert(database, {BOOKINGS: [bali.booking(f"m{n}", "dewi", f"place{n}") for n in range(30)]})
    bali.build(database, settings)
    assert "venue:place1" in bali.nodes(database)
    bali.update(database, USERS, "dewi", deleted_at=bali.NOW)
    done = bali.build(database, settings)
    assert (done.units_held, "venue:place1" in bali.nodes(database)) == (0, False)


def test_an_erasure_lifts_no_hold_of_what_else_is_lost(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    for person in ("dewi", "citra"):
        more = [bali.booking(f"{person}{n}", person, f"{person}-place{n}") for n in range(30)]
        bali.insert(database, {BOOKINGS: more})
    bali.build(database, settings)
    there = bali.edges(database)
    bali.update(database, USERS, "dewi", deleted_at=bali.NOW)
    with database.writing() as connection:
        connection.execute(sa.delete(BOOKINGS).where(BOOKINGS.c.user_id == "citra"))
    done = bali.build(database, settings)
    assert done.units_held == done.units
    left = bali.edges(database, "COMPLETED")
    assert left == {
        key: edge for key, edge in there.items() if key[0] == "COMPLETED" and edge.user_id != "dewi"
    }, "what names her is gone all the same"
    with database.reading() as snapshot:
        (hold,) = holds.open_holds(snapshot)
        assert not left_behind(snapshot, settings).graph_outdated, "it waits for a person, not for a run"
    assert hold.parts["COMPLETED"] == [len(left), len(left) - 32], "without what an erasure took"
    holds.approve(database, hold.plan_hash, "operator")
    assert bali.build(database, settings).units_held == 0
    assert not [key for key in bali.edges(database) if "place" in key[2]]


def test_what_only_the_gone_named_goes_while_a_build_is_held(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    shared = [bali.memory(who, "likes", "durian") for who in ("budi", "dewi")]
    more = [bali.booking(f"m{n}", "citra", f"place{n}") for n in range(30)]
    bali.insert(database, {bali.MEMORY: shared, BOOKINGS: more})
    bali.build(database, settings)
    before = bali.nodes(database).keys()
    assert "preference_facet:taste/durian" in before
    for who in ("budi", "dewi"):
        bali.update(database, USERS, who, deleted_at=bali.NOW)
    with database.writing() as connection:
        connection.execute(sa.delete(BOOKINGS).where(BOOKINGS.c.user_id == "citra"))
    done = bali.build(database, settings)
    assert done.units_held == done.units
    left = bali.nodes(database).keys()
    assert "preference_facet:taste/durian" not in left
    assert {"user:ayu", "venue:place1", "preference_facet:taste/coffee", "venue_feature:steak"} <= left


def test_one_approval_does_for_what_follows_from_the_loss(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    people = [bali.person(f"guest{n}") for n in range(8)]
    booked = [
        bali.booking(f"{who['id']}-{n}", str(who["id"]), f"place{n}") for who in people for n in range(8)
    ]
    bali.insert(database, {USERS: people, BOOKINGS: booked})
    bali.build(database, settings)
    assert min(len(bali.edges(database, name)) for name in ("SIMILAR_TASTE", "CO_BOOKED")) > 50
    with database.writing() as connection:
        connection.execute(sa.delete(BOOKINGS).where(BOOKINGS.c.venue_id.startswith("place")))
    bali.build(database, settings)
    with database.reading() as snapshot:
        (hold,) = holds.open_holds(snapshot)
    holds.approve(database, hold.plan_hash, "operator")
    assert bali.build(database, settings).units_held == 0
    with database.reading() as snapshot:
        assert holds.open_holds(snapshot) == []
    assert max(len(bali.edges(database, name)) for name in ("SIMILAR_TASTE", "CO_BOOKED")) < 20


def test_an_approval_lifts_no_loss_that_waited_before_it(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    pair = [bali.booking(f"{who}-{n}", who, f"place{n}") for who in ("citra", "dewi") for n in range(8)]
    alone = [bali.booking(f"m{n}", "budi", f"far{n}") for n in range(30)]
    bali.insert(database, {BOOKINGS: [*pair, *alone]})
    bali.build(database, settings)
    with database.writing() as connection:
        connection.execute(sa.delete(BOOKINGS).where(BOOKINGS.c.id.startswith("dewi-")))
    bali.build(database, settings)
    assert waiting(database).keys() == {"venue_likeness"}, "few bookings, by which many were alike"
    with database.writing() as connection:
        connection.execute(sa.delete(BOOKINGS).where(BOOKINGS.c.venue_id.startswith("far")))
    bali.build(database, settings)
    holds.approve(database, waiting(database)["entity_nodes"], "operator")
    bali.build(database, settings)
    assert waiting(database).keys() == {"venue_likeness"}
    holds.approve(database, waiting(database)["venue_likeness"], "operator")
    bali.build(database, settings)
    assert waiting(database) == {}


def waiting(database: Database) -> dict[str, str]:
    with database.reading() as snapshot:
        return {hold.derivation: hold.plan_hash for hold in holds.open_holds(snapshot)}
