"""Visits in LightGCN's format: one line a person, `person place place ...`.

The first people's places become completed bookings, spread evenly over the days given.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.formats import Lines


def visits(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each person with their places."""
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            person, *places = line.split()
            yield person, places


def lines(path: Path, people: int, start: datetime, end: datetime) -> Lines:
    """Yield the first people and their bookings, made within [start, end)."""
    for person, places in islice(visits(path), people):
        user_id = f"visits/{person}"
        yield "users", {"id": user_id, "created_at": start.isoformat()}
        for number, place in enumerate(places):
            at = start + (end - start) * (number + 0.5) / len(places)
            yield (
                "bookings",
                {
                    "id": f"{user_id}/{number}",
                    "user_id": user_id,
                    "venue_id": f"place/{place}",
                    "status": "completed",
                    "auto_confirmed": False,
                    "slot_at": (at + timedelta(hours=1)).isoformat(),
                    "created_at": at.isoformat(),
                },
            )
