"""STATE as bytes: what the replay law compares.

What belongs here: reading every STATE table in a canonical form. What does not: the list of those
tables, which each table's declared role makes (`storage.tables`).
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.tables import Kind, role_of, tables_of_kind


def dump(connection: Connection) -> dict[str, list[bytes]]:
    """Return every STATE table's rows as canonical JSON, sorted; times and run ids left out."""
    return {table.name: _rows(connection, table) for table in tables_of_kind(Kind.STATE)}


def digest(connection: Connection) -> str:
    """Return the SHA-256 of STATE, hex."""
    total = hashlib.sha256()
    for name, rows in dump(connection).items():
        total.update(b"%b:%d\n" % (name.encode(), len(rows)))
        total.update(b"\n".join(rows))
    return total.hexdigest()


def changed_rows(before: dict[str, list[bytes]], after: dict[str, list[bytes]]) -> int:
    """Return how many rows two dumps do not share."""
    return sum(len(set(before[name]) ^ set(after[name])) for name in before)


def _rows(connection: Connection, table: sa.Table) -> list[bytes]:
    columns = [column for column in table.columns if column.name not in role_of(table).history]
    return sorted(canonical.dump(list(row)) for row in connection.execute(sa.select(*columns)))
