"""Bookings, questions and lists as columns: what `evidence` says of one row, said of all at once.

What belongs here: from columns to piles. What does not: reading the columns (`source_store`), and the
rules in words, which `evidence` has for a row at a time; a test holds the two to each other.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from agnt_pipelines.graph.columns import NEVER, Codes, Longs, Pile
from agnt_pipelines.graph.entities import Relation

STATUSES: Final = ("pending", "confirmed", "completed", "no_show", "cancelled")
"""A booking's kind is 16 x (place in here + 1; nought for any other) + 8 if the clock confirmed it + stars."""

CONFIRMED_BY_CLOCK: Final = 8

_SAYS: Final = {
    Relation.BOOKED: (1, 2, 3, 4),
    Relation.COMPLETED: (3,),
    Relation.NO_SHOW: (4,),
    Relation.CANCELLED: (5,),
}
_WHOLE, _BY_THE_CLOCK, _ASKING = 16, 4, 4


def bookings(pile: Pile, person: Codes, venue: Codes, at: Longs, kind: Longs) -> None:
    """Add what bookings say in their present status; an unknown status says nothing."""
    kind = kind.astype(np.int16)
    status, stars = kind >> 4, kind & 7
    share = np.where(kind & CONFIRMED_BY_CLOCK, _BY_THE_CLOCK, _WHOLE).astype(np.int8)
    for relation, statuses in _SAYS.items():
        _some(pile, relation, np.isin(status, statuses), person, venue, at, share)
    rating = (_WHOLE * np.maximum(stars - 1, 0) // 4).astype(np.int8)
    _some(pile, Relation.RATED, (stars > 0) & (status > 0), person, venue, at, rating)


def questions(pile: Pile, person: Codes, target: Codes, at: Longs) -> None:
    """Add what people asked about."""
    pile.extend(Relation.ASKED_ABOUT, person, target, at, _ASKING)


def saved(pile: Pile, person: Codes, venue: Codes) -> None:
    """Add what people put on their lists."""
    pile.extend(Relation.SAVED, person, venue, np.full(len(person), NEVER), _WHOLE)


def _some(
    pile: Pile, relation: Relation, which: NDArray[np.bool_], person: Codes, venue: Codes, at: Longs,
    share: NDArray[np.int8],
) -> None:  # fmt: skip
    if which.all():
        pile.extend(relation, person, venue, at, share)
    else:
        pile.extend(relation, person[which], venue[which], at[which], share[which])
