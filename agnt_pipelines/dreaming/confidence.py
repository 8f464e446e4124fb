"""Confidence: how sure a memory is, from all the evidence for it.

What belongs here: the figure. What does not: whether the evidence is enough (`promotion`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from agnt_pipelines.dreaming.claims import Observation

HEDGE_WEIGHT = 0.5
"""What a hedged statement counts for. Ours: "maybe" is half a word."""

MAX_CONFIDENCE = 0.99
"""People change and records err: no amount of evidence makes certainty."""


def confidence(said: Iterable[Observation]) -> float:
    """Noisy-or over days: 1 - product of (1 - p), p the best statement of a day, hedged ones halved.

    0..0.99, to four decimals. Statements of one day count once: they are seldom independent.
    (Noisy-or: Pearl 1988.)
    """
    best: defaultdict[str, float] = defaultdict(float)
    for observation in said:
        weight = HEDGE_WEIGHT if observation.hedged else 1.0
        best[observation.window_key] = max(best[observation.window_key], weight * observation.confidence)
    doubt = 1.0
    for surest in best.values():  # in event order: a float product depends on its order
        doubt *= 1.0 - surest
    return round(min(1.0 - doubt, MAX_CONFIDENCE), 4)
