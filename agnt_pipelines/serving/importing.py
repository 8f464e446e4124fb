"""Importing JSON lines into a `source` table: streaming, idempotent, resumable; one bad line alone.

A batch of lines is one transaction: COPY into a temporary table, one upsert by primary key that
leaves equal rows alone, and the quarantine of what was refused. What does not belong here: what a
valid line is (`lines`), reading files (`line_files`), exports (`exporting`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable

from agnt_pipelines.errors import AgntError, DatabaseUnreachable, SettingsError
from agnt_pipelines.replay import quarantine
from agnt_pipelines.replay.derivation import Refused
from agnt_pipelines.serving.line_files import KEEP_BYTES, Bookmark, Line, LineSource, Position, reading
from agnt_pipelines.serving.lines import LineFormat, Reason, Refusal, Row, format_of
from agnt_pipelines.settings import get_settings
from agnt_pipelines.storage import contract
from agnt_pipelines.storage.copy import copy_rows
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.failures import reason_of

LINE_MAX_BYTES = 2**20
"""Longer lines are not parsed: 16 times the longest message that dreaming reads by default, as JSON
may need 6 bytes to escape one."""

BATCH_BYTES = 8 * 2**20
"""Bytes of lines that end a batch, however few rows they are: with KEEP_BYTES, memory's bound."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the lines: read = imported + changed + unchanged + repeated + refused.

    Attributes:
        read: lines read, blank ones not counted.
        imported: rows that are new.
        changed: rows that were there and differed.
        unchanged: rows that were there just so, and were not written.
        repeated: lines overtaken by a later line of the same key in the same batch.
        quarantined: lines refused, by reason.
        resumed_at: lines that an interrupted import had done, so that they were not read again.
    """

    read: int = 0
    imported: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    quarantined: Mapping[str, int] = field(default_factory=dict)
    resumed_at: int = 0

    @property
    def refused(self) -> int:
        """Lines in quarantine, whatever the reason."""
        return sum(self.quarantined.values())

    @property
    def all_refused(self) -> bool:
        """Whether there were lines and not one of the file became a row: likely the wrong file or kind."""
        return 0 < self.read == self.refused and not self.resumed_at


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is; everything told here is committed.

    Attributes:
        kind: what is imported.
        source: name of the file.
        lines: number of the last line done.
        bytes_read: bytes of the file done.
        bytes_total: bytes of the file; None for standard input.
        report: the counts so far.
    """

    kind: str
    source: str
    lines: int
    bytes_read: int
    bytes_total: int | None
    report: ImportReport


@dataclass(slots=True)
class _Batch:
    """Lines on their way into one transaction."""

    first: int
    end: Position
    rows: dict[Row, Row] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    read: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class _Written:
    imported: int
    changed: int


def import_lines(
    database: Database,
    kind: str,
    path: Path | Literal["-"],
    *,
    progress: Callable[[ImportProgress], None],
    batch_rows: int,
    line_max_bytes: int = LINE_MAX_BYTES,
    state: Path | None = None,
) -> ImportReport:
    """Import a file of JSON lines, gzip'd or not; `-` is standard input.

    Doing it twice changes nothing. After a crash the same file goes on where the last commit ended
    (not standard input or a pipe, which nobody can read twice). Refused lines go to `mind.quarantine`.

    Args:
        kind: a table of `source`.
        path: where from.
        progress: is told after each commit.
        batch_rows: lines in one transaction, at most.
        line_max_bytes: longer lines are quarantined unparsed.
        state: the state folder; None: the setting's.

    Raises:
        SettingsError: no such kind or file, or the table is an operator's own and takes no rows.
        DatabaseUnreachable: no server answers, or it went away.
    """
    form = format_of(kind)
    _check_importable(database, form)
    with reading(path) as source:
        bookmark = _bookmark(database, form, Path(path), state) if source.lasting else None
        begun = None if bookmark is None else _resume(database, form, source, bookmark)
        report = ImportReport(resumed_at=begun.number if begun else 0)
        witness = begun.witness if begun else None
        for batch in _batches(source, form, batch_rows, line_max_bytes, witness):
            report = _added(report, batch, _write(database, form, batch))
            if bookmark is not None:
                bookmark.save(batch.end)
            done = (batch.end.number, source.consumed(), source.total_bytes)
            progress(ImportProgress(kind, source.name, *done, report))
    if bookmark is not None:
        bookmark.forget()
    if report.imported or report.changed:
        _analyze(database, form)
    return report


