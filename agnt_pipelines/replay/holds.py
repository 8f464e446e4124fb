"""Holds: a plan that would make readers lose too much waits for a person; the rest goes on.

Only derivations that readers see are judged (`Derivation.held`), unit by unit, and only when
nothing upstream of the unit is stale: a half-finished backfill is no loss. An approval is a
recorded decision bound to the hash of the plan; it serves once. A derivation with `prunes` is
judged over all units it would remove, which wait together. Erasure is never held: it has gone before,
and what else is lost with the next build is judged without it. What does not belong here: thresholds
(settings) and erasing (`erasure`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.replay import completion, staleness
from agnt_pipelines.replay.derivation import Derivation, Plan, content_id
from agnt_pipelines.replay.difference import Bulk, UnitDifference, UnitState
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import role_of, scoped_derivations, table_of
from agnt_pipelines.storage.tables.replay import Decision, Hold, JobWindow, WindowUnit
from agnt_pipelines.storage.tables.source import User

_UNITS = table_of(WindowUnit)
_HOLDS = table_of(Hold)
_DECISIONS = table_of(Decision)
_WINDOWS = table_of(JobWindow)
APPROVAL = "approve_hold"
SHORT = 8
"""As many digits of a plan's hash as people are shown."""

Loss = UnitDifference | Bulk
"""What one unit loses and gains."""


def judge(
    connection: Connection,
    lease: Lease,
    plan: Plan,
    states: Sequence[UnitState],
    differences: Sequence[Loss],
    settings: Settings,
) -> set[str]:
    """Return the units whose change must wait, recording a hold for each; spend approvals.

    `states` are what the units shall have: one whose person is gone is not held.
    """
    if plan.derivation.prunes is not None:
        return _judge_prunes(connection, lease, plan, states, differences)
    if not plan.derivation.held:
        return set()
    if plan.derivation.whole:
        return _judge_whole(connection, lease, plan, differences, settings)
    free = _free(connection, plan, {state.unit for state in states if state.digest_in is None})
    lossy = [found for found in differences if _too_large(found.lost, found.size_before, settings)]
    large = [found for found in lossy if found.unit not in free]
    names = [difference.unit for difference in large]
    held = _stale_upstream(connection, plan.derivation, names, settings)
    for difference in large:
        if difference.unit in held:
            continue
        subject = plan_hash(plan, difference)
        counted = (difference.lost, difference.size_before)
        _open(connection, lease, plan, subject, difference.unit, counted)
        if not _approved(connection, subject):
            held.add(difference.unit)
    _close_moot(connection, plan.derivation, plan.units.keys() - held)
    return held


def _judge_whole(
    connection: Connection,
    lease: Lease,
    plan: Plan,
    differences: Sequence[Loss],
    settings: Settings,
) -> set[str]:
    """Hold every unit where one would shrink too much: beyond what an erasure took, or was let go upstream."""
    large = [found for found in differences if _too_large(found.shrinkage, found.size_before, settings)]
    sizes = {found.unit: (found.size_before, found.size_before - found.shrinkage) for found in large}
    if large and completion.is_outdated(connection, plan.derivation.name):
        sizes = _beyond_erasure(connection, plan.derivation, large, settings)
    if not sizes or _let_go_upstream(connection, plan.derivation):
        _close_moot(connection, plan.derivation, [FOLD])
        return set()
    subject = _hash_of(plan, [found for found in large if found.unit in sizes])
    total = sum(before for before, _ in sizes.values())
    counted = (total - sum(after for _, after in sizes.values()), total)
    _open(connection, lease, plan, subject, FOLD, counted, sizes)
    return set() if _approved(connection, subject) else set(plan.units)


def _beyond_erasure(
    connection: Connection, derivation: Derivation, large: Sequence[Loss], settings: Settings
) -> dict[str, tuple[int, int]]:
    """Return, of units that shrink, those that shrink too much beyond what an erasure took: rows now, and then.

    It removed what names its people, so that what is there now is without them. What follows from other
    rows follows from their erasure, too, and so do the rows that are there for others' sake alone: nodes.
    """
    found = {}
    for one in large:
        if derivation.follows is None and isinstance(one, Bulk):
            mine = one.table.c[role_of(one.table).unit] == one.unit
            there = connection.scalar(sa.select(sa.func.count()).select_from(one.table).where(mine)) or 0
            if _too_large(there - one.size, there, settings):
                found[one.unit] = (there, one.size)
    return found


