"""Real processes in tests: families of them, their ends, and conditions awaited until a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import psutil


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll a condition; False if the deadline came first."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def family(pid: int) -> list[psutil.Process]:
    """Return a process and everything below it."""
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def gone(process: psutil.Process) -> bool:
    """Whether a process has ended, reaped or not."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """End what is left of them by force."""
    for process in processes:
        if not gone(process):
            process.kill()
