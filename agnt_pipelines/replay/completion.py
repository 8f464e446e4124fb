"""Completions: which windows are done, from which inputs, with which digests.

`job_windows` follows from `window_units` by one statement, used by apply and by erasure alike, so
that a window's digests never depend on how it came to be. What does not belong here: rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.engine import Connection

from agnt_pipelines.replay.derivation import Applied, Derivation, Fate, Plan
from agnt_pipelines.replay.difference import Bulk, UnitState
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.storage.copy import copy_rows
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import JobWindow, WindowUnit

_UNITS = table_of(WindowUnit)
_WINDOWS = table_of(JobWindow)
ERASED = "erased"
"""In place of a unit's digests: no unit has them, so it is made again."""

# Built once, asked of every window: building a statement costs what asking it costs.
_OF_WINDOW = (
    _UNITS.c.derivation == sa.bindparam("in_derivation", type_=sa.Text),
    _UNITS.c.window_key == sa.bindparam("in_window", type_=sa.Text),
)
_OF_UNITS = (*_OF_WINDOW, _UNITS.c.unit == sa.func.any(sa.bindparam("in_units", type_=ARRAY(sa.Text))))
_RECORDED = sa.select(_UNITS.c.unit, _UNITS.c.digest_out, _UNITS.c.rows).where(*_OF_UNITS)
_STANDING = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(_UNITS.c.rows), 0)).where(*_OF_WINDOW)
_FORGET = sa.delete(_UNITS).where(*_OF_UNITS)
_COMPLETE = insert(_WINDOWS).on_conflict_do_update(
    index_elements=["derivation", "window_key"],
    set_={name: insert(_WINDOWS).excluded[name] for name in ("counts", "run_id", "token")}
    | {"revision": _WINDOWS.c.revision + 1, "finished_at": sa.func.clock_timestamp()},
)

_REFRESH = sa.text("""
    WITH listed AS (
        SELECT count(*) AS units,
               coalesce(string_agg(unit || ' ' || digest_in, E'\\n' ORDER BY unit), '') AS inputs,
               coalesce(string_agg(unit || ' ' || digest_out, E'\\n' ORDER BY unit), '') AS outputs
          FROM mind.window_units
         WHERE derivation = :derivation AND window_key = :window_key
    )
    UPDATE mind.job_windows
       SET units = listed.units,
           digest_in = encode(sha256(convert_to(listed.inputs, 'UTF8')), 'hex'),
           digest_out = encode(sha256(convert_to(listed.outputs, 'UTF8')), 'hex')
      FROM listed
     WHERE derivation = :derivation AND window_key = :window_key
""")


def recorded(connection: Connection, plan: Plan) -> dict[str, tuple[str, int]]:
    """Return, for the units of a plan that were completed before, (digest_out, rows)."""
    rows = connection.execute(_RECORDED, _named(plan.derivation, plan.window_key, plan.units))
    return {row.unit: (row.digest_out, row.rows) for row in rows}


def standing(connection: Connection, derivation: Derivation, window_key: str) -> Applied:
    """Return what a run reports for a window in which nothing is due: rows unchanged."""
    units, rows = connection.execute(_STANDING, _named(derivation, window_key)).one()
    done = Applied(derivation.name, window_key, unchanged=rows, units=units)
    if derivation.whole:
        by_unit = sa.select(_UNITS.c.unit, _UNITS.c.rows).where(*_OF_WINDOW)
        found = connection.execute(by_unit, _named(derivation, window_key))
        done.fates = {row.unit: Fate(row.rows) for row in found}
    return done


def record(
    connection: Connection,
    lease: Lease,
    plan: Plan,
    states: Sequence[UnitState | Bulk],
    done: Applied,
    *,
    before: bool,
) -> None:
    """Record that a plan's units were completed, and the window with them.

    `before` says whether any of them was completed before, as `recorded` found.
    """
    name, window_key = plan.derivation.name, plan.window_key
    row = {
        "derivation": name,
        "window_key": window_key,
        "digest_in": "",
        "digest_out": "",
        "units": 0,
        "counts": done.numbers(),
        "revision": 1,
        "run_id": lease.run_id,
        "token": lease.token,
    }
    connection.execute(_COMPLETE, row)
    crash_point("apply.window_recorded")
    if before:
        connection.execute(_FORGET, _named(plan.derivation, window_key, [state.unit for state in states]))
    crash_point("apply.units_removed")
    copy_rows(
        connection,
        _UNITS,
        (
            (
                name, window_key, state.unit, state.digest_in, state.digest_out,
                plan.derivation.version, state.size,
            )
            for state in states
            if state.digest_in is not None
        ),
    )  # fmt: skip
    crash_point("apply.units_recorded")
    refresh(connection, [(name, window_key)])


def refresh(connection: Connection, windows: Sequence[tuple[str, str]]) -> None:
    """Derive the digests of some completed windows, (derivation, window_key), from their units."""
    if windows:
        keys = [{"derivation": name, "window_key": window_key} for name, window_key in windows]
        connection.execute(_REFRESH, keys)


def outdate(connection: Connection, derivation: str) -> set[tuple[str, str]]:
    """Say that a derivation's units lost rows to an erasure: they are stale until made again.

    What its scopes share of a person cannot be told apart, so all of them are. Returns the windows,
    whose digests are then to be derived again.
    """
    stale = dict.fromkeys(("digest_in", "digest_out"), ERASED)
    marked = sa.update(_UNITS).where(_UNITS.c.derivation == derivation).values(stale)
    returned = marked.returning(_UNITS.c.derivation, _UNITS.c.window_key)
    return {(row.derivation, row.window_key) for row in connection.execute(returned)}


def is_outdated(connection: Connection, derivation: str) -> bool:
    """Return whether a derivation was not made again since it lost rows to an erasure."""
    marked = sa.exists().where(_UNITS.c.derivation == derivation, _UNITS.c.digest_in == ERASED)
    return bool(connection.scalar(sa.select(marked)))


def forget_empty(lease: Lease, derivation: Derivation, first_key: str | None) -> None:
    """Drop completions of empty windows before the first one with inputs (None: all of them).

    Without it, a database whose oldest rows were deleted would differ from one that never had them.
    """
    before = sa.true() if first_key is None else _WINDOWS.c.window_key < first_key
    empty = sa.and_(_WINDOWS.c.derivation == derivation.name, _WINDOWS.c.units == 0, before)
    with lease.database.reading() as snapshot:
        if snapshot.scalar(sa.select(sa.func.count()).select_from(_WINDOWS).where(empty)) == 0:
            return
    with lease.transaction() as connection:
        connection.execute(sa.delete(_WINDOWS).where(empty))


def _named(
    derivation: Derivation, window_key: str, units: Iterable[str] | None = None
) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {"in_derivation": derivation.name, "in_window": window_key}
    return found if units is None else {**found, "in_units": list(units)}
