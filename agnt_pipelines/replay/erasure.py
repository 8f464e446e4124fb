"""Erasure: a person who is gone from `source.users`, or marked deleted, leaves no row behind.

Every table that declares a `person` column loses theirs; the delta log keeps its chain and loses
their values; a receipt keeps a salted id and counts. Runs begin with it, and it is never held.
What does not belong here: re-deriving what others share (that is staleness).
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterator
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import SourceContractError
from agnt_pipelines.replay import completion, delta_log
from agnt_pipelines.replay.delta_log import Change
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.replay.staging import NOBODY
from agnt_pipelines.replay.staleness import alive
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.tables import person_tables, role_of, scoped_derivations, table_of
from agnt_pipelines.storage.tables.replay import DeltaLogEntry, Receipt, WindowUnit
from agnt_pipelines.storage.tables.source import User

_LOG = table_of(DeltaLogEntry)
_RECEIPTS = table_of(Receipt)
_UNITS = table_of(WindowUnit)
_USERS = table_of(User)

Counts = dict[str, int]


def gone(connection: Connection) -> list[str]:
    """Return the people who still have rows of ours and are no longer there.

    A line that an import refused makes nobody known: its person may be about to join.
    """
    known = sa.union(
        *(
            sa.select(table.c[person].label("person")).where(*_of_people(table), *_met(table))
            for table, person in person_tables()
            if role_of(table).known_by is None
        ),
        sa.select(_LOG.c.subject).where(*_of_people(_LOG)),
    ).subquery()
    # NOT EXISTS, as NOT IN compares everybody with everybody once a hash outgrows work_mem.
    here = sa.exists(alive().where(_USERS.c.id == known.c.person).correlate(known))
    return list(connection.scalars(sa.select(known.c.person).where(known.c.person != NOBODY, ~here)))


def erase_gone(lease: Lease, job: str, settings: Settings) -> dict[str, Counts]:
    """Erase everybody who is gone, in one transaction; return rows removed, by person and table.

    Raises:
        SourceContractError: `source.users` is empty although people are known: more likely a
            broken view than everybody's leave (AGNT_ALLOW_EMPTY_USERS says it is meant).
    """
    with lease.database.reading() as snapshot:
        people = gone(snapshot)
        if people and not settings.allow_empty_users:
            _refuse_empty_users(snapshot, len(people))
    if not people:
        return {}
    with lease.transaction() as connection:
        counts = _delete(connection, people)
        crash_point("erasure.rows_removed")
        receipts = [_receipt(person, counts[person], lease.run_id) for person in people]
        connection.execute(sa.insert(_RECEIPTS), receipts)
        crash_point("erasure.receipts")
        after = canonical.dump({"receipts": [str(receipt["id"]) for receipt in receipts]})
        erased = Change("erasure", FOLD, "*", "erase", None, None, after)
        delta_log.append(connection, lease, job, [erased])
        crash_point("erasure.logged")
    return counts


def _refuse_empty_users(connection: Connection, people: int) -> None:
    if connection.scalar(sa.select(sa.func.count()).select_from(_USERS)) == 0:
        message = (
            f"source.users is empty, but {people} people are known: nothing was erased. Check the "
            "table or view, or set AGNT_ALLOW_EMPTY_USERS=1 if everybody has left."
        )
        raise SourceContractError(message)


def _delete(connection: Connection, people: list[str]) -> dict[str, Counts]:
    counts: dict[str, Counts] = defaultdict(dict)
    names = sa.bindparam("people", people, ARRAY(sa.Text))
    windows: set[tuple[str, str]] = set()
    for table, person in person_tables():
        deleted = sa.delete(table).where(table.c[person] == sa.func.any(names), *_of_people(table))
        name, returned, lost = str(table.name), [table.c[person]], 0
        if table is _UNITS:
            returned += [_UNITS.c.derivation, _UNITS.c.window_key]
        for row in connection.execute(deleted.returning(*returned)):
            counts[row[0]][name] = counts[row[0]].get(name, 0) + 1
            lost += 1
            if table is _UNITS:
                windows.add((row[1], row[2]))
        if lost and person in role_of(table).people:
            for derivation in (name, *role_of(table).also):
                windows |= completion.outdate(connection, derivation)
    completion.refresh(connection, sorted(windows))
    blank = dict.fromkeys(("subject", "before", "after", "salt"), None)
    theirs = (_LOG.c.subject == sa.func.any(names), *_of_people(_LOG))
    erased = sa.update(_LOG).where(*theirs).values(blank)
    log = sa.select(_LOG.c.subject, sa.func.count()).where(*theirs)
    for person, entries in connection.execute(log.group_by(_LOG.c.subject)):
        counts[person]["delta_log"] = entries
    connection.execute(erased)
    return counts


def _of_people(table: sa.Table) -> Iterator[sa.ColumnElement[bool]]:
    """Leave out rows about the units of derivations by scope: an agent is nobody who could be gone.

    A derivation by scope has the name of its first table.
    """
    for name in ("derivation", "origin"):  # the quarantine's origin is a derivation, or an import
        if name in table.c:
            yield table.c[name].not_in(scoped_derivations())


def _met(table: sa.Table) -> Iterator[sa.ColumnElement[bool]]:
    """Leave out the lines that imports refused, unless their person asked to be deleted."""
    if "origin" in table.c:
        left = sa.exists().where(_USERS.c.id == table.c.user_id, _USERS.c.deleted_at.is_not(None))
        yield sa.or_(table.c.origin.not_like("import:%"), left)


def _receipt(person: str, counts: Counts, run_id: str) -> dict[str, object]:
    salt = secrets.token_bytes(16)
    salted = hashlib.sha256(salt + person.encode()).digest()
    return {"id": uuid4(), "salted_id": salted, "salt": salt, "counts": counts, "run_id": run_id}
