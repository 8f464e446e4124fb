"""Processes and folders for the tests of the embedded server.

What belongs here: starting real participants, looking at real servers. What does not: assertions.
"""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from agnt_pipelines.storage.server import ServerAddress
from agnt_pipelines.storage.server_process import cluster_name

ROOT = os.geteuid() == 0
DEADLINE_S = 60.0
MEMORY = Path("/dev/shm")
FOLDERS = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 * 2**30 else Path("/tmp")
"""Where tests make their data folders: in memory where there is enough, as a copy on disk takes a second."""
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

USER_SCRIPT = """
import os, subprocess, sys
from contextlib import ExitStack
from pathlib import Path
from agnt_pipelines.storage.server import serving

def say(text):
    print(text, flush=True)

state = Path(sys.argv[1])
with ExitStack() as stack:
    say("ready " + stack.enter_context(serving(state, announce=say)).host)
    for line in sys.stdin:
        if line == "again\\n":
            say("ready " + stack.enter_context(serving(state, announce=say)).host)
        elif line == "child\\n":
            say("child " + str(subprocess.Popen(["sleep", "600"], close_fds=False).pid))
        elif line == "fork\\n":
            child = os.fork()
            if child == 0:
                sys.exit()
            os.waitpid(child, 0)
            say("forked")
say("left")
"""


class Participant:
    """A process that takes part in serving a state folder until its input ends."""

    def __init__(self, state: Path, python: str, user: int | None) -> None:
        self.heard: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self.process = subprocess.Popen(
            [python, "-P", "-W", "ignore", "-c", USER_SCRIPT, str(state)],
            cwd="/",
            env=ENVIRONMENT,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.strip())

    def hear(self, start: str) -> str:
        """Wait for a new line that starts so; return the rest of it."""
        deadline = time.monotonic() + DEADLINE_S
        while True:
            try:
                self.heard.append(self._lines.get(timeout=max(0.0, deadline - time.monotonic())))
            except queue.Empty:
                pytest.fail(f"did not hear {start!r}, but {self.heard}")
            if self.heard[-1].startswith(start):
                return self.heard[-1].removeprefix(start).strip()

    def address(self) -> ServerAddress:
        """Wait until it has entered (again)."""
        return ServerAddress(self.hear("ready"))

    def tell(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()

    def leave(self) -> None:
        """Ask it to leave, without waiting."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        self.kill()
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()


class House:
    """A folder that every user may pass through, and the participants that live in it."""

    def __init__(self, template: Path, python: str = sys.executable, user: int | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="agnt-test-", dir=FOLDERS))
        self.folder.chmod(0o711)
        self._template = template
        self._python = python
        self._user = user
        self._participants: list[Participant] = []
        self._lent: Path | None = None

    def state(self, name: str = "state") -> Path:
        """Make a state folder with its own copy of the template's data."""
        state = self.empty_state(name)
        subprocess.run(["cp", "-a", self._template, state / "data"], check=True)
        return state

    def lent_state(self, name: str = "state") -> Path:
        """Make one with the template's data itself, for tests that kill nothing and leave no row."""
        state = self.empty_state(name)
        self._lent = self._template.rename(state / "data")
        return state

    def empty_state(self, name: str = "state") -> Path:
        """Make one without data."""
        state = self.folder / name
        state.mkdir(parents=True)
        if self._user is not None:
            os.chown(state, self._user, self._user)
        return state

    def start(self, state: Path) -> Participant:
        self._participants.append(Participant(state, self._python, self._user))
        return self._participants[-1]

    def close(self) -> None:
        for participant in self._participants:
            participant.end()
        for data in self.folder.glob("*/data"):
            wait_until(partial(ended, data), "the servers end with their owners")
        if self._lent is not None:
            self._lent.rename(self._template)
        shutil.rmtree(self.folder)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


def family(data: Path) -> list[int]:
    """Return the living processes of the server of a data folder."""
    name = cluster_name(data)
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if name in (folder / "cmdline").read_bytes().decode(errors="replace"):
                found.append(int(folder.name))
    return found


def ended(data: Path) -> bool:
    return not family(data)


def postmaster(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().splitlines()[0])


def connect(address: ServerAddress) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(
        host=address.host, port=address.port, user=address.user, dbname="postgres", autocommit=True
    )


def commit_rows(address: ServerAddress) -> None:
    """Commit 1000 rows in 10 transactions."""
    with connect(address) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        for _ in range(10):
            connection.execute("INSERT INTO kept SELECT generate_series(1, 100)")


def rows(address: ServerAddress) -> int:
    with connect(address) as connection:
        found = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert found
    return int(found[0])


def answers(address: ServerAddress) -> bool:
    try:
        connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


def python_of(user: int) -> str:
    """Return a Python that a user can run, ours or the system's."""
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        probe = [python, "-P", "-c", "import agnt_pipelines.storage.server"]
        with suppress(OSError):
            if not subprocess.run(
                probe, user=user, cwd="/", env=ENVIRONMENT, check=False, capture_output=True
            ).returncode:
                return python
    pytest.skip("there is no Python with our packages that an ordinary user can run")


def quiet(_: str) -> None:
    """Announce nothing."""