def _batches(
    source: LineSource, form: LineFormat, batch_rows: int, line_max_bytes: int, witness: int | None
) -> Iterator[_Batch]:
    """Yield the lines in batches; what was read before a file turned out damaged is not held back."""
    batch = _Batch(source.number + 1, source.position(witness))
    damage: SettingsError | None = None
    lines = iter(source)
    while True:
        try:
            line = next(lines, None)
        except SettingsError as failure:
            line, damage = None, failure
        if line is not None and not line.raw.isspace() and line.raw:
            outcome = _outcome(form, line, line_max_bytes)
            if isinstance(outcome, Refusal):
                batch.refused.append(_refused(form, source.name, line, outcome))
            else:
                batch.rows[form.key_of(outcome)] = outcome
                witness = line.offset
            batch.read += 1
            batch.size += len(line.raw)
        full = batch.read >= batch_rows or batch.size >= BATCH_BYTES
        if batch.read and (line is None or full):
            batch.end = source.position(witness)
            yield batch
            batch = _Batch(source.number + 1, batch.end)
        if line is None:
            break
    if damage is not None:
        raise damage


def _outcome(form: LineFormat, line: Line, line_max_bytes: int) -> Row | Refusal:
    if line.size <= line_max_bytes:
        return form.parse(line.raw)
    cut = f" Only its first {KEEP_BYTES:,} are kept." if line.size > KEEP_BYTES else ""
    return Refusal(
        Reason.TOO_LONG,
        f"The line has {line.size:,} bytes, at offset {line.offset:,}; {line_max_bytes:,} are read.{cut}",
    )


def _refused(form: LineFormat, source: str, line: Line, refusal: Refusal) -> Refused:
    person = form.person_in(line.raw)
    return Refused(source, str(line.number), person, refusal.reason, refusal.detail, line.raw)


def _write(database: Database, form: LineFormat, batch: _Batch) -> _Written:
    """Write a batch in one transaction."""
    try:
        with database.writing() as connection:
            quarantine.add(connection, origin_of(form.kind), batch.refused)
            if not batch.rows:
                return _Written(0, 0)
            incoming = _incoming(form.table)
            connection.execute(CreateTable(incoming))
            copy_rows(connection, incoming, batch.rows.values())
            imported, changed = connection.execute(_upsert(form.table)).one()
            return _Written(imported, changed)
    except DatabaseUnreachable as failure:
        raise DatabaseUnreachable(
            f"The import stopped at {_lines(batch)}; what came before is imported. {failure}"
        ) from failure
    except (DBAPIError, psycopg.Error) as failure:
        raise _explained(failure, form, batch) from failure


def origin_of(kind: str) -> str:
    """Return the origin under which refused lines of a kind stand in the quarantine."""
    return f"import:{kind}"


def _added(report: ImportReport, batch: _Batch, written: _Written) -> ImportReport:
    quarantined = Counter(report.quarantined) + Counter(refused.reason for refused in batch.refused)
    rows = len(batch.rows)
    return replace(
        report,
        read=report.read + batch.read,
        imported=report.imported + written.imported,
        changed=report.changed + written.changed,
        unchanged=report.unchanged + rows - written.imported - written.changed,
        repeated=report.repeated + batch.read - rows - len(batch.refused),
        quarantined=dict(sorted((str(reason), count) for reason, count in quarantined.items())),
    )


@cache
def _incoming(table: sa.Table) -> sa.Table:
    """Return the temporary table: declared types, whatever an operator's own table has."""
    return sa.Table(
        f"incoming_{table.name}",
        sa.MetaData(),
        *(sa.Column(column.name, column.type) for column in table.columns),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )


