"""The windows: half-open intervals of WITA time with a key that sorts, and nothing else.

Pure. WITA is UTC+8 all year (Asia/Makassar has no daylight saving), so a window has a constant
length. What does not belong here: Dagster's partitions, which `partitions` derives from these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from agnt_pipelines.errors import SettingsError

WITA = timezone(timedelta(hours=8), "WITA")
WITA_NAME = "Asia/Makassar"
FOLD = "*"
"""The window key of what is unpartitioned: a fold over all windows."""

FIRST_DAY = date(2015, 1, 1)
"""Rows before it belong to no window: older than the platform, so a wrong clock wrote them."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """One window: its key, and [start, end) as aware UTC instants."""

    key: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """A regular sequence of windows.

    Attributes:
        name: what an operator calls it.
        length: of one window.
        origin: WITA wall time at which some window starts; all others follow from it.
        pitch: from a window's start to the midnight whose date is its key.
    """

    name: str
    length: timedelta
    origin: datetime
    pitch: timedelta = timedelta(0)

    def window_at(self, instant: datetime) -> Window:
        """Return the window that holds an aware instant."""
        steps = (instant - self.origin) // self.length
        start = self.origin + steps * self.length
        key = (start + self.pitch).astimezone(WITA).date().isoformat()
        return Window(key, start.astimezone(UTC), (start + self.length).astimezone(UTC))

    def window(self, key: str) -> Window:
        """Return the window of a key.

        Raises:
            SettingsError: the key is no ISO date, before FIRST_DAY, or not the start of a window.
        """
        try:
            day = date.fromisoformat(key)
        except ValueError:
            message = f"{key!r} is no {self.name} window; write its first day, as 2026-11-22."
            raise SettingsError(message) from None
        if day < FIRST_DAY:
            message = f"Window {key} lies before {FIRST_DAY.isoformat()}, the first day there is."
            raise SettingsError(message)
        start = datetime.combine(day, time(), WITA) - self.pitch
        window = self.window_at(start)
        if window.key != key:
            message = f"{key} is not the start of a {self.name}; the one that holds it is {window.key}."
            raise SettingsError(message)
        return window

    def last_closed(self, now: datetime) -> Window:
        """Return the newest window whose end is not after `now`."""
        return self.window_at(now - self.length)

    def title(self, window: Window) -> str:
        """Return a window in words, in WITA: its day, its days, or the minute at which it closes."""
        start, end = window.start.astimezone(WITA), window.end.astimezone(WITA)
        if self.length == timedelta(days=1):
            return f"{start:%a %d %b %Y}"
        if self.pitch:
            return f"{self.name.partition(' ')[2]} ending {end:%a %d %b %Y %H:%M}"
        return f"{start:%a %d %b %Y} to {end - timedelta(days=1):%a %d %b %Y}"

    def between(self, first: str, last: str) -> Iterator[Window]:
        """Yield the windows from one key to another, both included, oldest first."""
        window, stop = self.window(first), self.window(last)
        while window.key <= stop.key:
            yield window
            window = self.window_at(window.end)


DAY = Calendar("day", timedelta(days=1), datetime(2015, 1, 1, tzinfo=WITA))
DREAM_WEEK = Calendar("dream week", timedelta(days=7), datetime(2015, 1, 5, tzinfo=WITA))
FAQ_WEEK = Calendar(
    "FAQ week",
    timedelta(days=7),
    datetime(2015, 1, 4, 23, 59, tzinfo=WITA),
    pitch=timedelta(hours=-23, minutes=-59),
)
