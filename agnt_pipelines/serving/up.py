"""The whole platform in one process tree: database, daemon, webserver, and what they are doing.

What belongs here: starting, watching and stopping them together. What does not: each of them
(`storage.server`, `daemon`, `webserver_process`).
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agnt_pipelines.errors import ServerFailed, SettingsError
from agnt_pipelines.serving.daemon import Daemon, DaemonPlan, Scope, running_daemon
from agnt_pipelines.serving.instance import open_instance, prepare_home, set_pool_limits
from agnt_pipelines.serving.reaping import Reaper, reaper_of
from agnt_pipelines.serving.session import Platform, ensure_dagster_database
from agnt_pipelines.storage.server import state_folder
from agnt_pipelines.storage.server_ownership import FileLock
from agnt_pipelines.timetable import POOL_LIMITS

if TYPE_CHECKING:
    from dagster import DagsterInstance, DagsterRun

HOST: Final = "127.0.0.1"
_START_S: Final = 180.0
_STOP_S: Final = 5.0  # a browser's half-sent request would keep it for ever
_POLL_S: Final = 1.0
_LATEST_RUNS: Final = 20

Announce = Callable[[str], None]


@dataclass(slots=True)
class Service:
    """The platform while it is up."""

    url: str
    instance: DagsterInstance
    daemon: Daemon
    reaper: Reaper
    webserver: subprocess.Popen[bytes]
    log: Path
    announce: Announce
    _told: dict[str, str] = field(default_factory=dict)

    def watch(self, stopped: Callable[[], bool]) -> None:
        """Tell of runs as they begin and end, until `stopped` says so.

        Raises:
            ServerFailed: the webserver or the daemon ended by itself.
        """
        began = time.time()
        while not stopped():
            self.daemon.check(self.instance)
            if self.webserver.poll() is not None:
                raise ServerFailed(f"The webserver ended by itself; {self.log} has its last words.")
            self.reaper.look()
            self._tell(began)
            time.sleep(_POLL_S)

    def _tell(self, since: float) -> None:
        for record in reversed(self.instance.get_run_records(limit=_LATEST_RUNS)):
            run, status = record.dagster_run, record.dagster_run.status.value.lower()
            if record.create_timestamp.timestamp() < since or self._told.get(run.run_id) == status:
                continue
            self._told[run.run_id] = status
            self.announce(f"{_what(run)} {_windows(run.tags)}{status} (run {run.run_id[:8]})")


@contextmanager
def only_one(state: Path, port: int) -> Iterator[None]:
    """Hold a state folder and look at a port before anything is started.

    Two of these on one state would wait for each other when they end: the server is the first one's,
    and the first one leaves only after the second. The system lets go of the folder, however we end.

    Raises:
        SettingsError: the state is held by another one, whose address is named; or the port is taken.
    """
    lock = FileLock(state_folder(state) / "up.lock")
    if not lock.acquire(fcntl.LOCK_EX | fcntl.LOCK_NB):
        where = lock.read().strip() or "an address it has not written yet"
        raise SettingsError(
            f"The platform of {state} is up already, at {where}: use that one, stop it with Ctrl-C where "
            "it runs, or set AGNT_STATE to another folder."
        )
    try:
        _require_free(port)
        lock.write(f"http://{HOST}:{port}\n")
        yield
    finally:
        lock.release()


@contextmanager
def serving_platform(platform: Platform, port: int, announce: Announce) -> Iterator[Service]:
    """Yield the platform once its UI answers; all of it ends with the block.

    Where another process runs the daemon of this database, this one takes over when that one ends.

    Raises:
        ServerFailed: the webserver does not come up.
    """
    from agnt_pipelines.reaping import reap

    home = prepare_home(platform.settings.state)
    ensure_dagster_database(platform)
    plan = DaemonPlan(home, platform.dagster_url, POOL_LIMITS, scope=Scope.ALL)
    with open_instance(home, platform.dagster_url) as instance:
        set_pool_limits(instance, POOL_LIMITS)
        for reaped in reap(instance, platform.database, platform.settings, watch=False):
            announce(reaped.sentence)
        with running_daemon(plan, announce) as daemon, _webserver(plan, port) as process:
            url = f"http://{HOST}:{port}"
            announce("starting the webserver")
            _await(url, process, home / "webserver.log")
            reaper = reaper_of(platform, instance, announce)
            yield Service(url, instance, daemon, reaper, process, home / "webserver.log", announce)


@contextmanager
def _webserver(plan: DaemonPlan, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [
        *(sys.executable, "-m", "agnt_pipelines.serving.webserver_process"),
        *("--owner", str(os.getpid()), "--port", str(port), "--workspace", str(plan.workspace)),
    ]
    with (plan.home / "webserver.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env=plan.environment(),
            cwd=plan.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the webserver and its code server: politely, then by force."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{url}/server_info", timeout=2).close()  # noqa: S310 - our own http
            return
        time.sleep(0.2)
    last = log.read_text("utf-8", "replace").strip().splitlines()[-3:]
    raise ServerFailed(f"The webserver does not answer at {url}: {' '.join(last) or 'no word from it'}")


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as failure:
            message = f"Port {port} is taken ({failure.strerror}): choose another with --port."
            raise SettingsError(message) from failure


def _what(run: DagsterRun) -> str:
    """Return a run's job, or the assets that somebody clicked on."""
    if not run.job_name.startswith("__"):
        return run.job_name
    return ", ".join(sorted(key.to_user_string() for key in run.asset_selection or ())) or "assets"


def _windows(tags: Mapping[str, str]) -> str:
    single = tags.get("dagster/partition")
    first = tags.get("dagster/asset_partition_range_start", single)
    last = tags.get("dagster/asset_partition_range_end", single)
    if first is None:
        return ""
    return f"{first} " if first == last else f"{first} to {last} "
