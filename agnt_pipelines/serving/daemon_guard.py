"""The process between whoever wants a daemon and Dagster's daemon: one leader, and nothing left behind.

It holds an advisory lock in Dagster's database for as long as the daemon lives (the leader), takes
its orphaned descendants in, and ends the whole tree when its owner dies, when it is told to, or
when it can't prove any more that it holds the lock. With `--standby` it waits for the lock instead
of giving up: a hot standby.

What belongs here: the lock and the life of processes. What does not: Dagster, which only
`daemon_process` imports; this one starts in a fifth of a second.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import signal
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import psutil
import psycopg

from agnt_pipelines.serving.instance import URL_VARIABLE, with_driver

if TYPE_CHECKING:
    from collections.abc import Sequence

LOCK_KEY: Final = int.from_bytes(
    hashlib.blake2b(b"agnt_pipelines:dagster-daemon", digest_size=8).digest(), "big", signed=True
)
TAKEN: Final = 75
"""Exit code: another daemon serves this queue already (EX_TEMPFAIL of sysexits.h)."""

DAEMON_MODULE: Final = "agnt_pipelines.serving.daemon_process"

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36
_TOLD_TO_STOP: Final = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
_LOCK_CHECK_S: Final = 2.0
_WORKERS_LEAVE_S: Final = 0.7  # a worker outlives the end of its run by that much
_WORKERS_GRACE_S: Final = 3.0  # runs end themselves and write so
_CODE_SERVER_TICK_S: Final = 1.0  # it looks at its workers every .5 s and reports the dead ones
_DAEMON_GRACE_S: Final = 8.0  # ticks of schedules and sensors finish
_QUEUE_GRACE_S: Final = 0.5  # a daemon for runs alone, with no run left, has nothing to finish


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


def connect(url: str, name: str) -> psycopg.Connection[tuple[object, ...]]:
    """Open a direct connection that notices within half a minute that its server is gone."""
    return psycopg.connect(
        with_driver(url, None),
        autocommit=True,
        application_name=name[:63],
        connect_timeout=10,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )


def lock_holder(url: str) -> str | None:
    """Name the process that holds the daemon's lock in this database; None if nobody does."""
    high, low = (LOCK_KEY >> 32) & 0xFFFFFFFF, LOCK_KEY & 0xFFFFFFFF
    with connect(url, "agnt") as connection:
        row = connection.execute(
            """
            SELECT coalesce(nullif(s.application_name, ''), 'backend ' || l.pid)
            FROM pg_locks AS l LEFT JOIN pg_stat_activity AS s USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
              AND l.classid = %s::bigint::oid AND l.objid = %s::bigint::oid
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            (high, low),
        ).fetchone()
    return None if row is None else str(row[0])


def _try_lock(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK_KEY,)).fetchone()
    return row is not None and row[0] is True


def _still_ours(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    try:
        connection.execute("SELECT 1")
    except psycopg.Error as failure:
        print(f"The daemon's lock is lost ({str(failure).strip()}): ending.", file=sys.stderr)
        return False
    return True


@dataclass(slots=True)
class _Daemon:
    """Dagster's daemon and everything below it."""

    pid: int
    grace_s: float
    code: int | None = None

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

    def await_end(self, processes: Sequence[psutil.Process], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.reap()
            if not any(process.is_running() for process in processes):
                return
            time.sleep(0.05)

    def stop(self) -> None:
        """End run workers first, so that their ends are written down; then the rest; then by force."""
        itself = [p for p in _below() if p.pid == self.pid]
        workers = [p for p in _below() if _is_run_worker(p)]
        self.await_end(workers, _WORKERS_LEAVE_S)
        if any(worker.is_running() for worker in workers):
            _send(workers, signal.SIGTERM)
            self.await_end(workers, _WORKERS_GRACE_S)
            _send(workers, signal.SIGKILL)
            self.await_end(itself, _CODE_SERVER_TICK_S)
        _send(itself, signal.SIGTERM)
        self.await_end(itself, self.grace_s)  # its code servers have nothing to lose
        while remaining := _below():
            _send(remaining, signal.SIGKILL)
            self.await_end(remaining, 1.0)


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
        try:
            process.send_signal(sign)
        except psutil.NoSuchProcess:
            continue


def _arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="agnt daemon guard")
    parser.add_argument("--owner", type=int, help="end when this parent process does")
    parser.add_argument("--standby", action="store_true", help="wait for the lock instead of exiting 75")
    return parser.parse_known_args()


def _lead(connection: psycopg.Connection[tuple[object, ...]], *, standby: bool) -> bool:
    """Get the lock; False if somebody else keeps it or we were told to stop while waiting."""
    while not _try_lock(connection):
        if not standby or signal.sigtimedwait(_TOLD_TO_STOP, _LOCK_CHECK_S) is not None:
            return False
    return True


def _watch(connection: psycopg.Connection[tuple[object, ...]], daemon: _Daemon) -> int:
    while daemon.code is None:
        told = signal.sigtimedwait(_TOLD_TO_STOP | {signal.SIGCHLD}, _LOCK_CHECK_S)
        daemon.reap()
        if told is not None and told.si_signo in _TOLD_TO_STOP:
            return 0
        if not _still_ours(connection):
            return 1
    return daemon.code


def main() -> int:
    """Lead, run the daemon, and leave no process behind; the exit code tells why it ended."""
    options, passed_on = _arguments()
    signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD_TO_STOP | {signal.SIGCHLD})
    if options.owner is not None:
        die_with_parent(options.owner, signal.SIGTERM)
    adopt_orphans()
    try:
        name = f"agnt daemon, pid {os.getpid()} on {os.uname().nodename}"
        connection = connect(os.environ[URL_VARIABLE], name)
    except psycopg.OperationalError as failure:
        print(f"Dagster's database does not answer: {str(failure).strip()}", file=sys.stderr)
        return 2
    with connection:
        if not _lead(connection, standby=options.standby):
            return TAKEN
        # A process started in the background of a script inherits an ignored SIGINT, and Dagster's
        # daemon would then ignore SIGTERM as well: both go back to their defaults.
        daemon = _Daemon(
            os.posix_spawn(
                sys.executable,
                [sys.executable, "-m", DAEMON_MODULE, "--guard", str(os.getpid()), *passed_on],
                os.environ,
                setsigmask=(),
                setsigdef=(signal.SIGINT, signal.SIGTERM, signal.SIGHUP),
            ),
            grace_s=_QUEUE_GRACE_S if "--queue-only" in passed_on else _DAEMON_GRACE_S,
        )
        try:
            return _watch(connection, daemon)
        finally:
            daemon.stop()


if __name__ == "__main__":
    sys.exit(main())
