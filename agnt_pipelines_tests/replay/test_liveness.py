"""Who is dead and who is not: a dead holder is ended and can never write again, a live one is left alone."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
import sqlalchemy as sa

from agnt_pipelines.errors import AgntError, Fenced, LockedOut
from agnt_pipelines.replay import liveness
from agnt_pipelines.replay.apply import apply
from agnt_pipelines.replay.exclusive import Lease, exclusive
from agnt_pipelines.replay.liveness import Holder
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.serving.processes import until

from . import toy

SOON_S = 30.0


@pytest.fixture
def quick(settings: Settings) -> Settings:
    """Beats every 50 ms; dead after half a second."""
    return settings.model_copy(update={"heartbeat_s": 0.05, "lease_ttl_s": 0.5, "lock_wait_s": SOON_S})


@contextmanager
def another(database: Database, quick: Settings, body: Callable[[Lease], None]) -> Iterator[int]:
    """Hold `dreaming` in a process of its own, as the run `victim`; yield its pid once it holds."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        own = Database(database.url, application_name="victim")
        code = 1
        try:
            with exclusive(own, "dreaming", "victim", quick) as lease:
                os.write(writing, b"held")
                body(lease)
            code = 0
        except Fenced:
            code = 3
        except AgntError:
            code = 4
        finally:
            os._exit(code)
    try:
        assert os.read(reading, 4) == b"held"
        yield child
    finally:
        with suppress(ProcessLookupError, ChildProcessError):  # the test saw its end
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def dead(database: Database, quick: Settings) -> list[Holder]:
    with database.direct() as connection:
        return liveness.dead_holders(connection, quick)


def is_old(database: Database, quick: Settings) -> bool:
    with database.direct() as connection:
        return any(liveness.Pulse(quick).is_old(holder) for holder in liveness.holders(connection))


def fenced(database: Database, holder: Holder) -> int:
    with database.direct() as connection:
        return liveness.fence(connection, holder)


def pause(_lease: Lease) -> None:
    signal.pause()


def long_statement(lease: Lease) -> None:
    with lease.transaction() as connection:
        connection.execute(sa.text("SELECT pg_sleep(600)"))


def test_whoever_beats_is_alive_even_in_a_statement_longer_than_a_lease_lives(
    database: Database, quick: Settings
) -> None:
    with another(database, quick, long_statement), database.direct() as connection:
        (first,) = liveness.holders(connection)
        patience = first.beat_at.timestamp() + 3 * quick.lease_ttl_s

        def beaten_for_long() -> bool:
            assert not dead(database, quick)
            return liveness.holders(connection)[0].beat_at.timestamp() > patience

        assert until(beaten_for_long, SOON_S)


def test_a_killed_holder_is_dead_and_its_lock_is_free_though_it_was_in_a_long_statement(
    database: Database, quick: Settings
) -> None:
    with another(database, quick, long_statement) as pid:
        os.kill(pid, signal.SIGKILL)
        with exclusive(database, "dreaming", "next", quick) as lease:
            assert lease.token == 2
            assert until(lambda: not _sessions(database, "victim"), SOON_S)


def test_a_stopped_holder_is_dead_and_fenced_and_its_late_write_is_refused(
    database: Database, quick: Settings
) -> None:
    toy.people(database, "ayu")

    def writes_late(lease: Lease) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        apply(lease, toy.plan_of(quick, {"ayu": ["late"]}), quick)

    with another(database, quick, writes_late) as pid:
        os.waitpid(pid, os.WUNTRACED)
        assert until(lambda: is_old(database, quick), SOON_S)
        (holder,) = dead(database, quick)
        assert holder.run_id == "victim"
        assert fenced(database, holder) >= 1, "the session of its lock"
        os.kill(pid, signal.SIGCONT)
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 3, "Fenced"
    with database.reading() as snapshot:
        assert snapshot.scalars(sa.select(toy.OBSERVATIONS.c.value)).all() == []


