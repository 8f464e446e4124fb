"""Exporting tables as canonical JSON lines in primary key order: the same rows, the same bytes.

COPY gives one row at a time, so memory does not grow with the table. What does not belong here:
imports (`importing`), and pages or prompts made for people.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.serving.importing import origin_of
from agnt_pipelines.serving.line_files import KEEP_BYTES
from agnt_pipelines.serving.lines import format_of
from agnt_pipelines.storage import canonical, contract
from agnt_pipelines.storage.database import Database, raw
from agnt_pipelines.storage.tables import Base, Kind, role_of, table_of
from agnt_pipelines.storage.tables.dreaming import ObservationRow, SoulPrompt, UserMemory
from agnt_pipelines.storage.tables.replay import Quarantined
from agnt_pipelines.storage.tables.source import SOURCE_MODELS

_MODELS: dict[str, type[Base]] = {
    **SOURCE_MODELS,
    "observations": ObservationRow,
    "user_memory": UserMemory,
    "soul_prompts": SoulPrompt,
    "quarantine": Quarantined,
}
EXPORT_KINDS: tuple[str, ...] = tuple(_MODELS)
"""What can be exported: what can be imported, and what the jobs made of it."""

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_QUARANTINE = table_of(Quarantined)


def export_lines(database: Database, kind: str, out: BinaryIO) -> int:
    """Write a table's rows as JSON lines, of one snapshot; return their count.

    Lines of a `source` table can be imported again: export, import into an empty database and export
    give the same bytes. Bytes (`quarantine.raw`) are hexadecimal.

    Raises:
        SettingsError: there is no such kind.
        DatabaseUnreachable: no server answers.
    """
    if kind not in _MODELS:
        message = f"There is no kind {kind!r} to export; the kinds are {', '.join(EXPORT_KINDS)}."
        raise SettingsError(message)
    table = table_of(_MODELS[kind])
    names = [column.name for column in table.columns]
    count = 0
    with database.reading() as snapshot:
        if role_of(table).kind is Kind.SOURCE:
            contract.check_source(snapshot)
        for row in _rows(snapshot, _all_rows(table)):
            out.write(canonical.dump(dict(zip(names, row, strict=True))) + b"\n")
            count += 1
    return count


def export_quarantine(database: Database, kind: str, out: BinaryIO, *, take: bool = False) -> int:
    """Write the lines that imports of a kind refused, as they were; return their count.

    Mended, they can be imported. A line of which only the beginning was kept is left where it is.

    Args:
        database: where from.
        kind: what was imported.
        out: receives the bytes of each line and a line feed.
        take: remove from the quarantine what was written, once all of it was.

    Raises:
        SettingsError: there is no such kind.
        DatabaseUnreachable: no server answers.
    """
    if kind in _MODELS and kind not in SOURCE_MODELS:
        raise SettingsError(f"{kind} is never imported, so no line of it was refused: leave --refused out.")
    origin = sa.literal(origin_of(format_of(kind).kind))
    whole = sa.func.octet_length(_QUARANTINE.c.raw) < KEEP_BYTES
    chosen = (_QUARANTINE.c.origin == origin, whole)
    by_line = (_QUARANTINE.c.source, sa.func.length(_QUARANTINE.c.source_id), _QUARANTINE.c.source_id)
    count = 0
    with database.writing() as connection:
        # One snapshot: what is refused meanwhile is neither written nor removed.
        connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        for (line,) in _rows(connection, sa.select(_QUARANTINE.c.raw).where(*chosen).order_by(*by_line)):
            out.write(bytes(line) + b"\n")
            count += 1
        out.flush()
        if take:
            connection.execute(sa.delete(_QUARANTINE).where(*chosen))
    return count


def _all_rows(table: sa.Table) -> sa.Select[Any]:
    """Select a table in primary key order, by code point: whatever its database collates by.

    The casts do nothing, except to a view's columns that are only alike (varchar, numeric).
    """
    columns = [sa.cast(column, column.type).label(column.name) for column in table.columns]
    key = (
        sa.collate(column, "C") if isinstance(column.type, sa.Text) else column
        for column in table.primary_key.columns
    )
    return sa.select(*columns).order_by(*key)


def _rows(connection: Connection, query: sa.Select[Any]) -> Iterator[tuple[Any, ...]]:
    """Stream a query's rows, one at a time."""
    text = str(query.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
    types = [column.type.compile(_DIALECT).lower() for column in query.selected_columns]
    statement = f"COPY ({text}) TO STDOUT (FORMAT BINARY)"
    with raw(connection).cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.set_types(types)
        yield from copy.rows()
