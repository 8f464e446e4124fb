"""Observations from records: bookings, and the preferences that people had saved.

What belongs here: what a row of `source.bookings` or `source.saved_preferences` says of its person.
What does not: text of messages (`grammar`, `verify`). A record is a fact of the platform: its
evidence is the row itself, by the digest of its canonical JSON.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from datetime import datetime

from agnt_pipelines.dreaming.claims import (
    MAX_VALUE_CHARS,
    Booking,
    Claim,
    Evidence,
    Observation,
    Polarity,
    Reason,
    Rejection,
    SavedPreference,
    Slot,
    Source,
    UserId,
)
from agnt_pipelines.dreaming.grammar import SELF
from agnt_pipelines.dreaming.grammar.clauses import fold
from agnt_pipelines.dreaming.values import contact_in, normalised, readings
from agnt_pipelines.dreaming.verify import observation_id, said_on
from agnt_pipelines.language.orders import gives_orders

Outcome = tuple[list[Observation], list[Rejection]]

KEPT = frozenset({"confirmed", "completed"})
"""Statuses under which a booking tells of its person; `completed` is set by the clock, not by attendance."""
STATUSES = KEPT | {"pending", "cancelled", "no_show"}
MAX_PARTY = 200
MAX_WORDS = 8
"""Words of a saved value: it names a thing. Ours: what needs more words says more than a taste."""

BOOKED, GUESSED = 0.95, 0.6
"""Confidence that a booking is the last one, and that one booking's party size is the usual one."""
TRUST_RECORD = 1.0

ALIASES = {
    "food": Slot.FAVOURITE_CUISINES, "foods": Slot.FAVOURITE_CUISINES, "cuisine": Slot.FAVOURITE_CUISINES, "cuisines": Slot.FAVOURITE_CUISINES,
    "favourite_food": Slot.FAVOURITE_CUISINES, "favourite_cuisine": Slot.FAVOURITE_CUISINES, "dietary": Slot.DIET, "dietary_preference": Slot.DIET,
    "dietary_restriction": Slot.DIET, "dietary_restrictions": Slot.DIET, "dietary_requirements": Slot.DIET,
    "allergies": Slot.ALLERGY, "allergic_to": Slot.ALLERGY,
    "hobby": Slot.INTERESTS, "hobbies": Slot.INTERESTS, "interest": Slot.INTERESTS, "dob": Slot.BIRTHDAY,
    "date_of_birth": Slot.BIRTHDAY, "birth_date": Slot.BIRTHDAY,
    "fitness": Slot.FITNESS_GOAL, "booking_hour": Slot.PREFERRED_BOOKING_HOUR, "booking_time": Slot.PREFERRED_BOOKING_HOUR, "preferred_time": Slot.PREFERRED_BOOKING_HOUR,
    "dining_time": Slot.PREFERRED_BOOKING_HOUR, "party_size": Slot.TYPICAL_PARTY_SIZE, "group_size": Slot.TYPICAL_PARTY_SIZE, "favourite_area": Slot.FAVOURITE_AREAS,
    "area": Slot.FAVOURITE_AREAS, "areas": Slot.FAVOURITE_AREAS, "home": Slot.HOME_AREA,
    "neighbourhood": Slot.HOME_AREA, "lives_in": Slot.HOME_AREA, "spend": Slot.BUDGET,
    "price_range": Slot.BUDGET,
    "drinks": Slot.ALCOHOL, "access": Slot.ACCESSIBILITY, "accessibility_needs": Slot.ACCESSIBILITY,
    "mobility": Slot.ACCESSIBILITY, "family": Slot.HOUSEHOLD,
    "job": Slot.OCCUPATION, "profession": Slot.OCCUPATION, "work": Slot.OCCUPATION, "like": Slot.LIKES,
    "dislike": Slot.DISLIKES, "avoid": Slot.DISLIKES, "avoids": Slot.DISLIKES,
    "hometown": Slot.ORIGIN, "from": Slot.ORIGIN, "nationality": Slot.ORIGIN, "habits": Slot.HABIT,
}  # fmt: skip
"""Keys of saved preferences, besides the slots' own names, and the slot each stands for."""

_UNSETTABLE = frozenset({Slot.LAST_BOOKING, Slot.PLAN, Slot.OCCASION})
_LISTS = frozenset(
    {
        Slot.ALLERGY,
        Slot.INTERESTS,
        Slot.FAVOURITE_AREAS,
        Slot.FAVOURITE_CUISINES,
        Slot.LIKES,
        Slot.DISLIKES,
        Slot.HOUSEHOLD,
    }
)
_READ_ONLY = frozenset(
    {Slot.BUDGET, Slot.PREFERRED_BOOKING_HOUR, Slot.TYPICAL_PARTY_SIZE, Slot.BIRTHDAY, Slot.ANNIVERSARY}
)
_NONE = frozenset(
    {
        "no",
        "none",
        "never",
        "false",
        "tidak",
        "gak",
        "no alcohol",
        "doesn't drink",
        "does not drink",
        "sober",
        "-",
        "n/a",
        "nothing",
    }
)


_NOT = re.compile(r"^(?:not|bukan|tidak|nggak|gak)\s+(?!too\b|only\b|so\b|terlalu\b)", re.IGNORECASE)


