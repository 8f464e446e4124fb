"""A small world with a row of every kind that any job reads, and what happens to it over time.

It is the worlds of the wings put together: people who speak with agents for three weeks, book, save,
follow and ask support in two languages, venues, envelopes, and a wiki whose head moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from agnt_pipelines.replay.windows import FAQ_WEEK, WITA
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import SOURCE_MODELS
from agnt_pipelines_tests.dreaming import deep_world
from agnt_pipelines_tests.dreaming.deep_world import DAYS, PEOPLE
from agnt_pipelines_tests.faq import world as faq
from agnt_pipelines_tests.graph import bali
from agnt_pipelines_tests.wiki.world import Repository

Row = dict[str, object]
World = dict[str, list[Row]]
"""Kind of source -> rows."""

NOW = datetime(2026, 11, 16, 5, tzinfo=WITA)
"""A Monday, after the tick that compiles the last week in which anybody asked."""

WEEKS = list(FAQ_WEEK.between("2026-10-18", "2026-11-01"))
LEAVER = PEOPLE[6]
"""Without whom enough people are left for everything that counts people."""

HEADS = 4
BRANCH = "followed"


def whole() -> World:
    """Return every row of the world."""
    noon = DAYS[9].start + timedelta(hours=4)
    sent = (DAYS[9].start + timedelta(hours=1)).isoformat()
    return {
        "users": [bali.person(name, "Ubud" if place % 2 else "Canggu") for place, name in enumerate(PEOPLE)],
        "venues": [
            {"id": "warung-1", "name": "Warung", "agent_id": deep_world.VENUE_AGENT},
            *(bali.venue(name) for name in ("reef", "grill", "temple")),
        ],
        "interactions": [*deep_world.talk(), *_further_talk(), *_support()],
        "bookings": [*deep_world.bookings(), *_further_bookings()],
        "saved_preferences": [
            {"user_id": name, "key": "diet", "value": value, "confidence": 0.9, "created_at": noon}
            for name, value in ((PEOPLE[1], "vegan"), (LEAVER, "halal"))
        ],
        "venue_chunks": [
            bali.chunk("k1", "reef", "Old menu: steak.", 300) | {"created_at": DAYS[0].start},
            bali.chunk("k2", "reef", "New menu: vegan bowls, coffee and wifi.", 1) | {"created_at": noon},
        ],
        "user_lists": [
            {"id": f"list-{name}", "user_id": name, "kind": "wishlist", "venue_id": "temple"}
            for name in (PEOPLE[0], LEAVER)
        ],
        "user_follows_taste": [
            {"follower_id": PEOPLE[0], "followee_id": PEOPLE[1]},
            {"follower_id": LEAVER, "followee_id": PEOPLE[0]},
        ],
        "a2a_envelopes": [
            bali.envelope("e1", f"ca-{PEOPLE[0]}", "va-reef", "booking.confirm", "CONFIRMED", sent),
            bali.envelope("e2", f"ca-{PEOPLE[1]}", "va-grill", "booking.search", "PENDING", sent),
            bali.envelope("e3", f"ca-{LEAVER}", "va-grill", "venue.list", "pending"),
            bali.envelope("e4", f"ca-{PEOPLE[2]}", "va-reef", "network.ping", "PENDING", sent),
        ],
    }


def without(world: World, *names: str) -> World:
    """Return a world in which some people never were."""
    people = ("id", "user_id", "follower_id", "followee_id")
    agents = {f"ca-{name}" for name in names}
    return {
        kind: [
            row
            for row in rows
            if not any(row.get(column) in names for column in people) and row.get("from_agent") not in agents
        ]
        for kind, rows in world.items()
    }


def first_told(world: World) -> World:
    """Return what the platform wrote at first: rows that come late are not there, others are wrong."""
    told = {kind: [row | WRONG.get(_key(kind, row), {}) for row in rows] for kind, rows in world.items()}
    told["interactions"].append(_message(PEOPLE[1], "I love opera", 4, 700))
    return {kind: [row for row in rows if _key(kind, row) not in LATE] for kind, rows in told.items()}


def arrive(database: Database, world: Mapping[str, Sequence[Row]]) -> None:
    """Let the platform write rows."""
    with database.writing() as connection:
        for kind, rows in world.items():
            for row in rows:
                connection.execute(sa.insert(_table(kind)).values(row))


def late(world: World) -> World:
    """Return the rows that come late."""
    return {kind: [row for row in rows if _key(kind, row) in LATE] for kind, rows in world.items()}


def correct(database: Database, world: World) -> None:
    """Let the platform put right what was wrong, and take back what nobody said."""
    with database.writing() as connection:
        for kind, rows in world.items():
            for row in rows:
                wrong = WRONG.get(_key(kind, row), {})
                values = {name: row.get(name) for name in wrong}
                if values:
                    table = _table(kind)
                    connection.execute(sa.update(table).where(table.c.id == row["id"]).values(values))
        said = _table("interactions")
        connection.execute(sa.delete(said).where(said.c.content == "I love opera"))


def leave(database: Database, *, hard: bool) -> None:
    """Let the leaver ask to be deleted, or be deleted by the platform."""
    users = _table("users")
    theirs = users.c.id == LEAVER
    with database.writing() as connection:
        if hard:
            connection.execute(sa.delete(users).where(theirs))
        else:
            connection.execute(sa.update(users).where(theirs).values(deleted_at=NOW))


def wiki(folder: Path) -> tuple[Repository, list[str]]:
    """Make a wiki in which pages come, change, move and go; return its heads, oldest first."""
    made = Repository(folder)
    commits = [
        made.commit(
            Home="# Home\n\nSee [[Fees]].\n", Fees="# Fees\n\nTen per cent.\n\n## Refunds\n\nA day.\n"
        )
    ]
    commits.append(made.commit(Fees="# Fees\n\nSeven per cent.\n", work__now="# Now\n\nAgents.\n"))
    made.git("mv", "Fees.md", "work/Fees.md")
    commits.append(made.commit(people__wayan="# Wayan\n\nRuns it.\n"))
    commits.append(made.commit(work__now=None, Home="# Home\n\nBack.\n"))
    assert len(commits) == HEADS
    return made, commits


def move_head(repository: Repository, commit: str) -> None:
    """Move the followed branch."""
    repository.git("update-ref", f"refs/heads/{BRANCH}", commit)


def _further_talk() -> Iterable[Row]:
    yield _message(PEOPLE[2], "aku alergi udang", 2, 600)
    yield _message(PEOPLE[3], "Saya tinggal di Ubud", 8, 600)
    yield _message(PEOPLE[4], "Actually I'm pescatarian now", 15, 600)
    yield _message(LEAVER, "I'm allergic to strawberries", 5, 600)
    for place, person in enumerate(PEOPLE):
        yield {**_message(person, "Is the terrace open?", 12, 610 + place), "venue_id": "reef"}


def _support() -> Iterable[Row]:
    yield from faq.asking(WEEKS[0], PEOPLE[:3], faq.PARKING, faq.PARKING_REPLY)
    yield from faq.asking(WEEKS[1], PEOPLE[3:], faq.PARKING[1:], faq.PARKING_REPLY)
    yield from faq.asking(WEEKS[2], PEOPLE[1:], faq.DEPOSIT, faq.DEPOSIT_REPLY)


def _further_bookings() -> Iterable[Row]:
    statuses = ("pending", "Confirmed", "COMPLETED", "cancelled", "No_Show")
    for place, person in enumerate(PEOPLE):
        for number, venue in enumerate(("reef", "grill", "temple")):
            status = statuses[(place + number) % 5]
            row = bali.booking(f"{person}/{venue}", person, venue, status)
            at = DAYS[3 * number + place].start + timedelta(hours=2)
            rating = 4 if status == "COMPLETED" else None
            yield {**row, "rating": rating, "party_size": 2, "created_at": at, "slot_at": at}


def _message(person: str, text: str, day: int, minute: int) -> Row:
    return {**deep_world.message(person, text, day, minute=minute), "intent": "date-night"}


_BOOKING = ("bookings", f"{PEOPLE[2]}/temple")
_SAID = ("interactions", f"{DAYS[15].key}/{PEOPLE[4]}/600")
WRONG: Mapping[tuple[str, str], Row] = {
    _BOOKING: {"status": "pending"},
    _SAID: {"content": "I love techno"},
    ("venue_chunks", "k2"): {"content": "New menu: burgers."},
}
"""(kind, id) -> what the platform wrote of it at first."""

LATE = {
    ("interactions", f"{DAYS[2].key}/{PEOPLE[2]}/600"),
    ("interactions", f"{DAYS[0].key}/{PEOPLE[0]}/0"),
    ("bookings", f"{PEOPLE[3]}/reef"),
    ("saved_preferences", f"{PEOPLE[1]}/diet"),
    ("user_lists", f"list-{PEOPLE[0]}"),
    *(("interactions", str(row["id"])) for row in faq.asking(WEEKS[1], PEOPLE[3:4], faq.PARKING[1:], "")),
}
"""(kind, id) of what comes late."""


def _key(kind: str, row: Row) -> tuple[str, str]:
    return kind, str(row.get("id") or f"{row.get('user_id')}/{row.get('key')}")


def _table(kind: str) -> sa.Table:
    return table_of(SOURCE_MODELS[kind])
