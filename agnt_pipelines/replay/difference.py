"""What a plan changes: pure comparison of a unit's planned rows with the rows it has.

Rows are ordered by primary key and compared by their canonical JSON; a changed row is a removal
and an addition of the same key. What does not belong here: reading or writing rows (`apply`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.replay.derivation import Plan, Row
from agnt_pipelines.storage import canonical

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class UnitState:
    """The rows one unit shall have, per table of the derivation, ordered by primary key.

    `encoded` is the canonical JSON of each table's list of rows; `digest_out` covers them all.
    """

    unit: str
    digest_in: str | None
    rows: Sequence[Sequence[Row]]
    encoded: Sequence[bytes]
    digest_out: str

    @property
    def size(self) -> int:
        """How many rows the unit shall have."""
        return sum(map(len, self.rows))


@dataclass(frozen=True, slots=True)
class TableDifference:
    """What one table loses and gains for one unit; a changed row is in both.

    `before` and `after` are the canonical JSON of `removed` and `added`.
    """

    removed: Sequence[Row]
    added: Sequence[Row]
    before: bytes
    after: bytes
    changed: int


@dataclass(frozen=True, slots=True)
class UnitDifference:
    """What one unit loses and gains, per table of the derivation."""

    unit: str
    digest_out: str
    size_before: int
    tables: Sequence[TableDifference]

    @property
    def lost(self) -> int:
        """Rows that vanish without a successor of the same key."""
        return sum(len(table.removed) - table.changed for table in self.tables)

    @property
    def shrinkage(self) -> int:
        """How many rows fewer there would be: of a top-k, a row replaced is no loss."""
        return sum(len(table.removed) - len(table.added) for table in self.tables)

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not any(table.removed or table.added for table in self.tables)

    @property
    def before(self) -> bytes:
        """What is replaced, as canonical JSON."""
        return b"".join(table.before for table in self.tables)


@dataclass(frozen=True, slots=True)
class Bulk:
    """A unit of one table with more rows than Python should hold: its wing compares and writes them.

    Attributes:
        unit: a scope; `digest_in` of its inputs, `digest_out` of the rows it shall have.
        table: whose rows they are.
        size: rows it shall have; `size_before` those it has.
        added, changed, removed: of them.
        before, after: what the delta log keeps of both, as canonical JSON: counts and digests; empty for none.
        write: writes the difference, in the transaction it is given.
        people: whom the rows name.
        exchanges: whether readers wait from its writing to the end, so that it comes last.
    """

    unit: str
    digest_in: str
    digest_out: str
    table: sa.Table
    size: int
    size_before: int
    added: int
    changed: int
    removed: int
    before: bytes
    after: bytes
    write: Callable[[Connection], None]
    people: Collection[str] = ()
    exchanges: bool = False

    def differs_from(self, recorded: str) -> bool:
        """Whether rows are to be written where those of a recorded digest are."""
        return self.digest_out != recorded and bool(self.size or self.size_before)

    @property
    def lost(self) -> int:
        """Rows that vanish without a successor of the same key."""
        return self.removed

    @property
    def shrinkage(self) -> int:
        """How many rows fewer there would be."""
        return self.size_before - self.size


def unit_state(plan: Plan, unit: str, digest_in: str | None) -> UnitState:
    """Return what a plan wants a unit to have; nothing where its inputs are gone."""
    rows, encoded, digest = [], [], hashlib.sha256()
    for table in plan.derivation.tables:
        planned = plan.rows_of(table, unit) if digest_in is not None else ()
        ordered = in_order(table, planned)
        lines = canonical.dump(ordered)
        digest.update(b"%b:%d\n" % (table.name.encode(), len(lines)))
        digest.update(lines)
        rows.append(ordered)
        encoded.append(lines)
    return UnitState(unit, digest_in, rows, encoded, digest.hexdigest())


def compare(tables: Sequence[sa.Table], state: UnitState, before: Sequence[Sequence[Row]]) -> UnitDifference:
    """Return what must change so that a unit that has `before` has what `state` says."""
    parts = [
        _table(table, has, wants, encoded)
        for table, has, wants, encoded in zip(tables, before, state.rows, state.encoded, strict=True)
    ]
    return UnitDifference(state.unit, state.digest_out, sum(map(len, before)), parts)


def keys_of(table: sa.Table, rows: Iterable[Row]) -> list[Key]:
    """Return the primary keys of rows."""
    places = _key_places(table)
    return [tuple(row[place] for place in places) for row in rows]


def in_order(table: sa.Table, rows: Iterable[Row]) -> list[Row]:
    """Return rows ordered by primary key (UUIDs by their number, which compares fast)."""
    places = _key_places(table)
    if len(places) == 1 and isinstance(table.columns[places[0]].type, sa.Uuid):
        (place,) = places
        return sorted(rows, key=lambda row: row[place].int)
    return sorted(rows, key=lambda row: [_comparable(row[place]) for place in places])


def _table(table: sa.Table, has: Sequence[Row], wants: Sequence[Row], encoded: bytes) -> TableDifference:
    if not has:
        return TableDifference((), wants, b"[]", encoded, 0)
    old = {canonical.dump(row): row for row in has}
    new = {canonical.dump(row): row for row in wants}
    removed = [row for line, row in old.items() if line not in new]
    added = [row for line, row in new.items() if line not in old]
    changed = len(set(keys_of(table, removed)) & set(keys_of(table, added)))
    return TableDifference(removed, added, canonical.dump(removed), canonical.dump(added), changed)


def _comparable(value: Any) -> Any:
    return value.int if isinstance(value, UUID) else value


@cache
def _key_places(table: sa.Table) -> tuple[int, ...]:
    names = [column.name for column in table.columns]
    return tuple(names.index(column.name) for column in table.primary_key.columns)