def _let_go_upstream(connection: Connection, derivation: Derivation) -> bool:
    """Whether a loss was approved of what a derivation follows from, since that was last made.

    One approval does for one loss: what is made of rows alone loses what they lost. A loss of its own that
    waits already is another one.
    """
    made = sa.select(_WINDOWS.c.finished_at).where(
        _WINDOWS.c.derivation == derivation.name, _WINDOWS.c.window_key == FOLD
    )
    approved = sa.exists().where(
        _of(derivation.follows or ""),
        _HOLDS.c.status == "applied",
        _HOLDS.c.closed_at > made.scalar_subquery(),
    )
    if derivation.follows is None or open_holds(connection, derivation.name):
        return False
    return bool(connection.scalar(sa.select(approved)))


def _free(connection: Connection, plan: Plan, without_inputs: set[str]) -> set[str]:
    """Return, of the units without inputs, those that may go: erased people, and scopes.

    A person who is there, but of whom nothing is read any more, is a broken view more often than not.
    """
    if not without_inputs or role_of(plan.derivation.tables[0]).person is None:
        return without_inputs
    names = sa.bindparam("units", sorted(without_inputs), ARRAY(sa.Text))
    return without_inputs - set(connection.scalars(staleness.alive().where(User.id == sa.func.any(names))))


def _judge_prunes(
    connection: Connection,
    lease: Lease,
    plan: Plan,
    states: Sequence[UnitState],
    differences: Sequence[Loss],
) -> set[str]:
    """Hold all units that would go, as one plan, where they are too many; units are what is counted."""
    limit = plan.derivation.prunes
    assert limit is not None
    gone = {state.unit for state in states if state.digest_in is None} - {*limit.freely}
    going = [difference for difference in differences if difference.unit in gone]
    standing = (
        _UNITS.c.derivation == plan.derivation.name,
        _UNITS.c.rows > 0,
        _UNITS.c.unit.not_in(limit.freely),
    )
    total = connection.scalar(sa.select(sa.func.count()).select_from(_UNITS).where(*standing)) or 0
    if going and limit.exceeded(len(going), total):
        subject = _hash_of(plan, going)
        _open(connection, lease, plan, subject, FOLD, (len(going), total))
        return set() if _approved(connection, subject) else {difference.unit for difference in going}
    _close_moot(connection, plan.derivation, [FOLD])
    return set()


def forget_moot(lease: Lease, derivation: Derivation, due: Collection[str]) -> None:
    """Close the open holds of units that are not due any more: their inputs are what they were."""
    with lease.database.reading() as snapshot:
        waiting = snapshot.scalars(sa.select(_HOLDS.c.unit).where(*_open_of(derivation))).all()
    if moot := set(waiting) - set(due):
        with lease.transaction() as connection:
            _close_moot(connection, derivation, moot)


def plan_hash(plan: Plan, difference: Loss) -> str:
    """Return the hash an approval binds to: what is replaced, and what by."""
    parts = (plan.derivation.name, plan.window_key, difference.unit, difference.digest_out)
    return hashlib.sha256("\x1f".join(parts).encode() + difference.before).hexdigest()


def _hash_of(plan: Plan, differences: Sequence[Loss]) -> str:
    """Return the hash of several units' plans together."""
    hashes = sorted(plan_hash(plan, difference) for difference in differences)
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def approve(database: Database, prefix: str, decided_by: str) -> str:
    """Approve the one open hold whose plan hash starts with `prefix`; return the whole hash.

    Raises:
        SettingsError: no open hold, or several, have that prefix.
    """
    with database.writing() as connection:
        found = connection.execute(
            sa.select(_HOLDS.c.plan_hash, _HOLDS.c.derivation, _HOLDS.c.unit, _HOLDS.c.times_applied).where(
                _HOLDS.c.status == "open", _HOLDS.c.plan_hash.startswith(prefix, autoescape=True)
            )
        ).all()
        if len(found) != 1:
            message = f"{len(found)} open holds begin with {prefix!r}; `./agnt holds` lists them."
            raise SettingsError(message)
        whole = str(found[0].plan_hash)
        subject = _nth(whole, found[0].times_applied)
        decision: dict[str, object] = {
            "id": content_id(APPROVAL, subject),
            "kind": APPROVAL,
            "subject": subject,
            # Whoever is named here can be erased: a scope is nobody.
            "unit": None if found[0].derivation in scoped_derivations() else found[0].unit,
            "payload": {},
            "decided_by": decided_by,
        }
        connection.execute(insert(_DECISIONS).values(decision).on_conflict_do_nothing())
    return whole


