"""Forward decay in integers: what a piece of evidence weighs, exact in any order of addition.

A weight is taken at a landmark that moves once in a half-life, so that an hour in which nothing
happened changes no edge (Cormode et al., Forward decay, ICDE 2009). What does not belong here:
which evidence there is.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

ONE = 1 << 20
"""Fixed point: the weight of evidence at the landmark itself."""

HALF_LIFE_HOURS = 90 * 24
"""Ninety days: a season of Bali. Ours; nothing public says it."""

TIMELESS = ONE // 2
"""Of evidence without a time (lists, follows, empty timestamps): as if one half-life old."""

_HOUR = timedelta(hours=1)
_SEASON = timedelta(hours=HALF_LIFE_HOURS)
_ORIGIN = datetime(2015, 1, 1, tzinfo=UTC)


def last_closed_hour(now: datetime) -> datetime:
    """Return the end of the newest hour that is over."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def landmark(as_of: datetime) -> datetime:
    """Return the end of the season that holds `as_of`: no evidence before `as_of` is younger."""
    return _ORIGIN + ((as_of - _ORIGIN) // _SEASON + 1) * _SEASON


def weight(at: datetime | None, at_landmark: datetime, share: int = 16) -> int:
    """Return what evidence weighs, in units of 2^-20; `share` in sixteenths."""
    if at is None:
        return TIMELESS * share // 16
    hours = max((at_landmark - at) // _HOUR, 0)
    halvings, rest = divmod(hours, HALF_LIFE_HOURS)
    return (_table()[rest] >> min(halvings, 64)) * share // 16


@cache
def _table() -> tuple[int, ...]:
    """Return the weight of each hour of one half-life; decimals, as they are the same everywhere."""
    two = Decimal(2)
    return tuple(round(ONE * two ** (Decimal(-hour) / HALF_LIFE_HOURS)) for hour in range(HALF_LIFE_HOURS))
