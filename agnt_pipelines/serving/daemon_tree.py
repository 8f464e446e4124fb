"""Dagster's daemon as a tree of processes: started, waited for, and ended with nothing left of it.

What belongs here: processes and signals. What does not: who may lead (`daemon_guard`,
`daemon_lock`), and Dagster, which only the started process imports.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import psutil

from agnt_pipelines.serving.daemon_lock import own_work

DAEMON_MODULE: Final = "agnt_pipelines.serving.daemon_process"
GO: Final = b"go\n"
"""What the guard sends when the lock is held; until then the daemon only makes itself ready."""
READY: Final = b"r"
"""What the daemon sends once Dagster and the code locations are loaded."""
SERVES: Final = b"s"
"""What the daemon sends once its threads have started."""

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36
_WORKERS_LEAVE_S: Final = 0.7  # a worker outlives the end of its run by that much
_WORKERS_GRACE_S: Final = 3.0  # runs end themselves and write so
_CODE_SERVER_TICK_S: Final = 1.0  # it looks at its workers every .5 s and reports the dead ones
_POLL_S: Final = 0.05


def die_with_parent(parent: int, sign: signal.Signals) -> None:
    """Have the kernel send us `sign` when the thread that started us ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), sign)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent dies, so that none escapes (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@dataclass(slots=True)
class DaemonTree:
    """Dagster's daemon and everything below it; the caller has blocked SIGCHLD and adopts orphans."""

    pid: int
    wire: socket.socket
    grace_s: float
    code: int | None = None

    @classmethod
    def start(cls, module: str, arguments: Sequence[str], grace_s: float) -> DaemonTree:
        """Start it; it makes itself ready and waits for `go`."""
        ours, its = socket.socketpair()
        with its:
            pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-m", module, "--guard", str(os.getpid()), *arguments],
                {**os.environ, "PGAPPNAME": own_work()},
                file_actions=[(os.POSIX_SPAWN_DUP2, its.fileno(), 0), (os.POSIX_SPAWN_DUP2, 2, 1)],
                setsigmask=(),
                # A process started in the background of a script inherits an ignored SIGINT, and
                # Dagster's daemon would then ignore SIGTERM as well: both go back to their defaults.
                setsigdef=(signal.SIGINT, signal.SIGTERM, signal.SIGHUP),
            )
        ours.setblocking(False)  # noqa: FBT003 - socket's signature
        return cls(pid, ours, grace_s)

    def go(self) -> None:
        """Let it serve."""
        with suppress(OSError):  # it has ended; `code` will tell
            self.wire.sendall(GO)

    def said(self) -> bytes:
        """What it has said since it was last asked."""
        with suppress(OSError):
            return self.wire.recv(64)
        return b""

    def reap(self) -> None:
        """Collect whoever has ended: the daemon itself or an adopted orphan."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.pid:
                self.code = os.waitstatus_to_exitcode(status)

    def stop(self) -> None:
        """End run workers first, so that their ends are written down; then the rest; then by force."""
        itself = [p for p in _below() if p.pid == self.pid]
        workers = [p for p in _below() if _is_run_worker(p)]
        self._await_end(workers, _WORKERS_LEAVE_S)
        if any(worker.is_running() for worker in workers):
            _send(workers, signal.SIGTERM)
            self._await_end(workers, _WORKERS_GRACE_S)
            _send(workers, signal.SIGKILL)
            self._await_end(itself, _CODE_SERVER_TICK_S)
        _send(itself, signal.SIGTERM)
        self._await_end(itself, self.grace_s)  # its code servers have nothing to lose
        self.kill()

    def kill(self) -> None:
        """End all of it by force, the daemon first."""
        _send([p for p in _below() if p.pid == self.pid], signal.SIGKILL)
        while remaining := _below():
            _send(remaining, signal.SIGKILL)
            self._await_end(remaining, 1.0)
        self.wire.close()

    def _await_end(self, processes: Sequence[psutil.Process], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.reap()
            if not any(process.is_running() for process in processes):
                return
            time.sleep(_POLL_S)


def _below() -> list[psutil.Process]:
    found: list[psutil.Process] = psutil.Process().children(recursive=True)
    return found


def _is_run_worker(process: psutil.Process) -> bool:
    """A run's worker: multiprocessing's spawned child of a code server."""
    try:
        return "multiprocessing.spawn" in " ".join(process.cmdline())
    except psutil.Error:
        return False


def _send(processes: Sequence[psutil.Process], sign: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(sign)
