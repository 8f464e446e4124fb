"""What source rows say about people, venues and agents, one piece of evidence at a time.

What belongs here: from rows to relations. What does not: adding evidence up (`edges`), and the
sources that need rules of their own (`envelopes`, `features`, `facets`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agnt_pipelines.graph.entities import Evidence, NodeType, Relation, node_id, place_key
from agnt_pipelines.graph.records import Booking, Follow, ListItem, Person, Question, Venue

BOOKINGS, INTERACTIONS = "source.bookings", "source.interactions"
USERS, VENUES, LISTS = "source.users", "source.venues", "source.user_lists"
FOLLOWS = "source.user_follows_taste"

_STATUS = {
    "pending": (Relation.BOOKED,),
    "confirmed": (Relation.BOOKED,),
    "completed": (Relation.BOOKED, Relation.COMPLETED),
    "no_show": (Relation.BOOKED, Relation.NO_SHOW),
    "cancelled": (Relation.CANCELLED,),
}
"""Present status -> what it says. A booking that was cancelled says no more than that."""

_BY_THE_CLOCK = 4
"""Sixteenths: what a booking counts that the clock confirmed and no venue."""


def follows(rows: Iterable[Follow]) -> Iterator[Evidence]:
    """Yield whose taste people follow."""
    for row in rows:
        follower, followee = (node_id(NodeType.USER, who) for who in (row.follower_id, row.followee_id))
        row_id = f"{row.follower_id} {row.followee_id}"
        yield Evidence(Relation.FOLLOWS_TASTE, follower, followee, None, FOLLOWS, row_id)


def bookings(rows: Iterable[Booking]) -> Iterator[Evidence]:
    """Yield what bookings say in their present status; an unknown status says nothing."""
    for row in rows:
        person, venue = node_id(NodeType.USER, row.user_id), node_id(NodeType.VENUE, row.venue_id)
        share = _BY_THE_CLOCK if row.auto_confirmed else 16
        for relation in _STATUS.get(row.status, ()):
            yield Evidence(relation, person, venue, row.created_at, BOOKINGS, row.id, share)
        if row.rating is not None and row.status in _STATUS:
            stars = min(max(row.rating, 1), 5)
            yield Evidence(
                Relation.RATED, person, venue, row.created_at, BOOKINGS, row.id, 16 * (stars - 1) // 4
            )


def questions(rows: Iterable[Question]) -> Iterator[Evidence]:
    """Yield what people asked about: venues, and intent patterns."""
    for row in rows:
        targets = []
        if row.venue_id is not None:
            targets.append(node_id(NodeType.VENUE, row.venue_id))
        if row.intent is not None and row.intent.strip():
            targets.append(node_id(NodeType.INTENT, row.intent.strip().casefold()))
        for target in targets:
            person = node_id(NodeType.USER, row.user_id)
            yield Evidence(Relation.ASKED_ABOUT, person, target, row.created_at, INTERACTIONS, row.id, 4)


def saved(rows: Iterable[ListItem]) -> Iterator[Evidence]:
    """Yield what people put on their lists."""
    for row in rows:
        person, venue = node_id(NodeType.USER, row.user_id), node_id(NodeType.VENUE, row.venue_id)
        yield Evidence(Relation.SAVED, person, venue, None, LISTS, row.id)


def of_people(rows: Iterable[Person]) -> Iterator[Evidence]:
    """Yield where people are based and which agents act for them."""
    for row in rows:
        person = node_id(NodeType.USER, row.id)
        if row.city and row.city.strip():
            city = node_id(NodeType.CITY, place_key(row.city))
            yield Evidence(Relation.BASED_IN, person, city, None, USERS, row.id)
        if row.agent_id:
            agent = node_id(NodeType.AGENT, row.agent_id)
            yield Evidence(Relation.ACTS_FOR, agent, person, None, USERS, row.id)


def of_venues(rows: Iterable[Venue]) -> Iterator[Evidence]:
    """Yield where venues lie, what they are, and which agents act for them."""
    for row in rows:
        venue = node_id(NodeType.VENUE, row.id)
        if row.city_id and row.city_id.strip():
            city = node_id(NodeType.CITY, place_key(row.city_id))
            yield Evidence(Relation.LOCATED_IN, venue, city, None, VENUES, row.id)
        if row.category and row.category.strip():
            feature = node_id(NodeType.FEATURE, place_key(row.category))
            yield Evidence(Relation.HAS_FEATURE, venue, feature, None, VENUES, row.id)
        if row.agent_id:
            agent = node_id(NodeType.AGENT, row.agent_id)
            yield Evidence(Relation.ACTS_FOR, agent, venue, None, VENUES, row.id)


def cities(people: Iterable[Person], venues: Iterable[Venue]) -> set[str]:
    """Return the keys of the cities that people and venues are in."""
    named = [venue.city_id for venue in venues] + [person.city for person in people]
    return {place_key(name) for name in named if name}
