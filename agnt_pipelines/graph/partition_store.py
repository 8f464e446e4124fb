"""Relations' partitions: rows copied into a table of their own, and exchanged for a partition.

Readers wait no longer than `_LOCK_MS` for an exchange, and see a relation before it or after it. What
belongs here: tables and locks. What does not: which rows there shall be, and the difference to those
there are (`edge_store`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import psycopg
import sqlalchemy as sa
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from agnt_pipelines.errors import LockedOut
from agnt_pipelines.graph import rows
from agnt_pipelines.graph.columns import Edges, marks_of
from agnt_pipelines.graph.entities import Relation
from agnt_pipelines.graph.provenance import PROVENANCE
from agnt_pipelines.graph.rows import Texts
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.storage.database import raw

_LOCK_MS = 50
"""Readers wait so long at most for an exchange that waits for other readers, before it stands back."""

_STAND_BACK_S, _PATIENCE_S = 0.2, 600.0
_STAGED = "staged_"


@dataclass(frozen=True)
class Ends:
    """What the ends of edges are called, and to whom they belong.

    Attributes:
        ids: node ids, by number.
        owners: node -> person.
    """

    ids: Sequence[str]
    owners: Mapping[str, str]

    @cached_property
    def names(self) -> Texts:
        """The ids, ready to be sent."""
        return Texts.of(self.ids)

    @cached_property
    def people(self) -> Texts:
        """The owners, ready to be sent."""
        return Texts.of([self.owners.get(name) for name in self.ids])

    @cached_property
    def marks(self) -> NDArray[np.uint64]:
        """The hashes that checksums are made of."""
        return marks_of(self.ids, self.owners)


def staged(lease: Lease, relation: Relation, edges: Edges, ends: Ends) -> Callable[[Connection], None]:
    """Copy edges into a table of their own, and return what exchanges the relation's partition for it."""
    with lease.transaction() as connection:
        create_stage(connection, relation)
        copy_edges(connection, _name(_STAGED, relation), relation, edges, ends)
        index_stage(connection, relation)
    return lambda connection: swap(connection, relation)


def create_stage(connection: Connection, relation: Relation) -> None:
    """Make an empty table that can become a relation's partition."""
    name = _name(_STAGED, relation)
    statement = (
        "DROP TABLE IF EXISTS mind.{name}; CREATE TABLE mind.{name} (LIKE mind.entity_edges INCLUDING "
        "DEFAULTS INCLUDING CONSTRAINTS, CONSTRAINT {only} CHECK (relation = {relation})) "
        # A vacuum of what was just copied would be in the way of the exchange for as long as it takes.
        "WITH (autovacuum_enabled = false)"
    )
    _run(connection, statement, name=name, only=f"{name}_only", relation=sql.Literal(relation.value))


def index_stage(connection: Connection, relation: Relation) -> None:
    """Give a staged table the key and the statistics of a partition."""
    name = _name(_STAGED, relation)
    _run(connection, "ALTER TABLE mind.{name} ADD PRIMARY KEY (src, dst, relation)", name=name)
    _run(connection, "ANALYZE mind.{name}", name=name)


def copy_edges(connection: Connection, table: str, relation: Relation, edges: Edges, ends: Ends) -> None:
    """COPY edges into a table of `mind`."""
    statement = sql.SQL("COPY mind.{} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, rows.FIELDS))
    )
    with raw(connection).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(rows.HEADER)
        for block in rows.blocks(relation, edges, ends.names, ends.people, PROVENANCE[relation].value):
            copy.write(block)
        copy.write(rows.TRAILER)


def swap(connection: Connection, relation: Relation) -> None:
    """Exchange a relation's partition for its staged table; readers wait `_LOCK_MS` at most.

    Raises:
        LockedOut: somebody has been reading the edges for ten minutes.
    """
    old, new = _name("entity_edges_", relation), _name(_STAGED, relation)
    _locked(connection, new)
    value = sql.Literal(relation.value)
    _run(connection, "ALTER TABLE mind.entity_edges DETACH PARTITION mind.{old}", old=old)
    _run(connection, "DROP TABLE mind.{old}", old=old)
    _run(connection, "ALTER TABLE mind.{new} RENAME TO {old}", old=old, new=new)
    _run(
        connection, "ALTER TABLE mind.entity_edges ATTACH PARTITION mind.{old} FOR VALUES IN ({value})",
        old=old, value=value,
    )  # fmt: skip
    _run(connection, "ALTER TABLE mind.{old} DROP CONSTRAINT {only}", old=old, only=f"{new}_only")
    _run(connection, "ALTER TABLE mind.{old} RESET (autovacuum_enabled)", old=old)


def clear_stages(lease: Lease) -> None:
    """Drop what a run that died has staged."""
    found = sa.text(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'mind' AND tablename LIKE 'staged\\_%'"
    )
    with lease.database.reading() as snapshot:
        left = list(snapshot.scalars(found))
    if left:
        with lease.transaction() as connection:
            for name in left:
                _run(connection, "DROP TABLE mind.{name}", name=name)


def _locked(connection: Connection, staged: str) -> None:
    """Get the locks of an exchange: whoever waits for them, waits for `_LOCK_MS` at most at a time.

    Of the staged table, too, which nobody reads: a vacuum or an analysis may be at work on it.
    """
    began = time.monotonic()
    while True:
        try:
            with connection.begin_nested():
                connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_LOCK_MS}ms'"))
                tables = f"mind.entity_edges, mind.{staged}"
                connection.execute(sa.text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))
        except OperationalError as failure:
            if not isinstance(failure.orig, psycopg.errors.LockNotAvailable):
                raise
            if time.monotonic() - began > _PATIENCE_S:
                message = (
                    "Somebody has been reading mind.entity_edges for ten minutes, so its new rows wait: end "
                    "that session (pg_stat_activity), and run the job again."
                )
                raise LockedOut(message) from failure
            time.sleep(_STAND_BACK_S)
        else:
            return


def _name(prefix: str, relation: Relation) -> str:
    return f"{prefix}{relation.value.lower()}"


def _run(connection: Connection, statement: str, **names: str | sql.Literal) -> None:
    made = {name: sql.Identifier(value) if isinstance(value, str) else value for name, value in names.items()}
    raw(connection).execute(sql.SQL(statement).format(**made))
