"""What is missing or stale: inputs' digests against the digests of what was completed.

One comparison serves every rule: a unit whose inputs changed, came late, vanished or were never
read differs from its recorded digest; a window without a completion is missing; a unit made by
another version of the code is stale for that reason alone. What does not belong here: running it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from agnt_pipelines.replay.derivation import Derivation, InputSource
from agnt_pipelines.replay.windows import FOLD, WITA, WITA_NAME, Calendar, Window
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import JobWindow, WindowUnit
from agnt_pipelines.storage.tables.source import User

_UNITS = table_of(WindowUnit)
_WINDOWS = table_of(JobWindow)
_USERS = table_of(User)
_DUSK = datetime(9999, 12, 30, tzinfo=UTC)
"""Rows from here on, `infinity` among them, belong to no window: Python has no such days."""

# Statements are built once and asked with other values: building one costs what asking it costs.
_START, _END = (sa.bindparam(name, type_=sa.DateTime(timezone=True)) for name in ("due_start", "due_end"))
_FIRST, _LAST = (sa.bindparam(name, type_=sa.Text) for name in ("due_first", "due_last"))
_SOME = sa.bindparam("due_units", type_=ARRAY(sa.Text))
_KEYS = sa.bindparam("due_keys", type_=ARRAY(sa.Text))
_NAME = sa.bindparam("due_derivation", type_=sa.Text)
_DONE = sa.select(_WINDOWS.c.window_key).where(
    _WINDOWS.c.derivation == _NAME, _WINDOWS.c.window_key == sa.func.any(_KEYS)
)


@dataclass(slots=True)
class Due:
    """What is due in one window: its stale units with their present input digests."""

    window_key: str
    missing: bool = False
    units: dict[str, str | None] = field(default_factory=dict)
    code: dict[str, str | None] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why the window is due, in one word."""
        return "missing" if self.missing else "changed" if self.units else "code"


def alive() -> sa.Select[Any]:
    """Select the ids of people who exist and did not ask to be deleted; a view's NULL is nobody."""
    return sa.select(_USERS.c.id).where(_USERS.c.deleted_at.is_(None), _USERS.c.id.is_not(None))


def content(*columns: sa.ColumnElement[Any] | sa.Column[Any]) -> sa.ColumnElement[str]:
    """Return columns as one text that differs whenever one of them does."""
    return sa.cast(sa.func.jsonb_build_array(*columns), sa.Text)


def key_of(calendar: Calendar, at: sa.ColumnElement[datetime]) -> sa.ColumnElement[str]:
    """Return the SQL expression of the window key that holds an instant."""
    local = sa.func.timezone(WITA_NAME, at)
    if calendar.length.days == 1:
        return sa.func.to_char(local, "YYYY-MM-DD")
    shift = calendar.origin - datetime(2015, 1, 5, tzinfo=WITA)
    week = sa.func.date_trunc("week", local - shift) + shift + calendar.pitch
    return sa.func.to_char(week, "YYYY-MM-DD")


def _inputs(derivation: Derivation, *, windowed: bool, some: bool) -> sa.Select[Any]:
    """Select (window_key, unit, digest_in): what a derivation's rows are determined by."""
    if derivation.digests is not None:
        given = derivation.digests.subquery()
        asked = [given.c.window_key.between(_FIRST, _LAST)] if windowed else []
        return sa.select(given).where(*asked, *_among(given.c.unit, some=some))
    if derivation.calendar is not None:
        return _digests(derivation.calendar, derivation.sources, windowed=windowed, some=some)
    assert derivation.upstream is not None
    return _fold_digests(derivation.upstream, some=some)


