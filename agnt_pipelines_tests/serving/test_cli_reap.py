"""`./agnt doctor --reap`: dead runs ended by hand, and what is said of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.settings import get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.serving.calls import agnt, answer
from agnt_pipelines_tests.victim import dies_at


@pytest.fixture
def quick(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beats every 50 ms; dead after half a second."""
    monkeypatch.setenv("AGNT_HEARTBEAT_S", "0.05")
    monkeypatch.setenv("AGNT_LEASE_TTL_S", "0.5")
    get_settings.cache_clear()


def hold(database: Database) -> None:
    """Take a lease as the run `victim`, to die holding it."""
    own = Database(database.url, application_name="victim")
    with exclusive(own, "dreaming", "victim", get_settings()):
        pass


@pytest.mark.usefixtures("quick")
def test_where_nothing_is_stuck_it_says_so() -> None:
    assert answer("doctor", "--reap") == {"reaped": []}
    assert "Nothing was stuck" in agnt("doctor", "--reap").stdout


@pytest.mark.usefixtures("quick")
def test_a_live_holder_is_nothing_stuck(database: Database) -> None:
    with exclusive(database, "dreaming", "alive", get_settings()):
        assert answer("doctor", "--reap") == {"reaped": []}


@pytest.mark.usefixtures("quick")
def test_a_dead_run_is_ended_and_named(database: Database) -> None:
    assert dies_at("lock.leased", lambda: hold(database))
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE mind.job_heartbeat SET beat_at = beat_at - interval '1 hour'"))
    (reaped,) = answer("doctor", "--reap")["reaped"]
    assert (reaped["run_id"], reaped["writer_sets"], reaped["told"]) == ("victim", ["dreaming"], False)
    assert "no sign of life" in reaped["why"]
    with database.reading() as snapshot:
        assert snapshot.scalar(sa.text("SELECT token FROM mind.job_lease")) == 2
    assert answer("doctor", "--reap") == {"reaped": []}


@pytest.mark.usefixtures("quick")
def test_it_tells_a_person_in_a_sentence(database: Database) -> None:
    assert dies_at("lock.leased", lambda: hold(database))
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE mind.job_heartbeat SET beat_at = beat_at - interval '1 hour'"))
    said = " ".join(agnt("doctor", "--reap").stdout.split())
    assert "Ended run victim, which held dreaming: no sign of life" in said
