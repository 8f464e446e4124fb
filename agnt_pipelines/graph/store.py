"""The only SQL about nodes and builds: derivations, their digests, and the graph as readers ask for it.

What belongs here: what follows from what, conversions, reading. What does not: reading the sources
(`source_store`), and writing edges (`edge_store`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from agnt_pipelines.graph.entities import VISITS, Edge, Node, NodeType, Relation
from agnt_pipelines.graph.source_store import outside_agents, queries, source_digests
from agnt_pipelines.graph.visits import Doing
from agnt_pipelines.replay import completion
from agnt_pipelines.replay.derivation import Derivation, Row, content_id
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.staleness import alive
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.canonical import utc
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import graph as tables
from agnt_pipelines.storage.tables import role_of, table_of
from agnt_pipelines.storage.tables.replay import JobWindow, WindowUnit

NODES = table_of(tables.EntityNode)
EDGES = table_of(tables.EntityEdge)
BUILDS = table_of(tables.GraphBuild)
CURSORS = table_of(tables.GraphCursor)
_WINDOWS = table_of(JobWindow)
_UNITS = table_of(WindowUnit)
_ORIGIN = datetime(2015, 1, 1, tzinfo=UTC)

WRITER_SET = "graph"
GRAPH_BUILD = "graph_build"
TASTE_SIMILARITY = "taste_similarity"
VERSION = "2"
"""Raised with every change that may change rows; a build of a new hour makes them all anyway."""

_PEOPLE, _ASKED = ("users",), ("users", "interactions")
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
"""What the rows of each relation that sources tell of follow from; nodes follow from everything."""

TOLD = frozenset(_READS)
"""Relations that sources tell of."""

LIKENESS: Mapping[Relation, frozenset[Relation]] = {
    Relation.SIMILAR_TO: VISITS,
    Relation.CO_BOOKED: frozenset({Relation.BOOKED}),
    Relation.SIMILAR_TASTE: VISITS,
}
"""Relations that follow from others alone, and from which."""


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


@dataclass(frozen=True, slots=True)
class Stored:
    """What is recorded of a unit: its rows, their digest, that of its inputs, and the code that made it."""

    rows: int
    digest: str
    digest_in: str
    version: str


def stored(connection: Connection, derivation: Derivation) -> dict[str, Stored]:
    """Return what is recorded of a derivation, by unit."""
    columns = (_UNITS.c.unit, _UNITS.c.rows, _UNITS.c.digest_out, _UNITS.c.digest_in, _UNITS.c.version)
    rows = connection.execute(sa.select(*columns).where(_UNITS.c.derivation == derivation.name))
    return {row[0]: Stored(*row[1:]) for row in rows}


def digests(connection: Connection, derivation: Derivation) -> dict[str, str]:
    """Return the digest of each unit's inputs."""
    assert derivation.digests is not None
    return {row.unit: row.digest_in for row in connection.execute(derivation.digests)}


def unit_reads() -> dict[str, tuple[str, ...]]:
    """Return which sources each unit of the entity graph follows from."""
    every = tuple(queries(_ORIGIN, ()))
    return {unit.value: every for unit in NodeType} | {unit.value: names for unit, names in _READS.items()}


def venue_likeness(_settings: Settings) -> Derivation:
    """What venues are alike: from edges that are there, so that an hour without news asks for nothing."""
    return _likeness("venue_likeness", GRAPH_BUILD, (Relation.SIMILAR_TO, Relation.CO_BOOKED))


def taste_neighbours(_settings: Settings) -> Derivation:
    """Whose taste is alike: the dear one, on its own cadence."""
    return _likeness("taste_neighbours", TASTE_SIMILARITY, (Relation.SIMILAR_TASTE,))


def _likeness(name: str, job: str, relations: Iterable[Relation]) -> Derivation:
    units = [(relation.value, told.value) for relation in relations for told in LIKENESS[relation]]
    reads = sa.values(sa.column("unit", sa.Text), sa.column("told", sa.Text), name="reads").data(units)
    told = sa.func.string_agg(
        reads.c.told + sa.literal(" ") + _UNITS.c.digest_out, sa.text("E'\\n' ORDER BY reads.told")
    )
    hashed = sa.func.encode(sa.func.sha256(sa.func.convert_to(told, "UTF8")), "hex")
    return Derivation(
        name=name,
        job=job,
        writer_set=WRITER_SET,
        version=f"graph {VERSION}",
        tables=(EDGES,),
        calendar=None,
        digests=(
            sa.select(sa.literal(FOLD).label("window_key"), reads.c.unit, hashed.label("digest_in"))
            .join_from(
                reads, _UNITS, sa.and_(_UNITS.c.derivation == NODES.name, _UNITS.c.unit == reads.c.told)
            )
            .group_by(reads.c.unit)
        ),
        logs_values=False,
        held=True,
        whole=True,
        follows=str(NODES.name),
    )


