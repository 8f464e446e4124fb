"""Recommendations: a two-hop walk over people and venues, hard filters, and a path for each.

The walk is D^-b R' U^-g R D^-d with exponents (.7, .5, .3), D the degrees of venues and U those of
people: of the exponents tried on shifted cuts of a public set of visits the best (recall@20 .181,
where item cosine has .122). What does not belong here: reading the graph (`store`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agnt_pipelines.graph.entities import VISITS, Edge, NodeType, Relation, node_id, type_of
from agnt_pipelines.graph.reasons import Path, Step
from agnt_pipelines.graph.similarity import Matrix, matrix

FIRST_DEGREE, PEOPLE_DEGREE, SECOND_DEGREE = 0.7, 0.5, 0.3

_DIET_MISSES = {
    "vegan": frozenset({"steak", "pork", "seafood", "sushi"}),
    "vegetarian": frozenset({"steak", "pork", "seafood", "sushi"}),
    "pescatarian": frozenset({"steak", "pork"}),
    "halal": frozenset({"pork"}),
}
"""Diet -> features that contradict it, unless the venue also has the diet itself as a feature."""

_ALLERGY_MISSES = {
    "shellfish": frozenset({"seafood"}),
    "prawns": frozenset({"seafood"}),
    "shrimp": frozenset({"seafood"}),
    "seafood": frozenset({"seafood", "sushi"}),
    "fish": frozenset({"seafood", "sushi"}),
}
_STRONGEST = (Relation.BOOKED, Relation.COMPLETED, Relation.RATED, Relation.SAVED, Relation.ASKED_ABOUT)
_BEEN = frozenset({Relation.BOOKED, Relation.COMPLETED, Relation.RATED})


@dataclass(frozen=True, slots=True)
class Visits:
    """People and venues: the matrix, and venue -> person -> the relation that says most."""

    matrix: Matrix
    doings: Mapping[str, Mapping[str, Relation]]

    @classmethod
    def of(cls, edges: Iterable[Edge]) -> Visits:
        """Return the visits in some edges."""
        edges = [edge for edge in edges if edge.relation in VISITS and type_of(edge.dst) is NodeType.VENUE]
        doings: defaultdict[str, dict[str, Relation]] = defaultdict(dict)
        for edge in sorted(edges, key=lambda edge: -_STRONGEST.index(edge.relation)):
            doings[edge.dst][edge.src] = edge.relation
        return cls(matrix(edges), doings)


@dataclass(frozen=True, slots=True)
class Place:
    """What the graph says of a venue: the node of its city, and its features by name."""

    city: str | None = None
    features: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Taste:
    """What the graph says of a person.

    Attributes:
        person: their node.
        city: the node of the city they are based in.
        prefers: facet node -> its words.
        avoids: words of what they avoid.
    """

    person: str
    city: str | None = None
    prefers: Mapping[str, str] = field(default_factory=dict)
    avoids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A venue, its score (comparable along one kind of path only) and the path that led to it."""

    venue: str
    score: float
    path: Path


def recommend(
    visits: Visits,
    places: Mapping[str, Place],
    taste: Taste,
    *,
    limit: int = 10,
    city: str | None = None,
    again: bool = False,
) -> list[Recommendation]:
    """Return the best venues for a person, best first, ties by venue: walked to, then popular ones.

    Args:
        visits: of everybody.
        places: what is known of venues.
        taste: of the person.
        limit: at most so many.
        city: the node of a city to stay in.
        again: whether venues they have been to are among them.
    """
    found: dict[str, Recommendation] = {}
    for scores, path_to in (
        (_walk(visits.matrix, taste.person), _shared_path),
        (_popular(visits.matrix, places, taste), _popular_path),
    ):
        for place in np.lexsort((np.arange(len(scores)), -scores)):
            venue = visits.matrix.venues[place]
            if len(found) == limit or scores[place] <= 0:
                break
            been = visits.doings[venue].get(taste.person) in _BEEN
            known = places.get(venue, Place())
            if venue in found or (been and not again) or (city is not None and known.city != city):
                continue
            if contradicts(known.features, taste):
                continue
            if (path := path_to(visits, known, taste, venue)) is not None:
                found[venue] = Recommendation(venue, float(scores[place]), path)
    return list(found.values())


