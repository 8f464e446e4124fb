"""The sources as the graph reads them: queries, checksums, streams of rows and of integers.

What belongs here: SQL that reads `source` and `mind.user_memory`. What does not: SQL about nodes and
edges (`store`, `edge_store`), and thinking about rows (the pure modules).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from agnt_pipelines.graph import records
from agnt_pipelines.graph.columns import Codes, Longs
from agnt_pipelines.graph.timed import CONFIRMED_BY_CLOCK, STATUSES
from agnt_pipelines.replay.staleness import alive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.canonical import utc
from agnt_pipelines.storage.database import raw
from agnt_pipelines.storage.tables import dreaming, source, table_of

_MEMORY = table_of(dreaming.UserMemory)
_USERS, _TALK, _BOOKINGS = (table_of(m) for m in (source.User, source.Interaction, source.Booking))
_VENUES, _CHUNKS, _LISTS = (table_of(m) for m in (source.Venue, source.VenueChunk, source.UserListItem))
_FOLLOWS, _ENVELOPES = table_of(source.UserFollowsTaste), table_of(source.Envelope)

TIMED: Final = ("bookings", "interactions")
"""Sources whose rows have a time, and of which an hour can be counted by itself."""

_MODULUS = 1 << 64
_HEADER, _TRAILER = 19, 2
_BLOCK = 1 << 22
"""Bytes that are turned into columns at once."""

_DIALECT = postgresql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]
RECORDS: Mapping[str, type[Any]] = {
    "users": records.Person,
    "venues": records.Venue,
    "bookings": records.Booking,
    "interactions": records.Question,
    "lists": records.ListItem,
    "follows": records.Follow,
    "chunks": records.Chunk,
    "envelopes": records.Envelope,
    "memory": records.Memory,
}


@dataclass(frozen=True, slots=True)
class Survey:
    """What the sources hold, without reading them: counts and sums of hashes.

    Attributes:
        totals: source -> (rows, sum of their hashes modulo 2^64).
        hours: timed source -> int64 (n x 3): hour since 1970, rows, sum of hashes; ordered by hour.
    """

    totals: Mapping[str, tuple[int, int]]
    hours: Mapping[str, Longs]

    @property
    def newest(self) -> datetime | None:
        """The end of the newest hour that has a row."""
        ends = [int(hours[-1, 0]) + 1 for hours in self.hours.values() if len(hours)]
        return datetime.fromtimestamp(max(ends) * 3600, UTC) if ends else None

    @property
    def timed_rows(self) -> int:
        """How many rows the timed sources have."""
        return sum(self.totals[name][0] for name in TIMED)


@dataclass(frozen=True, slots=True)
class Hashes:
    """Names by PostgreSQL's hash of them: a sorted column and the number of each."""

    sorted: Longs
    numbers: Codes

    @classmethod
    def of(cls, hashes: Longs, numbers: Codes) -> Hashes:
        """Sort them."""
        order = np.argsort(hashes)
        return cls(hashes[order], numbers[order])

    def with_(self, more: Hashes) -> Hashes:
        """Return these and others."""
        both = (np.append(self.sorted, more.sorted), np.append(self.numbers, more.numbers))
        return Hashes.of(*both)

    def codes(self, hashes: Longs) -> Codes:
        """Return the number of each hash; -1 of one that is not known."""
        if not len(self.sorted):
            return np.full(len(hashes), -1, np.int32)
        places = np.minimum(np.searchsorted(self.sorted, hashes), len(self.sorted) - 1)
        return np.where(self.sorted[places] == hashes, self.numbers[places], np.int32(-1))


def outside_agents(settings: Settings) -> frozenset[str]:
    """Return the agents that the settings say are no person's and no venue's."""
    return frozenset(name.strip() for name in settings.outside_agents.split(",") if name.strip())


def stream(
    connection: Connection, name: str, as_of: datetime, settings: Settings, *where: sa.ColumnElement[bool]
) -> Iterator[Any]:
    """Yield a source's rows as records, by a server-side cursor; rows of people who are gone are not there.

    Texts come venue by venue, envelopes sender by sender.
    """
    query = queries(as_of, outside_agents(settings))[name].where(*where)
    order = {"chunks": _CHUNKS.c.venue_id, "envelopes": _ENVELOPES.c.from_agent}.get(name)
    if order is not None:
        query = query.order_by(order)
    record = RECORDS[name]
    with connection.execute(query.execution_options(yield_per=settings.chunk_rows)) as result:
        for row in result:
            yield record(*row)


