"""Faults that were found once, each kept out by the sentence that it broke."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from agnt_pipelines.dreaming import store
from agnt_pipelines.errors import LockedOut
from agnt_pipelines.replay import delta_log, holds, liveness, staleness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Plan, Refused
from agnt_pipelines.replay.erasure import gone
from agnt_pipelines.replay.exclusive import exclusive, lock_key
from agnt_pipelines.replay.windows import DREAM_WEEK, FAQ_WEEK, Calendar
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import contract
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.dreaming import world
from agnt_pipelines_tests.dreaming.world import WEEK

from . import toy

MANY = [f"thing {number}" for number in range(30)]


@contextmanager
def relaxed(database: Database, *statements: str) -> Iterator[None]:
    """Let a `source` table be as loose as an operator's view may be; put it back after."""
    tables = ("users", "bookings", "interactions", "saved_preferences")
    with database.direct() as connection:
        for table in tables:
            connection.execute(f"ALTER TABLE source.{table} RENAME TO kept_{table}".encode())
            connection.execute(f"CREATE TABLE source.{table} AS SELECT * FROM source.kept_{table}".encode())
    try:
        yield
    finally:
        with database.direct() as connection:
            for table in tables:
                connection.execute(f"DROP TABLE source.{table}".encode())
                connection.execute(f"ALTER TABLE source.kept_{table} RENAME TO {table}".encode())


def settled(database: Database, settings: Settings) -> dict[str, list[bytes]]:
    """Return STATE once nothing is stale, from whatever it was."""
    world.settle(database, settings)
    return world.dump(database)


def from_scratch(database: Database, settings: Settings) -> dict[str, list[bytes]]:
    """Return STATE of one clean run over the source rows that are there."""
    with database.writing() as connection:
        for table in (
            "user_memory",
            "summaries",
            "soul_prompts",
            "observations",
            "window_units",
            "job_windows",
        ):
            connection.execute(sa.text(f"DELETE FROM mind.{table}"))
    return settled(database, settings)


def update(database: Database, statement: str, **values: object) -> None:
    with database.writing() as connection:
        connection.execute(sa.text(statement), values)


# Staleness


def test_a_message_under_another_id_is_another_input(database: Database, settings: Settings) -> None:
    world.insert(database, world.USERS, world.people("ayu"))
    world.insert(database, world.INTERACTIONS, [world.message("ayu", "I'm vegetarian", WEEK[0], 1)])
    before = settled(database, settings)
    update(database, "UPDATE source.interactions SET id = 'imported-again'")
    after = settled(database, settings)
    assert after["observations"] != before["observations"]
    assert after == from_scratch(database, settings)


@pytest.mark.parametrize(("here", "there"), [(0, 4), (4, 0)])
def test_a_message_that_moves_to_another_day_is_learnt_there(
    database: Database, settings: Settings, here: int, there: int
) -> None:
    world.insert(database, world.USERS, world.people("ayu"))
    world.insert(database, world.INTERACTIONS, [world.message("ayu", "I'm vegetarian", WEEK[here], 1)])
    settled(database, settings)
    moved = WEEK[there].start + timedelta(hours=1)
    update(database, "UPDATE source.interactions SET created_at = :at", at=moved)
    after = settled(database, settings)
    assert len(after["observations"]) == 1
    assert after == from_scratch(database, settings)
    with database.reading() as snapshot:
        delta_log.verify(snapshot, "light_dream")


@pytest.mark.parametrize("table", ["bookings", "saved_preferences"])
def test_a_record_without_end_of_time_stops_nobody(
    database: Database, settings: Settings, table: str
) -> None:
    world.insert(database, world.USERS, world.people("ayu"))
    columns = {
        "bookings": "(id, user_id, venue_id, status, slot_at, created_at) VALUES ('b', 'ayu', 'v', 'confirmed', now(), 'infinity')",
        "saved_preferences": "(user_id, key, value, confidence, created_at) VALUES ('ayu', 'diet', 'vegan', 1, 'infinity')",
    }
    update(database, f"INSERT INTO source.{table} {columns[table]}")
    assert world.stale(database, settings) == []
    world.insert(database, world.INTERACTIONS, [world.message("ayu", "I'm vegetarian", WEEK[0], 1)])
    assert len(settled(database, settings)["observations"]) == 1


