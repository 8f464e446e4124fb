"""A fold that would lose too much waits for a person, and only that fold."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from agnt_pipelines.dreaming import store
from agnt_pipelines.errors import SettingsError
from agnt_pipelines.replay import holds
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Applied
from agnt_pipelines.replay.exclusive import Lease, exclusive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database

from . import toy

MANY = [f"thing {number}" for number in range(30)]


@pytest.fixture
def known(database: Database, settings: Settings) -> Database:
    """Two people of whom thirty things each are known."""
    toy.people(database, "ayu", "budi")
    with exclusive(database, "dreaming", "first", settings) as lease:
        apply(lease, toy.fold_plan(settings, {"ayu": MANY, "budi": MANY}), settings)
    return database


def fold(lease: Lease, settings: Settings, ayu: list[str], budi: list[str]) -> Applied:
    return apply(lease, toy.fold_plan(settings, {"ayu": ayu, "budi": budi}), settings)


def memories(database: Database, person: str) -> int:
    with database.reading() as snapshot:
        table = store.USER_MEMORY
        count = sa.select(sa.func.count()).select_from(table).where(table.c.user_id == person)
        return snapshot.scalar(count) or 0


def open_hashes(database: Database) -> list[str]:
    with database.reading() as snapshot:
        return [hold.plan_hash for hold in holds.open_holds(snapshot)]


def test_a_large_loss_is_held_and_the_rest_goes_on(known: Database, settings: Settings) -> None:
    with exclusive(known, "dreaming", "second", settings) as lease:
        done = fold(lease, settings, MANY[:5], MANY[:15])
    assert (done.units_held, done.units_changed, done.removed) == (1, 1, 15)
    assert (memories(known, "ayu"), memories(known, "budi")) == (30, 15)
    assert len(open_hashes(known)) == 1


def test_an_approval_serves_the_plan_it_names_once(known: Database, settings: Settings) -> None:
    with exclusive(known, "dreaming", "second", settings) as lease:
        fold(lease, settings, MANY[:5], MANY)
        (first,) = open_hashes(known)
        assert holds.approve(known, first[:8], "operator") == first
        fold(lease, settings, MANY[:4], MANY)
        assert memories(known, "ayu") == 30, "approved for another plan"
        fold(lease, settings, MANY[:5], MANY)
        assert memories(known, "ayu") == 5
        assert open_hashes(known) == []
        fold(lease, settings, MANY, MANY)
        fold(lease, settings, MANY[:5], MANY)
        assert memories(known, "ayu") == 30, "an approval is spent"
        assert open_hashes(known) == [first]


def test_a_decision_recorded_before_the_hold_serves_too(known: Database, settings: Settings) -> None:
    with exclusive(known, "dreaming", "second", settings) as lease:
        fold(lease, settings, MANY[:5], MANY)
        holds.approve(known, open_hashes(known)[0], "operator")
        with known.writing() as connection:
            connection.execute(sa.text("DELETE FROM mind.holds"))
        fold(lease, settings, MANY[:5], MANY)
    assert memories(known, "ayu") == 5


def test_a_loss_is_not_judged_while_its_inputs_are_stale(known: Database, settings: Settings) -> None:
    toy.say(known, "ayu", "jazz")
    with exclusive(known, "dreaming", "second", settings) as lease:
        done = fold(lease, settings, MANY[:5], MANY)
    assert done.units_held == 1
    assert open_hashes(known) == []
    assert memories(known, "ayu") == 30


def test_a_fold_of_which_nothing_is_read_any_more_waits_unless_its_person_is_gone(
    known: Database, settings: Settings
) -> None:
    with known.writing() as connection:
        connection.execute(sa.delete(toy.USERS).where(toy.USERS.c.id == "budi"))
    with exclusive(known, "dreaming", "second", settings) as lease:
        plan = toy.fold_plan(settings, {"ayu": [], "budi": []})
        plan.units = {"ayu": None, "budi": None}
        done = apply(lease, plan, settings)
    assert (done.units_held, done.removed) == (1, 30)
    assert (memories(known, "ayu"), memories(known, "budi")) == (30, 0)


def test_approving_nothing_says_where_to_look(known: Database) -> None:
    with pytest.raises(SettingsError, match=r"0 open holds begin with 'abc'; `\./agnt holds` lists them"):
        holds.approve(known, "abc", "operator")
