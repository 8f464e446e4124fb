"""How far timed sources are counted: which hours are not what they were.

An hour is known by how many rows it has and by the sum of their hashes, so that a row that came late,
was there twice, was corrected or is gone makes its hour another one. What belongs here: the comparison.
What does not: counting (`source_store`), and what follows from it (`increment`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agnt_pipelines.graph.columns import Longs

MAX_RANGES = 200
"""Stretches of changed hours beyond which everything is read: each is a condition of a query."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Hours that are not what they were.

    Attributes:
        hours: since 1970, ascending, of rows that are to be read.
        counted: those of them, or hours that are empty now, of which rows were counted before.
        rows: how many there are in them now.
    """

    hours: Longs
    counted: Longs
    rows: int

    @property
    def nothing(self) -> bool:
        """Whether every hour is what it was."""
        return not len(self.hours) and not len(self.counted)


def compare(before: Longs, now: Longs) -> Changed:
    """Return what differs between two tables of (hour, rows, sum of hashes), each ordered by hour."""
    here = _same(now, before)
    gone = before[~_same(before, now)]
    fresh = now[~here]
    return Changed(fresh[:, 0], gone[:, 0], int(fresh[:, 1].sum()))


def ranges(hours: Longs) -> Iterator[tuple[int, int]]:
    """Yield ascending hours as stretches [first, end)."""
    if not len(hours):
        return
    breaks = np.flatnonzero(np.diff(hours) > 1) + 1
    for stretch in np.split(hours, breaks):
        yield int(stretch[0]), int(stretch[-1]) + 1


def pack(hours: Longs) -> bytes:
    """Return a table as bytes."""
    return hours.astype("<i8").tobytes()


def unpack(data: bytes) -> Longs:
    """Return the table of some bytes."""
    return np.frombuffer(data, "<i8").astype(np.int64).reshape(-1, 3)


def _same(mine: Longs, theirs: Longs) -> NDArray[np.bool_]:
    """Return which rows of one table are in the other."""
    if not len(theirs) or not len(mine):
        return np.zeros(len(mine), np.bool_)
    places = np.minimum(np.searchsorted(theirs[:, 0], mine[:, 0]), len(theirs) - 1)
    same: NDArray[np.bool_] = (theirs[places] == mine).all(axis=1)
    return same
