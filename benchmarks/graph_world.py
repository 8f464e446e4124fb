"""Synthetic bookings for the graph benchmark: drawn, loaded, and a further hour of them.

20,000 x sqrt(N/1e6) people with Zipf exponent 0.8 and 5,000 x sqrt(N/1e6) venues with 1.0, over a year
of hours; every booking is confirmed, so that a pair is one BOOKED edge. What does not belong here:
timing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from agnt_pipelines.graph.columns import microseconds
from agnt_pipelines.storage.database import Database, raw

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
"""Within a season: the landmark of the hour after is the same."""

_HOURS = 365 * 24
_BLOCK = 200_000
_PERSON, _VENUE, _ID = 8, 7, 10


@dataclass(frozen=True, slots=True)
class Events:
    """Bookings: numbers of people and venues, and the microsecond of each since 2000."""

    person: NDArray[np.int64]
    venue: NDArray[np.int64]
    at: NDArray[np.int64]
    people: int
    venues: int


def drawn(count: int, seed: int) -> Events:
    """Draw a year of bookings, ordered by time."""
    chance = np.random.default_rng(seed)
    scale = (count / 1e6) ** 0.5
    people, venues = max(round(20_000 * scale), 2), max(round(5_000 * scale), 2)
    hours = np.sort(chance.integers(0, _HOURS, count))
    start = microseconds(AS_OF - timedelta(hours=_HOURS))
    at = start + hours * 3_600_000_000 + chance.integers(0, 3_600_000_000, count)
    person, venue = _zipf(chance, people, 0.8, count), _zipf(chance, venues, 1.0, count)
    return Events(person, venue, at, people, venues)


def next_hour(events: Events, count: int, seed: int) -> Events:
    """Draw the bookings of the hour after, of the same people and venues."""
    chance = np.random.default_rng([seed, 1])
    at = microseconds(AS_OF) + np.sort(chance.integers(0, 3_600_000_000, count))
    person, venue = _zipf(chance, events.people, 0.8, count), _zipf(chance, events.venues, 1.0, count)
    return Events(person, venue, at, events.people, events.venues)


def person_id(number: int) -> str:
    """Return what a person is called."""
    return f"u{number:0{_PERSON - 1}d}"


def load_places(database: Database, events: Events) -> None:
    """Load people and venues."""
    people = (
        "INSERT INTO source.users (id, created_at) SELECT 'u' || lpad(n::text, 7, '0'), :at "
        "FROM generate_series(0, :last) AS n"
    )
    venues = (
        "INSERT INTO source.venues (id, name) SELECT 'v' || lpad(n::text, 6, '0'), 'Venue ' || n "
        "FROM generate_series(0, :last) AS n"
    )
    with database.writing() as connection:
        connection.execute(sa.text(people), {"at": AS_OF - timedelta(days=400), "last": events.people - 1})
        connection.execute(sa.text(venues), {"last": events.venues - 1})


def load(database: Database, events: Events, *, first: int = 0) -> None:
    """Load bookings, numbered from `first` on, by binary COPY."""
    names = [f"u{n:07d}".encode() for n in range(events.people)]
    people = np.array(names, f"S{_PERSON}")
    venues = np.array([f"v{n:06d}".encode() for n in range(events.venues)], f"S{_VENUE}")
    statement = (
        "COPY source.bookings (id, user_id, venue_id, status, auto_confirmed, slot_at, created_at) "
        "FROM STDIN (FORMAT BINARY)"
    )
    with (
        database.writing() as connection,
        raw(connection).cursor() as cursor,
        cursor.copy(statement.encode()) as copy,
    ):
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for start in range(0, len(events.at), _BLOCK):
            part = slice(start, start + _BLOCK)
            ids = np.arange(first + start, first + start + len(events.at[part]))
            numbered = np.char.add("b", np.char.zfill(ids.astype(str), _ID - 1)).astype(f"S{_ID}")
            copy.write(
                _rows(numbered, people[events.person[part]], venues[events.venue[part]], events.at[part])
            )
        copy.write(b"\xff\xff")
    with database.writing() as connection:
        connection.execute(sa.text("ANALYZE source.bookings, source.users, source.venues"))


def _rows(
    ids: NDArray[np.bytes_], people: NDArray[np.bytes_], venues: NDArray[np.bytes_], at: NDArray[np.int64]
) -> bytes:
    values = [
        (f"S{_ID}", ids), (f"S{_PERSON}", people), (f"S{_VENUE}", venues), ("S9", b"confirmed"), ("u1", 0),
        (">i8", at), (">i8", at),
    ]  # fmt: skip
    shape = [("fields", ">i2")]
    for number, (kind, _) in enumerate(values):
        shape += [(f"size{number}", ">i4"), (f"value{number}", kind)]
    made = np.zeros(len(ids), shape)
    made["fields"] = len(values)
    for number, (kind, value) in enumerate(values):
        made[f"size{number}"] = np.dtype(kind).itemsize
        made[f"value{number}"] = value
    return made.tobytes()


def _zipf(chance: np.random.Generator, size: int, exponent: float, count: int) -> NDArray[np.int64]:
    """Draw numbers below `size`; which of them are frequent follows from `size` alone."""
    shares = 1 / np.arange(1, size + 1) ** exponent
    found = np.searchsorted(np.cumsum(shares / shares.sum()), chance.random(count))
    ranks: NDArray[np.int64] = np.random.default_rng(size).permutation(size)
    return ranks[np.minimum(found, size - 1)]
