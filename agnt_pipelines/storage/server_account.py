"""As whom PostgreSQL's programs run, and how one is started so that it does not outlive us.

What belongs here: the account, the command line of the launcher, running a short command. What does
not: which programs and folders there are.
"""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LAUNCHER = Path(__file__).with_name("server_launch.py")


@dataclass(frozen=True, slots=True)
class Account:
    """The user that the server runs as."""

    uid: int
    gid: int

    @classmethod
    def current(cls) -> Account:
        """Return this process's own account."""
        return cls(os.geteuid(), os.getegid())

    @property
    def name(self) -> str:
        """The user's name, or its number where it has none."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def may_enter(self, folder: Path) -> bool:
        """Tell by trying: mode bits alone know nothing of access lists and mounts."""
        if self.uid == os.geteuid():
            return os.access(folder, os.X_OK)
        return run(self, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]).returncode == 0


def launch(account: Account, command: Sequence[str], death_signal: signal.Signals) -> list[str]:
    """Return the command line that runs `command` as `account` and signals it when we end.

    The signal comes when the *thread* that starts this ends, not the process: that thread must live
    as long as the command is wanted.
    """
    numbers = (os.getpid(), account.uid, account.gid, int(death_signal))
    return [sys.executable, "-I", "-S", str(_LAUNCHER), *map(str, numbers), *command]


def environment() -> dict[str, str]:
    """Return what a program of the server's may know: no locale, no PG* variable, no secret of ours."""
    names = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in names if name in os.environ}


def run(account: Account, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a short command as `account` and wait for it; its messages are in `stdout` and `stderr`."""
    return subprocess.run(
        launch(account, command, signal.SIGKILL),
        check=False,
        capture_output=True,
        cwd="/",
        env=environment(),
        errors="replace",
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        text=True,
    )
