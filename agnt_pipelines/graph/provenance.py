"""What each relation follows from: said once a relation, asked for the rows of one edge at a time.

An edge keeps no list of its rows: what gave it is found by reading the sources of its ends again, by the
same rules (`source_store.grounds`). So it is never out of date, and names all rows, not a few.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from agnt_pipelines.graph.entities import Relation


class Grounds(StrEnum):
    """What edges follow from, in the word that their rows keep."""

    MEMORY = "user_memory"
    BOOKINGS = "bookings"
    QUESTIONS = "interactions"
    LISTS = "user_lists"
    FOLLOWS = "user_follows_taste"
    PEOPLE = "users"
    VENUES = "venues"
    AGENTS = "users, venues"
    TEXTS = "venue_chunks"
    FEATURES = "venues, venue_chunks"
    ENVELOPES = "a2a_envelopes"
    VISITS = "cosine of visits"
    BOOKED = "cosine of BOOKED"


WORDS: Final = {
    Grounds.MEMORY: "mind.user_memory: the person's active memories about themselves",
    Grounds.BOOKINGS: "source.bookings: the person's at the venue, in their present status",
    Grounds.QUESTIONS: "source.interactions: the person's inbound messages that name the other end",
    Grounds.LISTS: "source.user_lists: the venue on the person's lists",
    Grounds.FOLLOWS: "source.user_follows_taste: said by the person",
    Grounds.PEOPLE: "source.users: the person's row",
    Grounds.VENUES: "source.venues: the venue's row",
    Grounds.AGENTS: "source.users and source.venues: whom the agent acts for",
    Grounds.TEXTS: "source.venue_chunks: the venue's newest texts",
    Grounds.FEATURES: "source.venues and source.venue_chunks: category, and newest texts",
    Grounds.ENVELOPES: "source.a2a_envelopes: messages between both agents",
    Grounds.VISITS: "cosine over the weights of BOOKED, COMPLETED, RATED, SAVED and ASKED_ABOUT",
    Grounds.BOOKED: "cosine over who BOOKED, however often",
}
"""What each word means, for whoever asks why."""

PROVENANCE: Final = {
    Relation.PREFERS: Grounds.MEMORY,
    Relation.AVOIDS: Grounds.MEMORY,
    Relation.BOOKED: Grounds.BOOKINGS,
    Relation.COMPLETED: Grounds.BOOKINGS,
    Relation.CANCELLED: Grounds.BOOKINGS,
    Relation.NO_SHOW: Grounds.BOOKINGS,
    Relation.RATED: Grounds.BOOKINGS,
    Relation.SAVED: Grounds.LISTS,
    Relation.ASKED_ABOUT: Grounds.QUESTIONS,
    Relation.FOLLOWS_TASTE: Grounds.FOLLOWS,
    Relation.SIMILAR_TASTE: Grounds.VISITS,
    Relation.SIMILAR_TO: Grounds.VISITS,
    Relation.CO_BOOKED: Grounds.BOOKED,
    Relation.HAS_FEATURE: Grounds.FEATURES,
    Relation.SUITS: Grounds.TEXTS,
    Relation.LOCATED_IN: Grounds.VENUES,
    Relation.BASED_IN: Grounds.PEOPLE,
    Relation.ACTS_FOR: Grounds.AGENTS,
    Relation.SEARCHED: Grounds.ENVELOPES,
    Relation.NEGOTIATED_WITH: Grounds.ENVELOPES,
    Relation.CONFIRMED_WITH: Grounds.ENVELOPES,
    Relation.UNANSWERED_BY: Grounds.ENVELOPES,
}
"""Relation -> what its edges follow from."""