def named(name: str, **keys: str) -> Iterator[sa.ColumnElement[bool]]:
    """Yield the conditions that a source's columns have some values."""
    tables = {
        "users": _USERS, "venues": _VENUES, "bookings": _BOOKINGS, "interactions": _TALK, "lists": _LISTS,
        "follows": _FOLLOWS, "chunks": _CHUNKS, "envelopes": _ENVELOPES, "memory": _MEMORY,
    }  # fmt: skip
    yield from (tables[name].c[column] == value for column, value in keys.items())


def people_of(connection: Connection) -> dict[str, int]:
    """Return PostgreSQL's hash of the id of everybody alive."""
    query = sa.select(_USERS.c.id, text_hash(_USERS.c.id)).where(_USERS.c.id.in_(alive()))
    return {row[0]: row[1] for row in connection.execute(query)}


def hashes_of(connection: Connection, names: Sequence[str | None]) -> Longs:
    """Return PostgreSQL's hash of each of some texts, in their order; of the empty text for a null."""
    given = sa.func.unnest(sa.bindparam("names", [name or "" for name in names], postgresql.ARRAY(sa.Text)))
    rows = given.table_valued("name", with_ordinality="place").render_derived()
    query = sa.select(text_hash(rows.c.name)).order_by(rows.c.place)
    return np.fromiter(connection.scalars(query), np.int64, len(names))


def venues_named(connection: Connection, name: str, hashes: Longs) -> dict[str, int]:
    """Return the venues that a source names, of some hashes; for those that `source.venues` has not."""
    column = {"bookings": _BOOKINGS, "interactions": _TALK, "lists": _LISTS}[name].c.venue_id
    wanted = sa.bindparam("hashes", hashes.tolist(), postgresql.ARRAY(sa.BigInteger))
    query = sa.select(column, text_hash(column)).where(text_hash(column) == sa.any_(wanted)).distinct()
    return {row[0]: row[1] for row in connection.execute(query)}


def intents(connection: Connection, as_of: datetime) -> dict[str, int]:
    """Return the intents that people's messages were given, by their hash."""
    rows = queries(as_of, ())["interactions"].subquery()
    query = sa.select(rows.c.intent, text_hash(rows.c.intent)).where(rows.c.intent.is_not(None)).distinct()
    return {row[0]: row[1] for row in connection.execute(query)}


def columns(
    connection: Connection, name: str, as_of: datetime, *where: sa.ColumnElement[bool]
) -> Iterator[Longs]:
    """Yield a source as blocks of int64 columns (k x n), by COPY.

    Bookings: person, venue (both by hash), time, kind. Interactions: person, venue, intent (nought for
    none), time. Lists: person, venue.
    """
    rows = queries(as_of, ())[name]
    booked, talk, lists = _BOOKINGS.c, _TALK.c, _LISTS.c
    at = {
        "bookings": (text_hash(booked.user_id), text_hash(booked.venue_id), booked.created_at, _kind()),
        "interactions": (
            text_hash(talk.user_id), _or_nought(talk.venue_id), _or_nought(talk.intent), talk.created_at
        ),
        "lists": (text_hash(lists.user_id), text_hash(lists.venue_id)),
    }[name]  # fmt: skip
    yield from integers(connection, rows.where(*where).with_only_columns(*at))


def within(name: str, stretches: Iterable[tuple[int, int]]) -> sa.ColumnElement[bool]:
    """Return the condition that a timed source's row is of some hours since 1970, [first, end)."""
    at = {"bookings": _BOOKINGS, "interactions": _TALK}[name].c.created_at
    bounds = [[datetime.fromtimestamp(hour * 3600, UTC) for hour in stretch] for stretch in stretches]
    return sa.or_(*(sa.and_(at >= start, at < end) for start, end in bounds))


