"""Progress on stderr: a bar where there is a terminal, a line now and then where there is none.

What belongs here: showing how far something is. What does not: knowing it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agnt_pipelines.serving.cli.output import clean, console_of, say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from agnt_pipelines.serving.runs import Listener

QUIET_S = 10.0
"""Seconds between two lines of progress where there is no terminal."""


@contextmanager
def bar() -> Iterator[Listener]:
    """Yield the kind of progress that stderr can show: of windows, or of whatever a title counts."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[doing]}", style="dim"),
    )
    with Progress(*columns, console=console_of(sys.stderr), refresh_per_second=8) as progress:
        yield _Terminal(progress)


@dataclass(slots=True)
class Lines:
    """Progress as lines, for logs."""

    title: str = ""
    windows: int = 0
    _shown: float = field(default_factory=time.monotonic)
    _doing: str = ""

    def began(self, text: str, windows: int) -> None:
        """Begin anew."""
        self.title, self.windows, self._shown, self._doing = text, windows, time.monotonic(), ""
        say(f"{text}: {windows:,} to do")

    def doing(self, text: str) -> None:
        """Say what is done at the moment, once."""
        if text != self._doing:
            self._doing = text
            say(f"{self.title}: {text}")

    def said(self, text: str) -> None:
        """Say how far a step is, now and then."""
        if time.monotonic() - self._shown >= QUIET_S:
            self._shown = time.monotonic()
            say(f"{self.title}: {text}")

    def done(self, windows: int) -> None:
        """Say how many steps are done, now and then."""
        if time.monotonic() - self._shown >= QUIET_S:
            self._shown = time.monotonic()
            say(f"{self.title}: {windows:,} of {self.windows:,}")


@dataclass(slots=True)
class _Terminal:
    progress: Progress
    task: TaskID | None = None

    def began(self, text: str, windows: int) -> None:
        self.task = self.progress.add_task(clean(text), total=windows, doing="")

    def doing(self, text: str) -> None:
        if self.task is not None:
            self.progress.update(self.task, doing=clean(text))

    said = doing

    def done(self, windows: int) -> None:
        if self.task is not None:
            self.progress.update(self.task, completed=windows)
