"""What the graph tells: recommendations with their paths, people alike, one edge and its grounds.

What belongs here: reading the stored graph for one question. What does not: ranking and paths
(`graph.recommend`), and how edges come to be (`graph.graph_build`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import AgntError, SettingsError
from agnt_pipelines.graph import grounds, present, store, taste_store, weights
from agnt_pipelines.graph.entities import (
    SIMILARITIES,
    VISITS,
    Edge,
    Evidence,
    NodeType,
    Relation,
    ends_of,
    key_of,
    node_id,
    place_key,
    type_of,
)
from agnt_pipelines.graph.places import Place, Taste
from agnt_pipelines.graph.provenance import PROVENANCE, WORDS
from agnt_pipelines.graph.recommend import DIVERSITY, Index, Wish, recommend
from agnt_pipelines.graph.visits import Own
from agnt_pipelines.serving.naming import kind_of, node_named, person_named
from agnt_pipelines.serving.recommender import recommender_of
from agnt_pipelines.serving.session import now
from agnt_pipelines.settings import Settings, get_settings
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
    """Somebody of similar taste: cosine 0..1, and some of what both are drawn to.

    `by` says of what: visits, or, for somebody who shares no two venues with anybody, what both said.
    """

    user: str
    similarity: float
    shared_venues: int
    venues: tuple[str, ...]
    facets: tuple[str, ...]
    by: str = "visits"


@dataclass(frozen=True, slots=True)
class EdgeView:
    """One edge with all that is known of it; `weight` in units of evidence at the landmark.

    `provenance` tells what it follows from, and names the newest rows that give it now.
    """

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
    database: Database,
    person: str,
    *,
    limit: int = 10,
    city: str | None = None,
    area: str | None = None,
    intent: str | None = None,
    again: bool = False,
    diversity: float | None = None,
    newest: bool = True,
    settings: Settings | None = None,
) -> list[Suggestion]:
    """Return venues for a person, best first, each with its path.

    What the person did, said and saved until now counts, whatever the hour of the build.

    Args:
        database: whose graph.
        person: their id, or their node.
        limit: at most so many.
        city: the name of a city to stay in; `area` of an area.
        intent: what the venues must suit: date-night.
        again: whether venues the person has been to are among them.
        diversity: 0 for the best however alike, towards 1 for variety; None for the usual.
        newest: False where an answer from an earlier build now is better than a later one from the
            newest; of the person themselves the newest is known all the same.
        settings: whose now it is; by default those of the process.

    Raises:
        AgntError: there is no such person, they asked to be deleted, no graph was built yet, or no
            venue lies in a place or suits an intent that was asked for, or in and to all of them.
    """
    with store.snapshot_of(database) as snapshot:
        person = _person(snapshot, person)
        index, _ = recommender_of(database).index(snapshot, newest=newest)
        taste, own = _of_now(snapshot, settings or get_settings(), index, person)
        wish = Wish(
            limit=limit,
            city=_known(city, (NodeType.CITY, NodeType.AREA), index.places.located, "lies in"),
            area=_known(area, (NodeType.AREA, NodeType.CITY), index.places.located, "lies in"),
            intent=_known(intent, (NodeType.INTENT,), index.places.suits, "suits"),
            again=again,
            diversity=DIVERSITY if diversity is None else diversity,
        )
        _require_some(index, wish, city, area, intent)
        found = recommend(index, taste, wish, own=own)
        named = {end for one in found for step in one.path.steps for end in (step.src, step.dst) if end}
        labels = store.read_labels(snapshot, named | {one.venue for one in found})
    return [
        Suggestion(
            venue=key_of(one.venue),
            name=_called(one.venue, labels),
            city=_lies_in(index.places.of.get(one.venue)),
            score=round(one.score, 4),
            why=one.path.sentence(lambda name: _called(name, labels)),
            path=tuple(map(str, one.path.steps)),
        )
        for one in found
    ]


def similar_to(database: Database, person: str, *, limit: int = 10) -> list[Neighbour]:
    """Return the people whose taste is most like a person's: by visits, or by what they said where none are shared.

    Raises:
        AgntError: as `recommend_for`.
    """
    with store.snapshot_of(database) as snapshot:
        person = _person(snapshot, person)
        me = node_id(NodeType.USER, person)
        alike = list(store.read_edges(snapshot, {Relation.SIMILAR_TASTE}, src=me))[:limit]
        if not alike:
            return [_of_like_mind(one) for one in taste_store.alike(snapshot, person, limit)]
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


def _of_like_mind(one: taste_store.AlikeInTaste) -> Neighbour:
    return Neighbour(
        user=one.user,
        similarity=round(one.cosine, 4),
        shared_venues=0,
        venues=(),
        facets=tuple(_said(facet, averse=averse) for facet, averse in one.facets[:_SHARED]),
        by="taste",
    )


def _said(facet: str, *, averse: bool) -> str:
    """Return a facet of dreaming's in words: coffee, no coriander, diet: vegan."""
    slot, _, value = facet.partition(":")
    words = value if slot == "likes" else f"{slot.replace('_', ' ')}: {value}"
    return f"no {words}" if averse else words


