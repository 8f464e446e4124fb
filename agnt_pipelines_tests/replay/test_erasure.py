"""Whoever is gone leaves no row, and nobody is erased by a broken view."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from agnt_pipelines.errors import SourceContractError
from agnt_pipelines.replay import holds, quarantine, staging, state
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.derivation import Refused
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import Kind, table_of, tables_of_kind
from agnt_pipelines.storage.tables.replay import Receipt

from . import toy


def everywhere(database: Database, settings: Settings, person: str) -> None:
    """Leave a trace of a person in every table that can hold one."""
    toy.say(database, person, f"{person}'s jazz")
    question = staging.Question("model", "1", person, {"text": f"about {person}"})
    staging.answer(database, question, lambda _: staging.Answer({"said": person}, {"input_tokens": 1}))
    staging.vectors(database, "toy", person, [f"of {person}"], lambda texts: [[1.0, 2.0]] * len(texts))
    strict = settings.model_copy(update={"hold_rows": 0, "hold_share": 0.0})
    with exclusive(database, "dreaming", "first", settings) as lease:
        toy.run(lease, settings)
        apply(lease, toy.fold_plan(settings, {person: [f"{person}'s tea"]}), settings)
        apply(lease, toy.fold_plan(settings, {person: []}), strict)
    with database.writing() as connection:
        quarantine.add(
            connection, "observations", [Refused("interactions", f"{person}-1", person, "too_long")]
        )
        plan = connection.scalar(sa.text("SELECT plan_hash FROM mind.holds WHERE unit = :p"), {"p": person})
    holds.approve(database, str(plan), "operator")


def traces(database: Database, person: str) -> dict[str, int]:
    """Count the rows of ours that hold a person's id anywhere."""
    found = {}
    with database.reading() as snapshot:
        for kind in (Kind.STATE, Kind.INPUT, Kind.HISTORY):
            for table in tables_of_kind(kind):
                query = f"SELECT count(*) FROM {table.fullname} AS t WHERE row_to_json(t)::text LIKE :p"
                found[table.name] = snapshot.scalar(sa.text(query), {"p": f"%{person}%"}) or 0
    return {name: count for name, count in found.items() if count}


@pytest.mark.parametrize("how", ["marked", "hard-deleted"])
def test_no_table_keeps_a_trace_and_others_are_untouched(
    database: Database, settings: Settings, how: str
) -> None:
    toy.people(database, "ayu", "budi")
    everywhere(database, settings, "ayu")
    everywhere(database, settings, "budi")
    before = traces(database, "budi")
    assert {"observations", "user_memory", "window_units", "quarantine", "holds", "decisions"} <= set(before)
    assert {"model_answers", "vectors", "delta_log"} <= set(before)
    with database.writing() as connection:
        mine = toy.USERS.c.id == "ayu"
        if how == "marked":
            connection.execute(sa.update(toy.USERS).where(mine).values(deleted_at=datetime.now(UTC)))
        else:
            connection.execute(sa.delete(toy.USERS).where(mine))
    with exclusive(database, "dreaming", "second", settings) as lease:
        counts = erase_gone(lease, "light_dream", settings)
        assert erase_gone(lease, "light_dream", settings) == {}
    assert list(counts) == ["ayu"]
    assert traces(database, "ayu") == {}
    assert traces(database, "budi") == before


def test_a_receipt_proves_who_was_erased_and_names_nobody(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu", "budi")
    everywhere(database, settings, "ayu")
    with database.writing() as connection:
        connection.execute(sa.delete(toy.USERS).where(toy.USERS.c.id == "ayu"))
    with exclusive(database, "dreaming", "second", settings) as lease:
        erase_gone(lease, "light_dream", settings)
    with database.reading() as snapshot:
        (receipt,) = snapshot.execute(sa.select(table_of(Receipt))).all()
    assert receipt.salted_id == hashlib.sha256(receipt.salt + b"ayu").digest()
    assert receipt.counts["observations"] == 1


def test_state_after_an_erasure_is_that_of_a_world_without_the_person(
    database: Database, settings: Settings
) -> None:
    toy.people(database, "ayu", "budi")
    toy.say(database, "ayu", "jazz")
    toy.say(database, "budi", "tea")
    with exclusive(database, "dreaming", "first", settings) as lease:
        toy.run(lease, settings)
        with database.writing() as connection:
            connection.execute(sa.delete(toy.USERS).where(toy.USERS.c.id == "ayu"))
        erase_gone(lease, "light_dream", settings)
        with database.reading() as snapshot:
            erased = state.dump(snapshot)
        with database.writing() as connection:
            connection.execute(sa.text("DELETE FROM mind.observations; DELETE FROM mind.window_units"))
            connection.execute(sa.text("DELETE FROM mind.job_windows"))
        toy.run(lease, settings)
        with database.reading() as snapshot:
            assert state.dump(snapshot) == erased
    assert erased["observations"]


def test_an_empty_users_table_erases_nobody_unless_it_is_meant(
    database: Database, settings: Settings
) -> None:
    toy.people(database, "ayu")
    everywhere(database, settings, "ayu")
    with database.writing() as connection:
        connection.execute(sa.delete(toy.USERS))
    with exclusive(database, "dreaming", "second", settings) as lease:
        with pytest.raises(SourceContractError, match=r"source\.users is empty, but 1 people are known"):
            erase_gone(lease, "light_dream", settings)
        assert traces(database, "ayu")
        meant = settings.model_copy(update={"allow_empty_users": True})
        assert list(erase_gone(lease, "light_dream", meant)) == ["ayu"]
    assert traces(database, "ayu") == {}


def test_a_refused_import_line_stays_until_its_person_is_marked_deleted(
    database: Database, settings: Settings
) -> None:
    toy.people(database, "budi")
    with database.writing() as connection:
        quarantine.add(connection, "import:users", [Refused("-", "1", "newcomer", "bad_value", raw=b"{")])
        quarantine.add(connection, "import:interactions", [Refused("-", "1", "budi", "bad_value", raw=b"{")])
    with exclusive(database, "dreaming", "second", settings) as lease:
        assert erase_gone(lease, "light_dream", settings) == {}
        with database.writing() as connection:
            connection.execute(sa.update(toy.USERS).values(deleted_at=datetime.now(UTC)))
        assert list(erase_gone(lease, "light_dream", settings)) == ["budi"]
    assert traces(database, "newcomer") == {"quarantine": 1}
