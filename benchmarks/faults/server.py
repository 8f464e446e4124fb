"""A server of one's own, to be killed: an owner process, its postmaster, and the disk below both.

Run as `python -m benchmarks.faults.server STATE`, it owns the embedded server of a state folder until
a line comes on its standard input, or its end. What belongs here: its life, its deaths and its databases. What does not: the
embedded server itself (`storage.server`).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from agnt_pipelines.storage.server import ServerAddress, ensure_database, serving

PATIENCE_S = 60.0
_POLL_S = 0.02
_LIVES = 4
"""Deaths of the postmaster after which the owner is replaced: it restarts it five times and gives up."""


class OwnServer:
    """The embedded server of a state folder, owned by a process of its own."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.deaths = 0
        self._owner: subprocess.Popen[str] | None = None
        self.address = ServerAddress("")
        self.start()

    def start(self) -> None:
        """Start the owner, and with it the server."""
        command = [sys.executable, "-m", "benchmarks.faults.server", str(self.state)]
        told = (self.state / "owner.log").open("a")
        with told:
            self._owner = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told, text=True
            )
        assert self._owner.stdout is not None
        said = self._owner.stdout.readline().split()
        assert said, (self.state / "owner.log").read_text()
        self.address = ServerAddress(said[0], int(said[1]), said[2])
        self.deaths = 0

    def stop(self) -> None:
        """End the owner, which stops the server."""
        if self._owner is not None:
            # A line, for the pipe's end would not be seen while a forked child holds a copy of it.
            self._owner.communicate("\n")
            self._owner = None

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End the postmaster: SIGKILL is a crash, SIGQUIT an immediate shutdown; it comes back by itself."""
        pid = int((self.state / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, number)
        self.deaths += 1
        deadline = time.monotonic() + PATIENCE_S
        while _lives(pid) and time.monotonic() < deadline:
            time.sleep(_POLL_S)

    def await_answer(self) -> None:
        """Wait until the server answers; replace an owner that has given up."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.answers():
            if self._owner is not None and self._owner.poll() is not None:
                self.start()
            assert time.monotonic() < deadline, (self.state / "owner.log").read_text()
            time.sleep(_POLL_S)
        if self.deaths >= _LIVES:  # only once it is up again: a server that is just starting stops late
            self.stop()
            self.start()

    def answers(self) -> bool:
        """Whether it takes a connection."""
        with suppress(psycopg.OperationalError), self.admin():
            return True
        return False

    @contextmanager
    def admin(self, database: str = "postgres") -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """Yield a connection in autocommit, closed with the block."""
        where = self.address
        with psycopg.connect(
            host=where.host, port=where.port, user=where.user, dbname=database, autocommit=True
        ) as connection:
            yield connection

    def create(self, name: str, template: str | None = None) -> None:
        """Create a database, as a copy of another one."""
        if template is None:
            ensure_database(self.address, name)
            return
        with self.admin() as connection:
            names = sql.Identifier(name), sql.Identifier(template)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

    def drop(self, name: str) -> None:
        """Drop a database and whoever is in it."""
        with self.admin() as connection:
            statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(statement.format(sql.Identifier(name)))


@contextmanager
def small_disk(folder: Path, size_mb: int) -> Iterator[bool]:
    """Mount a file system of that size in memory; tell whether that is allowed here."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode=0711", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=False)


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def main() -> None:
    """Own the server until told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with serving(Path(sys.argv[1]), announce=lambda line: print(line, file=sys.stderr)) as address:
        print(address.host, address.port, address.user, flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main()
