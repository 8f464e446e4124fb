"""The demo's calendar: sixty days in WITA that end where a given day begins.

What belongs here: instants from a day's number and a minute. What does not: the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from agnt_pipelines.replay.windows import WITA

DAYS = 60
"""Length of the world: its first message lies this many days before the day it ends before."""

WEEK = 7


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days before `until`, numbered 0 (the oldest) to DAYS - 1 (the day before)."""

    until: date

    def day(self, number: int) -> date:
        """Return the date of a day; numbers outside the world are days before and after it."""
        return self.until - timedelta(days=DAYS - number)

    def at(self, number: int, minute: int, second: int = 0) -> datetime:
        """Return an instant of a day, by minutes after midnight in WITA."""
        return datetime.combine(self.day(number), time(0), WITA) + timedelta(minutes=minute, seconds=second)

    @property
    def end(self) -> datetime:
        """The first instant after the world."""
        return self.at(DAYS, 0)

    @property
    def mondays(self) -> list[int]:
        """Numbers of the days that open a week which lies wholly in the world."""
        return [n for n in range(DAYS - WEEK + 1) if self.day(n).weekday() == 0]
