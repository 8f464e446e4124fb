"""The only SQL of the graph: what a build reads, its digests, and rows in and out of dataclasses.

What belongs here: the derivation, queries, conversions. What does not: thinking about rows (the pure
modules), and writing nodes and edges (`replay.apply`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from agnt_pipelines.graph import records
from agnt_pipelines.graph.entities import VISITS, Edge, Node, NodeType, Relation
from agnt_pipelines.graph.visits import Doing
from agnt_pipelines.replay.derivation import Derivation, Row, content_id
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.staleness import alive, content
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.canonical import utc
from agnt_pipelines.storage.tables import dreaming, source, table_of
from agnt_pipelines.storage.tables import graph as tables
from agnt_pipelines.storage.tables.replay import JobWindow

NODES = table_of(tables.EntityNode)
EDGES = table_of(tables.EntityEdge)
BUILDS = table_of(tables.GraphBuild)
_MEMORY = table_of(dreaming.UserMemory)
_WINDOWS = table_of(JobWindow)
_USERS, _TALK, _BOOKINGS = (table_of(m) for m in (source.User, source.Interaction, source.Booking))
_VENUES, _CHUNKS, _LISTS = (table_of(m) for m in (source.Venue, source.VenueChunk, source.UserListItem))
_FOLLOWS, _ENVELOPES = table_of(source.UserFollowsTaste), table_of(source.Envelope)

WRITER_SET = "graph"
GRAPH_BUILD = "graph_build"
VERSION = "1"
"""Raised with every change that may change rows; a build of a new hour makes them all anyway."""

_PEOPLE, _ASKED = ("users",), ("users", "interactions")
_VISITED = ("users", "bookings", "interactions", "lists")
_MESSAGES = ("users", "venues", "envelopes")
_READS: Mapping[Relation, tuple[str, ...]] = {
    Relation.PREFERS: ("users", "venues", "memory"),
    Relation.AVOIDS: ("users", "venues", "memory"),
    Relation.BOOKED: ("users", "bookings"),
    Relation.COMPLETED: ("users", "bookings"),
    Relation.CANCELLED: ("users", "bookings"),
    Relation.NO_SHOW: ("users", "bookings"),
    Relation.RATED: ("users", "bookings"),
    Relation.SAVED: ("users", "lists"),
    Relation.ASKED_ABOUT: _ASKED,
    Relation.FOLLOWS_TASTE: ("users", "follows"),
    Relation.SIMILAR_TASTE: _VISITED,
    Relation.SIMILAR_TO: _VISITED,
    Relation.CO_BOOKED: ("users", "bookings"),
    Relation.HAS_FEATURE: ("venues", "chunks"),
    Relation.SUITS: ("chunks",),
    Relation.LOCATED_IN: ("venues",),
    Relation.BASED_IN: _PEOPLE,
    Relation.ACTS_FOR: ("users", "venues"),
    Relation.SEARCHED: _MESSAGES,
    Relation.NEGOTIATED_WITH: _MESSAGES,
    Relation.CONFIRMED_WITH: _MESSAGES,
    Relation.UNANSWERED_BY: _MESSAGES,
}
"""What each relation's rows follow from; nodes follow from everything."""


def entity_graph(settings: Settings, as_of: datetime) -> Derivation:
    """What one build derives: every type of node and every relation, as of an hour, all or none."""
    return Derivation(
        name=NODES.name,
        job=GRAPH_BUILD,
        writer_set=WRITER_SET,
        version=", ".join((f"graph {VERSION}", *sorted(outside_agents(settings)))),
        tables=(NODES, EDGES),
        calendar=None,
        digests=_digests(as_of, outside_agents(settings)),
        logs_values=False,
        held=True,
        whole=True,
    )


def digests(connection: Connection, derivation: Derivation) -> dict[str, str]:
    """Return the digest of each unit's inputs."""
    assert derivation.digests is not None
    return {row.unit: row.digest_in for row in connection.execute(derivation.digests)}