def _digest(row: dict[str, str | int | float | None]) -> str:
    canonical = json.dumps(row, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _observed(
    row: Booking | SavedPreference,
    source: Source,
    claim: Claim,
    *,
    confidence: float,
    window_key: str,
    digest: str,
) -> Observation:
    return Observation(
        id=observation_id(row.user_id, claim, source, row.id),
        window_key=window_key,
        user_id=row.user_id,
        subject=SELF,
        slot=claim.slot,
        value=claim.value,
        polarity=claim.polarity,
        confidence=confidence,
        hedged=False,
        language=claim.language,
        trust=TRUST_RECORD,
        author_role="record",
        observed_at=row.created_at,
        expires_on=None,
        evidence=(Evidence(source, row.id, None, None, digest),),
    )


def _claim(slot: Slot, value: str, polarity: Polarity = Polarity.AFFIRMED) -> Claim:
    # A record has no span and no language: the offsets only fill the claim's shape.
    return Claim(slot, value, polarity, start=0, end=0, language="und")


def _refused(source: Source, row_id: str, user_id: UserId, reason: Reason) -> Outcome:
    return [], [Rejection(source, row_id, user_id, reason, quarantine=True)]


def _stamp(moment: datetime) -> str:
    return moment.isoformat()


def observe_booking(booking: Booking, *, window_key: str) -> Outcome:
    """What a booking says: the last one and, less surely, the usual size of the party.

    Pending, cancelled and missed bookings say nothing; an unknown status is quarantined.
    """
    status = booking.status.strip().lower()
    if status not in STATUSES:
        return _refused(Source.BOOKINGS, booking.id, booking.user_id, Reason.UNKNOWN_STATUS)
    if status not in KEPT:
        return [], []
    value = normalised(f"{booking.venue_id} {said_on(booking.slot_at).isoformat()}")
    if len(value) > MAX_VALUE_CHARS or not booking.venue_id.strip():
        return _refused(Source.BOOKINGS, booking.id, booking.user_id, Reason.UNREADABLE_VALUE)
    row: dict[str, str | int | float | None] = {
        "id": booking.id, "user_id": booking.user_id, "venue_id": booking.venue_id, "status": status,
        "slot_at": _stamp(booking.slot_at), "party_size": booking.party_size, "created_at": _stamp(booking.created_at),
    }  # fmt: skip
    digest = _digest(row)
    claims = [(_claim(Slot.LAST_BOOKING, value), BOOKED)]
    if booking.party_size is not None and 1 <= booking.party_size <= MAX_PARTY:
        claims.append((_claim(Slot.TYPICAL_PARTY_SIZE, str(booking.party_size)), GUESSED))
    return [
        _observed(booking, Source.BOOKINGS, claim, confidence=sure, window_key=window_key, digest=digest)
        for claim, sure in claims
    ], []


def slot_of(key: str) -> Slot | None:
    """The slot that a saved preference's key stands for, by name or alias, in either spelling."""
    plain = (
        normalised(key)
        .replace(" ", "_")
        .replace("-", "_")
        .replace("favorite", "favourite")
        .replace("neighborhood", "neighbourhood")
    )
    slot = Slot(plain) if plain in set(Slot) else ALIASES.get(plain)
    return None if slot in _UNSETTABLE else slot


def _read_values(slot: Slot, text: str, moment: datetime) -> list[tuple[str, Polarity]]:
    """The values of a saved text; none where it can't be read as the slot's kind."""
    plain = normalised(text)
    if slot is Slot.ALCOHOL and plain in _NONE:
        return [("alcohol", Polarity.DENIED)]
    if not plain or plain in _NONE:
        return []
    read = sorted(readings(slot, fold(plain), said_on(moment)))
    if slot in _READ_ONLY:
        return [(read[0], Polarity.AFFIRMED)] if len(read) == 1 else []
    if slot is Slot.DIET and len(read) == 1 and len(plain.split()) <= 2:
        return [(read[0], Polarity.AFFIRMED)]
    items = [item.strip() for item in plain.replace(";", ",").split(",")] if slot in _LISTS else [plain]
    return [_signed(item) for item in dict.fromkeys(items) if item]


def _signed(item: str) -> tuple[str, Polarity]:
    """Return what an item names, and whether it is against it: "not sushi"."""
    bare = _NOT.sub("", item)
    return (bare, Polarity.DENIED) if bare and bare != item else (item, Polarity.AFFIRMED)


def observe_preference(preference: SavedPreference, *, window_key: str) -> Outcome:
    """What a saved preference says: its key as a slot, its value in that slot's form.

    An unknown key, an unreadable value, a long one, a contact in it and text that gives orders are quarantined.
    """
    source, row_id, user_id = Source.SAVED_PREFERENCES, preference.id, preference.user_id
    slot = slot_of(preference.key)
    if slot is None:
        return _refused(source, row_id, user_id, Reason.UNKNOWN_KEY)
    if gives_orders(preference.value):
        return _refused(source, row_id, user_id, Reason.GIVES_ORDERS)
    values = _read_values(slot, preference.value, preference.created_at)
    if not values or math.isnan(preference.confidence):
        return _refused(source, row_id, user_id, Reason.UNREADABLE_VALUE)
    if any(len(value) > MAX_VALUE_CHARS or len(value.split()) > MAX_WORDS for value, _ in values):
        return _refused(source, row_id, user_id, Reason.VALUE_TOO_LONG)
    if any(contact_in(value) for value, _ in values):
        return _refused(source, row_id, user_id, Reason.CONTACT_IN_VALUE)
    digest = _digest({
        "id": row_id, "user_id": user_id, "key": preference.key, "value": preference.value,
        "confidence": preference.confidence + 0.0, "created_at": _stamp(preference.created_at),
    })  # fmt: skip
    sure = min(1.0, max(0.0, preference.confidence))
    return [
        _observed(
            preference, source, _claim(slot, v, p), confidence=sure, window_key=window_key, digest=digest
        )
        for v, p in values
    ], []
