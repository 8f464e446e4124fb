"""What an hour adds ends in the same bytes as reading everything, whatever happened to the rows."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from agnt_pipelines.graph import graph_build, increment, store
from agnt_pipelines.graph.source_store import survey
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.conftest import empty
from agnt_pipelines_tests.graph import bali
from agnt_pipelines_tests.graph.bali import BOOKINGS, TALK, USERS, VENUES

PEOPLE = ("ayu", "budi", "citra", "dewi", "eka")
PLACES = ("warung", "reef", "grill", "temple", "unknown")
STATUSES = ("completed", "Confirmed", "cancelled", "no_show", "odd")
INTENTS = (None, "date-night", "quick-lunch", "Date-Night ")
EVENTS = st.sampled_from(
    ["book", "book", "ask", "late", "twice", "correct", "move", "delete", "unask", "leave", "close", "quiet"]
)
LAW = hypothesis_settings(
    deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Town:
    """A place where things happen, hour by hour."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.chance, self.rows, self.left = database, random.Random(seed), 0, set[str]()
        self.now = bali.NOW - timedelta(days=10)

    def happen(self, event: str) -> None:
        """Let something happen before the hour is over."""
        match event:
            case "book" | "late":
                self._book(0 if event == "book" else self.chance.randrange(1, 1500))
            case "ask":
                self._ask()
            case "twice":
                self._twice()
            case "correct":
                self._change("status", STATUSES)
            case "move":
                self._change("venue_id", PLACES)
            case "delete" | "unask":
                self._delete(BOOKINGS if event == "delete" else TALK)
            case "leave":
                self._leave()
            case "close":
                self._close()

    def _book(self, hours: float) -> None:
        self.rows += 1
        row = bali.booking(
            f"r{self.rows}",
            self.chance.choice(PEOPLE),
            self.chance.choice(PLACES),
            self.chance.choice(STATUSES),
        )
        at = self.now - timedelta(hours=hours + self.chance.random())
        rating = self.chance.choice([None, 1, 4])
        bali.insert(self.database, {BOOKINGS: [{**row, "created_at": at, "rating": rating}]})

    def _ask(self) -> None:
        self.rows += 1
        asked, intent = self.chance.choice([*PLACES, None]), self.chance.choice(INTENTS)
        row = bali.question(f"q{self.rows}", self.chance.choice(PEOPLE), asked, intent)
        at = self.now - timedelta(hours=self.chance.choice([0.7, self.chance.randrange(1, 900)]))
        bali.insert(self.database, {TALK: [{**row, "created_at": at}]})

    def _twice(self) -> None:
        with self.database.reading() as snapshot:
            rows = snapshot.execute(sa.select(BOOKINGS).order_by(BOOKINGS.c.id)).mappings().all()
        if rows:
            self.rows += 1
            again = {**self.chance.choice(rows), "id": f"r{self.rows}"}
            bali.insert(self.database, {BOOKINGS: [again]})

    def _change(self, column: str, values: tuple[str, ...]) -> None:
        if (row := self._one(BOOKINGS)) is not None:
            with self.database.writing() as connection:
                changed = {column: self.chance.choice(values)}
                connection.execute(sa.update(BOOKINGS).where(BOOKINGS.c.id == row).values(changed))

    def _delete(self, table: sa.Table) -> None:
        if (row := self._one(table)) is not None:
            with self.database.writing() as connection:
                connection.execute(sa.delete(table).where(table.c.id == row))

    def _leave(self) -> None:
        if len(self.left) < 2:
            person = self.chance.choice(PEOPLE)
            self.left.add(person)
            with self.database.writing() as connection:
                connection.execute(sa.update(USERS).where(USERS.c.id == person).values(deleted_at=self.now))

    def _close(self) -> None:
        with self.database.writing() as connection:
            connection.execute(sa.delete(VENUES).where(VENUES.c.id == self.chance.choice(PLACES[2:])))

    def _one(self, table: sa.Table) -> str | None:
        with self.database.reading() as snapshot:
            rows = list(snapshot.scalars(sa.select(table.c.id).order_by(table.c.id)))
        return self.chance.choice(rows) if rows else None


@pytest.fixture
def always(settings: Settings) -> Settings:
    """Settings under which even a small graph is built by increments."""
    return settings.model_copy(update={"graph_increment_rows": 0, "hold_rows": 10_000})


def build(database: Database, settings: Settings, now: object) -> None:
    at = settings.model_copy(update={"now": now})
    with exclusive(database, store.WRITER_SET, "build", at) as lease:
        erase_gone(lease, store.GRAPH_BUILD, at)
        graph_build.build(lease, at)


def graph(database: Database) -> dict[str, list[bytes]]:
    kept = ("entity_nodes", "entity_edges", "window_units")
    return {name: rows for name, rows in bali.dump(database).items() if name in kept}


@LAW
@given(st.lists(st.lists(EVENTS, min_size=1, max_size=4), min_size=1, max_size=3), st.integers(0, 10_000))
def test_after_every_hour_the_graph_is_that_of_reading_everything(
    database: Database, settings: Settings, always: Settings, hours: list[list[str]], seed: int
) -> None:
    empty(database)
    town = Town(database, seed)
    people = [bali.person(name) for name in PEOPLE]
    bali.insert(database, {USERS: people, VENUES: [bali.venue(name) for name in PLACES[:4]]})
    for _ in range(100):
        town.happen(town.chance.choice(["late", "ask"]))
    build(database, always, town.now)
    for events in hours:
        town.now += timedelta(hours=1)
        for event in events:
            town.happen(event)
        build(database, always, town.now)
        by_increments = graph(database)
        with database.writing() as connection:
            connection.execute(sa.delete(store.CURSORS))
            connection.execute(sa.text("UPDATE mind.window_units SET version = 'before', digest_out = 'x'"))
        build(database, settings, town.now)
        assert graph(database) == by_increments


@pytest.mark.parametrize("event", ["book", "late", "twice", "correct", "move", "delete", "ask"])
def test_such_a_change_is_found_without_reading_everything(
    database: Database, always: Settings, event: str
) -> None:
    town = Town(database, 3)
    people = [bali.person(name) for name in PEOPLE]
    bali.insert(database, {USERS: people, VENUES: [bali.venue(name) for name in PLACES]})
    for _ in range(40):
        town.happen(town.chance.choice(["late", "ask"]))
    build(database, always, town.now)
    town.now += timedelta(hours=1)
    town.happen(event)
    hour = town.now.replace(minute=0)
    with database.reading() as snapshot:
        derivation = store.entity_graph(always, hour)
        found = survey(snapshot, hour, ())
        small = increment.of(snapshot, hour, always, found, store.stored(snapshot, derivation))
    assert small is not None
    assert sum(map(len, small.gone.values())) < 12
    build(database, always, town.now)


def test_another_season_is_read_anew(database: Database, always: Settings) -> None:
    bali.insert(database, bali.small())
    build(database, always, bali.NOW)
    hour = bali.NOW + timedelta(days=100)
    with database.reading() as snapshot:
        before = store.stored(snapshot, store.entity_graph(always, hour))
        assert increment.of(snapshot, hour, always, survey(snapshot, hour, ()), before) is None
