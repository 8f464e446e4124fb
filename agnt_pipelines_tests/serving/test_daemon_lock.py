"""The leader's lock against a real server, also through a wire that can be cut."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest

from agnt_pipelines.serving.daemon_lock import WORK_NAME, LeaderLock, connect, lock_holder, own_work
from agnt_pipelines.storage.server import ServerAddress, ensure_database
from agnt_pipelines_tests.serving.processes import until

PATIENCE_S = 0.5


class Wire:
    """A TCP port that leads to the server's socket, until it is cut without a word to either side."""

    def __init__(self, address: ServerAddress) -> None:
        self._target = f"{address.host}/.s.PGSQL.{address.port}"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._cut = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    def cut(self) -> None:
        """Carry nothing any more; both ends stay open."""
        self._cut.set()

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._listener.close()

    def _carry(self) -> None:
        other: dict[socket.socket, socket.socket] = {}
        with ExitStack() as stack:
            while not self._over.is_set():
                for ready in select.select([self._listener, *other], [], [], 0.05)[0]:
                    if ready is self._listener:
                        near = stack.enter_context(self._listener.accept()[0])
                        far = stack.enter_context(socket.socket(socket.AF_UNIX))
                        far.connect(self._target)
                        other |= {near: far, far: near}
                    elif data := ready.recv(65536):
                        if not self._cut.is_set():
                            other[ready].sendall(data)
                    else:
                        other.pop(other.pop(ready)).close()


@pytest.fixture(scope="module")
def url(server: ServerAddress) -> str:
    ensure_database(server, "dagster_lock")
    return server.url("dagster_lock")


@pytest.fixture
def wire(server: ServerAddress) -> Iterator[Wire]:
    carried = Wire(server)
    yield carried
    carried.close()


@pytest.fixture
def lock(url: str) -> Iterator[LeaderLock]:
    taken = LeaderLock(url, "first")
    yield taken
    taken.close()


def test_one_of_two_leads_and_the_other_knows_who(url: str, lock: LeaderLock) -> None:
    second = LeaderLock(url, "second")
    assert lock.take()
    assert not second.take()
    assert second.holder() == "first"
    lock.close()
    assert until(second.take, 10.0)
    assert lock_holder(url) == "second"
    second.close()


def test_a_session_that_lives_is_proven(lock: LeaderLock) -> None:
    assert lock.proven(10.0) is None
    assert not lock.disturbed()
    assert lock.proven(10.0) is None


def test_a_session_that_the_server_ended_is_noticed_without_asking(url: str, lock: LeaderLock) -> None:
    assert lock.take()
    with connect(url, "operator") as operator:
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'first'"
        )
    assert until(lock.disturbed, 10.0)
    reason = lock.proven(10.0)
    assert reason is not None
    assert "terminating connection due to administrator command" in reason


def test_a_wire_that_was_cut_is_noticed_by_silence(server: ServerAddress, url: str, wire: Wire) -> None:
    through = f"postgresql://{server.user}@127.0.0.1:{wire.port}/dagster_lock"
    far = LeaderLock(through, "far away")
    assert far.take()
    assert far.proven(10.0) is None
    wire.cut()
    assert far.proven(PATIENCE_S) == "the server has not answered for 0 s"
    far.close()


def test_what_a_former_leader_still_writes_is_ended_and_nobody_else(url: str, lock: LeaderLock) -> None:
    former = f"{WORK_NAME} of another guard"
    with connect(url, former) as work, connect(url, "agnt") as command, connect(url, own_work()) as loading:
        lock.end_work_of_others()
        with pytest.raises(psycopg.OperationalError, match="terminating connection"):
            work.execute("SELECT 1")
        for mine in (command, loading):
            assert mine.execute("SELECT 1").fetchone() == (1,)