def read_world(connection: Connection, settings: Settings, as_of: datetime) -> records.World:
    """Return what a build reads; rows of people who are gone are not there."""
    made: dict[str, type[Any]] = {
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
    queries = _queries(as_of, outside_agents(settings))
    rows = {
        name: tuple(record(*row) for row in connection.execute(queries[name]))
        for name, record in made.items()
    }
    return records.World(
        as_of=as_of,
        people=rows["users"],
        venues=rows["venues"],
        bookings=rows["bookings"],
        questions=rows["interactions"],
        lists=rows["lists"],
        follows=rows["follows"],
        chunks=rows["chunks"],
        envelopes=rows["envelopes"],
        memories=rows["memory"],
        outside=outside_agents(settings),
    )


def outside_agents(settings: Settings) -> frozenset[str]:
    """Return the agents that the settings say are no person's and no venue's."""
    return frozenset(name.strip() for name in settings.outside_agents.split(",") if name.strip())


def node_row(node: Node) -> Row:
    """Return a node as a row of `mind.entity_nodes`."""
    attributes = canonical.fragment(dict(node.attributes or {}))
    return (node.id, node.type.value, node.owner, node.label, attributes)


def edge_row(edge: Edge, owners: Mapping[str, str]) -> Row:
    """Return an edge as a row of `mind.entity_edges`; `owners` maps nodes to people."""
    return (
        edge.relation.value,
        edge.src,
        edge.dst,
        owners.get(edge.src),
        owners.get(edge.dst),
        edge.weight,
        edge.evidence_count,
        None if edge.first_seen is None else utc(edge.first_seen),
        None if edge.last_seen is None else utc(edge.last_seen),
        edge.derived,
        canonical.fragment(dict(edge.provenance)),
    )


def record_build(lease: Lease, as_of: datetime) -> None:
    """Record what readers have now as the build of an hour; a second time is the same record."""
    with lease.transaction() as connection:
        digest = connection.scalar(
            sa.select(_WINDOWS.c.digest_in).where(
                _WINDOWS.c.derivation == NODES.name, _WINDOWS.c.window_key == FOLD
            )
        )
        nodes, edges = counts(connection)
        row = {
            "id": content_id(GRAPH_BUILD, utc(as_of).isoformat(), digest),
            "as_of": as_of,
            "digest_in": digest,
            "nodes": nodes,
            "edges": edges,
            "run_id": lease.run_id,
        }
        connection.execute(insert(BUILDS).values(row).on_conflict_do_nothing())


def counts(connection: Connection) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many nodes there are by type, and edges by relation; none is zero."""
    found = []
    for column, names in ((NODES.c.type, NodeType), (EDGES.c.relation, Relation)):
        rows = connection.execute(sa.select(column, sa.func.count()).group_by(column))
        seen = Counter({str(name): int(count) for name, count in rows})
        found.append({name.value: seen[name.value] for name in names})
    return found[0], found[1]


def latest_build(connection: Connection) -> datetime | None:
    """Return the hour of the newest build; None before the first."""
    newest: datetime | None = connection.scalar(sa.select(sa.func.max(BUILDS.c.as_of)))
    return newest


def read_edges(
    connection: Connection, relations: Collection[Relation], *, src: str | None = None
) -> Iterator[Edge]:
    """Yield edges of some relations, heaviest first, of one source or of all; none of who is gone."""
    query = sa.select(EDGES).where(EDGES.c.relation.in_(sorted(relations)), *_told())
    if src is not None:
        query = query.where(EDGES.c.src == src)
    for row in connection.execute(query.order_by(EDGES.c.weight.desc(), EDGES.c.dst, EDGES.c.src)):
        yield _edge(row)


def read_doings(connection: Connection, *, person: str | None = None) -> Iterator[Doing]:
    """Yield what people did at venues, of one person's node or of all; none of who is gone."""
    query = sa.select(EDGES.c.src, EDGES.c.relation, EDGES.c.dst, EDGES.c.weight).where(
        EDGES.c.relation.in_(sorted(VISITS)), EDGES.c.dst.startswith(f"{NodeType.VENUE}:"), *_told()
    )
    if person is not None:
        query = query.where(EDGES.c.src == person)
    yield from (Doing(*row) for row in connection.execute(query))


def edition(connection: Connection) -> tuple[UUID | None, int, Decimal | None]:
    """Return what changes with every build and with who is told of: the build, and a sum over people."""
    newest = sa.select(BUILDS.c.id).order_by(BUILDS.c.as_of.desc(), BUILDS.c.finished_at.desc()).limit(1)
    people = alive().subquery()
    hashed = sa.func.hashtextextended(people.c.id, 0)
    count, total = connection.execute(
        sa.select(sa.func.count(), sa.func.sum(hashed)).select_from(people)
    ).one()
    return connection.scalar(newest), count, total


def read_edge(connection: Connection, src: str, relation: Relation, dst: str) -> Edge | None:
    """Return one edge, if there is one."""
    mine = (EDGES.c.src == src, EDGES.c.relation == relation, EDGES.c.dst == dst)
    row = connection.execute(sa.select(EDGES).where(*mine, *_told())).first()
    return None if row is None else _edge(row)


def read_labels(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """Return what some nodes are called, where they are called anything."""
    query = sa.select(NODES.c.id, NODES.c.label).where(NODES.c.id.in_(sorted(set(names))))
    return {row.id: row.label for row in connection.execute(query) if row.label is not None}


def _told() -> Iterator[sa.ColumnElement[bool]]:
    """Leave out edges of people who are gone and whom the next run erases."""
    for person in (EDGES.c.user_id, EDGES.c.other_user_id):
        yield sa.or_(person.is_(None), person.in_(alive()))


def _edge(row: Any) -> Edge:
    return Edge(
        Relation(row.relation),
        row.src,
        row.dst,
        row.weight,
        row.evidence_count,
        row.first_seen,
        row.last_seen,
        row.provenance,
    )


def _queries(as_of: datetime, outside: Collection[str]) -> dict[str, sa.Select[Any]]:
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
        ).where(booked.user_id.in_(alive()), booked.created_at < as_of),
        "interactions": sa.select(
            talk.id, talk.user_id, talk.venue_id, talk.intent, talk.created_at
        ).where(
            talk.user_id.in_(alive()),
            talk.created_at < as_of,
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
        ).where(_CHUNKS.c.created_at < as_of),
        "envelopes": sa.select(
            messages.id, messages.from_agent, messages.to_agent, messages.intent, messages.ttl_ms,
            messages.timestamp, messages.status,
        ).where(_is_known(messages.from_agent, outside), _is_known(messages.to_agent, outside)),
        "memory": sa.select(
            sa.cast(memory.id, sa.Text), memory.user_id, memory.key, memory.value, memory.polarity > 0,
            memory.confidence, memory.last_evidence_at,
        ).where(memory.user_id.in_(alive()), memory.status == "active", memory.subject == "self"),
    }  # fmt: skip


