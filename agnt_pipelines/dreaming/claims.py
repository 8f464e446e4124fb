"""The closed vocabulary of light dreaming: slots, and the plain values that pass between rooms.

What belongs here: the slots a memory may have, and the frozen dataclasses that gate, grammar,
verify and fold hand to each other. What does not: any logic that reads text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import NewType
from uuid import UUID

UserId = NewType("UserId", str)

MAX_VALUE_CHARS = 120
"""Longest value of a claim: room for a phrase, not for a paragraph that gives orders."""


class Slot(StrEnum):
    """What a claim can be about. A slot outside this list is refused, whoever proposes it."""

    # Structural: always injected into the soul prompt. Seventeen, the platform's fixed number.
    DIET = "diet"
    ALLERGY = "allergy"
    INTERESTS = "interests"
    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"
    FITNESS_GOAL = "fitness_goal"
    PREFERRED_BOOKING_HOUR = "preferred_booking_hour"
    LAST_BOOKING = "last_booking"
    TYPICAL_PARTY_SIZE = "typical_party_size"
    FAVOURITE_AREAS = "favourite_areas"
    HOME_AREA = "home_area"
    BUDGET = "budget"
    FAVOURITE_CUISINES = "favourite_cuisines"
    ALCOHOL = "alcohol"
    ACCESSIBILITY = "accessibility"
    HOUSEHOLD = "household"
    OCCUPATION = "occupation"
    # Semantic: recalled by meaning, injected only when they fit the moment.
    LIKES = "likes"
    DISLIKES = "dislikes"
    NEVER = "never"
    HABIT = "habit"
    PLAN = "plan"
    OCCASION = "occasion"
    ORIGIN = "origin"


SEMANTIC = frozenset(
    {Slot.LIKES, Slot.DISLIKES, Slot.NEVER, Slot.HABIT, Slot.PLAN, Slot.OCCASION, Slot.ORIGIN}
)
STRUCTURAL = frozenset(Slot) - SEMANTIC

FUNCTIONAL = frozenset(
    {
        Slot.DIET,
        Slot.BIRTHDAY,
        Slot.ANNIVERSARY,
        Slot.FITNESS_GOAL,
        Slot.PREFERRED_BOOKING_HOUR,
        Slot.LAST_BOOKING,
        Slot.TYPICAL_PARTY_SIZE,
        Slot.HOME_AREA,
        Slot.BUDGET,
        Slot.ALCOHOL,
        Slot.OCCUPATION,
        Slot.ORIGIN,
    }
)
"""Slots with one value at a time: a later value supersedes an earlier one of the same subject."""


AVERSE = frozenset({Slot.DISLIKES, Slot.NEVER})
LIKINGS = AVERSE | {Slot.LIKES}
"""Slots that speak for a thing or against it: whoever comes to hate what they loved loves it no more."""


class Polarity(IntEnum):
    """Whether the person affirms or denies the value."""

    DENIED = -1
    AFFIRMED = 1


class Source(StrEnum):
    """The source table that a piece of evidence lies in."""

    INTERACTIONS = "interactions"
    BOOKINGS = "bookings"
    SAVED_PREFERENCES = "saved_preferences"


@dataclass(frozen=True, slots=True)
class Message:
    """One row of `source.interactions`, as the gate sees it."""

    id: str
    user_id: UserId
    direction: str
    source: str | None
    channel: str | None
    content: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Booking:
    """One row of `source.bookings`, with its status in lower case."""

    id: str
    user_id: UserId
    venue_id: str
    status: str
    slot_at: datetime
    party_size: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SavedPreference:
    """One row of `source.saved_preferences`: a person's explicit word, kept by the platform."""

    id: str
    user_id: UserId
    key: str
    value: str
    confidence: float
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """What the grammar proposes about one message; `verify` decides whether it stands.

    `start` and `end` are character offsets into the message's content, end exclusive: the quote
    `content[start:end]` holds the value's own words and whatever makes them a claim
    ("I'm allergic to peanuts", not just "peanuts").
    """

    slot: Slot
    value: str
    polarity: Polarity
    start: int
    end: int
    language: str
    subject: str = "self"
    hedged: bool = False
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a claim's words lie: a row of a source table and, for text, a span in it.

    `digest` is the SHA-256 (hex) of the quoted text, or of the record's canonical JSON.
    """

    source: Source
    source_id: str
    start: int | None
    end: int | None
    digest: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One verified claim of one window: a row of `mind.observations`.

    `confidence` is 0..1, `trust` is 0..1 by class of source; `observed_at` is event time.
    """

    id: UUID
    window_key: str
    user_id: UserId
    subject: str
    slot: Slot
    value: str
    polarity: Polarity
    confidence: float
    hedged: bool
    language: str
    trust: float
    author_role: str
    observed_at: datetime
    expires_on: date | None
    evidence: tuple[Evidence, ...]


class Reason(StrEnum):
    """Every word a `Rejection` of light dreaming may carry: the run's metadata counts by it."""

    # The gate: what a message is.
    NOT_INBOUND = "not_inbound"
    NOT_A_PERSON = "not_a_person"
    UNKNOWN_DIRECTION = "unknown_direction"
    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"
    TRIVIAL = "trivial"
    HIDDEN_TEXT = "hidden_text"
    GIVES_ORDERS = "gives_orders"
    BESIDE_ORDERS = "beside_orders"
    # Verify: whether a claim follows from the words it quotes.
    UNKNOWN_SLOT = "unknown_slot"
    BAD_SPAN = "bad_span"
    QUOTES_ANOTHER = "quotes_another"
    EMPTY_VALUE = "empty_value"
    VALUE_TOO_LONG = "value_too_long"
    CONTACT_IN_VALUE = "contact_in_value"
    VALUE_NOT_IN_SPAN = "value_not_in_span"
    NUMBER_NOT_IN_SPAN = "number_not_in_span"
    DATE_NOT_IN_SPAN = "date_not_in_span"
    NEGATION_CHANGED = "negation_changed"
    HEDGE_DROPPED = "hedge_dropped"
    WRONG_SUBJECT = "wrong_subject"
    # A model: what it cites, and why it gave nothing for a person.
    UNKNOWN_MESSAGE = "unknown_message"
    MODEL_FAILED = "model_failed"
    # Records: bookings and saved preferences.
    UNKNOWN_STATUS = "unknown_status"
    UNKNOWN_KEY = "unknown_key"
    UNREADABLE_VALUE = "unreadable_value"


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why something the gate or the grammar saw did not become an observation.

    `reason` is counted in the run's metadata; `quarantine` marks what an operator should look at
    (unreadable, or text that gives orders) rather than ordinary noise.
    """

    source: Source
    source_id: str
    user_id: UserId
    reason: Reason
    quarantine: bool = False
