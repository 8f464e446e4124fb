"""A deployment's daemon for as long as its command runs: it leads, or waits its turn as a standby.

What belongs here: the owner's side of a guard that waits (`daemon_guard --standby`): hearing it,
starting it again, and keeping the embedded server, if it is ours, across changes of its owner. What
does not: a daemon for the length of another command (`daemon`), and what the console says (`cli`).

An embedded server belongs to the first process that asked; when that one ends, whoever is left takes it
over. A daemon is never the server's guest, for whom its owner would wait for ever: it goes through a
restart of its database instead.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import psutil

from agnt_pipelines.errors import ServerFailed
from agnt_pipelines.serving.daemon import DaemonPlan, Scope, end_group, last_words, open_log
from agnt_pipelines.serving.daemon_guard import TAKEN, Word
from agnt_pipelines.serving.instance import open_instance, prepare_home, set_pool_limits
from agnt_pipelines.serving.reaping import Reaper, reap_dead
from agnt_pipelines.serving.session import connected, ensure_dagster_database, opened
from agnt_pipelines.settings import Settings
from agnt_pipelines.timetable import POOL_LIMITS

if TYPE_CHECKING:
    from agnt_pipelines.reaping import Reaped

_LISTEN_S: Final = 0.5
_STOP_GRACE_S: Final = 20.0  # runs and ticks under way end; then by force
_CRASHES: Final = 3
_CRASHES_WITHIN_S: Final = 600.0
_AGAIN_S: Final = 5.0
_FOREIGN_S: Final = 15.0

Announce = Callable[[str], None]
Heard = Callable[[Word, str], None]


@dataclass(slots=True)
class Standby:
    """One guard at a time, started again when it ends by itself."""

    plan: DaemonPlan
    heard: Heard
    announce: Announce
    reaper: Reaper | None = None
    _guard: subprocess.Popen[bytes] | None = None
    _unread: bytes = b""
    _not_before: float = 0.0
    _crashes: deque[float] = field(default_factory=lambda: deque(maxlen=_CRASHES))

    def attend(self) -> None:
        """Hear what the guard says, for half a second at most; start it if there is none.

        Linux ends the guard when the thread that started it ends: call this from the main one.

        Raises:
            ServerFailed: the daemon ended by itself three times within ten minutes.
        """
        if self.reaper is not None:
            self.reaper.look()
        if self._guard is None:
            if time.monotonic() < self._not_before:
                time.sleep(_LISTEN_S)
                return
            self._start()
        guard = self._guard
        assert guard is not None
        assert guard.stdout is not None
        if select.select([guard.stdout], [], [], _LISTEN_S)[0]:
            self._listen(guard.stdout)
        code = guard.poll()
        if code is not None:
            self._ended(code)

    def stop(self) -> None:
        """End the guard and everything below it: politely, then by force."""
        if self._guard is None:
            return
        self._guard.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._guard.wait(_STOP_GRACE_S)
        self._clear()

    def _start(self) -> None:
        with open_log(self.plan.log) as log:
            self._guard = subprocess.Popen(
                self.plan.command(owner=os.getpid(), standby=True),
                env=self.plan.environment(),
                cwd=self.plan.home,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self._unread = b""

    def _listen(self, stdout: IO[bytes]) -> None:
        self._unread += os.read(stdout.fileno(), 4096)
        *lines, self._unread = self._unread.split(b"\n")
        for line in lines:
            word, _, reason = line.decode(errors="replace").partition(" ")
            self.heard(Word(word), reason)

    def _clear(self) -> None:
        """End what a guard that was itself killed could not end."""
        guard, self._guard = self._guard, None
        assert guard is not None
        end_group(guard.pid)
        guard.wait()
        if guard.stdout is not None:
            guard.stdout.close()

    def _ended(self, code: int) -> None:
        """Leave the lead to another one for a moment, then compete again; not for ever."""
        self._clear()
        now = time.monotonic()
        if code == TAKEN:
            self.announce("A daemon that is not this platform's serves the queue (`dagster dev`?): waiting.")
            self._not_before = now + _FOREIGN_S
            return
        self._crashes.append(now)
        told = f"The daemon ended with code {code}: {last_words(self.plan.log)}"
        if len(self._crashes) == _CRASHES and now - self._crashes[0] < _CRASHES_WITHIN_S:
            raise ServerFailed(f"{told}. That was the third time in ten minutes; giving up.")
        self.announce(f"{told}. Starting it again.")
        self._not_before = now + _AGAIN_S


@contextmanager
def standing_by(settings: Settings, announce: Announce, heard: Heard) -> Iterator[Standby]:
    """Yield a daemon for `attend` to be called on, until the block ends and everything with it.

    Raises:
        SettingsError, ServerFailed: the database is not there, or not as this code needs it.
    """
    with ExitStack() as stack:
        footing = Footing(settings, announce, stack)
        plan = footing.stand()

        def hear(word: Word, reason: str) -> None:
            heard(word, reason)
            if word is Word.UNREACHABLE and settings.database_url is None:
                footing.stand()

        standby = Standby(plan, hear, announce, Reaper(footing.reap, announce))
        try:
            yield standby
        finally:
            standby.stop()


@dataclass(slots=True)
class Footing:
    """The database below a daemon: external, another process's, or, from some moment on, ours."""

    settings: Settings
    announce: Announce
    owned: ExitStack
    """Where the server goes once it is ours; it is stopped when this is closed."""
    _ours: bool = False

    def stand(self) -> DaemonPlan:
        """See that the databases are there and ready, and return how a daemon is started on them.

        Of an embedded server that nobody has, this process becomes the owner.
        """
        with ExitStack() as visit:
            platform = visit.enter_context(opened(self.settings, self.announce, create=True, source=True))
            home = prepare_home(self.settings.state)
            ensure_dagster_database(platform)
            plan = DaemonPlan(home, platform.dagster_url, POOL_LIMITS, scope=Scope.ALL)
            with open_instance(home, platform.dagster_url) as instance:
                set_pool_limits(instance, POOL_LIMITS)
            if not self._ours and self.settings.database_url is None and owns_server(self.settings.state):
                self._ours = True
                self.owned.push(visit.pop_all())
        return plan

    def reap(self) -> list[Reaped]:
        """End dead runs; where the embedded server is another process's, that one sees to them."""
        if self.settings.database_url is None and not self._ours:
            return []
        with connected(self.settings, self.announce) as platform:
            return reap_dead(platform, watch=False)


def owns_server(state: Path) -> bool:
    """Whether the embedded server of a state folder is this process's child."""
    try:
        number = int((state / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        return bool(psutil.Process(number).ppid() == os.getpid())
    except (OSError, ValueError, psutil.NoSuchProcess):
        return False


def ends_on_signals() -> None:
    """Let SIGTERM, SIGHUP and SIGINT end the main thread's work, once, however deep it is in a wait."""
    told = False

    def end(*_: object) -> None:
        nonlocal told
        if not told:
            told = True
            raise Told

    for number in _SIGNALS:
        signal.signal(number, end)


class Told(BaseException):
    """We were told to end; not an error, so that nothing on the way takes it for one."""


_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