@contextmanager
def snapshot_of(database: Database) -> Iterator[Connection]:
    """Yield a snapshot of the whole graph: a swap of edges waits until it is over, or came before it.

    A table exchanged after a snapshot began would be empty to it, so the lock comes first.
    """
    with database.reading() as snapshot:
        snapshot.execute(sa.text("LOCK TABLE mind.entity_edges IN ACCESS SHARE MODE"))
        yield snapshot


def node_row(node: Node) -> Row:
    """Return a node as a row of `mind.entity_nodes`."""
    attributes = canonical.fragment(dict(node.attributes or {}))
    return (node.id, node.type.value, node.owner, node.label, attributes)


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


def forget_orphans(lease: Lease) -> None:
    """Take away the nodes that an erasure left without an edge, while the build that would is held.

    Of what several people named who are gone, no one is the owner. Erasure itself is never held.
    """
    alone = (~sa.exists().where(EDGES.c[end] == NODES.c.id) for end in ("src", "dst"))
    named = NODES.c.type.in_([NodeType.USER.value, NodeType.VENUE.value])
    with lease.transaction() as connection:
        if completion.is_outdated(connection, str(NODES.name)):
            connection.execute(sa.delete(NODES).where(~named, *alone))


def counts(connection: Connection) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many nodes there are by type, and edges by relation; none is zero."""
    derivations = (str(NODES.name), *role_of(EDGES).also)
    query = sa.select(_UNITS.c.unit, _UNITS.c.rows).where(_UNITS.c.derivation.in_(derivations))
    seen = Counter({str(unit): int(rows) for unit, rows in connection.execute(query)})
    nodes, edges = ({name.value: seen[name.value] for name in names} for names in (NodeType, Relation))
    return nodes, edges


def latest_build(connection: Connection) -> datetime | None:
    """Return the hour of the newest build; None before the first."""
    newest: datetime | None = connection.scalar(sa.select(sa.func.max(BUILDS.c.as_of)))
    return newest


def read_edges(
    connection: Connection,
    relations: Collection[Relation],
    *,
    src: str | None = None,
    dst: str | None = None,
) -> Iterator[Edge]:
    """Yield edges of some relations, heaviest first, of one source, one end or all; none of who is gone."""
    query = sa.select(EDGES).where(EDGES.c.relation.in_(sorted(relations)), *_told())
    if src is not None:
        query = query.where(EDGES.c.src == src)
    if dst is not None:
        query = query.where(EDGES.c.dst == dst)
    for row in connection.execute(query.order_by(EDGES.c.weight.desc(), EDGES.c.dst, EDGES.c.src)):
        yield _edge(row)


def read_doings(connection: Connection) -> Iterator[Doing]:
    """Yield what people did at venues; none of who is gone."""
    query = sa.select(EDGES.c.src, EDGES.c.relation, EDGES.c.dst, EDGES.c.weight).where(
        EDGES.c.relation.in_(sorted(VISITS)), EDGES.c.dst.startswith(f"{NodeType.VENUE}:"), *_told()
    )
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


def node_query() -> sa.Select[Any]:
    """Select every node but those of people who are gone."""
    query = sa.select(NODES.c.id, NODES.c.type, NODES.c.label, NODES.c.attributes)
    return query.where(sa.or_(NODES.c.user_id.is_(None), NODES.c.user_id.in_(alive()))).order_by(NODES.c.id)


def edge_query(relations: Collection[Relation]) -> sa.Select[Any]:
    """Select the edges of some relations but those of people who are gone."""
    names = [relation.value for relation in relations]
    query = sa.select(EDGES).where(EDGES.c.relation.in_(names), *_told())
    return query.order_by(EDGES.c.relation, EDGES.c.src, EDGES.c.dst)


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


def _digests(as_of: datetime, outside: Collection[str]) -> sa.Select[Any]:
    """Select (FOLD, unit, digest_in): SHA-256 over the hour and the sources that a unit follows from.

    `source_store.unit_digest` says the same of a survey.
    """
    sources = source_digests(as_of, outside).cte("sources")
    reads = [(unit, name) for unit, names in unit_reads().items() for name in names]
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