def explain_edge(database: Database, settings: Settings, src: str, relation: str, dst: str) -> EdgeView:
    """Return one edge with its grounds; nodes are named `venue:v1`, `v1` or by what they are called.

    Of a likeness, `provenance` has the nodes it rests on under `shared`, what adds most first: each one's
    `part` of it (0..1), and the edges of both ends with their newest rows.

    Raises:
        SettingsError: there is no such relation; lists those there are.
        AgntError: there is no such edge.
    """
    try:
        asked = Relation(relation.upper())
    except ValueError:
        raise SettingsError(f"{relation!r} is no relation; they are {', '.join(Relation)}.") from None
    with store.snapshot_of(database) as snapshot:
        first, last = ends_of(asked)
        src, dst = node_named(snapshot, src, {first}), node_named(snapshot, dst, last)
        edge = store.read_edge(snapshot, src, asked, dst)
        hour = store.latest_build(snapshot)
        if edge is None or hour is None:
            raise AgntError(
                f"The graph has no edge {src} {asked} {dst}; `./agnt run graph_build` brings it up to the last "
                "closed hour."
            )
        provenance = _grounds_of(edge, grounds.rows_of(snapshot, settings, edge, hour))
        if edge.relation in SIMILARITIES:
            provenance |= _likeness_of(snapshot, settings, edge, hour)
    return EdgeView(
        src=edge.src,
        relation=edge.relation,
        dst=edge.dst,
        weight=round(edge.weight / weights.ONE, 6),
        evidence=edge.evidence_count,
        first_seen=edge.first_seen,
        last_seen=edge.last_seen,
        derived=edge.derived,
        provenance=provenance,
    )


def _grounds_of(edge: Edge, rows: Iterable[Evidence]) -> dict[str, Any]:
    found: dict[str, Any] = {"query": WORDS[PROVENANCE[edge.relation]]}
    named: dict[str, list[str]] = {}
    for piece in rows:
        named.setdefault(piece.table, []).append(piece.row_id)
    return found | ({"rows": named} if named else {})


def _likeness_of(snapshot: Connection, settings: Settings, edge: Edge, hour: datetime) -> dict[str, Any]:
    """Return what a likeness rests on: the nodes that add most to it, with both ends' edges and their rows."""
    found = grounds.shared_of(snapshot, edge)
    also = grounds.also_of(snapshot, edge)
    labels = store.read_labels(snapshot, [*(node for _, node in also), *(one.node for one in found)])

    def told(some: Iterable[Edge]) -> list[dict[str, Any]]:
        return [
            {
                "relation": one.relation.value,
                "weight": round(one.weight / weights.ONE, 4),
                "rows": [
                    f"{row.table}:{row.row_id}" for row in grounds.rows_of(snapshot, settings, one, hour, 2)
                ],
            }
            for one in some
        ]

    shared = [
        {
            "node": one.node,
            "name": _called(one.node, labels),
            "part": round(one.part, 4),
            edge.src: told(one.one),
            edge.dst: told(one.other),
        }
        for one in found[:_SHARED]
    ]
    both = [f"{relation} {_called(node, labels)}" for relation, node in also]
    return {"shared": shared, "shared_in_all": len(found)} | ({"also_both": both} if both else {})


def _person(snapshot: Connection, named: str) -> str:
    """Return the id of a person there is, of whom a graph can tell."""
    person = person_named(snapshot, named)
    if store.latest_build(snapshot) is None:
        raise AgntError("There is no graph yet: `./agnt run graph_build` builds it.")
    return person


def _require_some(index: Index, wish: Wish, city: str | None, area: str | None, intent: str | None) -> None:
    """Raise an AgntError where each thing that was asked for has venues, and none is of all of them."""
    places = index.places
    asked = {
        f"--city {city!r}": None if city is None else places.within(wish.city),
        f"--area {area!r}": None if area is None else places.within(wish.area),
        f"--for {intent!r}": None if intent is None else places.suiting(wish.intent),
    }
    given = {name: mask for name, mask in asked.items() if mask is not None}
    if not given or np.logical_and.reduce(list(given.values())).any():
        return
    counts = ", ".join(f"{name} has {int(mask.sum()):,}" for name, mask in given.items())
    raise AgntError(f"No venue is of {' and '.join(given)} at once ({counts}): leave one of them out.")


def _of_now(snapshot: Connection, settings: Settings, index: Index, person: str) -> tuple[Taste, Own]:
    """Return a person's taste and visits as the sources tell of them now."""
    built = store.latest_build(snapshot)
    assert built is not None, "there is an index of it"
    cities = {key_of(node) for node in index.places.located if type_of(node) is NodeType.CITY}
    me = node_id(NodeType.USER, person)
    edges = present.edges_of(snapshot, settings, person, now(settings), built, cities)
    shares = taste_store.shares(snapshot, person, cities)
    return present.taste(me, edges, shares), index.visits.fold_in(me, present.doings(me, edges))


def _known(name: str | None, kinds: Iterable[NodeType], known: Mapping[str, object], does: str) -> str | None:
    """Return the node of a name or of an id, of the first kind that has one."""
    if name is None:
        return None
    key = name if kind_of(name) is None else key_of(name)
    for node in (node_id(kind, place_key(key)) for kind in kinds):
        if node in known:
            return node
    there = ", ".join(sorted({key_of(node) for node in known if type_of(node) in set(kinds)}))
    raise AgntError(f"No venue {does} {name!r}; the graph knows {there or 'none'}.")


def _drawn_to(snapshot: Connection, node: str) -> set[str]:
    return {edge.dst for edge in store.read_edges(snapshot, VISITS | {Relation.PREFERS}, src=node)}


def _lies_in(place: Place | None) -> str | None:
    """Return the name of a place's city; of its area where no city is known."""
    nodes = () if place is None else place.located
    ordered = sorted(nodes, key=lambda node: (type_of(node) is not NodeType.CITY, node))
    return key_of(ordered[0]) if ordered else None


def _called(name: str, labels: Mapping[str, str]) -> str:
    return labels.get(name, key_of(name))
