"""Quarantine: refused input with its reason, kept apart and counted; the rest goes on.

What a window refused is replaced when its units run again, so a row that became readable leaves
by itself. What does not belong here: deciding what to refuse (gates, checks, imports).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.engine import Connection

from agnt_pipelines.replay.derivation import Plan, Refused, content_id
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Quarantined

_QUARANTINE = table_of(Quarantined)


def replace(connection: Connection, plan: Plan, *, before: bool) -> None:
    """Make the quarantine of a plan's units say what the plan refused.

    `before` says whether any of the units was completed before, and so may have left something.
    """
    if before:
        units = sa.bindparam("units", list(plan.units), ARRAY(sa.Text))
        connection.execute(
            sa.delete(_QUARANTINE).where(
                _QUARANTINE.c.origin == plan.derivation.name,
                _QUARANTINE.c.window_key == plan.window_key,
                _QUARANTINE.c.user_id == sa.func.any(units),
            )
        )
    add(connection, plan.derivation.name, plan.refused, window_key=plan.window_key)


def add(
    connection: Connection, origin: str, refused: Iterable[Refused], *, window_key: str | None = None
) -> int:
    """Add to the quarantine; the same row refused twice for the same reason is there once.

    Windows and persons count, so that a row that moved keeps the refusal of where it went. Raw bytes count to what is the same: line 7 of another file of that name is another line.
    """
    rows: list[dict[str, Any]] = [
        {
            "id": content_id(
                "quarantine", origin, window_key, item.source, item.source_id, item.unit, item.reason,
                (item.raw or b"").hex(),
            ),
            "origin": origin,
            "window_key": window_key,
            "source": item.source,
            "source_id": item.source_id,
            "user_id": item.unit,
            "reason": item.reason,
            "detail": item.detail,
            "raw": item.raw,
        }
        for item in refused
    ]  # fmt: skip
    if rows:
        connection.execute(insert(_QUARANTINE).on_conflict_do_nothing(), rows)
    return len(rows)
