"""A Dagster daemon for whoever needs one: used if it runs, started if it doesn't, gone at the end.

What belongs here: the owner's side of the daemon. What does not: the tree of processes it starts
(`daemon_guard`, `daemon_process`) and the runs it serves (`coordinator`).

Linux ends the daemon when the *thread* that started it ends: call `running_daemon` from a thread
that lives as long as the daemon should, normally the main one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agnt_pipelines.errors import DatabaseUnreachable, ServerFailed
from agnt_pipelines.serving.instance import (
    URL_VARIABLE,
    foreign_daemon_alive,
    open_instance,
    with_driver,
)
from agnt_pipelines.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dagster import DagsterInstance

WORKSPACE: Final = PROJECT_ROOT / "workspace.yaml"

_LOG_MAX_BYTES: Final = 5_000_000
_STOP_GRACE_S: Final = 15.0
_CHECK_EVERY_S: Final = 2.0
_BUSY_POLL_S: Final = 1.0


class Scope(Enum):
    """What a daemon does."""

    QUEUE = "queue"
    """Runs submitted to the queue, and their monitoring: a daemon that lives for one command."""
    ALL = "all"
    """Also schedules, sensors, backfills and retries: the daemon of a deployment."""


@dataclass(frozen=True, slots=True)
class DaemonPlan:
    """Everything needed to start a daemon."""

    home: Path
    """DAGSTER_HOME, from `prepare_home`."""
    dagster_url: str
    pools: Mapping[str, int]
    """Limit of each pool."""
    workspace: Path = WORKSPACE
    scope: Scope = Scope.QUEUE
    module: str = "agnt_pipelines.serving.daemon_process"
    """What runs as the daemon below its guard; a rehearsal may put something around it."""

    @property
    def log(self) -> Path:
        """Where the daemon and its code server write."""
        return self.home / "daemon.log"

    def command(self, *, owner: int | None = None, standby: bool = False) -> list[str]:
        """The command line of the daemon with its guard; it ends when the process `owner` does."""
        return [
            *(sys.executable, "-m", "agnt_pipelines.serving.daemon_guard"),
            *(("--owner", str(owner)) if owner is not None else ()),
            *(("--standby",) if standby else ()),
            *("--module", self.module),
            *("--workspace", str(self.workspace)),
            *(("--queue-only",) if self.scope is Scope.QUEUE else ()),
            *(part for name, limit in self.pools.items() for part in ("--pool", f"{name}={limit}")),
        ]

    def environment(self) -> dict[str, str]:
        """The environment of the daemon: its home, and its database where `ps` doesn't show it."""
        path = os.pathsep.join(filter(None, (str(PROJECT_ROOT), os.environ.get("PYTHONPATH"))))
        return {
            **os.environ,
            "PYTHONPATH": path,
            "DAGSTER_HOME": str(self.home),
            URL_VARIABLE: with_driver(self.dagster_url, "psycopg2"),
        }


