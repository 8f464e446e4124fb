"""Forward decay in integers: what a piece of evidence weighs, exact in any order of addition.

A weight is taken at a landmark that moves once in a half-life, so that an hour in which nothing
happened changes no edge (Cormode et al., Forward decay, ICDE 2009). What does not belong here:
which evidence there is.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

ONE = 1 << 20
"""Fixed point: the weight of evidence at the landmark itself."""

HALF_LIFE_HOURS = 90 * 24
"""Ninety days: a season of Bali. Ours; nothing public says it."""

TIMELESS = ONE // 2
"""Of evidence without a time (lists, follows, empty timestamps): as if one half-life old."""

_HOUR = timedelta(hours=1)
_WHOLE = 16
_SEASON = timedelta(hours=HALF_LIFE_HOURS)
_ORIGIN = datetime(2015, 1, 1, tzinfo=UTC)
_MICROSECONDS = 3_600_000_000
_HALVINGS = 64
_NEVER = np.iinfo(np.int64).min


def last_closed_hour(now: datetime) -> datetime:
    """Return the end of the newest hour that is over."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def landmark(as_of: datetime) -> datetime:
    """Return the end of the season that holds `as_of`: no evidence before `as_of` is younger."""
    return _ORIGIN + ((as_of - _ORIGIN) // _SEASON + 1) * _SEASON


def weight(at: datetime | None, at_landmark: datetime, share: int = 16) -> int:
    """Return what evidence weighs, in units of 2^-20; `share` in sixteenths."""
    if at is None:
        return TIMELESS * share // _WHOLE
    hours = max((at_landmark - at) // _HOUR, 0)
    halvings, rest = divmod(hours, HALF_LIFE_HOURS)
    return (_table()[rest] >> min(halvings, _HALVINGS)) * share // _WHOLE


def of(at: NDArray[np.int64], at_landmark: int, share: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return `weight` of many: times in microseconds, one epoch's, the lowest number for none."""
    table = by_age()
    hours = np.subtract(at_landmark, at, where=at != _NEVER, out=np.zeros(len(at), np.int64))
    hours //= _MICROSECONDS
    np.clip(hours, 0, len(table) - 1, out=hours)
    found = table[hours]
    found[at == _NEVER] = TIMELESS
    if (share != _WHOLE).any():
        found *= share
        found //= _WHOLE
    return found


@cache
def by_age() -> NDArray[np.int64]:
    """Return the weight of a whole piece for each hour of its age; the last is nought, for all beyond."""
    halvings = [[one >> halved for one in _table()] for halved in range(ONE.bit_length() + 1)]
    return np.array([one for halved in halvings for one in halved], np.int64)


@cache
def _table() -> tuple[int, ...]:
    """Return the weight of each hour of one half-life; decimals, as they are the same everywhere."""
    two = Decimal(2)
    return tuple(round(ONE * two ** (Decimal(-hour) / HALF_LIFE_HOURS)) for hour in range(HALF_LIFE_HOURS))
