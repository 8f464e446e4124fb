"""A small complete world: something for each job to do, twice, and something to take back.

Eight people talk, book and ask for a fortnight; then rows come late, are corrected and deleted, a
person leaves, the wiki moves on and another week closes. What belongs here: rows and commits, all
made up. What does not: running anything.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from agnt_pipelines.replay.windows import DAY, WITA
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import source, table_of

USERS, TALK, BOOKINGS = (table_of(m) for m in (source.User, source.Interaction, source.Booking))
SAVED, VENUES, CHUNKS = (table_of(m) for m in (source.SavedPreference, source.Venue, source.VenueChunk))
LISTS, FOLLOWS = table_of(source.UserListItem), table_of(source.UserFollowsTaste)
ENVELOPES = table_of(source.Envelope)

PEOPLE = tuple(f"person-{n}" for n in range(8))
LEAVER = PEOPLE[7]
CITIES = ("canggu", "ubud", "canggu", "sanur")
FIRST_NOW = datetime(2026, 11, 15, 1, tzinfo=WITA)
"""Before the second week has closed, and before the first FAQ week is compiled."""
NOW = datetime(2026, 11, 16, 5, tzinfo=WITA)
"""After it has, and the late rows have come."""

_DAYS = tuple(DAY.between("2026-11-02", "2026-11-15"))
_TASTES = ("I'm vegetarian", "I'm allergic to peanuts", "I love sushi", "I love jazz")
_CLOSES_LATER = 12
"""From this day on a row comes with the second round: the first one's now lies before its end."""
_PARKING = (
    "Is there parking at the venues?",
    "is there any parking at the venue",
    "Hi, is there parking at your venues?",
    "Is there parking near the venue?",
    "Do the venues have parking? is there parking at the venue?",
    "Hello, is parking there at the venues?",
)
_DEPOSIT = (
    "Apakah rombongan perlu bayar deposit?",
    "halo kak, apakah rombongan perlu deposit?",
    "rombongan perlu bayar deposit gak ya",
    "apakah rombongan besar perlu bayar deposit?",
    "Apakah untuk rombongan perlu deposit ya kak",
    "kalau rombongan apakah perlu bayar deposit?",
)
_CANCELLING = (
    "How do I cancel my booking?",
    "how can I cancel a booking",
    "Hi, how do I cancel my booking?",
    "How do I cancel the booking please?",
    "Hello, how can I cancel my booking?",
    "How can I cancel my booking?",
)
_REPLIES = {
    _CANCELLING: "Write cancel to your agent up to two hours before the table. Bye!",
    _PARKING: "Most venues have free parking for scooters and cars. See you soon!",
    _DEPOSIT: "Rombongan enam orang atau lebih membayar deposit sepuluh persen. Sama-sama kak!",
}
_AUTHOR = {
    "GIT_AUTHOR_NAME": "Wayan",
    "GIT_AUTHOR_EMAIL": "wayan@example.invalid",
    "GIT_COMMITTER_NAME": "Wayan",
    "GIT_COMMITTER_EMAIL": "wayan@example.invalid",
    "GIT_AUTHOR_DATE": "2026-11-02T10:00:00+08:00",
    "GIT_COMMITTER_DATE": "2026-11-02T10:00:00+08:00",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
_PAGES = {
    "Home.md": "# Home\n\nSee [[Fees]] and [booking](work/booking.md).\n",
    "platform/Fees.md": "---\ntitle: Fees\n---\nIntro.\n\n# Fees\n\nTen per cent.\n\n## Refunds\n\nIn a day.\n",
    "work/booking.md": "# Booking\n\nHow it goes.\n\n## Late guests\n\nA table is kept for 15 minutes.\n",
}

Row = dict[str, object]


def begin(database: Database) -> None:
    """Let the platform write the first fortnight's rows, as far as they have happened."""
    rows: dict[sa.Table, list[Row]] = {
        USERS: [person_row(n) for n in range(len(PEOPLE))],
        VENUES: [_venue(n) for n in range(4)],
        CHUNKS: [
            {"id": f"chunk-{n}", "venue_id": f"venue-{n}", "content": text, "created_at": at(0, n)}
            for n, text in enumerate(
                ("Vegan bowls, coffee and wifi.", "Wagyu steaks and cocktails at sunset.")
            )
        ],
        LISTS: [{"id": "list-0", "user_id": PEOPLE[0], "kind": "wishlist", "venue_id": "venue-3"}],
        FOLLOWS: [{"follower_id": PEOPLE[0], "followee_id": PEOPLE[2]}],
        SAVED: [_saved(PEOPLE[1], "likes", "coffee", 3), _saved(PEOPLE[2], "diet", "vegan", 4)],
        BOOKINGS: [row for row, day in _bookings() if day < _CLOSES_LATER],
        ENVELOPES: [_envelope(n) for n in range(6)],
        TALK: [row for row, day in _talk() if day < _CLOSES_LATER],
    }
    _insert(database, rows)


def go_on(database: Database) -> None:
    """Let the second round come: the rest of the fortnight, late rows, corrections, a leave."""
    _insert(
        database,
        {
            TALK: [
                *(row for row, day in _talk() if day >= _CLOSES_LATER),
                message(PEOPLE[1], "I love padel", 3, minute=90),
            ],
            BOOKINGS: [row for row, day in _bookings() if day >= _CLOSES_LATER],
            SAVED: [_saved(PEOPLE[3], "likes", "late brunch", 12)],
        },
    )
    corrected = _id(PEOPLE[2], 0, 0)
    with database.writing() as connection:
        connection.execute(sa.update(TALK).where(TALK.c.id == corrected).values(content="I love karaoke"))
        connection.execute(sa.delete(TALK).where(TALK.c.id == _id(PEOPLE[3], 6, 0)))
        connection.execute(
            sa.update(BOOKINGS).where(BOOKINGS.c.id == f"{PEOPLE[0]}/2").values(status="cancelled")
        )
        connection.execute(sa.update(USERS).where(USERS.c.id == LEAVER).values(deleted_at=NOW))


class Wiki:
    """The wiki's repository, to which commits are made."""

    def __init__(self, folder: Path) -> None:
        """Make it, with its first commit; or open it, where it is there already."""
        self.folder = folder
        if not folder.exists():
            folder.mkdir(parents=True)
            self._git("init", "--quiet", "--initial-branch=main", "--template=")
            self.commit(_PAGES)

    def commit(self, pages: Mapping[str, str | None]) -> str:
        """Commit pages by path, None removing one; return the new head."""
        for path, text in pages.items():
            place = self.folder / path
            if text is None:
                place.unlink(missing_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        self._git("add", "--all")
        self._git("commit", "--quiet", "--allow-empty", "--message", "Work")
        return self._git("rev-parse", "HEAD")

    def go_on(self) -> str:
        """Commit the second round: a page edited, one renamed, one removed, one added."""
        return self.commit(
            {
                "Home.md": _PAGES["Home.md"] + "\n## News\n\nOpen on Nyepi: no.\n",
                "platform/Fees.md": None,
                "platform/Prices.md": _PAGES["platform/Fees.md"],
                "work/booking.md": None,
                "people/team.md": "# Team\n\nWayan keeps the wiki.\n",
            }
        )

    def _git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], **_AUTHOR},
            capture_output=True,
            check=True,
            text=True,
        )
        return done.stdout.strip()


