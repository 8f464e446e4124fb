"""Newest first: where several sessions tell the same thing, the latest of them is told first.

What belongs here: which hits speak of the same thing, and the order among them. What does not: how
well they answer (`recall_weights`). Hits trade places only with each other, so that what else was found
stays where it is: freshness never pushes something out. In a conversation between people the same words
come back about other things, so that there only memories of one slot and subject say the same.
"""

from __future__ import annotations

import numpy as np

from agnt_pipelines.dreaming.recall_talk import Floats, Places, Style, Talk

NEAR = 0.55
"""Share of the better one's score, above the floor, that a hit must have to say as much."""

ALIKE = 0.6
"""Of (shared terms + cosine) / 2, each 0..1, with vectors; two updates of a fact share all they match."""

ALIKE_IN_TERMS = 0.9
"""Of shared terms alone, where there are no vectors."""

AMONG = 10
"""Sessions looked at, best first."""


def newest_first(order: Places, scores: Floats, talk: Talk, has: Floats, weight: Floats) -> Places:
    """Return an order of utterances in which the newest of those that say the same comes first.

    Args:
        order: places of utterances, best first.
        scores: of all utterances, n, 0 and more.
        talk: the utterances.
        has: which of the question's terms an utterance has, n x q.
        weight: of each term, q.
    """
    best = _best_of_sessions(order, talk)
    made, free = order.copy(), list(range(len(best)))
    position = {int(place): rank for rank, place in enumerate(order)}
    while free:
        leader, *rest = free
        group = [leader, *(one for one in rest if _same(best[leader], best[one], scores, talk, has, weight))]
        places = sorted(position[best[one]] for one in group)
        fresh = sorted((best[one] for one in group), key=lambda place: _freshness(talk, place))
        made[places] = fresh
        free = [one for one in rest if one not in group]
    return made


def _best_of_sessions(order: Places, talk: Talk) -> list[int]:
    """Return the best utterance of each of the first sessions."""
    best: dict[int, int] = {}
    for place in order:
        best.setdefault(int(talk.session[place]), int(place))
        if len(best) == AMONG:
            break
    return list(best.values())


def _freshness(talk: Talk, place: int) -> tuple[bool, float, str]:
    """Sort key: what still holds before what no longer does, then the newest, then by id."""
    one = talk.utterances[place]
    gone = bool(one.beliefs) and not any(belief.holds for belief in one.beliefs)
    return gone, -one.at.timestamp(), one.id


def _same(one: int, other: int, scores: Floats, talk: Talk, has: Floats, weight: Floats) -> bool:
    if scores[other] < NEAR * scores[one]:
        return False
    if _topics(talk, one) & _topics(talk, other):
        return True
    if talk.style is Style.CONVERSATION:
        return False
    shared = float((has[one] * has[other]) @ weight) / max(float(has[one] @ weight), 1e-9)
    if talk.embed is None:
        return shared >= ALIKE_IN_TERMS
    vectors = talk.vectors()
    return (shared + float(vectors[one] @ vectors[other])) / 2 >= ALIKE


def _topics(talk: Talk, place: int) -> set[tuple[str, str]]:
    return {(belief.slot, belief.subject) for belief in talk.utterances[place].beliefs}


def in_order(scores: Floats, talk: Talk) -> Places:
    """Return the places of utterances by score, highest first; ties by time, then by id."""
    keys = [
        (-round(float(score), 9), one.at, one.id) for score, one in zip(scores, talk.utterances, strict=True)
    ]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)