@dataclass(slots=True)
class Daemon:
    """The daemon that serves the queue now: ours, or somebody else's."""

    plan: DaemonPlan
    announce: Callable[[str], None]
    _guard: subprocess.Popen[bytes] | None = None
    _checked: float = field(default_factory=time.monotonic)

    @property
    def ours(self) -> bool:
        """Whether this process started it and will stop it."""
        return self._guard is not None

    @property
    def pid(self) -> int | None:
        """The guard's process id, which is also its group's; None if the daemon is not ours."""
        return None if self._guard is None else self._guard.pid

    def start(self) -> None:
        """Start a daemon unless another one of this platform leads; costs a fifth of a second."""
        holder = _lock_holder(self.plan.dagster_url)
        if holder is not None:
            self._guard = None
            return
        with open_log(self.plan.log) as log:
            self._guard = subprocess.Popen(
                self.plan.command(owner=os.getpid()),
                env=self.plan.environment(),
                cwd=self.plan.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def check(self, instance: DagsterInstance) -> None:
        """See that somebody serves the queue; start a daemon if the one we relied on has ended.

        Raises:
            ServerFailed: our own daemon ended by itself; the message quotes its log.
        """
        from agnt_pipelines.serving.daemon_guard import TAKEN

        if self._guard is not None:
            code = self._guard.poll()
            if code is None:
                return
            group, self._guard = self._guard.pid, None
            if code != TAKEN:
                end_group(group)
                raise ServerFailed(f"The daemon ended with code {code}: {last_words(self.plan.log)}")
            self.announce("another daemon serves the queue")
        if time.monotonic() - self._checked < _CHECK_EVERY_S:
            return
        self._checked = time.monotonic()
        if _lock_holder(self.plan.dagster_url) is None and not foreign_daemon_alive(instance):
            self.announce("the daemon has ended; starting one")
            self.start()

    def drain(self) -> None:
        """Wait until no run is left that our daemon serves, for others may rely on it by now."""
        from dagster import DagsterRunStatus, RunsFilter

        if self._guard is None or self._guard.poll() is not None:
            return
        unfinished = [
            DagsterRunStatus.QUEUED,
            DagsterRunStatus.STARTING,
            DagsterRunStatus.STARTED,
            DagsterRunStatus.CANCELING,
        ]
        said = False
        with open_instance(self.plan.home, self.plan.dagster_url) as instance:
            while count := instance.get_runs_count(RunsFilter(statuses=unfinished)):
                if not said:
                    self.announce(
                        f"other commands' runs use this daemon ({count}): waiting; Ctrl-C ends them"
                    )
                    said = True
                if self._guard.poll() is not None:
                    return
                time.sleep(_BUSY_POLL_S)

    def stop(self) -> None:
        """End the daemon and everything below it: politely, then by force."""
        guard, self._guard = self._guard, None
        if guard is None:
            return
        guard.terminate()
        try:
            guard.wait(_STOP_GRACE_S)
        except subprocess.TimeoutExpired:
            guard.kill()
            guard.wait()
        end_group(guard.pid)


@contextmanager
def running_daemon(plan: DaemonPlan, announce: Callable[[str], None] = lambda _: None) -> Iterator[Daemon]:
    """A daemon serves the queue while this block runs; one that we started ends with it.

    It is still loading when the block begins: submit at once, the run waits in the queue. A command's
    daemon first waits for the runs of others; a deployment's ends at once, and its runs with it. When our
    process is killed outright, the kernel tells the daemon's guard, which ends the tree.

    Raises:
        DatabaseUnreachable: Dagster's database does not answer.
    """
    daemon = Daemon(plan, announce)
    daemon.start()
    hurried = False
    try:
        yield daemon
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        hurried = True
        raise
    finally:
        try:
            if not hurried and plan.scope is Scope.QUEUE:
                daemon.drain()
        finally:
            daemon.stop()


def end_group(group: int) -> None:
    """End what a guard that was itself killed could not end; normally nobody is left."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _lock_holder(url: str) -> str | None:
    import psycopg

    from agnt_pipelines.serving.daemon_guard import lock_holder

    try:
        return lock_holder(url)
    except psycopg.OperationalError as failure:
        reason = str(failure).strip().splitlines()[0]
        raise DatabaseUnreachable(
            f"Dagster's database does not answer: {reason}. Check AGNT_DAGSTER_URL."
        ) from failure


@contextmanager
def open_log(path: Path) -> Iterator[int]:
    """Open a daemon's log for appending (a descriptor); a long one is put aside first."""
    if path.exists() and path.stat().st_size > _LOG_MAX_BYTES:
        path.replace(path.with_suffix(".log.1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def last_words(log: Path) -> str:
    """The last line of the log that tells of trouble."""
    try:
        lines = log.read_text(errors="replace")[-20_000:].splitlines()
    except OSError:
        lines = []
    told = [line.strip() for line in lines if line.strip() and "INFO" not in line and "DEBUG" not in line]
    return f"{told[-1]} (all of it in {log})" if told else f"{log} does not say why"
