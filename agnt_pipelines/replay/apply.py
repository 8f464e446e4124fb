"""Apply: a plan becomes rows, log and completion in one transaction, or nothing at all.

The difference between the plan and what its units have now is written, never the whole: a plan
that changes nothing writes no row. People who vanished since the plan was made get nothing. What
does not belong here: thinking, and judging a plan's content (the wing's checks).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from agnt_pipelines.replay import completion, delta_log, holds, outbox, quarantine
from agnt_pipelines.replay.delta_log import Change
from agnt_pipelines.replay.derivation import Applied, Fate, Plan, Row, content_id
from agnt_pipelines.replay.difference import (
    Bulk,
    TableDifference,
    UnitDifference,
    UnitState,
    compare,
    in_order,
    keys_of,
    unit_state,
)
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.replay.outbox import Letter
from agnt_pipelines.replay.staleness import alive
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.copy import copy_rows
from agnt_pipelines.storage.database import raw
from agnt_pipelines.storage.tables import role_of
from agnt_pipelines.storage.tables.source import User

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def apply(
    lease: Lease,
    plan: Plan,
    settings: Settings,
    bulk: Sequence[Bulk] = (),
    beside: Callable[[Connection], None] | None = None,
) -> Applied:
    """Write a plan's difference, its log entries and its completion in one transaction.

    Args:
        lease: the right to write.
        plan: what its units shall have.
        settings: when a loss waits.
        bulk: units of the plan that their wing writes itself, within the transaction.
        beside: what is written with them, where nothing is held.

    Raises:
        Fenced: a later run took the lease; nothing was written.
    """
    own = {one.unit for one in bulk}
    states = [unit_state(plan, unit, made) for unit, made in sorted(plan.units.items()) if unit not in own]
    with lease.transaction() as connection:
        crash_point("apply.begun")
        states, gone = _without_the_gone(connection, plan, states, bulk)
        recorded = completion.recorded(connection, plan)
        differences = _differences(connection, plan, states, recorded)
        other = [one for one in bulk if one.differs_from(recorded.get(one.unit, ("", 0))[0])]
        crash_point("apply.compared")
        held = holds.judge(connection, lease, plan, states, [*differences, *other], settings)
        differences = [difference for difference in differences if difference.unit not in held]
        other = [one for one in other if one.unit not in held]
        every: list[UnitState | Bulk] = [*states, *bulk]
        done_units = [state for state in every if state.unit not in held]
        crash_point("apply.judged")
        _remove(connection, plan, differences)
        crash_point("apply.rows_removed")
        _add(connection, plan, differences)
        crash_point("apply.rows_written")
        delta_log.append(connection, lease, plan.derivation.job, _changes(plan, differences, other))
        crash_point("apply.logged")
        quarantine.replace(connection, plan, before=bool(recorded))
        crash_point("apply.quarantined")
        done = _tally(plan, done_units, differences, other, len(held))
        if plan.derivation.whole:
            done.fates = _fates(every, [*differences, *other], recorded, held)
        completion.record(connection, lease, plan, done_units, done, before=bool(recorded))
        _announce(connection, lease, plan, differences)
        if beside is not None and not held:
            beside(connection)
        _write(connection, plan, other, gone)
        crash_point("apply.before_commit")
    crash_point("apply.committed")
    return done


def _without_the_gone(
    connection: Connection, plan: Plan, states: list[UnitState], bulk: Sequence[Bulk]
) -> tuple[list[UnitState], set[str]]:
    """Empty the units, or leave out the rows, of people who were deleted after the plan was made.

    Where units are scopes, returns these people, too.
    """
    if role_of(plan.derivation.tables[0]).person is None:
        return _without_rows_of_the_gone(connection, plan, states, bulk)
    names = sa.bindparam("units", list(plan.units), postgresql.ARRAY(sa.Text))
    living = set(connection.scalars(alive().where(User.id == sa.func.any(names))))
    return [state if state.unit in living else unit_state(plan, state.unit, None) for state in states], set()


def _without_rows_of_the_gone(
    connection: Connection, plan: Plan, states: list[UnitState], bulk: Sequence[Bulk]
) -> tuple[list[UnitState], set[str]]:
    """Leave out planned rows that name somebody who is gone; the erasure of the rest is the next run's."""
    places = {
        table: [list(table.columns.keys()).index(name) for name in role_of(table).people]
        for table in plan.derivation.tables
    }
    named = {
        row[place]
        for table, by_unit in plan.rows.items()
        for rows in by_unit.values()
        for row in rows
        for place in places[table]
    } - {None}
    named.update(*(one.people for one in bulk))
    if not named:
        return states, set()
    names = sa.bindparam("people", sorted(named), postgresql.ARRAY(sa.Text))
    gone = named - set(connection.scalars(alive().where(User.id == sa.func.any(names))))
    if not gone:
        return states, gone
    for table, by_unit in plan.rows.items():
        for unit, rows in by_unit.items():
            by_unit[unit] = [row for row in rows if gone.isdisjoint(row[place] for place in places[table])]
    return [unit_state(plan, state.unit, state.digest_in) for state in states], gone


