"""The delta log: what every run changed, append-only, one hash chain per job.

An entry holds the rows of one table that one unit lost (`before`) and gained (`after`), as
`{"columns": [...], "rows": [[...], ...]}`; read in order it replays to STATE. The chain covers
salted digests of values, never values: erasing a person nulls values and salts, and it still
verifies. What does not belong here: deciding what changes (`apply`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import ChainBroken
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.copy import copy_rows
from agnt_pipelines.storage.tables import Base, table_of
from agnt_pipelines.storage.tables.replay import DeltaLogEntry

_LOG = table_of(DeltaLogEntry)
_GENESIS = bytes(32)
_COLUMNS = (
    "job", "seq", "derivation", "window_key", "table_name", "operation", "subject",
    "before", "after", "salt", "digest", "hash", "run_id", "token",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What one unit lost and gained in one table; the rows are canonical JSON (see `encode`)."""

    derivation: str
    window_key: str
    table_name: str
    operation: str
    subject: str | None
    before: bytes | None
    after: bytes | None


def encode(table: sa.Table, rows: bytes) -> bytes | None:
    """Return the log's form of some rows (canonical JSON of their list); None for no rows."""
    if rows == b"[]":
        return None
    columns = canonical.dump([column.name for column in table.columns])
    return b'{"columns":%b,"rows":%b}' % (columns, rows)


def encode_digest(table: sa.Table, rows: bytes) -> bytes | None:
    """Return what the log keeps of rows too many to hold: their digest; None for no rows."""
    if rows == b"[]":
        return None
    return canonical.dump({"sha256": hashlib.sha256(rows).hexdigest(), "table": str(table.name)})


def append(connection: Connection, lease: Lease, job: str, changes: Iterable[Change]) -> int:
    """Append entries to a job's chain inside a transaction of its lease; return their number."""
    last = connection.execute(
        sa.select(_LOG.c.seq, _LOG.c.hash).where(_LOG.c.job == job).order_by(_LOG.c.seq.desc()).limit(1)
    ).first()
    seq, tip = (last.seq, last.hash) if last else (0, _GENESIS)
    return copy_rows(connection, _LOG, _chained(lease, job, seq, tip, changes), columns=_COLUMNS)


def verify(connection: Connection, job: str) -> int:
    """Recompute a job's chain from its first entry; return the number of entries.

    Raises:
        ChainBroken: an entry is missing, out of place or altered; the message names it.
    """
    seq, tip = 0, _GENESIS
    for entry in _entries(connection, job):
        seq += 1
        digest = entry.digest
        if entry.salt is not None:
            digest = _digest(entry.salt, entry.subject, entry.before, entry.after)
        tip = _link(tip, seq, entry, digest)
        if entry.seq != seq or digest != entry.digest or tip != entry.hash:
            message = (
                f"Delta log of {job!r} is broken at entry {entry.seq} (expected {seq}), written by run "
                f"{entry.run_id}: restore mind.delta_log from a backup, or audit from there on."
            )
            raise ChainBroken(message)
    return seq


def replay(connection: Connection) -> dict[str, dict[bytes, bytes]]:
    """Apply every entry in order; return, per table, primary key -> row as canonical JSON.

    Raises:
        ChainBroken: an entry removes a row that is not there, or adds one that is.
    """
    state: dict[str, dict[bytes, bytes]] = {}
    for job in connection.scalars(sa.select(_LOG.c.job).distinct().order_by(_LOG.c.job)).all():
        for entry in _entries(connection, job):
            if entry.operation != "apply" or entry.salt is None:
                continue
            table = Base.metadata.tables[f"mind.{entry.table_name}"]
            rows = state.setdefault(entry.table_name, {})
            for key, row in _keyed(table, entry.before):
                if rows.pop(key, None) != row:
                    raise ChainBroken(f"Entry {job}/{entry.seq} removes a row that is not there.")
            for key, row in _keyed(table, entry.after):
                if rows.setdefault(key, row) is not row:
                    raise ChainBroken(f"Entry {job}/{entry.seq} adds a row that is there already.")
    return state


def _chained(
    lease: Lease, job: str, seq: int, tip: bytes, changes: Iterable[Change]
) -> Iterator[tuple[Any, ...]]:
    # One draw of randomness for all salts: 16 bytes each, cut from a stream keyed once.
    key = secrets.token_bytes(32)
    for change in changes:
        seq += 1
        salt = hashlib.blake2b(seq.to_bytes(8, "big"), key=key, digest_size=16).digest()
        digest = _digest(salt, change.subject, change.before, change.after)
        tip = _link(tip, seq, change, digest)
        yield (
            job, seq, change.derivation, change.window_key, change.table_name, change.operation,
            change.subject, change.before, change.after, salt, digest, tip, lease.run_id, lease.token,
        )  # fmt: skip


def _digest(salt: bytes, subject: str | None, before: bytes | None, after: bytes | None) -> bytes:
    state = hashlib.sha256(salt)
    for part in (None if subject is None else subject.encode(), before, after):
        state.update(b"-" if part is None else b"%d:" % len(part))
        state.update(part or b"")
    return state.digest()


def _link(tip: bytes, seq: int, entry: Any, digest: bytes) -> bytes:
    head = [seq, entry.derivation, entry.window_key, entry.table_name, entry.operation]
    return hashlib.sha256(tip + canonical.dump(head) + digest).digest()


def _entries(connection: Connection, job: str) -> Iterator[Any]:
    """Yield a chain's entries in order, values as the bytes that were hashed."""
    values = [
        sa.func.convert_to(sa.cast(_LOG.c[name], sa.Text), "UTF8").label(name) for name in ("before", "after")
    ]
    others = [column for column in _LOG.columns if column.name not in {"before", "after"}]
    query = sa.select(*others, *values).where(_LOG.c.job == job).order_by(_LOG.c.seq)
    with connection.execute(query.execution_options(yield_per=1000)) as result:
        yield from result


def _keyed(table: sa.Table, encoded: bytes | None) -> Iterator[tuple[bytes, bytes]]:
    if encoded is None:
        return
    part = canonical.load(encoded)
    if "rows" not in part:
        return
    places = [part["columns"].index(column.name) for column in table.primary_key.columns]
    for row in part["rows"]:
        yield canonical.dump([row[place] for place in places]), canonical.dump(row)
