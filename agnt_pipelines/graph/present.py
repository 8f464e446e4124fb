"""One person as the sources tell of them now: visits and taste, by the rules of a build and without one.

What belongs here: one person's rows as evidence, added up. What does not: SQL (`source_store`), what rows
say (`evidence`, `facets`), and everybody's matrix (`visits`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from agnt_pipelines.graph import evidence, facets, source_store, weights
from agnt_pipelines.graph.entities import VISITS, Evidence, NodeType, Relation, node_id, type_of
from agnt_pipelines.graph.places import Taste, facet_word
from agnt_pipelines.graph.visits import Doing
from agnt_pipelines.settings import Settings

Weights = Mapping[tuple[Relation, str], int]
"""Relation and far end of a person's edges, heaviest first -> weight in units of 2^-20."""


def edges_of(
    snapshot: Connection,
    settings: Settings,
    person: str,
    now: datetime,
    built: datetime,
    cities: Collection[str],
) -> Weights:
    """Return the edges that a build would make of a person's rows up to `now`.

    Args:
        snapshot: of the sources.
        settings: of the readers.
        person: their id.
        now: rows before it are read.
        built: the hour of the build that they are compared with, whose landmark the weights are at.
        cities: keys of the cities; other places are areas.
    """
    found: Counter[tuple[Relation, str]] = Counter()
    landmark = weights.landmark(built)
    for piece in _said(snapshot, settings, person, now, cities):
        found[piece.relation, piece.dst] += weights.weight(piece.at, landmark, piece.share)
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def doings(person: str, edges: Weights) -> list[Doing]:
    """Return what a person (a node) did at venues."""
    return [
        Doing(person, relation, dst, weight)
        for (relation, dst), weight in edges.items()
        if relation in VISITS and type_of(dst) is NodeType.VENUE
    ]


def taste(person: str, edges: Weights, shares: Mapping[str, float]) -> Taste:
    """Return what a person (a node) wants, keeps away from and asks for, and where they are based.

    `shares` is how much they are drawn to each facet and place, as `taste_store` reads it.
    """

    def ends(relation: Relation, *kinds: NodeType) -> list[str]:
        return [dst for mine, dst in edges if mine is relation and type_of(dst) in kinds]

    return Taste(
        person=person,
        city=next(iter(ends(Relation.BASED_IN, NodeType.CITY)), None),
        prefers={facet: facet_word(facet) for facet in ends(Relation.PREFERS, NodeType.FACET)},
        avoids=frozenset(map(facet_word, ends(Relation.AVOIDS, NodeType.FACET))),
        shuns=frozenset(ends(Relation.AVOIDS, NodeType.CITY, NodeType.AREA)),
        favours=frozenset(ends(Relation.PREFERS, NodeType.CITY, NodeType.AREA)),
        opens=frozenset(ends(Relation.ASKED_ABOUT, NodeType.INTENT)),
        shares=shares,
    )


def _said(
    snapshot: Connection, settings: Settings, person: str, now: datetime, cities: Collection[str]
) -> Iterable[Evidence]:
    asked = source_store.queries(now, source_store.outside_agents(settings))

    def read(name: str, **keys: str) -> list[Any]:
        # One person's rows are few: no cursor of the server's, which costs two more round trips.
        rows = snapshot.execute(asked[name].where(*source_store.named(name, **keys)))
        return [source_store.RECORDS[name](*row) for row in rows]

    yield from evidence.bookings(read("bookings", user_id=person))
    yield from evidence.questions(read("interactions", user_id=person))
    yield from evidence.saved(read("lists", user_id=person))
    mine = node_id(NodeType.USER, person)
    yield from (one for one in evidence.of_people(read("users", id=person)) if one.src == mine)
    yield from facets.evidence(read("memory", user_id=person), cities)