def _digests(
    calendar: Calendar, sources: Sequence[InputSource], *, windowed: bool, some: bool
) -> sa.Select[Any]:
    """Select the digests of windowed sources, of all windows or within [start, end).

    The digest is the SHA-256 over the SHA-256 of each row with its id, rows ordered by source and
    id: it depends on the set of rows alone. Rows of people who are gone are not there.
    """
    parts = []
    for source in sources:
        rows = source.rows.subquery()
        # The id counts: it is in what is derived. A content's JSON shows where the id begins.
        named = rows.c.content + sa.func.coalesce(rows.c.row_id, "")
        hashed = sa.func.sha256(sa.func.convert_to(named, "UTF8"))
        parts.append(
            sa.select(
                key_of(calendar, _moved(rows.c.at, source.shift)).label("window_key"),
                rows.c.unit.label("unit"),
                sa.literal(source.name).label("source"),
                rows.c.row_id.label("row_id"),
                hashed.label("hashed"),
                sa.literal(not source.shift).label("own"),
            ).where(
                *_within(rows, calendar, source.shift, windowed=windowed),
                *_among(rows.c.unit, some=some),
                *_across(rows.c.at, calendar, source.shift),
            )
        )
    both = sa.union_all(*parts).cte("inputs")
    units = sa.select(both.c.window_key, both.c.unit, _combined(both).label("digest_in")).group_by(
        both.c.window_key, both.c.unit
    )
    beside = any(source.shift for source in sources)
    return units.having(sa.func.bool_or(both.c.own)) if beside else units


def _within(
    rows: sa.Subquery, calendar: Calendar, shift: timedelta = timedelta(0), *, windowed: bool
) -> Iterator[sa.ColumnElement[bool]]:
    # The bounds are moved, not the column: it has an index.
    first, end = (_START, _END) if windowed else (sa.literal(calendar.origin), sa.literal(_DUSK))
    yield rows.c.at >= _moved(first, -shift)
    yield rows.c.at < _moved(end, -shift)
    if "person" in rows.c:
        yield sa.or_(rows.c.person.is_(None), rows.c.person.in_(alive()))
    else:
        yield rows.c.unit.in_(alive())


def _moved(at: sa.ColumnElement[datetime], shift: timedelta) -> sa.ColumnElement[datetime]:
    return at + sa.literal(shift, sa.Interval) if shift else at


def _across(
    at: sa.ColumnElement[datetime], calendar: Calendar, shift: timedelta
) -> Iterator[sa.ColumnElement[bool]]:
    if shift:  # asked of every row: binning is whole numbers, where a key is a calendar's work
        length = sa.literal(calendar.length, sa.Interval)
        here, there = (sa.func.date_bin(length, one, calendar.origin) for one in (at, _moved(at, shift)))
        yield here != there


def _among(unit: sa.ColumnElement[str], *, some: bool) -> Iterator[sa.ColumnElement[bool]]:
    if some:
        yield unit == sa.func.any(_SOME)


def _fold_digests(upstream: Derivation, *, some: bool) -> sa.Select[Any]:
    """Select (FOLD, unit, digest_in) of a fold over all windows of another derivation."""
    rows = _UNITS
    combined = sa.func.sha256(
        sa.func.convert_to(
            sa.func.string_agg(
                rows.c.window_key + sa.literal(" ") + rows.c.digest_out,
                sa.text("E'\\n' ORDER BY window_key"),
            ),
            "UTF8",
        )
    )
    return (
        sa.select(
            sa.literal(FOLD).label("window_key"),
            rows.c.unit.label("unit"),
            sa.func.encode(combined, "hex").label("digest_in"),
        )
        .where(rows.c.derivation == upstream.name, rows.c.rows > 0, *_among(rows.c.unit, some=some))
        .group_by(rows.c.unit)
    )


