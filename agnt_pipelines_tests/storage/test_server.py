"""The embedded server under real kills: real PostgreSQL, real processes, as root and as a user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from contextlib import ExitStack, closing

import sqlalchemy as sa

from agnt_pipelines.storage.server import ServerAddress, ensure_database, serving
from agnt_pipelines_tests.storage.server_house import (
    ROOT,
    House,
    answers,
    commit_rows,
    connect,
    family,
    postmaster,
    quiet,
    rows,
    wait_until,
)


def test_a_killed_server_is_started_again_with_every_committed_row(any_house: House) -> None:
    state = any_house.state()
    owner = any_house.start(state)
    address = owner.address()
    commit_rows(address)
    before = postmaster(state / "data")
    with closing(connect(address)) as lost:
        lost.execute("BEGIN; INSERT INTO kept VALUES (0)")
        os.kill(before, signal.SIGKILL)
        owner.hear("Starting it again")

    wait_until(lambda: answers(address), "it answers again")
    assert rows(address) == 1000
    assert postmaster(state / "data") != before
    owner.leave()
    owner.hear("left")
    assert family(state / "data") == []


def test_a_killed_owner_takes_the_server_with_it_and_the_next_has_every_row(any_house: House) -> None:
    state = any_house.state()
    owner = any_house.start(state)
    commit_rows(owner.address())
    before = family(state / "data")
    owner.kill()

    following = any_house.start(state)
    assert rows(following.address()) == 1000
    assert not set(before) & set(family(state / "data"))
    following.leave()
    following.hear("left")
    assert family(state / "data") == []


def test_after_a_kill_of_server_and_owner_a_busy_session_is_ended_and_every_row_is_there(
    any_house: House,
) -> None:
    state = any_house.state()
    owner = any_house.start(state)
    address = owner.address()
    commit_rows(address)
    with closing(connect(address)) as busy:
        computing = busy.info.backend_pid
        busy.pgconn.send_query(b"DO $$ BEGIN LOOP END LOOP; END $$")
        busy.pgconn.flush()
        os.kill(owner.process.pid, signal.SIGSTOP)  # so that it does not start the server again
        os.kill(postmaster(state / "data"), signal.SIGKILL)
        owner.kill()
        assert computing in family(state / "data")

        following = any_house.start(state)
        assert rows(following.address()) == 1000
        assert computing not in family(state / "data")


def test_the_owner_waits_for_its_guests_before_it_stops_the_server(any_house: House) -> None:
    state = any_house.state()
    owner = any_house.start(state)
    address = owner.address()
    guest = any_house.start(state)
    assert guest.address() == address
    owner.leave()
    owner.hear("Waiting for other processes")

    commit_rows(address)
    assert rows(address) == 1000
    guest.leave()
    owner.hear("left")
    guest.hear("left")
    assert sum(line.startswith("Waiting") for line in owner.heard) == 1
    assert family(state / "data") == []


def test_a_guest_left_by_a_killed_owner_keeps_its_address_under_the_next(house: House) -> None:
    state = house.state()
    owner = house.start(state)
    address = owner.address()
    commit_rows(address)
    guest = house.start(state)
    guest.hear("ready")
    owner.kill()

    guest.tell("again")
    assert guest.address() == address
    assert rows(address) == 1000
    third = house.start(state)
    assert third.address() == address
    assert len([pid for pid in family(state / "data") if pid == postmaster(state / "data")]) == 1


def test_two_processes_that_start_at_once_on_an_empty_folder_share_one_server(any_house: House) -> None:
    state = any_house.empty_state()
    first, second = any_house.start(state), any_house.start(state)
    address = first.address()
    assert second.address() == address
    commit_rows(address)
    assert rows(address) == 1000
    first.leave()
    second.leave()
    first.hear("left")
    second.hear("left")
    assert family(state / "data") == []


def test_a_kill_within_initdb_leaves_nothing_in_the_way(any_house: House) -> None:
    state = any_house.empty_state()
    owner = any_house.start(state)
    wait_until(lambda: bool(list(state.glob("data.new-*/postgresql.conf"))), "initdb is under way")
    owner.kill()
    assert not (state / "data").exists()

    following = any_house.start(state)
    address = following.address()
    commit_rows(address)
    assert rows(address) == 1000
    assert list(state.glob("data.new-*")) == []


def test_a_stale_pid_file_that_names_an_innocent_process_harms_neither(house: House) -> None:
    state = house.lent_state()
    owner = (state / "data").stat()
    innocent = subprocess.Popen(["sleep", "600"], user=owner.st_uid if ROOT else None)
    try:
        pid_file = state / "data" / "postmaster.pid"
        pid_file.write_text(f"{innocent.pid}\n{state / 'data'}\n1700000000\n5432\n{state}\n\n")
        os.chown(pid_file, owner.st_uid, owner.st_gid)
        with serving(state, durable=False, announce=quiet) as address:
            assert answers(address)
            assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_a_stale_pid_file_that_names_the_server_of_another_state_harms_neither(house: House) -> None:
    other, state = house.state("other"), house.lent_state()
    with serving(other, durable=False, announce=quiet) as elsewhere:
        shutil.copy(other / "data" / "postmaster.pid", state / "data")
        with serving(state, durable=False, announce=quiet) as address:
            assert answers(address)
            assert address != elsewhere
        assert answers(elsewhere)


def test_one_process_may_nest_and_share_between_threads(house: House) -> None:
    state = house.lent_state()
    found: list[ServerAddress] = []

    def use() -> None:
        with serving(state, durable=False, announce=quiet) as address:
            found.append(address)

    threads = [threading.Thread(target=use) for _ in range(4)]
    with serving(state, durable=False, announce=quiet) as outer:
        for thread in threads:
            thread.start()
        with serving(state, durable=False, announce=quiet) as inner:
            assert inner == outer
        for thread in threads:
            thread.join()
        assert found == [outer] * 4
        assert answers(outer)
    assert family(state / "data") == []


def test_the_server_outlives_the_thread_that_asked_for_it(house: House) -> None:
    state = house.lent_state()
    with ExitStack() as stack:
        asking = threading.Thread(
            target=lambda: stack.enter_context(serving(state, durable=False, announce=quiet))
        )
        asking.start()
        asking.join()
        with serving(state, durable=False, announce=quiet) as address:
            assert answers(address)
    # A death signal at the thread's end would be a stop of its own, before ours.
    assert (state / "pg.log").read_text().count("received fast shutdown request") == 1


def test_a_forked_child_leaves_the_server_to_its_parent(house: House) -> None:
    state = house.state()
    owner = house.start(state)
    address = owner.address()
    owner.tell("fork")
    owner.hear("forked")
    assert answers(address)
    guest = house.start(state)
    assert guest.address() == address
    guest.leave()
    guest.hear("left")
    assert answers(address)


def test_a_child_that_survives_the_owner_does_not_hold_its_locks(house: House) -> None:
    state = house.state()
    owner = house.start(state)
    owner.hear("ready")
    owner.tell("child")
    child = int(owner.hear("child"))
    try:
        owner.kill()
        assert answers(house.start(state).address())
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_database_is_created_once_however_many_ask(house: House) -> None:
    with serving(house.lent_state(), durable=False, announce=quiet) as address:
        threads = [threading.Thread(target=ensure_database, args=(address, "one")) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for driver in ("postgresql+psycopg", "postgresql+psycopg2"):
            engine = sa.create_engine(address.url("one", driver))
            with engine.connect() as connection:
                assert connection.scalar(sa.text("SELECT current_database()")) == "one"
            engine.dispose()