def _differences(
    connection: Connection,
    plan: Plan,
    states: Sequence[UnitState],
    recorded: Mapping[str, tuple[str, int]],
) -> list[UnitDifference]:
    """Compare each unit whose digest is not the recorded one with the rows it has."""
    changed = [state for state in states if recorded.get(state.unit, ("", 0))[0] != state.digest_out]
    filled = [state.unit for state in changed if recorded.get(state.unit, ("", 0))[1]]
    tables = plan.derivation.tables
    before = [_rows_now(connection, plan, table, filled) for table in tables]
    found = (compare(tables, state, [rows.get(state.unit, ()) for rows in before]) for state in changed)
    return [difference for difference in found if not difference.empty]


def _rows_now(connection: Connection, plan: Plan, table: sa.Table, units: list[str]) -> dict[str, list[Row]]:
    if not units:
        return {}
    role = role_of(table)
    names = sa.bindparam("units", units, postgresql.ARRAY(sa.Text))
    query = sa.select(table).where(table.c[role.unit] == sa.func.any(names))
    if role.window is not None:
        query = query.where(table.c[role.window] == plan.window_key)
    by_unit: dict[str, list[Row]] = defaultdict(list)
    place = [column.name for column in table.columns].index(role.unit)
    for row in connection.execute(query):
        by_unit[row[place]].append(tuple(row))
    return {unit: in_order(table, rows) for unit, rows in by_unit.items()}


def _parts(
    plan: Plan, differences: Iterable[UnitDifference]
) -> Iterator[tuple[sa.Table, str, TableDifference]]:
    for difference in differences:
        for table, part in zip(plan.derivation.tables, difference.tables, strict=True):
            if part.removed or part.added:
                yield table, difference.unit, part


def _remove(connection: Connection, plan: Plan, differences: Sequence[UnitDifference]) -> None:
    for table in plan.derivation.tables:
        rows = [row for own, _, part in _parts(plan, differences) if own is table for row in part.removed]
        if rows:
            columns = [list(column) for column in zip(*keys_of(table, rows), strict=True)]
            raw(connection).execute(_delete(table).encode(), columns)


def _delete(table: sa.Table) -> str:
    """Return DELETE by primary key, the keys given as one array per column."""
    columns = list(table.primary_key.columns)
    arrays = ", ".join(f"%s::{column.type.compile(_DIALECT)}[]" for column in columns)
    names = ", ".join(column.name for column in columns)
    return f"DELETE FROM {table.fullname} WHERE ({names}) IN (SELECT * FROM unnest({arrays}))"  # noqa: S608