def message(
    person: str, text: str, day: int, *, minute: int = 0, outbound: bool = False, **more: object
) -> Row:
    """Return a row of what a person said to an agent, or was told by it, on the n-th day."""
    return {
        "id": _id(person, day, minute),
        "user_id": person,
        "agent_id": "concierge",
        "session_id": f"{person}/{day}",
        "direction": "outbound" if outbound else "inbound",
        "channel": "whatsapp",
        "content": text,
        "venue_id": None,
        "intent": None,
        "created_at": at(day, minute),
        **more,
    }


def asking(day: int) -> Iterator[Row]:
    """Yield the conversations of a day in which six people ask the same."""
    for place, text in enumerate(_PARKING):
        person, own = PEOPLE[place], {"session_id": f"asking/{day}/{place}"}
        minute = 300 + 10 * place
        yield message(person, text, day, minute=minute, outbound=False, **own)
        yield message(person, _REPLIES[_PARKING], day, minute=minute + 1, outbound=True, **own)


def _talk() -> Iterator[tuple[Row, int]]:
    """Yield messages with their day: tastes, fewer and fewer answered, and questions for everybody."""
    for place, person in enumerate(PEOPLE):
        for day in range(place % 2, len(_DAYS), 3):
            text = _TASTES[(day + place) % len(_TASTES)]
            yield message(person, text, day, venue_id="venue-3", intent="date-night"), day
            if day < 6:
                yield message(person, "With pleasure.", day, minute=30, outbound=True), day
    for texts, days in ((_PARKING, (1, 8)), (_DEPOSIT, (2, 12)), (_CANCELLING, (12,))):
        for day in days:
            for place, text in enumerate(texts):
                person = PEOPLE[(place + 1) % len(PEOPLE)]
                minute = 200 + 10 * place + (100 if texts is _CANCELLING else 0)
                own: dict[str, Any] = {"session_id": f"{texts[0][:6]}/{day}/{person}"}
                yield message(person, text, day, minute=minute, **own), day
                yield message(person, _REPLIES[texts], day, minute=minute + 1, outbound=True, **own), day