@cache
def _upsert(table: sa.Table) -> sa.Select[int, int]:
    """Return the upsert of everything incoming; it gives (rows imported, rows changed).

    In order of the key, so that two imports at a time wait for each other instead of deadlocking.
    """
    incoming = _incoming(table)
    key = [column.name for column in table.primary_key.columns]
    rest = [column.name for column in table.columns if not column.primary_key]
    arriving = sa.select(incoming).order_by(*(incoming.c[name] for name in key))
    upsert = insert(table).from_select([column.name for column in table.columns], arriving)
    differs = sa.or_(sa.false(), *(table.c[name].is_distinct_from(upsert.excluded[name]) for name in rest))
    # A row that INSERT made has no xmax; one that ON CONFLICT updated was locked first, and has.
    fresh = (sa.literal_column("xmax") == sa.literal_column("0")).label("fresh")
    # A table that is all key has nothing to update; what the update would set must still be named.
    fields = {name: upsert.excluded[name] for name in rest or key}
    settled = upsert.on_conflict_do_update(index_elements=key, set_=fields, where=differs)
    written = settled.returning(fresh).cte("written")
    count = sa.func.count()
    return sa.select(count.filter(written.c.fresh), count.filter(~written.c.fresh)).select_from(written)


def _bookmark(database: Database, form: LineFormat, path: Path, state: Path | None) -> Bookmark:
    folder = (state or get_settings().state) / "imports"
    url = database.url
    return Bookmark(folder, path, form.kind, str(url.host or url.query), str(url.port), str(url.database))


def _resume(database: Database, form: LineFormat, source: LineSource, bookmark: Bookmark) -> Position | None:
    """Go to where an interrupted import of this file ended, if the database still has its last row.

    A database that was made anew, restored or emptied in between has not: then all is read again,
    which is as correct and only slower.
    """
    position = bookmark.load()
    if position is None or position.witness is None:
        return None
    source.seek(position.witness, 0)
    line = next(iter(source), None)
    row = form.parse(line.raw) if line is not None else None
    if isinstance(row, tuple) and _stands(database, form, row):
        source.seek(position.offset, position.number)
        return position
    source.seek(0, 0)
    return None


def _stands(database: Database, form: LineFormat, row: Row) -> bool:
    key = zip(form.key, form.key_of(row), strict=True)
    query = sa.select(form.table).where(*(form.table.c[name] == value for name, value in key))
    with database.reading() as snapshot:
        found = snapshot.execute(query).one_or_none()
    return found is not None and tuple(found) == row


def _check_importable(database: Database, form: LineFormat) -> None:
    with database.reading() as snapshot:
        contract.check_source(snapshot)
        named = {"name": form.table.fullname}
        kind = snapshot.scalar(
            sa.text("SELECT relkind::text FROM pg_class WHERE oid = to_regclass(:name)"), named
        )
    if kind not in {"r", "p"}:
        message = (
            f"{form.table.fullname} is a view of your own database: import into the table behind it. "
            "`./agnt import` fills tables only where nobody else owns `source`."
        )
        raise SettingsError(message)


def _analyze(database: Database, form: LineFormat) -> None:
    """Refresh the planner's statistics: the jobs may read before autovacuum comes by."""
    with database.writing() as connection:
        connection.execute(sa.text(f"ANALYZE {form.table.fullname}"))


def _explained(failure: DBAPIError | psycopg.Error, form: LineFormat, batch: _Batch) -> AgntError:
    """Say in a sentence what an operator's own table had against a batch."""
    return SettingsError(
        f"{form.table.fullname} does not take {_lines(batch)}: {reason_of(failure)}. Nothing of them was "
        "written; grant INSERT and UPDATE, or relax the table's own constraints, and import the same file "
        "again."
    )


def _lines(batch: _Batch) -> str:
    return f"lines {batch.first} to {batch.end.number}"