@pytest.mark.parametrize(
    "slot_at", ["infinity", "-infinity", "0044-03-15 00:00+00 BC", "12026-01-01 00:00+00"]
)
def test_a_booking_for_a_day_no_calendar_has_is_quarantined_alone(
    database: Database, settings: Settings, slot_at: str
) -> None:
    world.insert(database, world.USERS, world.people("ayu"))
    world.insert(database, world.INTERACTIONS, [world.message("ayu", "I'm vegetarian", WEEK[0], 1)])
    booked = "INSERT INTO source.bookings (id, user_id, venue_id, status, slot_at, created_at, updated_at) "
    values = "VALUES ('b', 'ayu', 'v', 'confirmed', CAST(:slot AS timestamptz), :at, 'infinity')"
    update(database, booked + values, slot=slot_at, at=WEEK[0].start)
    assert len(settled(database, settings)["observations"]) == 1
    with database.reading() as snapshot:
        assert snapshot.scalar(sa.text("SELECT source_id FROM mind.quarantine")) == "b"


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("interactions", "direction"),
        ("interactions", "content"),
        ("bookings", "venue_id"),
        ("bookings", "status"),
        ("bookings", "slot_at"),
        ("saved_preferences", "key"),
        ("saved_preferences", "value"),
        ("saved_preferences", "confidence"),
    ],
)
def test_a_null_that_a_view_lets_through_is_quarantined_alone(
    database: Database, settings: Settings, table: str, column: str
) -> None:
    at = WEEK[0].start + timedelta(hours=1)
    world.insert(database, world.USERS, world.people("ayu"))
    world.insert(database, world.INTERACTIONS, [world.message("ayu", "I love live music", WEEK[0], 1)])
    rows: dict[str, dict[str, object]] = {
        "interactions": world.message("ayu", "I'm vegetarian", WEEK[0], 2),
        "bookings": {
            "id": "b", "user_id": "ayu", "venue_id": "v", "status": "confirmed", "slot_at": at, "created_at": at,
        },
        "saved_preferences": {
            "user_id": "ayu", "key": "diet", "value": "vegan", "confidence": 0.5, "created_at": at,
        },
    }  # fmt: skip
    with relaxed(database):
        named = {"interactions": world.INTERACTIONS, "bookings": world.BOOKINGS}
        world.insert(database, named.get(table, world.PREFERENCES), [rows[table]])
        update(
            database,
            f"UPDATE source.{table} SET {column} = NULL WHERE created_at = :at",
            at=rows[table]["created_at"],
        )
        assert len(settled(database, settings)["observations"]) == 1
        with database.reading() as snapshot:
            assert snapshot.scalars(sa.text("SELECT source FROM mind.quarantine")).all() == [table]


def test_a_row_that_a_view_repeats_is_read_once_and_stops_nobody(
    database: Database, settings: Settings
) -> None:
    world.insert(database, world.USERS, world.people("ayu"))
    said = world.message("ayu", "I'm vegetarian", WEEK[0], 1)
    with relaxed(database):
        world.insert(database, world.INTERACTIONS, [said, said])
        assert len(settled(database, settings)["observations"]) == 1


def test_padded_ids_are_refused_by_name_as_they_equal_no_text(database: Database) -> None:
    with relaxed(database):
        update(database, "ALTER TABLE source.users ALTER id TYPE character(40)")
        with database.reading() as snapshot:
            found = contract.violations(snapshot)
    assert any("source.users.id is character" in sentence and "id::text" in sentence for sentence in found)


@pytest.mark.parametrize("calendar", [DREAM_WEEK, FAQ_WEEK])
def test_rows_of_the_first_days_belong_to_no_week(
    database: Database, settings: Settings, calendar: Calendar
) -> None:
    world.insert(database, world.USERS, world.people("ayu"))
    said = world.message("ayu", "I'm vegetarian", WEEK[0], 1)
    old = {**said, "id": "old", "created_at": datetime(2015, 1, 2, tzinfo=UTC)}
    world.insert(database, world.INTERACTIONS, [said, old])
    days = store.observations(settings)
    weeks = type(days)("weeks", "job", "set", "1", days.tables, calendar, days.sources)
    with database.reading() as snapshot:
        found = staleness.due_windows(snapshot, weeks, world.NOW + timedelta(days=7))
    assert found[0].key == calendar.window_at(WEEK[0].start).key


# Erasure


