"""The server's process: started from a thread of its own, watched, stopped; and what others left.

What belongs here: one postmaster's life and the signals it gets. What does not: who may own it
(`server`), where its files are (`server_files`).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread

import psutil
from psycopg.pq import PGconn, Ping

from agnt_pipelines.errors import ServerFailed
from agnt_pipelines.storage.server_account import environment, launch, run
from agnt_pipelines.storage.server_files import USER, Announce, Places, last_lines, open_log
from agnt_pipelines.storage.server_sockets import PORT, SOCKET_FILES

_GRACE = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 15.0), (signal.SIGKILL, 15.0))
"""Fast shutdown (with a checkpoint), immediate shutdown (recovers at the next start), the end; seconds."""

_ORPHANS_GRACE_S = 2.0
"""Sessions notice that the postmaster is gone at their next wait, but not in the middle of a computation."""

_NEWS_EVERY_S = 10.0
_POLL_S = 0.05
_RESTARTS_MAX = 5

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    # DETAIL quotes the row that a constraint refused: this log is out of erasure's reach.
    "log_error_verbosity": "terse",
    # No replicas: bulk loads into a table of the same transaction then need no log at all.
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
_NOT_DURABLE = {
    "shared_buffers": "128MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


def answers(sockets: Path) -> bool:
    """Tell whether a server accepts connections in this folder (and is not starting or stopping)."""
    target = f"host='{sockets}' port={PORT} user={USER} dbname=postgres connect_timeout=5"
    return PGconn.ping(target.encode()) == Ping.OK


def command_line(places: Places, programs: Path, *, durable: bool) -> list[str]:
    """Return the command that serves `places`; its cluster name tells our processes from all others."""
    settings = _SETTINGS | ({} if durable else _NOT_DURABLE)
    settings |= {"cluster_name": cluster_name(places.data), "unix_socket_directories": str(places.sockets)}
    compression = ["-c", "default_toast_compression=lz4"]
    base = [str(programs / "postgres"), "-D", str(places.data), "-p", str(PORT)]
    if run(places.account, [*base, *compression, "-C", "default_toast_compression"]).returncode:
        compression = []  # a build without it, as the wheel's is
    return [*base, *compression, *(part for item in settings.items() for part in ("-c", "=".join(item)))]


def cluster_name(data: Path) -> str:
    """Return a name that stands for the folder itself, not for its path.

    It stays when the folder is moved under a running server, and it differs between two containers
    that see each other's processes but not each other's files.
    """
    found = data.stat()
    return f"agnt-{found.st_dev:x}-{found.st_ino:x}"


@dataclass(eq=False)
class Postmaster:
    """One server, kept running until `stop`: a crash is announced and the server started again.

    A thread of its own starts the process and waits for it, because the death signal comes when the
    thread that forked ends: whoever asked for the server may well end before its last user.
    """

    places: Places
    command: Sequence[str]
    announce: Announce
    failure: str | None = field(default=None, init=False)
    _ready: bool = field(default=False, init=False)
    _stopping: bool = field(default=False, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _news: Condition = field(default_factory=Condition, init=False)
    _thread: Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """Start the server, after ending what an earlier owner left of it."""
        end_leftovers(self.places, self.announce)
        self._thread = Thread(target=self._keep_running, name="agnt-postgres", daemon=True)
        self._thread.start()

    def wait_ready(self) -> None:
        """Wait until the server answers, however long its recovery takes, as long as it lives.

        Raises:
            ServerFailed: it ended instead, with the last lines of its log.
        """
        began = told = time.monotonic()
        with self._news:
            while not self._news.wait_for(lambda: self._ready or self.failure, timeout=1.0):
                now = time.monotonic()
                if now - told >= _NEWS_EVERY_S:
                    told = now
                    line = last_lines(self.places.log, 0, count=1)
                    self.announce(f"PostgreSQL is still starting after {now - began:.0f} s: {line}")
            if self.failure:
                raise ServerFailed(self.failure)

    def stop(self) -> None:
        """Stop the server: fast, then harder; nothing of it is left afterwards.

        Raises:
            ServerFailed: it is still there after everything.
        """
        with self._news:
            self._stopping = True
        for number, grace in _GRACE:
            if self._thread is None or not self._thread.is_alive():
                break
            self._signal(number)
            self._thread.join(grace)
        end_leftovers(self.places, self.announce)

    def _signal(self, number: signal.Signals) -> None:
        if number is not signal.SIGINT:
            self.announce(f"PostgreSQL does not stop; sending it {number.name}.")
        with self._news:
            if self._process is not None:
                self._process.send_signal(number)

    def _keep_running(self) -> None:
        for life in range(1 + _RESTARTS_MAX):
            try:
                if life:
                    end_leftovers(self.places, self.announce)
                ended = self._live_once()
            except (OSError, ServerFailed, psutil.Error) as failure:
                ended = str(failure)
            if self._stopping:
                return
            again = self._was_ready() and life < _RESTARTS_MAX
            if life or again:
                self.announce(f"{ended}\nStarting it again." if again else ended)
            if not again:
                self._give_up(ended)
                return

    def _live_once(self) -> str:
        """Run one server process to its end; return how it ended."""
        log = open_log(self.places.log)
        try:
            start = os.fstat(log).st_size
            with self._news:
                if self._stopping:
                    return ""
                process = self._process = self._spawn(log)
        finally:
            os.close(log)
        while process.poll() is None and not answers(self.places.sockets):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_POLL_S)
        if process.poll() is None:
            with self._news:
                self._ready = True
                self._news.notify_all()
        code = process.wait()
        lines = last_lines(self.places.log, start)
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return f"PostgreSQL ended with {how}. The last lines of {self.places.log}:\n{lines}"

    def _spawn(self, log: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            launch(self.places.account, self.command, signal.SIGINT),
            cwd="/",
            env=environment(),
            start_new_session=True,  # a terminal's Ctrl-C is for us; we stop the server after its users
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )

    def _was_ready(self) -> bool:
        with self._news:
            before, self._ready = self._ready, False
            return before

    def _give_up(self, failure: str) -> None:
        with self._news:
            self.failure = failure
            self._news.notify_all()


def end_leftovers(places: Places, announce: Announce) -> None:
    """End the processes of a server whose owner is gone, and clear away what would block a new one.

    Only for the owner of the state folder. A process counts as ours if it belongs to the server's
    account and bears the cluster name of this very data folder; a number in a file proves nothing.

    Raises:
        ServerFailed: a process outlives SIGKILL.
    """
    name, uid = cluster_name(places.data), places.account.uid
    family = _processes(name, uid)
    if family:
        announce(f"Waiting for the previous PostgreSQL to end (process {family[0].pid}).")
    for number, grace in _GRACE:
        masters = [process for process in family if f"cluster_name={name}" in _arguments(process)]
        if not masters:
            break
        _send(masters, number)
        _wait(family, grace)
        family = _processes(name, uid)
    orphans = _wait(family, _ORPHANS_GRACE_S)
    _send(orphans, signal.SIGKILL)  # what they committed is in the write-ahead log
    if left := _wait(orphans, _GRACE[-1][1]):
        message = f"PostgreSQL's process {left[0].pid} cannot be ended. See {places.log}."
        raise ServerFailed(message)
    _forget_stranger(places.data / "postmaster.pid")
    for file in SOCKET_FILES:
        (places.sockets / file).unlink(missing_ok=True)


def _forget_stranger(pid_file: Path) -> None:
    """Remove a stale `postmaster.pid` whose number now belongs to something else.

    PostgreSQL takes any living process of the same user for its predecessor and would never start.
    A server that somebody started by hand on this folder is respected: PostgreSQL will refuse.
    """
    try:
        arguments = _arguments(psutil.Process(int(pid_file.read_text().split("\n", 1)[0])))
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return
    title = " ".join(arguments)
    is_postgres = title.startswith("postgres: ") or Path(title.split(" ", 1)[0]).name == "postgres"
    of_another_state = title.startswith("postgres: agnt-") or "cluster_name=agnt-" in title
    if not is_postgres or of_another_state:
        pid_file.unlink(missing_ok=True)


def _processes(name: str, uid: int) -> list[psutil.Process]:
    """Return the living processes of the cluster `name`, the postmaster first."""
    found = []
    for process in psutil.process_iter():
        arguments = _arguments(process)
        title = " ".join(arguments)  # sessions show: postgres: CLUSTER: user database client activity
        if f"cluster_name={name}" in arguments or title.startswith(f"postgres: {name}: "):
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.uids().real == uid:
                    found.append(process)
    return sorted(found, key=lambda process: int(process.pid))


def _arguments(process: psutil.Process) -> list[str]:
    """Return its command line; nothing for one that has ended, or that we may not look at."""
    try:
        return list(process.cmdline())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return []


def _send(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)  # psutil has made sure that it is still the same one


def _wait(processes: Sequence[psutil.Process], seconds: float) -> Sequence[psutil.Process]:
    """Wait for the end of all; return those that live. One that nobody reaps has ended, too."""
    deadline = time.monotonic() + seconds
    while living := [process for process in processes if process.is_running() and _arguments(process)]:
        if time.monotonic() > deadline:
            break
        time.sleep(_POLL_S)
    return living
