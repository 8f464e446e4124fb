"""The demo's week, placed before a given day: the lines to import, by kind.

What belongs here: turning `world.jsonl` into rows of the source tables. What does not: databases and
the clock. Everything follows from the day alone: the same day, the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from agnt_pipelines.replay.windows import WITA

DAYS = 7
"""The world's length: its first message lies this many days before the day it is placed before."""

_FILE = Path(__file__).with_name("world.jsonl")
_ID = "demo-{:03}"

Line = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class World:
    """The week before `until` (exclusive), as lines of each kind that can be imported."""

    until: date
    lines: Mapping[str, tuple[Line, ...]]

    @property
    def now(self) -> datetime:
        """The instant from which due windows are reckoned: the night after the last day."""
        return datetime.combine(self.until, time(5), WITA)

    def ids(self, kind: str) -> set[str]:
        """Return what identifies the rows of a kind (for saved preferences: their people)."""
        name = "user_id" if kind == "saved_preferences" else "id"
        return {str(line[name]) for line in self.lines.get(kind, ())}


def world(until: date) -> World:
    """Place the week before a day."""
    found: dict[str, list[Line]] = {"users": [], "interactions": [], "bookings": [], "saved_preferences": []}
    for number, told in enumerate(_told(), start=1):
        kind, line = _KINDS[told["kind"]](told, until, _ID.format(number))
        found[kind].append(line)
    return World(until, {kind: tuple(lines) for kind, lines in found.items()})


def _told() -> Iterator[dict[str, Any]]:
    for text in _FILE.read_text("utf-8").splitlines():
        yield json.loads(text)


def _person(told: dict[str, Any], until: date, _id: str) -> tuple[str, Line]:
    joined = _at(until, DAYS + 30, "08:00")
    line = {"id": told["id"], "city": told["city"], "language": told["language"], "created_at": joined}
    return "users", line


def _message(told: dict[str, Any], until: date, id_: str) -> tuple[str, Line]:
    return "interactions", {
        "id": id_,
        "user_id": told["who"],
        "session_id": f"{told['who']}-{told['day']}",
        "direction": "outbound" if told.get("by") == "agent" else "inbound",
        "channel": told["channel"],
        "content": told["says"],
        "created_at": _at(until, told["day"], told["at"]),
    }


def _booking(told: dict[str, Any], until: date, id_: str) -> tuple[str, Line]:
    return "bookings", {
        "id": id_,
        "user_id": told["who"],
        "venue_id": told["venue"],
        "status": told["status"],
        "party_size": told["party"],
        "slot_at": _at(until, told["for_day"], told["for_at"]),
        "created_at": _at(until, told["day"], told["at"]),
    }


def _preference(told: dict[str, Any], until: date, _id: str) -> tuple[str, Line]:
    return "saved_preferences", {
        "user_id": told["who"],
        "key": told["key"],
        "value": told["value"],
        "confidence": told["confidence"],
        "created_at": _at(until, told["day"], told["at"]),
    }


_KINDS = {"person": _person, "message": _message, "booking": _booking, "preference": _preference}


def _at(until: date, days_before: int, clock: str) -> str:
    day = until - timedelta(days=days_before)
    return datetime.combine(day, time.fromisoformat(clock), WITA).isoformat()