def test_a_holder_that_stopped_in_the_middle_of_a_write_holds_up_nobody(
    database: Database, quick: Settings
) -> None:
    toy.people(database, "ayu")

    def stops_in_a_write(lease: Lease) -> None:
        with lease.transaction() as connection:
            connection.execute(sa.text("DELETE FROM source.users"))
            os.kill(os.getpid(), signal.SIGSTOP)

    with another(database, quick, stops_in_a_write) as pid:
        os.waitpid(pid, os.WUNTRACED)
        with exclusive(database, "dreaming", "next", quick) as lease:
            assert apply(lease, toy.plan_of(quick, {"ayu": ["jazz"]}), quick).added == 1


def test_a_holder_that_lost_its_lock_but_writes_on_is_waited_for_and_then_fenced(
    database: Database, quick: Settings
) -> None:
    """A cut connection frees the lock; the token is the holder's until somebody else has taken it."""
    with exclusive(database, "dreaming", "cut-off", quick) as stale:
        with database.direct() as other, stale.transaction() as connection:
            ours = "(SELECT oid FROM pg_database WHERE datname = current_database())"  # a server is shared
            locks = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = {ours}"
            (pid,) = connection.scalars(sa.text(locks)).all()
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            impatient = quick.model_copy(update={"lock_wait_s": 0.1})
            with pytest.raises(LockedOut, match="cut-off"), exclusive(database, "dreaming", "x", impatient):
                pytest.fail("two holders")
        with (
            exclusive(database, "dreaming", "next", quick),
            pytest.raises(Fenced),
            stale.transaction(),
        ):
            pytest.fail("a stale holder wrote")


def test_a_heart_whose_connection_was_cut_beats_on(database: Database, quick: Settings) -> None:
    with exclusive(database, "dreaming", "holder", quick), database.direct() as other:
        hearts = (
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE %s AND pid <> %s"
        )
        own = other.info.backend_pid
        assert until(
            lambda: bool(other.execute(hearts, ("%UPDATE mind.job_heartbeat%", own)).rowcount), SOON_S
        )
        (cut,) = liveness.holders(other)
        assert until(lambda: liveness.holders(other)[0].beat_at > cut.beat_at, SOON_S)


def test_an_old_beat_of_a_run_that_only_slept_is_no_death(database: Database, quick: Settings) -> None:
    """A machine that wakes up finds every beat old; whoever beats again is alive."""
    sleepy = quick.model_copy(update={"heartbeat_s": 3600.0})
    pulse = liveness.Pulse(quick)
    with exclusive(database, "dreaming", "sleeper", sleepy), database.direct() as other:
        other.execute("UPDATE mind.job_heartbeat SET beat_at = beat_at - interval '1 hour'")
        assert not pulse.stopped(liveness.holders(other)[0]), "one look proves nothing"
        other.execute("UPDATE mind.job_heartbeat SET beat_at = clock_timestamp()")
        assert not pulse.stopped(liveness.holders(other)[0])
        other.execute("UPDATE mind.job_heartbeat SET beat_at = beat_at - interval '1 hour'")
        assert not pulse.stopped(liveness.holders(other)[0]), "another beat, watched from now on"
        assert until(lambda: pulse.stopped(liveness.holders(other)[0]), SOON_S), "that one was the last"


def test_a_later_holder_is_left_alone_by_whoever_ends_the_one_before(
    database: Database, quick: Settings
) -> None:
    with another(database, quick, pause) as pid:
        os.kill(pid, signal.SIGKILL)
        assert until(lambda: is_old(database, quick), SOON_S)
        (holder,) = dead(database, quick)
        with exclusive(database, "dreaming", "next", quick) as lease:
            assert fenced(database, holder) == 0
            with lease.transaction():
                pass
            with database.direct() as other:
                assert [one.run_id for one in liveness.holders(other)] == ["next"]


def test_whoever_ended_in_order_is_no_holder(database: Database, quick: Settings) -> None:
    with exclusive(database, "dreaming", "done", quick):
        pass
    assert not is_old(database, quick)
    assert dead(database, quick) == []


def _sessions(database: Database, run_id: str) -> int:
    with database.direct() as connection:
        return liveness.sessions_of(connection, run_id)
