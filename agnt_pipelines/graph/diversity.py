"""Diversity: a list of venues that are good and not all alike.

Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998). What belongs here: choosing among
scored candidates. What does not: scores and likenesses themselves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def mmr(scores: Floats, likeness: Floats, limit: int, trade: float) -> list[int]:
    """Return the places of the chosen candidates, in the order of choice, ties by place.

    Args:
        scores: (n), higher is better; they are spread over 0..1 here.
        likeness: (n x n), 0..1.
        limit: at most so many are chosen.
        trade: 0 is the order of scores, 1 looks at unlikeness alone.
    """
    if not len(scores) or limit < 1:
        return []
    spread = float(scores.max() - scores.min())
    worth = (scores - scores.min()) / spread if spread > 0 else np.ones_like(scores)
    nearest = np.zeros(len(scores), np.float32)
    left = np.ones(len(scores), np.bool_)
    chosen: list[int] = []
    while len(chosen) < min(limit, len(scores)):
        marginal = np.where(left, (1 - trade) * worth - trade * nearest, -np.inf)
        best = int(np.round(marginal, 6).argmax())
        chosen.append(best)
        left[best] = False
        nearest = np.maximum(nearest, likeness[best])
    return chosen
