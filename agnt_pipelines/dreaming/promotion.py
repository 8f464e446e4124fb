"""Promotion: when what was heard of a value is enough to hold it true.

What belongs here: the score, its parts, and the bar. What does not: hearing statements, and what a promoted
value does to others (`fold`). How often a memory was recalled has no part in it: what is shown is not thereby
truer.

A value is promoted if somebody said it plainly, on two days, or two sources agree; and if it scores enough.
A plain word always does. Two maybes do within three months of each other where nothing else is held; where
something is, it takes a booking that followed, or more days.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agnt_pipelines.dreaming.claims import Source
from agnt_pipelines.dreaming.confidence import HEDGE_WEIGHT

ENOUGH = 0.5
"""The bar: what one plain word clears and what one day of maybes cannot, since it has no ground."""

EXPLICIT, DAYS, FOLLOWED, NOVEL, RECENT = 0.45, 0.25, 0.1, 0.1, 0.1
"""Weights of the parts; they sum to one. Ours, chosen so that the module's rules hold."""

RECENT_HALF_DAYS = 90
"""An earlier day so long ago supports the newest one half as much: the half-life of most tastes."""

FOLLOWS_WITHIN = timedelta(days=7)
"""A booking so soon after a word is what came of it. Ours: people book dinner within the week."""

MIN_DAYS = MIN_SOURCES = 2


@dataclass(frozen=True, slots=True)
class Case:
    """What speaks for a value.

    `plain`: somebody said it without a maybe. `days`: distinct WITA days (1..). `gap_days`: between the newest
    two of them; 0 of one. `sources`: kinds of records that say it. `followed`: the person booked soon after
    saying it. `novel`: nothing else was held in its place when it was first heard.
    """

    plain: bool
    days: int
    gap_days: int
    sources: int
    followed: bool
    novel: bool

    @property
    def grounded(self) -> bool:
        """Whether there is more than one day's maybe."""
        return self.plain or self.days >= MIN_DAYS or self.sources >= MIN_SOURCES

    @property
    def score(self) -> float:
        """Return 0..1, to four decimals: the weighted sum of the parts.

        Days saturate (0, 1/2, 3/4, ...), and recency is hyperbolic, as a soul prompt's freshness is: the
        same bits on every machine.
        """
        days = 1.0 - 0.5 ** (self.days - 1)
        recency = 1.0 / (1.0 + self.gap_days / RECENT_HALF_DAYS)
        explicit = 1.0 if self.plain else HEDGE_WEIGHT
        parts = EXPLICIT * explicit + DAYS * days + FOLLOWED * self.followed + NOVEL * self.novel
        return round(parts + RECENT * recency, 4)

    @property
    def promoted(self) -> bool:
        """Whether it is a memory."""
        return self.grounded and self.score >= ENOUGH


def made(
    said_at: Sequence[datetime],
    window_keys: Iterable[str],
    sources: Iterable[Source],
    booked_at: Sequence[datetime],
    *,
    plain: bool,
    novel: bool,
) -> Case:
    """Return the case that statements make as of the last of them.

    Args:
        said_at: when each was said; not empty, ascending.
        window_keys: the days they were said on.
        sources: of their evidence.
        booked_at: when the person booked, ascending; what lies after the last statement is not known yet.
        plain: whether one of them was plain.
        novel: whether nothing else was held when the first was said.
    """
    newest = sorted(set(window_keys))
    last_two = [date.fromisoformat(key) for key in newest[-2:]]
    return Case(
        plain=plain,
        days=len(newest),
        gap_days=(last_two[-1] - last_two[0]).days,
        sources=len(set(sources)),
        followed=any(_followed(at, said_at[-1], booked_at) for at in said_at),
        novel=novel,
    )


def _followed(said_at: datetime, known_until: datetime, booked_at: Sequence[datetime]) -> bool:
    place = bisect_left(booked_at, said_at)
    return place < len(booked_at) and booked_at[place] <= min(said_at + FOLLOWS_WITHIN, known_until)