def contradicts(features: Collection[str], taste: Taste) -> bool:
    """Whether a venue's features go against what a person avoids, or against their diet."""
    for word in taste.avoids:
        if word in features or _ALLERGY_MISSES.get(word, frozenset()).intersection(features):
            return True
    return any(
        diet not in features and bool(_DIET_MISSES[diet].intersection(features))
        for diet in set(taste.prefers.values()) & _DIET_MISSES.keys()
    )


def _walk(matrix: Matrix, person: str) -> NDArray[np.float64]:
    """Return each venue's score by walks venue - person - venue from a person's own venues."""
    if person not in matrix.people:
        return np.zeros(len(matrix.venues))
    binary = (matrix.entries > 0).astype(np.float64)
    venue_degrees = np.asarray(binary.sum(axis=0)).ravel()
    people_degrees = np.asarray(binary.sum(axis=1)).ravel()
    own = matrix.people.index(person)
    mine = np.asarray(binary[[own]].todense()).ravel()
    like_minded = (binary @ (mine * venue_degrees**-FIRST_DEGREE)) * people_degrees**-PEOPLE_DEGREE
    like_minded[own] = 0
    scores: NDArray[np.float64] = (binary.T @ like_minded) * venue_degrees**-SECOND_DEGREE
    return scores


def _popular(matrix: Matrix, places: Mapping[str, Place], taste: Taste) -> NDArray[np.float64]:
    """Return venues by people, doubled in the person's own city and for each facet they share."""
    people = np.asarray((matrix.entries > 0).astype(np.float64).sum(axis=0)).ravel()
    boosts = np.ones(len(matrix.venues))
    for place, venue in enumerate(matrix.venues):
        known = places.get(venue, Place())
        shared = len(set(taste.prefers.values()) & known.features)
        at_home = known.city is not None and known.city == taste.city
        boosts[place] = 2.0 ** (shared + at_home)
    scores: NDArray[np.float64] = people * boosts
    return scores


def _shared_path(visits: Visits, _known: Place, taste: Taste, venue: str) -> Path | None:
    """Return the path that most people walk: they did one thing where you were, another here."""
    guests = visits.doings[venue]
    ways: Counter[tuple[str, Relation, Relation]] = Counter()
    for mine, others in visits.doings.items():
        if mine != venue and taste.person in others:
            also = (guests.keys() & others.keys()) - {taste.person}
            ways.update((mine, others[who], guests[who]) for who in also)
    if not ways:
        return None
    (mine, there, here), people = min(ways.items(), key=lambda way: (-way[1], _rank(way[0])))
    return Path(
        (
            Step(taste.person, visits.doings[mine][taste.person], mine),
            Step(None, there, mine, people),
            Step(None, here, venue, people),
        )
    )


def _popular_path(visits: Visits, known: Place, taste: Taste, venue: str) -> Path | None:
    doings = Counter(done for who, done in visits.doings[venue].items() if who != taste.person)
    if not doings:
        return None
    relation, people = min(doings.items(), key=lambda done: (-done[1], _STRONGEST.index(done[0])))
    return Path((*_own_steps(known, taste, venue), Step(None, relation, venue, people)))


def _own_steps(known: Place, taste: Taste, venue: str) -> Iterator[Step]:
    if known.city is not None and known.city == taste.city:
        yield Step(taste.person, Relation.BASED_IN, known.city)
        yield Step(venue, Relation.LOCATED_IN, known.city)
    for facet, word in sorted(taste.prefers.items()):
        if word in known.features:
            yield Step(taste.person, Relation.PREFERS, facet)
            yield Step(venue, Relation.HAS_FEATURE, node_id(NodeType.FEATURE, word))


def _rank(way: tuple[str, Relation, Relation]) -> tuple[int, int, str]:
    venue, there, here = way
    return (_STRONGEST.index(there), _STRONGEST.index(here), venue)
