"""One holder at a time; a dead or stopped one is out, and cannot write when it comes back."""

from __future__ import annotations

import os
import signal

import psycopg
import pytest
import sqlalchemy as sa

from agnt_pipelines.errors import DatabaseUnreachable, Fenced, LockedOut, SettingsError
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.exclusive import exclusive, lock_key
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.copy import copy_rows
from agnt_pipelines.storage.database import Database

from . import toy


def token(database: Database) -> int:
    with database.reading() as snapshot:
        found = snapshot.scalar(sa.text("SELECT token FROM mind.job_lease WHERE writer_set = 'dreaming'"))
    assert isinstance(found, int)
    return found


def test_every_holder_has_a_token_one_higher(database: Database, settings: Settings) -> None:
    for expected in (1, 2, 3):
        with exclusive(database, "dreaming", f"run-{expected}", settings) as lease:
            assert lease.token == token(database) == expected


def test_a_second_run_is_locked_out_and_told_by_whom(database: Database, settings: Settings) -> None:
    with (
        exclusive(database, "dreaming", "holder", settings),
        pytest.raises(LockedOut, match=r"'dreaming' is held by run holder \(.+:\d+\) since 20"),
        exclusive(database, "dreaming", "late", settings),
    ):
        pytest.fail("two holders")


def test_another_writer_set_is_free(database: Database, settings: Settings) -> None:
    with (
        exclusive(database, "dreaming", "one", settings),
        exclusive(database, "graph", "two", settings) as other,
    ):
        assert other.token == 1


def test_the_lock_is_free_when_the_block_fails(database: Database, settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(database, "dreaming", "one", settings):
        _ = 1 / 0
    with exclusive(database, "dreaming", "two", settings) as lease:
        assert lease.token == 2


def test_a_killed_holder_leaves_the_lock_free(database: Database, settings: Settings) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        own = Database(database.url)
        with exclusive(own, "dreaming", "victim", settings):
            os.write(writing, b"held")
            signal.pause()
    os.read(reading, 4)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    patient = settings.model_copy(update={"lock_wait_s": 10.0})
    with exclusive(database, "dreaming", "next", patient) as lease:
        assert lease.token == 2


def test_a_stopped_holder_is_ended_and_its_late_write_refused(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu")
    stopped = Database(database.url, application_name="stopped")
    beats_never = settings.model_copy(update={"heartbeat_s": 3600.0})
    impatient = settings.model_copy(update={"heartbeat_s": 0.02, "lease_ttl_s": 0.05, "lock_wait_s": 30.0})
    with exclusive(stopped, "dreaming", "stopped", beats_never) as stale:
        with exclusive(database, "dreaming", "next", impatient) as lease:
            assert lease.token == 2
            apply(lease, toy.plan_of(settings, {"ayu": ["jazz"]}), settings)
        with pytest.raises(Fenced):
            apply(stale, toy.plan_of(settings, {"ayu": ["late"]}), settings)
    stopped.close()
    with database.reading() as snapshot:
        assert snapshot.scalars(sa.select(toy.OBSERVATIONS.c.value)).all() == ["jazz"]


def test_a_takeover_waits_for_the_write_that_is_under_way(database: Database, settings: Settings) -> None:
    with (
        exclusive(database, "dreaming", "one", settings) as lease,
        lease.transaction(),
        database.direct() as other,
    ):
        other.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("UPDATE mind.job_lease SET token = token + 1")


def test_a_heartbeat_is_not_held_up_by_a_long_write(database: Database, settings: Settings) -> None:
    with (
        exclusive(database, "dreaming", "one", settings) as lease,
        lease.transaction(),
        database.direct() as other,
    ):
        other.execute("SET lock_timeout = '100ms'")
        beaten = other.execute("UPDATE mind.job_heartbeat SET beat_at = clock_timestamp()")
        assert beaten.rowcount == 1


def test_a_session_that_is_ended_in_an_apply_writes_nothing(database: Database, settings: Settings) -> None:
    toy.people(database, "ayu")

    def cut_off(connection: sa.Connection) -> None:
        copy_rows(connection, toy.OBSERVATIONS, [toy.row("m", "ayu", "jazz", toy.MONDAY)])
        pid = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        with database.direct() as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        connection.execute(sa.text("SELECT 1"))

    with exclusive(database, "dreaming", "one", settings) as lease:
        with pytest.raises(DatabaseUnreachable), lease.transaction() as transaction:
            cut_off(transaction)
        apply(lease, toy.plan_of(settings, {"ayu": ["blues"]}), settings)
    with database.reading() as snapshot:
        assert snapshot.scalars(sa.select(toy.OBSERVATIONS.c.value)).all() == ["blues"]


def test_lock_keys_are_stable_across_processes() -> None:
    assert lock_key("dreaming") == lock_key("dreaming") == -5421998765173271502
    assert lock_key("graph") != lock_key("dreaming")


@pytest.mark.parametrize("wrong", [{"AGNT_HEARTBEAT_S": "30"}, {"AGNT_LEASE_TTL_S": "5"}])
def test_a_heart_that_beats_no_faster_than_a_lease_lives_is_refused(
    wrong: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    with pytest.raises(SettingsError, match=r"AGNT_HEARTBEAT_S=.+every run would pass for dead"):
        get_settings()
    get_settings.cache_clear()