def open_holds(connection: Connection, derivation: str | None = None) -> list[Any]:
    """Return the open holds, oldest first; of one derivation, if it is named."""
    query = sa.select(_HOLDS).where(_HOLDS.c.status == "open").order_by(_HOLDS.c.opened_at)
    return list(connection.execute(query if derivation is None else query.where(_of(derivation))))


def in_words(hold: Any) -> str:
    """Return an open hold as a sentence: what shrinks by how much, and the way out."""
    shrinks = ", ".join(shrinking(hold.parts)) or f"{hold.lost:,} of {hold.total:,} rows would go"
    way_out = f"`./agnt holds approve {hold.plan_hash[:SHORT]}` lets it go on with the next run"
    return f"Held, and readers keep what they have: {shrinks}. Mend the source, or {way_out}."


def shrinking(parts: Mapping[str, Sequence[int]]) -> list[str]:
    """Return what shrinks in words, the largest share first: `BOOKED 440 to 12 (97 % less)`."""
    losses = {name: 1 - after / max(before, 1) for name, (before, after) in parts.items()}
    return [
        f"{name} {parts[name][0]:,} to {parts[name][1]:,} ({100 * losses[name]:.0f} % less)"
        for name in sorted(parts, key=lambda name: (-losses[name], name))
    ]


def _too_large(loss: int, before: int, settings: Settings) -> bool:
    return loss > max(settings.hold_rows, settings.hold_share * before)


def _stale_upstream(
    connection: Connection, derivation: Derivation, units: Collection[str], settings: Settings
) -> set[str]:
    """Return those of some units that have something stale upstream, in windows that are closed."""
    upstream = derivation.upstream
    if upstream is None or not units:
        return set()
    windows = None
    if upstream.calendar is not None:
        now = settings.now or datetime.now(UTC)
        windows = staleness.due_windows(connection, upstream, now)
        if not windows:
            return set()
    found = staleness.due(connection, upstream, windows, units)
    return {unit for entry in found.values() for unit in entry.units}


def _approved(connection: Connection, subject: str) -> bool:
    """Spend the next approval of the plan of this very hash, if there is one."""
    spent = connection.scalar(sa.select(_HOLDS.c.times_applied).where(_HOLDS.c.plan_hash == subject))
    approval = _DECISIONS.c.subject == _nth(subject, spent or 0)
    if connection.scalar(sa.select(sa.func.count()).where(_DECISIONS.c.kind == APPROVAL, approval)) == 0:
        return False
    connection.execute(
        sa.update(_HOLDS)
        .where(_HOLDS.c.plan_hash == subject)
        .values(status="applied", times_applied=(spent or 0) + 1, closed_at=sa.func.clock_timestamp())
    )
    return True


def _nth(plan: str, spent: int) -> str:
    """Return what the next approval of a plan is recorded for: every approval serves once."""
    return f"{plan}#{spent}"


def _open(
    connection: Connection,
    lease: Lease,
    plan: Plan,
    subject: str,
    unit: str,
    counted: tuple[int, int],
    parts: Mapping[str, tuple[int, int]] | None = None,
) -> None:
    """Record the hold of a plan's hash; an earlier open one of the same unit is moot.

    `counted` is what readers would lose, and have; `parts` what they have, and would have, of each part.
    """
    other = _HOLDS.c.plan_hash != subject
    _close_moot(connection, plan.derivation, [unit], other)
    row = {
        "plan_hash": subject,
        "derivation": plan.derivation.name,
        "window_key": plan.window_key,
        "unit": unit,
        "lost": counted[0],
        "total": counted[1],
        "parts": dict(parts or {}),
        "status": "open",
        "run_id": lease.run_id,
    }
    again = {"status": "open", "closed_at": None, "run_id": lease.run_id, "parts": row["parts"]}
    connection.execute(
        insert(_HOLDS).values(row).on_conflict_do_update(index_elements=["plan_hash"], set_=again)
    )


def _close_moot(
    connection: Connection, derivation: Derivation, units: Collection[str], *which: sa.ColumnElement[bool]
) -> None:
    """Close the open holds of some units: the plans they wait with are no longer made."""
    names = sa.bindparam("units", list(units), ARRAY(sa.Text))
    connection.execute(
        sa.update(_HOLDS)
        .where(*_open_of(derivation), _HOLDS.c.unit == sa.func.any(names), *which)
        .values(status="moot", closed_at=sa.func.clock_timestamp())
    )


def _open_of(derivation: Derivation) -> tuple[sa.ColumnElement[bool], ...]:
    return _of(derivation.name), _HOLDS.c.status == "open"


def _of(derivation: str) -> sa.ColumnElement[bool]:
    return _HOLDS.c.derivation == derivation
