"""What the graph tells: recommendations with their paths, people alike, one edge and its grounds.

What belongs here: reading the stored graph for one question. What does not: ranking and paths
(`graph.recommend`), and how edges come to be (`graph.graph_build`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from agnt_pipelines.errors import AgntError, SettingsError
from agnt_pipelines.graph import store, weights
from agnt_pipelines.graph.entities import (
    VISITS,
    Edge,
    NodeType,
    Relation,
    key_of,
    node_id,
    place_key,
    type_of,
)
from agnt_pipelines.graph.recommend import Place, Taste, Visits, recommend
from agnt_pipelines.serving.memories import require_person
from agnt_pipelines.storage.database import Database

_SHARED = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A recommended venue, why, and the edges the reason is made of."""

    venue: str
    name: str
    city: str | None
    score: float
    why: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody of similar taste: cosine 0..1, and some of what both are drawn to."""

    user: str
    similarity: float
    shared_venues: int
    venues: tuple[str, ...]
    facets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EdgeView:
    """One edge with all that is known of it; `weight` in units of evidence at the landmark."""

    src: str
    relation: str
    dst: str
    weight: float
    evidence: int
    first_seen: datetime | None
    last_seen: datetime | None
    derived: bool
    provenance: Mapping[str, Any]


def recommend_for(
    database: Database, person: str, *, limit: int = 10, city: str | None = None, again: bool = False
) -> list[Suggestion]:
    """Return venues for a person, best first, each with its path.

    Raises:
        AgntError: there is no such person, they asked to be deleted, or no graph was built yet.
    """
    with database.reading() as snapshot:
        _require(snapshot, person)
        visits = Visits.of(store.read_edges(snapshot, VISITS))
        places = _places(store.read_edges(snapshot, {Relation.LOCATED_IN, Relation.HAS_FEATURE}))
        stay = None if city is None else node_id(NodeType.CITY, place_key(city))
        found = recommend(visits, places, _taste(snapshot, person), limit=limit, city=stay, again=again)
        named = {end for one in found for step in one.path.steps for end in (step.src, step.dst) if end}
        labels = store.read_labels(snapshot, named)
    return [
        Suggestion(
            venue=key_of(one.venue),
            name=_called(one.venue, labels),
            city=_city(places.get(one.venue)),
            score=round(one.score, 4),
            why=one.path.sentence(lambda name: _called(name, labels)),
            path=tuple(
                f"{step.src or f'{step.people} people'} {step.relation} {step.dst}" for step in one.path.steps
            ),
        )
        for one in found
    ]


def similar_to(database: Database, person: str, *, limit: int = 10) -> list[Neighbour]:
    """Return the people whose taste is most like a person's.

    Raises:
        AgntError: as `recommend_for`.
    """
    me = node_id(NodeType.USER, person)
    with database.reading() as snapshot:
        _require(snapshot, person)
        alike = list(store.read_edges(snapshot, {Relation.SIMILAR_TASTE}, src=me))[:limit]
        drawn = {who: _drawn_to(snapshot, who) for who in (me, *(edge.dst for edge in alike))}
        labels = store.read_labels(snapshot, {name for names in drawn.values() for name in names})
    found = []
    for edge in alike:
        both = sorted(drawn[me] & drawn[edge.dst])
        venues = [_called(name, labels) for name in both if type_of(name) is NodeType.VENUE]
        facets = [_called(name, labels) for name in both if type_of(name) is NodeType.FACET]
        found.append(
            Neighbour(
                user=key_of(edge.dst),
                similarity=round(edge.weight / weights.ONE, 4),
                shared_venues=edge.evidence_count,
                venues=tuple(venues[:_SHARED]),
                facets=tuple(facets[:_SHARED]),
            )
        )
    return found


def explain_edge(database: Database, src: str, relation: str, dst: str) -> EdgeView:
    """Return one edge with its grounds; nodes are named `type:key`.

    Raises:
        SettingsError: there is no such relation; lists those there are.
        AgntError: there is no such edge.
    """
    try:
        asked = Relation(relation.upper())
    except ValueError:
        raise SettingsError(f"{relation!r} is no relation; they are {', '.join(Relation)}.") from None
    with database.reading() as snapshot:
        for end in (src, dst):
            if end.startswith(f"{NodeType.USER}:"):
                require_person(snapshot, key_of(end))
        edge = store.read_edge(snapshot, src, asked, dst)
    if edge is None:
        raise AgntError(
            f"The graph has no edge {src} {asked} {dst}; nodes are named as user:ayu or venue:v1, and "
            "`./agnt run graph_build` brings the graph up to the last closed hour."
        )
    return EdgeView(
        src=edge.src,
        relation=edge.relation,
        dst=edge.dst,
        weight=round(edge.weight / weights.ONE, 6),
        evidence=edge.evidence_count,
        first_seen=edge.first_seen,
        last_seen=edge.last_seen,
        derived=edge.derived,
        provenance=edge.provenance,
    )


def _require(snapshot: Connection, person: str) -> None:
    require_person(snapshot, person)
    if store.latest_build(snapshot) is None:
        raise AgntError("There is no graph yet: `./agnt run graph_build` builds it.")


def _taste(snapshot: Connection, person: str) -> Taste:
    me = node_id(NodeType.USER, person)
    asked = {Relation.BASED_IN, Relation.PREFERS, Relation.AVOIDS}
    edges = list(store.read_edges(snapshot, asked, src=me))
    words = {
        edge.dst: key_of(edge.dst).partition("/")[2] for edge in edges if type_of(edge.dst) is NodeType.FACET
    }
    return Taste(
        person=me,
        city=next((edge.dst for edge in edges if edge.relation is Relation.BASED_IN), None),
        prefers={e.dst: words[e.dst] for e in edges if e.relation is Relation.PREFERS and e.dst in words},
        avoids=frozenset(words[e.dst] for e in edges if e.relation is Relation.AVOIDS and e.dst in words),
    )


def _places(edges: Iterable[Edge]) -> dict[str, Place]:
    cities: dict[str, str] = {}
    features: defaultdict[str, set[str]] = defaultdict(set)
    for edge in edges:
        if edge.relation is Relation.LOCATED_IN:
            cities[edge.src] = edge.dst
        else:
            features[edge.src].add(key_of(edge.dst))
    return {
        venue: Place(cities.get(venue), frozenset(features.get(venue, ())))
        for venue in cities.keys() | features.keys()
    }


def _drawn_to(snapshot: Connection, node: str) -> set[str]:
    return {edge.dst for edge in store.read_edges(snapshot, VISITS | {Relation.PREFERS}, src=node)}


def _city(place: Place | None) -> str | None:
    return None if place is None or place.city is None else key_of(place.city)


def _called(name: str, labels: Mapping[str, str]) -> str:
    return labels.get(name, key_of(name))
