"""Processes that die: forked from a warm one, so that they start at once, and end for real.

What belongs here: forking, awaiting, stopping and killing. What does not: what a child does.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from agnt_pipelines.settings import get_settings

PATIENCE_S = 180.0
_POLL_S = 0.002
FAILED = 1


@dataclass(slots=True)
class Child:
    """A forked process that does one task; its output and its failure are in files."""

    pid: int
    log: Path
    status: int | None = None

    @property
    def died(self) -> bool:
        """Whether it was killed."""
        return self.status is not None and os.WIFSIGNALED(self.status)

    @property
    def succeeded(self) -> bool:
        """Whether it did its task to the end."""
        return self.status is not None and os.WIFEXITED(self.status) and os.WEXITSTATUS(self.status) == 0

    @property
    def failure(self) -> str:
        """The names of the errors that it ended with, outermost first; empty if there was none."""
        place = self.log.with_suffix(".error")
        return place.read_text("utf-8") if place.exists() else ""

    def kill(self) -> None:
        """End it by SIGKILL, now."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)

    def resume(self) -> None:
        """Let it go on after a stop."""
        os.kill(self.pid, signal.SIGCONT)

    def wait(self, seconds: float = PATIENCE_S) -> Child:
        """Wait for its end; killed if it does not come.

        Raises:
            TimeoutError: it had to be killed.
        """
        if not self._await(seconds, 0, lambda status: not os.WIFSTOPPED(status)):
            self.kill()
            _, self.status = os.waitpid(self.pid, 0)
            raise TimeoutError(
                f"a child did not end within {seconds:g} s: {self.log.read_text('utf-8')[-600:]}"
            )
        return self

    def stops(self, seconds: float = PATIENCE_S) -> bool:
        """Wait until it stops; False if it ended instead."""
        return self._await(seconds, os.WUNTRACED, lambda _: True) and self.status is None

    def _await(self, seconds: float, options: int, wanted: Callable[[int], bool]) -> bool:
        deadline = time.monotonic() + seconds
        while self.status is None and time.monotonic() < deadline:
            pid, status = os.waitpid(self.pid, options | os.WNOHANG)
            if pid and os.WIFSTOPPED(status):
                return wanted(status)
            if pid:
                self.status = status
                return True
            time.sleep(_POLL_S)
        return self.status is not None


def start(task: Callable[[], object], environment: Mapping[str, str], log: Path) -> Child:
    """Fork a process that sets its environment, does a task and ends."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return Child(pid, log)
    code = FAILED
    try:
        _alone(environment, log)
        task()
        code = 0
    except BaseException as failure:  # noqa: BLE001 - the edge of a process: report, then end
        traceback.print_exc()
        log.with_suffix(".error").write_text("\n".join(_chain(failure)), "utf-8")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _alone(environment: Mapping[str, str], log: Path) -> None:
    """Write to a file, see the settings of the case alone."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    for name in [name for name in os.environ if name.startswith("AGNT_")]:
        del os.environ[name]
    os.environ.update(environment)
    warnings.simplefilter("default")  # as in a run: a test run makes failures of them
    get_settings.cache_clear()


def _chain(failure: BaseException | None) -> list[str]:
    found = []
    while failure is not None:
        found.append(f"{type(failure).__name__}: {failure}"[:600])
        failure = failure.__cause__ or failure.__context__
    return found