def _add(connection: Connection, plan: Plan, differences: Sequence[UnitDifference]) -> None:
    for table in plan.derivation.tables:
        rows = [row for own, _, part in _parts(plan, differences) if own is table for row in part.added]
        if rows:
            copy_rows(connection, table, rows)


def _write(connection: Connection, plan: Plan, bulk: Sequence[Bulk], gone: set[str]) -> None:
    """Let wings write the units that are theirs to write, last of all: readers may wait for it.

    Rows of people who are gone by now go at once, and what was counted with them is stale.
    """
    for one in sorted(bulk, key=lambda one: one.exchanges):
        one.write(connection)
    if bulk and gone:
        names = sa.bindparam("people", sorted(gone), postgresql.ARRAY(sa.Text))
        for table in {one.table for one in bulk}:
            theirs = [table.c[name] == sa.func.any(names) for name in role_of(table).people]
            connection.execute(sa.delete(table).where(sa.or_(*theirs)))
        completion.refresh(connection, sorted(completion.outdate(connection, plan.derivation.name)))


def _announce(
    connection: Connection, lease: Lease, plan: Plan, differences: Sequence[UnitDifference]
) -> None:
    """Write letters about the units whose rows change, where somebody wants to hear of them."""
    kind = plan.derivation.announces
    if kind is not None:
        about = role_of(plan.derivation.tables[0])
        outbox.enqueue(
            connection,
            [
                Letter(
                    key=str(content_id(kind, lease.token, found.unit, found.digest_out)),
                    kind=kind,
                    person=found.unit if about.person else None,
                    payload={about.unit: found.unit},
                )
                for found in differences
            ],
        )


def _changes(plan: Plan, differences: Iterable[UnitDifference], bulk: Iterable[Bulk]) -> Iterator[Change]:
    encode = delta_log.encode if plan.derivation.logs_values else delta_log.encode_digest
    for table, unit, part in _parts(plan, differences):
        yield Change(
            plan.derivation.name,
            plan.window_key,
            table.name,
            "apply",
            unit,
            encode(table, part.before),
            encode(table, part.after),
        )
    for one in bulk:
        name = one.table.name
        before, after = one.before or None, one.after or None
        yield Change(plan.derivation.name, plan.window_key, name, "apply", one.unit, before, after)


def _fates(
    every: Iterable[UnitState | Bulk],
    written: Iterable[UnitDifference | Bulk],
    recorded: Mapping[str, tuple[str, int]],
    held: Collection[str],
) -> dict[str, Fate]:
    """Return what becomes of each unit; one that is held keeps what it has."""
    fates = {
        one.unit: Fate(recorded.get(one.unit, ("", 0))[1] if one.unit in held else one.size) for one in every
    }
    for one in written:
        rows = fates[one.unit].rows
        if isinstance(one, Bulk):
            fates[one.unit] = Fate(rows, one.added, one.changed, one.removed)
        else:
            changed = sum(table.changed for table in one.tables)
            added = sum(len(table.added) for table in one.tables) - changed
            fates[one.unit] = Fate(rows, added, changed, one.lost)
    return fates


def _tally(
    plan: Plan,
    states: Sequence[UnitState | Bulk],
    differences: Sequence[UnitDifference],
    bulk: Sequence[Bulk],
    held: int,
) -> Applied:
    parts = [part for _, _, part in _parts(plan, differences)]
    replaced = sum(part.changed for part in parts)
    changed = replaced + sum(one.changed for one in bulk)
    added = sum(len(part.added) for part in parts) - replaced + sum(one.added for one in bulk)
    removed = sum(len(part.removed) for part in parts) - replaced + sum(one.removed for one in bulk)
    return Applied(
        plan.derivation.name,
        plan.window_key,
        added=added,
        changed=changed,
        removed=removed,
        unchanged=sum(state.size for state in states) - added - changed,
        units=len(plan.units),
        units_changed=len(differences) + len(bulk),
        units_held=held,
        counts=dict(plan.counts),
        watermark=plan.watermark,
    )