def _is_known(agent: sa.Column[str], outside: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether an agent's envelopes are read: one that is nobody's may have been a deleted person's."""
    of_people = sa.select(_USERS.c.cp_agent_id).where(_USERS.c.id.in_(alive()))
    of_venues = sa.select(_VENUES.c.agent_id)
    return sa.or_(agent.in_(of_people), agent.in_(of_venues), agent.in_(sorted(outside)))


def _digests(as_of: datetime, outside: Collection[str]) -> sa.Select[Any]:
    """Select (FOLD, unit, digest_in): SHA-256 over the hour and the rows of what a unit follows from."""
    queries = _queries(as_of, outside)
    sources = sa.union_all(*(_source_digest(name, query) for name, query in queries.items())).cte("sources")
    reads = [(unit.value, name) for unit in NodeType for name in queries]
    reads += [(unit.value, name) for unit, names in _READS.items() for name in names]
    units = sa.values(sa.column("unit", sa.Text), sa.column("source", sa.Text), name="reads").data(reads)
    listed = sa.func.string_agg(
        sources.c.source + sa.literal(" ") + sources.c.digest, sa.text("E'\\n' ORDER BY sources.source")
    )
    parts = sa.literal(f"as of {utc(as_of).isoformat()}\n") + listed
    hashed = sa.func.encode(sa.func.sha256(sa.func.convert_to(parts, "UTF8")), "hex")
    return (
        sa.select(sa.literal(FOLD).label("window_key"), units.c.unit, hashed.label("digest_in"))
        .join_from(units, sources, units.c.source == sources.c.source)
        .group_by(units.c.unit)
    )


def _source_digest(name: str, query: sa.Select[Any]) -> sa.Select[Any]:
    """Select (source, digest): it depends on the set of rows alone."""
    rows = query.subquery()
    hashed = sa.select(
        sa.func.sha256(sa.func.convert_to(content(*rows.c), "UTF8")).label("hashed")
    ).subquery()
    joined = sa.func.string_agg(hashed.c.hashed, sa.text("''::bytea ORDER BY hashed"))
    digest = sa.func.encode(sa.func.sha256(sa.func.coalesce(joined, sa.text("''::bytea"))), "hex")
    return sa.select(sa.literal(name).label("source"), digest.label("digest"))
