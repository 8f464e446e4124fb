"""Recommendations: the graph filter over what may be recommended at all, and a path for each.

What belongs here: the order of the steps for one person. What does not: the formula (`filter`), hard
filters (`places`), paths (`paths`), diversity (`diversity`), and reading the graph (`store`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from agnt_pipelines.graph.diversity import mmr
from agnt_pipelines.graph.filter import Filter, Parameters
from agnt_pipelines.graph.paths import Paths
from agnt_pipelines.graph.places import Mask, Place, Places, Taste
from agnt_pipelines.graph.reasons import Path
from agnt_pipelines.graph.visits import Doing, Own, Visits

Floats = NDArray[np.float32]

DIVERSITY = 0.3
"""How much unlikeness counts against score. Ours: published data says what people chose among venues,
not whether a list bored them."""

RECENCY = 0.5
"""A venue of one's own counts as its weight, of the heaviest, to this power: half after half a year."""

_LIKING = 1.2
"""What each facet that a venue meets is worth to somebody with a history, as a factor. Ours."""

_STRANGERS_LIKING = 2.0
"""... and to somebody without one, who has nothing else to go by."""

_CANDIDATES = 5
"""Diversity chooses among so many times as many as are asked for."""

_DIGITS = 5
"""Scores that differ less than so many digits of the best are equal, and go by venue."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What one list should be.

    Attributes:
        limit: at most so many venues.
        city: node of a city to stay in; `area` of an area of it.
        intent: node of an intent that the venues must suit.
        again: whether venues the person has been to are among them.
        diversity: 0 for the order of scores, towards 1 for variety.
        recency: how much newer and stronger visits count, as a power; 0 for all alike.
    """

    limit: int = 10
    city: str | None = None
    area: str | None = None
    intent: str | None = None
    again: bool = False
    diversity: float = DIVERSITY
    recency: float = RECENCY


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A venue, its score (comparable within one list only) and the path that led to it."""

    venue: str
    score: float
    path: Path


@dataclass(frozen=True, slots=True)
class Index:
    """What recommending reads, made once for a graph; `guests` is CSR (venues x people) of codes + 1."""

    visits: Visits
    guests: Any
    places: Places
    filter: Filter

    @classmethod
    def of(
        cls,
        doings: Iterable[Doing],
        places: Mapping[str, Place] | None = None,
        parameters: Parameters | None = None,
        *,
        earlier: Index | None = None,
    ) -> Index:
        """Make the index of a graph's doings and of what is known of its venues.

        The filter follows from who chose what, not from how often: where that is as it was, `earlier`
        lends its own.
        """
        known = places or {}
        visits = Visits.of(doings, known.keys())
        coded = sparse.csr_array(
            (visits.doings.data + 1, visits.doings.indices, visits.doings.indptr), shape=visits.doings.shape
        )
        guests = sparse.csr_array(coded.T)
        kept = earlier is not None and parameters is None and earlier.visits.same_pattern(visits)
        chosen = earlier.filter if earlier is not None and kept else Filter.of(visits.weights, parameters)
        return cls(visits, guests, Places.by(visits.venues, known), chosen)


def recommend(
    index: Index, taste: Taste, wish: Wish | None = None, *, own: Own | None = None
) -> list[Recommendation]:
    """Return the best venues for a person, best first: to their taste, then popular ones.

    Equal scores are in the order of venues. Somebody without visits is a stranger.

    Args:
        index: of a graph.
        taste: what is known of the person.
        wish: what the list should be.
        own: the person's visits where they are newer than the index; by default the index's.
    """
    wish = wish or Wish()
    own = own or index.visits.own(taste.person)
    eligible = index.places.allowed(taste) & index.places.within(wish.city, wish.area)
    eligible &= index.places.suiting(wish.intent)
    if not wish.again:
        eligible[own.been] = False
    found = dict(_by_taste(index, taste, wish, own, eligible)) if len(own.columns) else {}
    if len(found) < wish.limit:
        eligible[list(found)] = False
        found |= dict(_by_popularity(index, taste, eligible, wish.limit - len(found)))
    paths = Paths(index.visits, index.guests, index.places.of, taste, own, wish.intent).to(list(found))
    return [
        Recommendation(index.visits.venues[column], score, path)
        for (column, score), path in zip(found.items(), paths, strict=True)
    ]


def _by_taste(
    index: Index, taste: Taste, wish: Wish, own: Own, eligible: Mask
) -> Iterator[tuple[int, float]]:
    """Yield (column, score) of what the filter finds for a person's visits, best first."""
    shares = (own.weights / own.weights.max()).astype(np.float32) ** np.float32(wish.recency)
    columns, scores = index.filter.scores(own.columns, shares, eligible, row=own.row)
    scores = scores * np.float32(_LIKING) ** index.places.shared(taste)[columns]
    order = _ordered(scores)
    order = order[scores[order] > 0]
    if wish.diversity > 0 and len(order) > 1:
        order = order[: wish.limit * _CANDIDATES]
        likeness = index.filter.likeness(columns[order])
        order = order[mmr(scores[order], likeness, wish.limit, wish.diversity)]
    for place in order[: wish.limit]:
        yield int(columns[place]), float(scores[place])


def _by_popularity(index: Index, taste: Taste, eligible: Mask, limit: int) -> Iterator[tuple[int, float]]:
    """Yield (column, score) of venues by people, more in the person's own city and for each facet met."""
    met = index.places.shared(taste)
    if taste.city is not None:
        met = met + (index.places.within(taste.city) if taste.city in index.places.located else 0)
    scores = (index.filter.crowds + 1) * np.float32(_STRANGERS_LIKING) ** met
    columns = np.flatnonzero(eligible)
    for place in _ordered(scores[columns])[:limit]:
        yield int(columns[place]), float(scores[columns[place]])


def _ordered(scores: Floats) -> NDArray[np.int64]:
    """Return places by score, descending; what is equal up to rounding stays in order."""
    if not len(scores):
        return np.empty(0, np.int64)
    best = float(np.abs(scores).max()) or 1.0
    return np.argsort(-np.round(scores.astype(np.float64) / best, _DIGITS), kind="stable")