def _bookings() -> Iterator[tuple[Row, int]]:
    for place, person in enumerate(PEOPLE):
        for size, day in ((2, 4), (8, 11), (2 + place % 2, 13)):
            yield (
                {
                    "id": f"{person}/{size}" if day < 13 else f"{person}/late",
                    "user_id": person,
                    "venue_id": f"venue-{(place + size) % 3}",
                    "status": "cancelled" if size == 8 else "completed",
                    "auto_confirmed": False,
                    "slot_at": at(day, 600),
                    "party_size": size,
                    "created_at": at(day, 60 + place),
                },
                day,
            )


def person_row(place: int) -> Row:
    """Return the row of the n-th person."""
    return {
        "id": PEOPLE[place],
        "city": CITIES[place % len(CITIES)],
        "cp_agent_id": f"cp-{place}",
        "created_at": datetime(2026, 1, 1, tzinfo=WITA),
        "deleted_at": None,
    }


def _venue(place: int) -> Row:
    return {
        "id": f"venue-{place}",
        "name": f"Venue {place}",
        "city_id": CITIES[place % len(CITIES)],
        "category": "cafe",
        "agent_id": f"va-{place}",
    }


def _envelope(place: int) -> Row:
    return {
        "id": f"envelope-{place}",
        "from_agent": f"cp-{place % 3}",
        "to_agent": f"va-{place % 2}",
        "intent": "booking.confirm",
        "payload": {},
        "agent_context": {},
        "ttl_ms": 5000,
        "timestamp": at(place, 5).isoformat(),
        "status": "confirmed",
    }


def _saved(person: str, key: str, value: str, day: int) -> Row:
    return {"user_id": person, "key": key, "value": value, "confidence": 0.8, "created_at": at(day, 45)}


def _id(person: str, day: int, minute: int) -> str:
    return f"{person}/{day}/{minute}"


def at(day: int, minute: int) -> datetime:
    """Return an instant of the n-th day, so many minutes after eight in the morning."""
    return _DAYS[day].start + timedelta(minutes=480 + minute)


def _insert(database: Database, rows: Mapping[sa.Table, Sequence[Row]]) -> None:
    with database.writing() as connection:
        for table, some in rows.items():
            connection.execute(sa.insert(table), list(some))
