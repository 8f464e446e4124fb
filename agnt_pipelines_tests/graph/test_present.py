"""One person's rows are read without a build as a build reads them."""

from __future__ import annotations

from datetime import timedelta

from agnt_pipelines.graph import graph_build, present
from agnt_pipelines.graph.entities import SIMILARITIES, Relation
from agnt_pipelines.serving.recommendations import recommend_for
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.graph import bali


def test_a_persons_edges_are_those_of_the_build(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    hour = graph_build.as_of(settings.model_copy(update={"now": bali.NOW}))
    stored = bali.edges(database)
    unread = {*SIMILARITIES, Relation.FOLLOWS_TASTE}
    with database.reading() as snapshot:
        for person in ("ayu", "budi", "citra", "dewi"):
            mine = present.edges_of(snapshot, settings, person, hour, hour, {"canggu", "ubud"})
            assert mine
            assert {(relation.value, dst): weight for (relation, dst), weight in mine.items()} == {
                (relation, dst): row.weight
                for (relation, src, dst), row in stored.items()
                if src == f"user:{person}" and relation not in unread
            }


def test_what_somebody_did_since_the_build_counts_at_once(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    guests = [bali.person(f"guest{n}") for n in range(6)]
    booked = [
        bali.booking(f"g{n}-{place}", f"guest{n}", place) for n in range(6) for place in ("reef", "temple")
    ]
    bali.insert(database, {bali.USERS: guests, bali.BOOKINGS: booked})
    bali.build(database, settings)
    later = settings.model_copy(update={"now": bali.NOW + timedelta(minutes=20)})
    assert "you booked" not in recommend_for(database, "dewi", settings=later)[0].why
    row = bali.booking("new", "dewi", "reef") | {"created_at": bali.NOW + timedelta(minutes=10)}
    bali.insert(database, {bali.BOOKINGS: [row], bali.MEMORY: [bali.memory("dewi", "never", "steak")]})
    found = {one.name: one.why for one in recommend_for(database, "dewi", settings=later)}
    assert found["Temple"] == "you booked Reef; 7 people who also booked Reef booked Temple"
    assert not found.keys() & {"Reef", "Grill"}, "they have been there; they never eat steak"


def test_somebody_who_joined_since_the_build_is_known_at_once(database: Database, settings: Settings) -> None:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    bali.insert(database, {bali.USERS: [bali.person("eka", "Ubud")]})
    later = settings.model_copy(update={"now": bali.NOW + timedelta(minutes=20)})
    assert "you are based in ubud" in recommend_for(database, "eka", settings=later)[0].why
