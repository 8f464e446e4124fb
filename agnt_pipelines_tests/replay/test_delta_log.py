"""The log's chain notices every alteration and survives erasure."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from agnt_pipelines.errors import ChainBroken
from agnt_pipelines.replay import delta_log, state
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database

from . import toy


@pytest.fixture
def logged(database: Database, settings: Settings) -> Database:
    """Four entries on one chain."""
    toy.people(database, "ayu", "budi")
    with exclusive(database, "dreaming", "first", settings) as lease:
        apply(lease, toy.plan_of(settings, {"ayu": ["jazz"], "budi": ["tea"]}), settings)
        apply(lease, toy.plan_of(settings, {"ayu": ["blues"], "budi": ["coffee"]}), settings)
    return database


def verify(database: Database) -> int:
    with database.reading() as snapshot:
        return delta_log.verify(snapshot, "light_dream")


def test_an_untouched_chain_verifies(logged: Database) -> None:
    assert verify(logged) == 4


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE mind.delta_log SET after = replace(after::text, 'likes', 'hates')::json WHERE seq = 2",
        "UPDATE mind.delta_log SET subject = 'ayu' WHERE seq = 2",
        "UPDATE mind.delta_log SET window_key = '2026-11-17' WHERE seq = 3",
        "UPDATE mind.delta_log SET operation = 'erase' WHERE seq = 3",
        "UPDATE mind.delta_log SET digest = sha256('x') WHERE seq = 1",
        "DELETE FROM mind.delta_log WHERE seq = 2",
        "DELETE FROM mind.delta_log WHERE seq = 1",
    ],
)
def test_an_altered_chain_does_not(logged: Database, tampering: str) -> None:
    with logged.writing() as connection:
        assert connection.execute(sa.text(tampering)).rowcount == 1
    with pytest.raises(ChainBroken, match="light_dream' is broken at entry"):
        verify(logged)


def test_erasure_takes_the_values_and_leaves_the_chain(logged: Database, settings: Settings) -> None:
    with logged.writing() as connection:
        connection.execute(sa.delete(toy.USERS).where(toy.USERS.c.id == "ayu"))
    with exclusive(logged, "dreaming", "second", settings) as lease:
        erased = erase_gone(lease, "light_dream", settings)
    assert erased["ayu"]["delta_log"] == 2
    assert verify(logged) == 5
    with logged.reading() as snapshot:
        left = snapshot.execute(sa.text("SELECT row_to_json(l)::text FROM mind.delta_log l")).scalars().all()
        assert not any("ayu" in entry or "jazz" in entry or "blues" in entry for entry in left)
        assert (
            sorted(delta_log.replay(snapshot)["observations"].values())
            == state.dump(snapshot)["observations"]
        )
