"""The contract with the operational tables: what is missing or mistyped, by name.

What belongs here: comparing `source` in the database with `storage.tables.source`. What does not:
repairing it, which is the operator's (a view, a cast).
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import SourceContractError
from agnt_pipelines.storage.tables import SOURCE, Kind, tables_of_kind

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_ACCEPTED = {
    "text": {"text", "character varying"},
    "timestamp with time zone": {"timestamp with time zone"},
    "double precision": {"double precision", "real", "numeric"},
    "integer": {"integer", "smallint", "bigint"},
    "boolean": {"boolean"},
}
"""Declared type -> what `information_schema` may call it; ids must compare with text, so a uuid or
bigint id wants a cast in the view, which the message says, and so does a padded character(n)."""


def violations(connection: Connection) -> list[str]:
    """Return one sentence for each table or column that is missing or of another type."""
    rows = connection.execute(
        sa.text(
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = :schema"
        ),
        {"schema": SOURCE},
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.table_name, {})[row.column_name] = row.data_type
    return [
        sentence
        for table in tables_of_kind(Kind.SOURCE)
        for sentence in _of_table(table, found.get(table.name))
    ]


def check_source(connection: Connection) -> None:
    """Refuse to read operational tables that are not what the jobs were written for.

    Raises:
        SourceContractError: names the first thing that is wrong, and how many more there are.
    """
    wrong = violations(connection)
    if wrong:
        more = f" ({len(wrong) - 1} more: `./agnt doctor` lists them)" if len(wrong) > 1 else ""
        raise SourceContractError(wrong[0] + more)


def _of_table(table: sa.Table, found: dict[str, str] | None) -> Iterator[str]:
    if found is None:
        yield (
            f"Table {table.fullname} is missing: create it, or a view of that name over your own "
            "table (docs/source.md has the columns)."
        )
        return
    for column in table.columns:
        wanted = column.type.compile(_DIALECT).lower()
        has = found.get(column.name)
        if has is None:
            yield f"Column {table.fullname}.{column.name} ({wanted}) is missing: add it to the view."
        elif has not in _ACCEPTED.get(wanted, {wanted}):
            yield (
                f"Column {table.fullname}.{column.name} is {has}, not {wanted}: cast it in the view "
                f"({column.name}::{wanted})."
            )
