"""The demo's world of sixty days: every kind of row that can be imported, and the truth beside it.

What belongs here: the order in which the rooms draw. What does not: what any of them draws, and the
wiki, which is a repository (`wiki`). The same day and seed give the same bytes on any machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from agnt_pipelines.demo import truth as told_truth
from agnt_pipelines.demo.bookings import booking_lines, saved_lines
from agnt_pipelines.demo.chance import stream
from agnt_pipelines.demo.conversations import Session, outside_sessions, sessions_of
from agnt_pipelines.demo.days import Calendar
from agnt_pipelines.demo.envelopes import envelope_lines
from agnt_pipelines.demo.messages import written
from agnt_pipelines.demo.people import Person, follow_lines, list_lines, people, user_lines
from agnt_pipelines.demo.support import support_sessions
from agnt_pipelines.demo.truth import Truth
from agnt_pipelines.demo.venues import Venue, chunk_lines, venues
from agnt_pipelines.demo.wiki_history import CONTRADICTIONS
from agnt_pipelines.replay.windows import WITA

SESSIONS = 2190
"""Conversations of people with their agents, support apart: about 12,000 messages with it."""
OUTSIDE = 90
FOLLOWS = 260
LISTED = 520

Line = Mapping[str, object]
_KEYS = {"saved_preferences": "user_id", "user_follows_taste": "follower_id"}


@dataclass(frozen=True, slots=True)
class World:
    """Sixty days before `until` (exclusive), as lines of each kind; iterating yields (kind, line)."""

    until: date
    seed: int
    lines: Mapping[str, tuple[Line, ...]]
    truth: Truth

    def __iter__(self) -> Iterator[tuple[str, Line]]:
        for kind, lines in self.lines.items():
            for line in lines:
                yield kind, line

    @property
    def now(self) -> datetime:
        """The instant from which due windows are reckoned: the night after the last day."""
        return datetime.combine(self.until, time(5), WITA)

    def ids(self, kind: str) -> set[str]:
        """Return what identifies the rows of a kind, or their people where no column `id` does."""
        return {str(line[_KEYS.get(kind, "id")]) for line in self.lines[kind]}

    def write_import_files(self, folder: Path) -> dict[str, Path]:
        """Write `<kind>.jsonl` for each kind, as `./agnt import` takes them; the truth is not among them."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = {kind: folder / f"{kind}.jsonl" for kind in self.lines}
        for kind, path in paths.items():
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self.lines[kind])
            path.write_text(text, "utf-8", newline="\n")
        return paths


def generate(until: date, seed: int = 0) -> World:
    """Return the world that ends where `until` begins in WITA."""
    days = Calendar(until)
    places = venues(stream(seed, "venues"))
    everybody = people(stream(seed, "people"), SESSIONS)
    sessions = list(_sessions(everybody, places, days, seed))
    told = written(sessions, days.end)
    requests = [session.request for session in sessions if session.request is not None]
    names = [place.id for place in places]
    lines: dict[str, tuple[Line, ...]] = {
        "users": tuple(user_lines(everybody, days, stream(seed, "users"))),
        "interactions": told.lines,
        "bookings": tuple(booking_lines(requests, days.end, stream(seed, "bookings"))),
        "saved_preferences": tuple(saved_lines(everybody, told, stream(seed, "saved"))),
        "venues": tuple(place.line() for place in places),
        "venue_chunks": tuple(chunk_lines(places, days, stream(seed, "chunks"))),
        "user_lists": tuple(list_lines(everybody, names, stream(seed, "lists"), LISTED)),
        "user_follows_taste": tuple(follow_lines(everybody, stream(seed, "follows"), FOLLOWS)),
        "a2a_envelopes": tuple(envelope_lines(requests, places, days, stream(seed, "envelopes"))),
    }
    return World(until, seed, lines, told_truth.drawn(everybody, told, CONTRADICTIONS))


def _sessions(
    everybody: tuple[Person, ...], places: tuple[Venue, ...], days: Calendar, seed: int
) -> Iterator[Session]:
    for person in everybody:
        yield from sessions_of(person, places, days, stream(seed, f"talk of {person.id}"))
    yield from support_sessions(everybody, places, days, stream(seed, "support"))
    yield from outside_sessions(places, days, stream(seed, "outside"), OUTSIDE)
