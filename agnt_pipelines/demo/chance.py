"""Seeded chance: one stream of dice per room of the generator, the same on every machine.

What belongs here: picking, by weight or evenly, in ways whose results depend on the seed alone. What
does not: anything drawn from functions of the platform's C library (logarithms, powers), whose last
digit differs from machine to machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, name: str) -> Random:
    """Return the dice of one room: what another room draws never shifts them."""
    return Random(f"{seed}/{name}")  # noqa: S311 - an invented world, not a secret


def one_in(dice: Random, share: float) -> bool:
    """Whether a thing happens that does so with this probability (0..1)."""
    return dice.random() < share


def zipf(count: int, flatten: int = 8) -> list[float]:
    """Return cumulative weights by rank, 1 / (rank + flatten): few do much, many do little."""
    return list(accumulate(1 / (rank + flatten) for rank in range(1, count + 1)))


def pick(dice: Random, among: Sequence[T], cumulative: Sequence[float]) -> T:
    """Return one of a sequence by its cumulative weights."""
    return dice.choices(among, cum_weights=cumulative)[0]
