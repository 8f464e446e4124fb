"""Holds: a plan that would make readers lose too much waits for a person; the rest goes on.

Only derivations that readers see are judged (`Derivation.held`), unit by unit, and only when
nothing upstream of the unit is stale: a half-finished backfill is no loss. An approval is a
recorded decision bound to the hash of the plan; it serves once. Erasure is never held. What does
not belong here: thresholds (settings) and erasing (`erasure`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.replay import staleness
from agnt_pipelines.replay.derivation import Derivation, Plan, content_id
from agnt_pipelines.replay.difference import UnitDifference
from agnt_pipelines.replay.exclusive import Lease
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Decision, Hold

_HOLDS = table_of(Hold)
_DECISIONS = table_of(Decision)
APPROVAL = "approve_hold"


def judge(
    connection: Connection,
    lease: Lease,
    plan: Plan,
    differences: Sequence[UnitDifference],
    settings: Settings,
) -> set[str]:
    """Return the units whose change must wait, recording a hold for each; spend approvals."""
    if not plan.derivation.held:
        return set()
    large = [
        difference
        for difference in differences
        if _too_much(difference, settings) and plan.units[difference.unit] is not None
    ]
    if not large:
        return set()
    unsettled = _stale_upstream(connection, plan.derivation)
    held = {difference.unit for difference in large if difference.unit in unsettled}
    for difference in large:
        if difference.unit in held:
            continue
        _open(connection, lease, plan, difference)
        if not _approved(connection, plan, difference):
            held.add(difference.unit)
    return held


def plan_hash(plan: Plan, difference: UnitDifference) -> str:
    """Return the hash an approval binds to: what is replaced, and what by."""
    removed = b"".join(table.before for table in difference.tables)
    parts = (plan.derivation.name, plan.window_key, difference.unit, difference.digest_out)
    return hashlib.sha256("\x1f".join(parts).encode() + removed).hexdigest()


def approve(database: Database, prefix: str, decided_by: str) -> str:
    """Approve the one open hold whose plan hash starts with `prefix`; return the whole hash.

    Raises:
        SettingsError: no open hold, or several, have that prefix.
    """
    with database.writing() as connection:
        found = connection.execute(
            sa.select(_HOLDS.c.plan_hash, _HOLDS.c.unit, _HOLDS.c.times_applied).where(
                _HOLDS.c.status == "open", _HOLDS.c.plan_hash.startswith(prefix, autoescape=True)
            )
        ).all()
        if len(found) != 1:
            message = f"{len(found)} open holds begin with {prefix!r}; `./agnt holds` lists them."
            raise SettingsError(message)
        whole = str(found[0].plan_hash)
        subject = _nth(whole, found[0].times_applied)
        decision = {
            "id": content_id(APPROVAL, subject),
            "kind": APPROVAL,
            "subject": subject,
            "unit": found[0].unit,
            "payload": {},
            "decided_by": decided_by,
        }
        connection.execute(insert(_DECISIONS).values(decision).on_conflict_do_nothing())
    return whole


def open_holds(connection: Connection) -> list[Any]:
    """Return the open holds, oldest first."""
    query = sa.select(_HOLDS).where(_HOLDS.c.status == "open").order_by(_HOLDS.c.opened_at)
    return list(connection.execute(query))


def _too_much(difference: UnitDifference, settings: Settings) -> bool:
    share = settings.hold_share * difference.size_before
    return difference.lost > max(settings.hold_rows, share)


def _stale_upstream(connection: Connection, derivation: Derivation) -> set[str]:
    upstream = derivation.upstream
    if upstream is None:
        return set()
    return {unit for entry in staleness.due(connection, upstream).values() for unit in entry.units}


def _approved(connection: Connection, plan: Plan, difference: UnitDifference) -> bool:
    """Spend the next approval of this very plan, if there is one."""
    subject = plan_hash(plan, difference)
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


def _open(connection: Connection, lease: Lease, plan: Plan, difference: UnitDifference) -> None:
    """Record the hold; an earlier open one of the same unit is moot, its plan is no longer made."""
    subject = plan_hash(plan, difference)
    connection.execute(
        sa.update(_HOLDS)
        .where(
            _HOLDS.c.derivation == plan.derivation.name,
            _HOLDS.c.unit == difference.unit,
            _HOLDS.c.status == "open",
            _HOLDS.c.plan_hash != subject,
        )
        .values(status="moot", closed_at=sa.func.clock_timestamp())
    )
    row = {
        "plan_hash": subject,
        "derivation": plan.derivation.name,
        "window_key": plan.window_key,
        "unit": difference.unit,
        "lost": difference.lost,
        "total": difference.size_before,
        "status": "open",
        "run_id": lease.run_id,
    }
    again = {"status": "open", "closed_at": None, "run_id": lease.run_id}
    connection.execute(
        insert(_HOLDS).values(row).on_conflict_do_update(index_elements=["plan_hash"], set_=again)
    )
