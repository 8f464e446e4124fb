"""What a ranking of turns is worth, against the turns that hold the answer.

What belongs here: the arithmetic of recall@k and of sessions. What does not: any ranking.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

_Key = TypeVar("_Key", bound=Hashable)
SESSIONS = 5


def recall_at(found: Sequence[_Key], evidence: AbstractSet[_Key], k: int) -> float:
    """Return the share of the evidence among the first k."""
    return len(evidence & set(found[:k])) / len(evidence)


def sessions_in_order(sessions: Sequence[_Key]) -> list[_Key]:
    """Return sessions by their best hit."""
    return list(dict.fromkeys(sessions))


def any_and_all(ranked: Sequence[_Key], evidence: AbstractSet[_Key]) -> tuple[float, float]:
    """Return whether any, and whether all of the evidence's sessions are among the first five."""
    first = set(ranked[:SESSIONS])
    return float(bool(first & evidence)), float(evidence <= first)


def of_question(
    order: Sequence[int], evidence: AbstractSet[int], session: Sequence[int]
) -> tuple[float, float, float, float, float]:
    """Return recall@5, @10, @20, any_session@5 and all_session@5 of places in order."""
    ranked = sessions_in_order([session[place] for place in order])
    either = any_and_all(ranked, {session[place] for place in evidence})
    at5, at10, at20 = (recall_at(order, evidence, k) for k in (5, 10, 20))
    return at5, at10, at20, *either
