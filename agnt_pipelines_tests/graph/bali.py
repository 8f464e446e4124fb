"""A small Bali for the graph: rows of every source, and builds of its graph."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid5

import sqlalchemy as sa

from agnt_pipelines.graph import graph_build, store, taste_similarity
from agnt_pipelines.replay import state
from agnt_pipelines.replay.derivation import NAMESPACE, Applied
from agnt_pipelines.replay.erasure import erase_gone
from agnt_pipelines.replay.exclusive import exclusive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import dreaming, source, table_of

NOW = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
MEMORY, TASTE = table_of(dreaming.UserMemory), table_of(dreaming.TasteProfile)
USERS, BOOKINGS, VENUES = (table_of(m) for m in (source.User, source.Booking, source.Venue))
TALK, LISTS, FOLLOWS = (
    table_of(m) for m in (source.Interaction, source.UserListItem, source.UserFollowsTaste)
)
CHUNKS, ENVELOPES = table_of(source.VenueChunk), table_of(source.Envelope)

Row = dict[str, object]
World = dict[sa.Table, list[Row]]


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def booking(row_id: str, person: str, venue: str, status: str = "completed", days: float = 10) -> Row:
    return {
        "id": row_id,
        "user_id": person,
        "venue_id": venue,
        "status": status,
        "auto_confirmed": False,
        "slot_at": days_ago(days),
        "rating": None,
        "created_at": days_ago(days),
    }


def memory(person: str, slot: str, value: str) -> Row:
    return {
        "id": uuid5(NAMESPACE, f"{person} {slot} {value}"),
        "user_id": person,
        "key": slot,
        "kind": "semantic",
        "subject": "self",
        "value": value,
        "polarity": 1,
        "confidence": 0.9,
        "trust": 1.0,
        "status": "active",
        "language": "en",
        "valid_from": days_ago(5),
        "evidence_count": 1,
        "distinct_days": 1,
        "last_evidence_at": days_ago(5),
        "observation_ids": [uuid5(NAMESPACE, person)],
        "score": 0.65,
    }


def taste(person: str, **weights: int) -> list[Row]:
    """Return rows of dreaming's taste: `likes__coffee=3` weighs three sure statements of today."""
    return [
        {
            "user_id": person,
            "facet": facet.replace("__", ":").replace("_and_", " "),
            "weight": weight << 20,
            "favourable": max(weight, 0),
            "averse": max(-weight, 0),
            "half_life_days": 90,
            "last_said": NOW.date(),
            "landmark": NOW.date(),
        }
        for facet, weight in weights.items()
    ]


def envelope(row_id: str, sender: str, to: str, intent: str, status: str, timestamp: str = "") -> Row:
    return {
        "id": row_id,
        "from_agent": sender,
        "to_agent": to,
        "intent": intent,
        "payload": {},
        "agent_context": {},
        "ttl_ms": 5000,
        "timestamp": timestamp,
        "status": status,
    }


def person(name: str, city: str = "Canggu") -> Row:
    return {"id": name, "city": city, "cp_agent_id": f"ca-{name}", "created_at": days_ago(300)}


def venue(name: str, city: str = "canggu") -> Row:
    return {"id": name, "name": name.title(), "city_id": city, "category": "cafe", "agent_id": f"va-{name}"}


def question(row_id: str, who: str, asked: str | None, intent: str | None) -> Row:
    return {
        "id": row_id,
        "user_id": who,
        "agent_id": f"ca-{who}",
        "direction": "inbound",
        "content": "...",
        "venue_id": asked,
        "intent": intent,
        "created_at": days_ago(3),
    }


def chunk(row_id: str, of: str, content: str, days: float) -> Row:
    return {"id": row_id, "venue_id": of, "content": content, "created_at": days_ago(days)}


