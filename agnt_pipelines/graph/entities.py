"""The closed vocabulary of the graph: types of node, relations, and what passes between rooms.

What belongs here: enums, ids, frozen dataclasses. What does not: deriving any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NodeType(StrEnum):
    """What an entity can be."""

    USER = "user"
    VENUE = "venue"
    CITY = "city"
    AREA = "area"
    AGENT = "agent"
    INTENT = "intent_pattern"
    FACET = "preference_facet"
    FEATURE = "venue_feature"


class Relation(StrEnum):
    """What an edge can say."""

    PREFERS = "PREFERS"
    AVOIDS = "AVOIDS"
    BOOKED = "BOOKED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    NO_SHOW = "NO_SHOW"
    RATED = "RATED"
    SAVED = "SAVED"
    ASKED_ABOUT = "ASKED_ABOUT"
    FOLLOWS_TASTE = "FOLLOWS_TASTE"
    SIMILAR_TASTE = "SIMILAR_TASTE"
    HAS_FEATURE = "HAS_FEATURE"
    SUITS = "SUITS"
    SIMILAR_TO = "SIMILAR_TO"
    CO_BOOKED = "CO_BOOKED"
    LOCATED_IN = "LOCATED_IN"
    BASED_IN = "BASED_IN"
    ACTS_FOR = "ACTS_FOR"
    SEARCHED = "SEARCHED"
    NEGOTIATED_WITH = "NEGOTIATED_WITH"
    CONFIRMED_WITH = "CONFIRMED_WITH"
    UNANSWERED_BY = "UNANSWERED_BY"


AUTHORED = frozenset({Relation.FOLLOWS_TASTE})
"""Said by a person in so many words; every other edge is derived."""

SIMILARITIES = frozenset({Relation.SIMILAR_TASTE, Relation.SIMILAR_TO, Relation.CO_BOOKED})
"""Weights are cosines, at most one; all other weights are decayed sums."""

VISITS = frozenset(
    {Relation.BOOKED, Relation.COMPLETED, Relation.RATED, Relation.SAVED, Relation.ASKED_ABOUT}
)
"""What speaks for a person's interest in a venue: the entries of the person-venue matrix."""


_TASTES = frozenset({NodeType.FACET, NodeType.CITY, NodeType.AREA})
_OF_USERS = {
    Relation.PREFERS: _TASTES,
    Relation.AVOIDS: _TASTES,
    Relation.ASKED_ABOUT: frozenset({NodeType.VENUE, NodeType.INTENT}),
    Relation.FOLLOWS_TASTE: frozenset({NodeType.USER}),
    Relation.SIMILAR_TASTE: frozenset({NodeType.USER}),
    Relation.BASED_IN: frozenset({NodeType.CITY}),
}
_OF_VENUES = {
    Relation.HAS_FEATURE: frozenset({NodeType.FEATURE}),
    Relation.SUITS: frozenset({NodeType.INTENT}),
    Relation.SIMILAR_TO: frozenset({NodeType.VENUE}),
    Relation.CO_BOOKED: frozenset({NodeType.VENUE}),
    Relation.LOCATED_IN: frozenset({NodeType.CITY}),
}
_OF_AGENTS = {
    Relation.ACTS_FOR: frozenset({NodeType.USER, NodeType.VENUE}),
    Relation.SEARCHED: frozenset({NodeType.AGENT}),
    Relation.NEGOTIATED_WITH: frozenset({NodeType.AGENT}),
    Relation.CONFIRMED_WITH: frozenset({NodeType.AGENT}),
    Relation.UNANSWERED_BY: frozenset({NodeType.AGENT}),
}


def ends_of(relation: Relation) -> tuple[NodeType, frozenset[NodeType]]:
    """Return what a relation leads from, and what it may lead to."""
    for kind, ends in ((NodeType.AGENT, _OF_AGENTS), (NodeType.VENUE, _OF_VENUES)):
        if relation in ends:
            return kind, ends[relation]
    return NodeType.USER, _OF_USERS.get(relation, frozenset({NodeType.VENUE}))


@dataclass(frozen=True, slots=True)
class Node:
    """One entity; `owner` is the person it is, acts for, or whose words alone it rests on."""

    id: str
    type: NodeType
    owner: str | None = None
    label: str | None = None
    attributes: Mapping[str, str | int] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One source row that speaks for an edge.

    Attributes:
        at: event time; None where the source has none.
        table: the source, as `source.bookings`.
        share: how much it counts, in sixteenths.
    """

    relation: Relation
    src: str
    dst: str
    at: datetime | None
    table: str
    row_id: str
    share: int = 16


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation between two nodes; `weight` in units of 2^-20 (see `weights`)."""

    relation: Relation
    src: str
    dst: str
    weight: int
    evidence_count: int
    first_seen: datetime | None
    last_seen: datetime | None
    provenance: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What no two edges share."""
        return (self.relation, self.src, self.dst)

    @property
    def derived(self) -> bool:
        """Whether the platform found it out; False where a person authored it."""
        return self.relation not in AUTHORED


def node_id(kind: NodeType, key: str) -> str:
    """Return the id of an entity: its type and its key."""
    return f"{kind}:{key}"


def type_of(identity: str) -> NodeType:
    """Return the type that an id begins with."""
    return NodeType(identity.partition(":")[0])


def key_of(identity: str) -> str:
    """Return what follows the type in an id."""
    return identity.partition(":")[2]


def place_key(name: str) -> str:
    """Return a place's name as a key: one place is written in many ways."""
    return "-".join(name.casefold().split())
