"""Source rows as the graph reads them: plain values, one dataclass per source.

What belongs here: fields. What does not: SQL (`store`) and what follows from them (`evidence`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A living person: `source.users`."""

    id: str
    city: str | None
    agent_id: str | None


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking with its present status in lower case."""

    id: str
    user_id: str
    venue_id: str
    status: str
    auto_confirmed: bool
    rating: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A message of a person's that names a venue or was given an intent pattern."""

    id: str
    user_id: str
    venue_id: str | None
    intent: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ListItem:
    """A venue on a person's wishlist or among their favourites."""

    id: str
    user_id: str
    venue_id: str


@dataclass(frozen=True, slots=True)
class Follow:
    """A person follows another's taste."""

    follower_id: str
    followee_id: str


@dataclass(frozen=True, slots=True)
class Venue:
    """A venue."""

    id: str
    name: str
    city_id: str | None
    category: str | None
    agent_id: str | None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A text about a venue."""

    id: str
    venue_id: str
    content: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mirrored row of an agent-to-agent message."""

    id: str
    from_agent: str
    to_agent: str
    intent: str
    ttl_ms: int
    timestamp: str
    status: str


@dataclass(frozen=True, slots=True)
class Memory:
    """An active memory of a person about themselves: `mind.user_memory`."""

    id: str
    user_id: str
    slot: str
    value: str
    affirmed: bool
    confidence: float
    at: datetime