def small() -> World:
    """Three people of one taste and one who came late; four venues; everything the sources know."""
    sent = days_ago(2).isoformat()
    return {
        USERS: [person("ayu"), person("budi"), person("citra", "Ubud"), person("dewi")],
        VENUES: [venue("warung"), venue("reef"), venue("grill"), venue("temple", "ubud")],
        BOOKINGS: [
            booking("b1", "ayu", "warung"),
            booking("b2", "ayu", "reef", "CONFIRMED", 40),
            booking("b3", "budi", "warung", "Completed", 200),
            booking("b4", "budi", "reef"),
            booking("b5", "budi", "grill", "no_show"),
            booking("b6", "citra", "warung"),
            booking("b7", "citra", "grill", "completed", 20),
            booking("b8", "citra", "reef", "cancelled"),
            {**booking("b9", "budi", "temple"), "auto_confirmed": True, "rating": 5},
            booking("b10", "ayu", "warung", "completed", 100),
        ],
        TALK: [question("t1", "ayu", "temple", "date-night"), question("t2", "budi", None, "date-night")],
        LISTS: [{"id": "l1", "user_id": "ayu", "kind": "wishlist", "venue_id": "temple"}],
        FOLLOWS: [{"follower_id": "ayu", "followee_id": "citra"}],
        CHUNKS: [
            chunk("k1", "warung", "Old menu: steak.", 300),
            chunk("k2", "warung", "New menu: vegan bowls, coffee and wifi. No pork.", 1),
            chunk("k3", "grill", "Wagyu steaks and cocktails at sunset.", 2),
        ],
        ENVELOPES: [
            envelope("e1", "ca-ayu", "va-warung", "booking.confirm", "CONFIRMED", sent),
            envelope("e2", "ca-ayu", "va-warung", "booking.confirm", "confirmed", sent),
            envelope("e3", "ca-budi", "va-reef", "booking.search", "PENDING", sent),
            envelope("e4", "ca-budi", "va-reef", "network.ping", "PENDING", sent),
            envelope("e5", "ca-citra", "va-grill", "venue.list", "pending"),
            envelope("e6", "ca-citra", "va-grill", "venue.list", "pending"),
        ],
        MEMORY: [
            memory("ayu", "likes", "coffee"),
            memory("budi", "likes", "coffee"),
            memory("dewi", "diet", "vegan"),
            memory("citra", "dislikes", "loud music"),
            memory("ayu", "favourite_areas", "canggu"),
        ],
    }  # fmt: skip


def insert(database: Database, world: Mapping[sa.Table, Sequence[Row]], seed: int | None = None) -> None:
    """Let a world's rows arrive, in order or in another one."""
    rows = [(table, row) for table, some in world.items() for row in some]
    if seed is not None:
        random.Random(seed).shuffle(rows)
    with database.writing() as connection:
        for table, row in rows:
            connection.execute(sa.insert(table), [row])


def update(database: Database, table: sa.Table, row_id: str, **values: object) -> None:
    """Correct one row at its source."""
    with database.writing() as connection:
        connection.execute(sa.update(table).where(table.c.id == row_id).values(values))


def build(database: Database, settings: Settings, now: datetime = NOW) -> Applied:
    """Build the graph as one run of the job does."""
    at = settings.model_copy(update={"now": now})
    with exclusive(database, store.WRITER_SET, "build", at) as lease:
        erase_gone(lease, store.GRAPH_BUILD, at)
        done = graph_build.build(lease, at)
        alike = [graph_build.liken(lease, at), taste_similarity.compare(lease, at)]
        for other in () if done.units_held else alike:
            done.add(other)
        return done


def dump(database: Database) -> dict[str, list[bytes]]:
    """Return STATE as bytes."""
    with database.reading() as snapshot:
        return state.dump(snapshot)


def edges(database: Database, relation: str | None = None) -> dict[tuple[str, str, str], sa.Row[object]]:
    """Return the stored edges by (relation, src, dst)."""
    with database.reading() as snapshot:
        rows = snapshot.execute(sa.select(store.EDGES)).all()
    return {(row.relation, row.src, row.dst): row for row in rows if relation in (None, row.relation)}


def nodes(database: Database) -> dict[str, sa.Row[object]]:
    """Return the stored nodes by id."""
    with database.reading() as snapshot:
        return {row.id: row for row in snapshot.execute(sa.select(store.NODES))}