def of_pairs(people: Sequence[str], venues: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a booking is between some pairs of people and venues."""
    texts = [sa.bindparam(None, list(names), postgresql.ARRAY(sa.Text)) for names in (people, venues)]
    pairs = sa.func.unnest(*texts).table_valued("person", "venue").render_derived()
    both = sa.tuple_(_BOOKINGS.c.user_id, _BOOKINGS.c.venue_id)
    return both.in_(sa.select(pairs.c.person, pairs.c.venue))


def of_people(people: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a message is somebody's of some people."""
    return _TALK.c.user_id == sa.func.any(sa.bindparam(None, list(people), postgresql.ARRAY(sa.Text)))


def integers(connection: Connection, query: sa.Select[Any]) -> Iterator[Longs]:
    """Yield a query's rows as blocks of int64 columns (k x n); every value is of eight bytes, none null."""
    width = len(query.selected_columns)
    shape = [("fields", ">i2")]
    for number in range(width):
        shape += [(f"size{number}", ">i4"), (f"value{number}", ">i8")]
    row = np.dtype(shape)
    made = query.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    statement = f"COPY ({made}) TO STDOUT (FORMAT BINARY)"
    with raw(connection).cursor() as cursor, cursor.copy(statement.encode(), made.params) as copy:
        waiting = bytearray()
        for part in copy:
            waiting += part
            if len(waiting) >= _BLOCK + _HEADER:
                whole = (len(waiting) - _HEADER) // row.itemsize * row.itemsize
                yield _columns(waiting[_HEADER : _HEADER + whole], row, width)
                del waiting[_HEADER : _HEADER + whole]
        if len(waiting) > _HEADER + _TRAILER:
            yield _columns(waiting[_HEADER:-_TRAILER], row, width)


def survey(connection: Connection, as_of: datetime, outside: Collection[str]) -> Survey:
    """Count every source, and the timed ones hour by hour."""
    asked = queries(as_of, outside)
    totals = {
        row.source: (int(row.rows), int(row.total))
        for row in connection.execute(
            sa.union_all(*(_total(name, query) for name, query in asked.items() if name not in TIMED))
        )
    }
    hours = {}
    for name in TIMED:
        rows = _hashed(asked[name], "created_at").subquery()
        at = sa.func.date_bin(sa.text("interval '1 hour'"), rows.c.at, sa.text("timestamptz 'epoch'"))
        binned = sa.select(at.label("hour"), *_summed(rows)).group_by(at).subquery()
        hour = sa.cast(sa.extract("epoch", binned.c.hour) / 3600, sa.BigInteger)
        found = connection.execute(sa.select(hour, binned.c.rows, binned.c.total).order_by(binned.c.hour))
        triples = [(row[0], row[1], _signed(int(row[2]))) for row in found]
        hours[name] = np.array(triples, np.int64).reshape(-1, 3)
        sums = hours[name][:, 2].view(np.uint64).sum(dtype=np.uint64) if triples else 0
        totals[name] = (int(hours[name][:, 1].sum()), int(sums))
    return Survey(totals, hours)


def unit_digest(as_of: datetime, reads: Collection[str], found: Survey) -> str:
    """Return the digest of a unit that follows from some sources, as `digests` has it."""
    lines = [
        f"{name} {count}:{total}" for name, (count, total) in sorted(found.totals.items()) if name in reads
    ]
    text = "\n".join([f"as of {utc(as_of).isoformat()}", *lines])
    return hashlib.sha256(text.encode()).hexdigest()


def source_digests(as_of: datetime, outside: Collection[str]) -> sa.CompoundSelect[Any]:
    """Select (source, digest) of every source: rows and the sum of their hashes, whatever their order."""
    parts = []
    for name, query in queries(as_of, outside).items():
        total = _total(name, query).subquery()
        text = sa.cast(total.c.rows, sa.Text) + ":" + sa.cast(total.c.total, sa.Text)
        parts.append(sa.select(total.c.source, text.label("digest")))
    return sa.union_all(*parts)


def text_hash(column: Any) -> sa.ColumnElement[int]:
    """Return PostgreSQL's 64-bit hash of a text."""
    return sa.func.hashtextextended(column, 0, type_=sa.BigInteger)


def queries(as_of: datetime, outside: Collection[str]) -> dict[str, sa.Select[Any]]:
    """Return, per input, a select of its record's fields in order; the first ones name the row."""
    talk, booked, memory, messages = _TALK.c, _BOOKINGS.c, _MEMORY.c, _ENVELOPES.c
    return {
        "users": sa.select(_USERS.c.id, _USERS.c.city, _USERS.c.cp_agent_id).where(_USERS.c.id.in_(alive())),
        "venues": sa.select(
            _VENUES.c.id, _VENUES.c.name, _VENUES.c.city_id, _VENUES.c.category, _VENUES.c.agent_id
        ),
        "bookings": sa.select(
            booked.id, booked.user_id, booked.venue_id, sa.func.lower(sa.func.trim(booked.status)),
            booked.auto_confirmed, booked.rating, booked.created_at,
        ).where(booked.user_id.in_(alive()), *_before(booked.created_at, as_of)),
        "interactions": sa.select(
            talk.id, talk.user_id, talk.venue_id, talk.intent, talk.created_at
        ).where(
            talk.user_id.in_(alive()),
            *_before(talk.created_at, as_of),
            sa.func.lower(talk.direction) == "inbound",
            talk.source.is_distinct_from("external_agent"),
            sa.or_(talk.venue_id.is_not(None), talk.intent.is_not(None)),
        ),
        "lists": sa.select(_LISTS.c.id, _LISTS.c.user_id, _LISTS.c.venue_id).where(
            _LISTS.c.user_id.in_(alive())
        ),
        "follows": sa.select(_FOLLOWS.c.follower_id, _FOLLOWS.c.followee_id).where(
            _FOLLOWS.c.follower_id.in_(alive()), _FOLLOWS.c.followee_id.in_(alive())
        ),
        "chunks": sa.select(
            _CHUNKS.c.id, _CHUNKS.c.venue_id, _CHUNKS.c.content, _CHUNKS.c.created_at
        ).where(*_before(_CHUNKS.c.created_at, as_of)),
        "envelopes": sa.select(
            messages.id, messages.from_agent, messages.to_agent, messages.intent, messages.ttl_ms,
            messages.timestamp, messages.status,
        ).where(_is_known(messages.from_agent, outside), _is_known(messages.to_agent, outside)),
        "memory": sa.select(
            sa.cast(memory.id, sa.Text), memory.user_id, memory.key, memory.value, memory.polarity > 0,
            memory.confidence, memory.last_evidence_at,
        ).where(memory.user_id.in_(alive()), memory.status == "active", memory.subject == "self"),
    }  # fmt: skip


def _before(at: sa.Column[datetime], as_of: datetime) -> Iterator[sa.ColumnElement[bool]]:
    """Leave out what has not happened yet, and what says that it was at no time."""
    yield at < as_of
    yield sa.func.isfinite(at)


def _is_known(agent: sa.Column[str], outside: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether an agent's envelopes are read: one that is nobody's may have been a deleted person's."""
    of_people = sa.select(_USERS.c.cp_agent_id).where(_USERS.c.id.in_(alive()))
    of_venues = sa.select(_VENUES.c.agent_id)
    return sa.or_(agent.in_(of_people), agent.in_(of_venues), agent.in_(sorted(outside)))


def _kind() -> sa.ColumnElement[int]:
    """Return a booking's status, who confirmed it and its stars in one number (see `timed`)."""
    booked = _BOOKINGS.c
    status = sa.case(
        {name: 16 * place for place, name in enumerate(STATUSES, 1)},
        value=sa.func.lower(sa.func.trim(booked.status)),
        else_=0,
    )
    clock = sa.case((booked.auto_confirmed, CONFIRMED_BY_CLOCK), else_=0)
    stars = sa.case((booked.rating.is_(None), 0), else_=sa.func.greatest(sa.func.least(booked.rating, 5), 1))
    return sa.cast(status + clock + stars, sa.BigInteger)


def _or_nought(column: sa.Column[Any]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(text_hash(column), 0)


def _total(name: str, query: sa.Select[Any]) -> sa.Select[Any]:
    rows = _hashed(query).subquery()
    return sa.select(sa.literal(name).label("source"), *_summed(rows))


def _summed(rows: sa.Subquery) -> Iterator[sa.ColumnElement[Any]]:
    yield sa.func.count().label("rows")
    modulus: sa.ColumnElement[Any] = sa.literal_column(str(_MODULUS))
    total = sa.func.coalesce(sa.func.sum(rows.c.hashed), 0)
    yield sa.func.mod(sa.func.mod(total, modulus) + modulus, modulus).label("total")


def _hashed(query: sa.Select[Any], at: str | None = None) -> sa.Select[Any]:
    """Select a 64-bit hash of each row, nested over its columns, which is thrice as fast as a record's."""
    hashed: sa.ColumnElement[Any] = sa.literal_column("0")
    for column in query.selected_columns:
        match column.type:
            case sa.DateTime():
                plain = sa.func.coalesce(sa.func.timezone("UTC", column), sa.text("'-infinity'::timestamp"))
                hashed = sa.func.timestamp_hash_extended(plain, hashed)
            case sa.Boolean():
                number = sa.func.coalesce(sa.cast(column, sa.Integer), -1)
                hashed = sa.func.hashint4extended(number, hashed)
            case sa.Integer():
                number = sa.func.coalesce(sa.cast(column, sa.BigInteger), sa.literal_column("-9e18::bigint"))
                hashed = sa.func.hashint8extended(number, hashed)
            case sa.Float():
                hashed = sa.func.hashfloat8extended(sa.func.coalesce(column, -1), hashed)
            case _:
                hashed = sa.func.hashtextextended(sa.func.coalesce(column, "\x01"), hashed)
    made = [hashed.label("hashed")]
    if at is not None:
        made.append(query.selected_columns[at].label("at"))
    return query.with_only_columns(*made)


def _columns(block: bytearray, row: np.dtype[Any], width: int) -> Longs:
    read: NDArray[Any] = np.frombuffer(bytes(block), row)
    return np.stack([read[f"value{number}"].astype(np.int64) for number in range(width)])


def _signed(total: int) -> int:
    return total - _MODULUS if total >= _MODULUS >> 1 else total