def test_a_user_without_an_id_does_not_stop_erasure(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu", "budi")
    toy.say(database, "ayu", "jazz")
    with exclusive(database, "dreaming", "first", settings) as lease:
        toy.run(lease, settings)
    with relaxed(database):
        update(database, "ALTER TABLE source.users ALTER id DROP NOT NULL")
        update(database, "UPDATE source.users SET id = NULL WHERE id = 'ayu'")
        with database.reading() as snapshot:
            assert gone(snapshot) == ["ayu"]


def test_nobody_who_was_deleted_meanwhile_is_held(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu")
    with exclusive(database, "dreaming", "first", settings) as lease:
        apply(lease, toy.fold_plan(settings, {"ayu": MANY}), settings)
        plan = toy.fold_plan(settings, {"ayu": MANY[:29]})
        update(database, "DELETE FROM source.users")
        done = apply(lease, plan, settings)
    assert (done.units_held, done.removed) == (0, 30)
    with database.reading() as snapshot:
        assert holds.open_holds(snapshot) == []


# Holds


def fold_of(settings: Settings, values: list[str], digest: str) -> Plan:
    plan = toy.fold_plan(settings, {"ayu": values})
    plan.units = {"ayu": digest}
    return plan


def test_a_hold_whose_plan_is_no_longer_made_is_moot(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu")
    with exclusive(database, "dreaming", "first", settings) as lease:
        apply(lease, fold_of(settings, MANY, "all"), settings)
        assert apply(lease, fold_of(settings, MANY[:3], "few"), settings).units_held == 1
        assert apply(lease, fold_of(settings, MANY[:29], "most"), settings).units_held == 0
    with database.reading() as snapshot:
        assert holds.open_holds(snapshot) == []


def test_a_hold_whose_inputs_came_back_is_moot(database: Database, settings: Settings) -> None:
    strict = settings.model_copy(update={"hold_rows": 0, "hold_share": 0.0})
    world.insert(database, world.USERS, world.people("ayu"))
    rows = [
        world.message("ayu", text, WEEK[0], minute)
        for minute, text in enumerate(("I love live music", "I'm allergic to peanuts"))
    ]
    world.insert(database, world.INTERACTIONS, rows)
    settled(database, strict)
    update(database, "DELETE FROM source.interactions WHERE id = :id", id=rows[0]["id"])
    world.dream(database, strict, WEEK)
    with database.reading() as snapshot:
        assert len(holds.open_holds(snapshot)) == 1
    world.insert(database, world.INTERACTIONS, rows[:1])
    world.dream(database, strict, WEEK)
    with database.reading() as snapshot:
        assert holds.open_holds(snapshot) == []


def test_what_was_said_today_or_is_dated_ahead_keeps_no_hold_from_being_judged(
    database: Database, settings: Settings
) -> None:
    toy.people(database, "ayu")
    world.insert(
        database,
        toy.INTERACTIONS,
        [
            {
                **world.message("ayu", "later", WEEK[0], 1),
                "id": str(year),
                "created_at": datetime(year, 1, 1, tzinfo=UTC),
            }
            for year in (2099, 2199)
        ],
    )
    with exclusive(database, "dreaming", "first", settings) as lease:
        apply(lease, toy.fold_plan(settings, {"ayu": MANY}), settings)
        apply(lease, toy.fold_plan(settings, {"ayu": MANY[:3]}), settings)
    with database.reading() as snapshot:
        assert len(holds.open_holds(snapshot)) == 1


# Quarantine


def test_what_was_refused_twice_in_two_windows_is_kept_by_the_one_that_stands(
    database: Database, settings: Settings
) -> None:
    toy.people(database, "ayu")
    tuesday = WEEK[1]
    refused = Refused("interactions", "m", "ayu", "too_long")
    with exclusive(database, "dreaming", "first", settings) as lease:
        for window, kept in ((WEEK[0], [refused]), (tuesday, [refused]), (WEEK[0], [])):
            plan = toy.plan_of(settings, {"ayu": []}, window)
            plan.refused += kept
            apply(lease, plan, settings)
    with database.reading() as snapshot:
        assert snapshot.scalars(sa.text("SELECT window_key FROM mind.quarantine")).all() == [tuesday.key]


# Locks


def test_a_lock_whose_holder_left_no_lease_ends_the_wait(database: Database, settings: Settings) -> None:
    with exclusive(database, "dreaming", "long-ago", settings):
        pass
    update(database, "UPDATE mind.job_heartbeat SET beat_at = beat_at - interval '1 day'")
    with database.direct() as nameless:
        nameless.execute("SELECT pg_advisory_lock(%s)", (lock_key("dreaming"),))
        with pytest.raises(LockedOut), exclusive(database, "dreaming", "late", settings):
            pytest.fail("two holders")


def test_a_lease_is_never_without_a_beat_and_leaves_none_behind(
    database: Database, settings: Settings
) -> None:
    with exclusive(database, "dreaming", "holder", settings), database.direct() as other:
        (holder,) = liveness.holders(other)
        assert (holder.writer_set, holder.token, holder.run_id) == ("dreaming", 1, "holder")
    with database.direct() as other:
        assert liveness.holders(other) == []