def due(
    connection: Connection,
    derivation: Derivation,
    windows: Sequence[Window] | None = None,
    units: Collection[str] | None = None,
) -> dict[str, Due]:
    """Return what is due in consecutive windows (for a fold: leave them out), oldest first.

    `Due.units` holds missing, changed and vanished units, `Due.code` those that only another
    version of the code made. Only windows with something due are returned; `units` asks about
    some units alone.
    """
    found: dict[str, Due] = {}
    for window_key in sorted(_incomplete(connection, derivation, windows)):
        found[window_key] = Due(window_key, missing=True)
    asked: dict[str, object] = {}
    if windows:
        asked |= {"due_start": windows[0].start, "due_end": windows[-1].end}
        asked |= {"due_first": windows[0].key, "due_last": windows[-1].key}
    if units is not None:
        asked["due_units"] = list(units)
    statement = _difference(derivation, windowed=bool(windows), some=units is not None)
    for row in connection.execute(statement, asked):
        entry = found.setdefault(row.window_key, Due(row.window_key))
        (entry.units if row.stale else entry.code)[row.unit] = row.digest_in
    return dict(sorted(found.items()))


def due_windows(connection: Connection, derivation: Derivation, now: datetime) -> list[Window]:
    """Return every closed window from the first with inputs or rows to the last closed."""
    calendar = derivation.calendar
    assert calendar is not None
    last = calendar.last_closed(now)
    recorded = connection.scalar(
        sa.select(sa.func.min(_UNITS.c.window_key)).where(_UNITS.c.derivation == derivation.name)
    )
    keys = [key for key in (first_key(connection, derivation), recorded) if key is not None]
    return list(calendar.between(min(keys), last.key)) if keys and min(keys) <= last.key else []


def first_key(connection: Connection, derivation: Derivation) -> str | None:
    """Return the key of the first window that has inputs; None where there are none."""
    calendar = derivation.calendar
    assert calendar is not None
    firsts = []
    for source in derivation.sources:
        if source.shift:  # what stands beside a window is never the first of it
            continue
        rows = source.rows.subquery()
        earliest = (
            sa.select(rows.c.at).where(*_within(rows, calendar, windowed=False)).order_by(rows.c.at).limit(1)
        )
        firsts.append(connection.scalar(earliest))
    found = [first for first in firsts if first is not None]
    return calendar.window_at(min(found)).key if found else None


def _incomplete(connection: Connection, derivation: Derivation, windows: Sequence[Window] | None) -> set[str]:
    keys = [FOLD] if windows is None else [window.key for window in windows]
    done = connection.scalars(_DONE, {"due_derivation": derivation.name, "due_keys": keys})
    return set(keys) - set(done)


@lru_cache(maxsize=64)
def _difference(derivation: Derivation, *, windowed: bool, some: bool) -> sa.Select[Any]:
    expected = _inputs(derivation, windowed=windowed, some=some).cte("expected")
    mine = _UNITS.c.derivation == derivation.name
    recorded = sa.select(_UNITS).where(mine, *_among(_UNITS.c.unit, some=some))
    if windowed:
        recorded = recorded.where(_UNITS.c.window_key.between(_FIRST, _LAST))
    known = recorded.cte("recorded")
    both = expected.join(
        known,
        sa.and_(expected.c.window_key == known.c.window_key, expected.c.unit == known.c.unit),
        full=True,
    )
    stale = expected.c.digest_in.is_distinct_from(known.c.digest_in)
    window_key = sa.func.coalesce(expected.c.window_key, known.c.window_key)
    unit = sa.func.coalesce(expected.c.unit, known.c.unit)
    return (
        sa.select(
            window_key.label("window_key"),
            unit.label("unit"),
            expected.c.digest_in.label("digest_in"),
            stale.label("stale"),
        )
        .select_from(both)
        .where(sa.or_(stale, known.c.version != derivation.version))
        .order_by(window_key, unit)
    )


def _combined(rows: sa.CTE) -> sa.ColumnElement[str]:
    joined = sa.func.string_agg(rows.c.hashed, sa.text("''::bytea ORDER BY source, row_id, hashed"))
    return sa.func.encode(sa.func.sha256(joined), "hex")


def digest_of(due_window: Due) -> str:
    """Return the SHA-256 of what is due: it changes when the inputs of a stale unit change again."""
    stale = [due_window.missing, sorted(due_window.units.items()), sorted(due_window.code.items())]
    return hashlib.sha256(canonical.dump(stale)).hexdigest()
