"""How surprising a contrast of two shares is, and what is left of that among many contrasts.

What belongs here: the exact test and its correction. What does not: which shares are compared (`insights`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_EXACT_UP_TO = 4_000
"""Cases up to which the test is exact; beyond, the normal approximation differs in no digit that counts."""
_AS_LIKELY = 1.0 + 1e-7
"""Tables a rounding error likelier than the one seen are as likely (as R's fisher.test has it)."""


def two_sided(hits: int, cases: int, rest_hits: int, rest_cases: int) -> float:
    """Return the probability of two shares so far apart if they were one (Fisher's exact test), 0..1.

    Two-sided by likelihood: over all tables with these margins that are no likelier than this one. Beyond
    `_EXACT_UP_TO` cases, by the normal approximation with a pooled share.
    """
    total, all_hits = cases + rest_cases, hits + rest_hits
    if not cases or not rest_cases or all_hits in {0, total}:
        return 1.0
    if total > _EXACT_UP_TO:
        pooled = all_hits / total
        deviation = math.sqrt(pooled * (1 - pooled) * (1 / cases + 1 / rest_cases))
        return math.erfc(abs(hits / cases - rest_hits / rest_cases) / deviation / math.sqrt(2))
    least, most = max(0, all_hits - rest_cases), min(cases, all_hits)
    weights = [math.exp(_log_ways(cases, n) + _log_ways(rest_cases, all_hits - n) - _log_ways(total, all_hits)) for n in range(least, most + 1)]  # fmt: skip
    seen = weights[hits - least]
    return min(math.fsum(weight for weight in weights if weight <= seen * _AS_LIKELY), 1.0)


def corrected(values: Sequence[float]) -> list[float]:
    """Return probabilities corrected for their number, in the order given, to 4 decimals (Holm 1979)."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    found, largest = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min((len(values) - rank) * values[place], 1.0))
        found[place] = round(largest, 4)
    return found


def _log_ways(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
