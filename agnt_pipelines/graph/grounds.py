"""Why an edge is there: the rows it follows from, found by asking the sources of its ends again.

The same rules that made the edge say which rows gave it. What belongs here: which source to ask for
which edge. What does not: the rules (`evidence` and its like), and SQL (`source_store`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from agnt_pipelines.graph import envelopes, evidence, facets, features, source_store, store
from agnt_pipelines.graph.entities import (
    SIMILARITIES,
    Edge,
    Evidence,
    NodeType,
    Relation,
    key_of,
    type_of,
)
from agnt_pipelines.graph.sharing import Shared, counted, shared
from agnt_pipelines.settings import Settings

_NAMED = 5
_ALSO = frozenset(
    {Relation.PREFERS, Relation.AVOIDS, Relation.HAS_FEATURE, Relation.SUITS, Relation.LOCATED_IN}
)


def rows_of(
    snapshot: Connection, settings: Settings, edge: Edge, as_of: datetime, limit: int = _NAMED
) -> list[Evidence]:
    """Return the newest pieces of evidence for an edge as the sources are now; a likeness has no rows."""
    if edge.relation in SIMILARITIES:
        return []
    mine = [
        piece
        for piece in _said(snapshot, settings, edge, as_of)
        if (piece.relation, piece.src, piece.dst) == edge.key
    ]
    mine.sort(key=lambda piece: (piece.at is not None, piece.at, piece.table, piece.row_id), reverse=True)
    return mine[:limit]


def shared_of(snapshot: Connection, edge: Edge) -> list[Shared]:
    """Return the venues (or people) that a likeness rests on, as the edges are now; any other rests on none."""
    if edge.relation not in SIMILARITIES:
        return []
    wanted = counted(edge.relation)
    if type_of(edge.src) is NodeType.VENUE:
        one, other = (store.read_edges(snapshot, wanted, dst=end) for end in (edge.src, edge.dst))
    else:
        one, other = (store.read_edges(snapshot, wanted, src=end) for end in (edge.src, edge.dst))
    return shared(edge.relation, one, other, edge.src)


def also_of(snapshot: Connection, edge: Edge) -> list[tuple[Relation, str]]:
    """Return what else both ends of a likeness have: facets of people, features and places of venues.

    The likeness does not rest on it.
    """
    if edge.relation not in SIMILARITIES:
        return []
    ends = (store.read_edges(snapshot, _ALSO, src=end) for end in (edge.src, edge.dst))
    one, other = ({(found.relation, found.dst) for found in edges} for edges in ends)
    return sorted(one & other)


def _said(snapshot: Connection, settings: Settings, edge: Edge, as_of: datetime) -> Iterator[Evidence]:
    """Yield what the sources say of an edge's ends, and of others with them."""

    def read(name: str, **keys: str) -> Iterator[Any]:
        return source_store.stream(snapshot, name, as_of, settings, *source_store.named(name, **keys))

    src, dst = key_of(edge.src), key_of(edge.dst)
    match type_of(edge.src):
        case NodeType.USER:
            yield from evidence.bookings(read("bookings", user_id=src, venue_id=dst))
            yield from evidence.questions(read("interactions", user_id=src))
            yield from evidence.saved(read("lists", user_id=src, venue_id=dst))
            yield from evidence.follows(read("follows", follower_id=src, followee_id=dst))
            yield from evidence.of_people(read("users", id=src))
            cities = {dst} if type_of(edge.dst) is NodeType.CITY else set()
            yield from facets.evidence(read("memory", user_id=src), cities)
        case NodeType.VENUE:
            yield from evidence.of_venues(read("venues", id=src))
            yield from features.evidence(read("chunks", venue_id=src))
        case _:
            yield from evidence.of_people(read("users", cp_agent_id=src))
            yield from evidence.of_venues(read("venues", agent_id=src))
            yield from envelopes.evidence(read("envelopes", from_agent=src, to_agent=dst), as_of)
