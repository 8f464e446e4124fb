"""Apply writes the difference, all of it or nothing, and says what it did."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from psycopg.errors import UniqueViolation

from agnt_pipelines.errors import Fenced
from agnt_pipelines.replay import delta_log, quarantine, staleness, state
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Refused, content_id
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import JobWindow, Quarantined

from . import toy


def test_the_first_run_adds_and_the_second_changes_nothing(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu", "budi")
    toy.say(database, "ayu", "jazz", "surfing")
    toy.say(database, "budi", "coffee")
    with exclusive(database, "dreaming", "first", settings) as lease:
        first = toy.run(lease, settings)
        with database.reading() as snapshot:
            before = state.dump(snapshot)
        second = toy.run(lease, settings)
    assert (first.added, first.changed, first.removed, first.units) == (3, 0, 0, 2)
    assert (second.added, second.changed, second.removed, second.units_changed) == (0, 0, 0, 0)
    with database.reading() as snapshot:
        assert state.changed_rows(before, state.dump(snapshot)) == 0
        assert before["observations"]
        assert before["window_units"]


def test_a_changed_source_row_rewrites_its_person_alone(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu", "budi")
    message = toy.say(database, "ayu", "jazz", "surfing")[0]
    toy.say(database, "budi", "coffee")
    with exclusive(database, "dreaming", "first", settings) as lease:
        toy.run(lease, settings)
        with database.writing() as connection:
            connection.execute(
                sa.update(toy.INTERACTIONS).where(toy.INTERACTIONS.c.id == message).values(content="blues")
            )
        with database.reading() as snapshot:
            due = staleness.due(snapshot, toy.derivation(settings), [toy.MONDAY])
        again = toy.run(lease, settings)
    assert list(due[toy.MONDAY.key].units) == ["ayu"]
    assert (again.added, again.removed, again.unchanged, again.units_changed) == (1, 1, 1, 1)


def test_a_row_whose_key_stays_is_changed_not_replaced(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu")
    with exclusive(database, "dreaming", "first", settings) as lease:
        apply(lease, toy.plan_of(settings, {"ayu": ["jazz"]}), settings)
        plan = toy.plan_of(settings, {"ayu": ["jazz"]})
        (row,) = plan.rows[toy.OBSERVATIONS]["ayu"]
        plan.rows[toy.OBSERVATIONS]["ayu"] = [(*row[:7], 0.5, *row[8:])]
        done = apply(lease, plan, settings)
    assert (done.added, done.changed, done.removed) == (0, 1, 0)
    with database.reading() as snapshot:
        assert snapshot.scalar(sa.select(toy.OBSERVATIONS.c.confidence)) == 0.5


def test_units_whose_inputs_are_gone_lose_their_rows(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu")
    toy.say(database, "ayu", "jazz")
    with exclusive(database, "dreaming", "first", settings) as lease:
        toy.run(lease, settings)
        with database.writing() as connection:
            connection.execute(sa.delete(toy.INTERACTIONS))
        done = toy.run(lease, settings)
        with database.reading() as snapshot:
            left = state.dump(snapshot)
    assert done.removed == 1
    assert left["observations"] == left["window_units"] == []


def test_a_person_deleted_after_the_plan_was_made_gets_no_row(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu", "budi")
    with exclusive(database, "dreaming", "first", settings) as lease:
        plan = toy.plan_of(settings, {"ayu": ["jazz"], "budi": ["coffee"]})
        with database.writing() as connection:
            connection.execute(sa.delete(toy.USERS).where(toy.USERS.c.id == "ayu"))
        done = apply(lease, plan, settings)
    assert done.added == 1
    with database.reading() as snapshot:
        assert snapshot.scalars(sa.select(toy.OBSERVATIONS.c.user_id)).all() == ["budi"]


def test_an_apply_that_fails_half_way_writes_nothing(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu")
    with exclusive(database, "dreaming", "first", settings) as lease:
        plan = toy.plan_of(settings, {"ayu": ["jazz"]})
        (row,) = plan.rows[toy.OBSERVATIONS]["ayu"]
        plan.put(toy.OBSERVATIONS, "ayu", [(content_id("other"), *row[1:7], 1.5, *row[8:])])
        with pytest.raises(Exception, match="ck_observations_confidence"):
            apply(lease, plan, settings)
        with database.reading() as snapshot:
            left = state.dump(snapshot)
            entries = snapshot.scalar(sa.text("SELECT count(*) FROM mind.delta_log"))
    assert not any(left.values())
    assert entries == 0


def test_a_holder_whose_lease_was_taken_is_refused(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu")
    with exclusive(database, "dreaming", "stale", settings) as stale:
        with database.writing() as connection:
            connection.execute(sa.text("UPDATE mind.job_lease SET token = token + 1"))
        with pytest.raises(Fenced, match="Run stale lost the lease of 'dreaming'"):
            apply(stale, toy.plan_of(settings, {"ayu": ["jazz"]}), settings)
    with database.reading() as snapshot:
        assert snapshot.scalar(sa.select(sa.func.count()).select_from(toy.OBSERVATIONS)) == 0


def test_an_empty_window_is_completed_all_the_same(database: Database, settings: Settings) -> None:
    with exclusive(database, "dreaming", "first", settings) as lease:
        toy.run(lease, settings)
    with database.reading() as snapshot:
        assert staleness.due(snapshot, toy.derivation(settings), [toy.MONDAY]) == {}
        assert snapshot.scalar(sa.select(table_of(JobWindow).c.units)) == 0


def test_refused_input_is_kept_with_its_reason_until_it_is_readable(
    database: Database, settings: Settings
) -> None:
    toy.people(database, "ayu", "budi")
    quarantined = sa.select(table_of(Quarantined).c.user_id, table_of(Quarantined).c.reason)
    with exclusive(database, "dreaming", "first", settings) as lease:
        plan = toy.plan_of(settings, {"ayu": [], "budi": []})
        plan.refused += [
            Refused("interactions", "m1", "ayu", "too_long"),
            Refused("interactions", "m2", "budi", "x"),
        ]
        apply(lease, plan, settings)
        apply(lease, toy.plan_of(settings, {"ayu": ["short"]}), settings)
    with database.reading() as snapshot:
        assert snapshot.execute(quarantined).all() == [("budi", "x")]


def test_the_same_refusal_twice_is_there_once(database: Database) -> None:
    refusal = Refused("file.jsonl", "7", None, "not_json", raw=b"{")
    for _ in range(2):
        with database.writing() as connection:
            quarantine.add(connection, "import:users", [refusal])
    with database.reading() as snapshot:
        assert snapshot.scalar(sa.select(sa.func.count()).select_from(table_of(Quarantined))) == 1


def test_the_same_line_number_of_another_file_is_kept_too(database: Database) -> None:
    for raw in (b"one", b"two"):
        with database.writing() as connection:
            quarantine.add(connection, "import:users", [Refused("-", "1", None, "not_json", raw=raw)])
    with database.reading() as snapshot:
        kept = snapshot.scalars(sa.select(table_of(Quarantined).c.raw)).all()
    assert sorted(kept) == [b"one", b"two"]


def test_a_claim_planned_twice_is_refused_by_the_table(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu")
    with exclusive(database, "dreaming", "first", settings) as lease, pytest.raises(UniqueViolation):
        apply(lease, toy.plan_of(settings, {"ayu": ["jazz", "jazz"]}), settings)


def test_the_log_replays_to_the_rows_after_every_kind_of_change(
    database: Database, settings: Settings
) -> None:
    toy.people(database, "ayu", "budi")
    with exclusive(database, "dreaming", "first", settings) as lease:
        apply(lease, toy.plan_of(settings, {"ayu": ["jazz", "surf"], "budi": ["tea"]}), settings)
        apply(lease, toy.plan_of(settings, {"ayu": ["jazz", "blues"]}), settings)
        apply(lease, toy.plan_of(settings, {"budi": []}), settings)
    with database.reading() as snapshot:
        replayed = delta_log.replay(snapshot)["observations"]
        assert delta_log.verify(snapshot, "light_dream") == 4
        assert sorted(replayed.values()) == state.dump(snapshot)["observations"]
        assert len(replayed) == 2
