"""What operators decided about entries: retired, merged, restored.

What belongs here: the SQL of fates. What does not: what a fate does to an entry (`registry`).
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from agnt_pipelines.faq.talk import Fate, Fated
from agnt_pipelines.replay.derivation import content_id
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Decision

FATE = "faq_entry_fate"
_DECISIONS = table_of(Decision)


def record_fate(connection: Connection, fate: Fate, decided_by: str) -> None:
    """Record what is to become of an entry from a window on; a second word of one window replaces the first."""
    values = {
        "id": content_id(FATE, fate.entry_id, fate.window_key),
        "kind": FATE,
        "subject": str(fate.entry_id),
        "unit": None,
        "payload": {
            "entry_id": str(fate.entry_id),
            "window_key": fate.window_key,
            "fate": fate.fated.value,
            "into": None if fate.into is None else str(fate.into),
            "reason": fate.reason,
        },
        "decided_by": decided_by,
    }
    again = {**values, "decided_at": sa.func.clock_timestamp()}
    adding = insert(_DECISIONS).values(values)
    connection.execute(adding.on_conflict_do_update(index_elements=["id"], set_=again))


def read_fates(connection: Connection, until: str) -> dict[UUID, Fate]:
    """Return the last word on each entry up to a window."""
    query = (
        sa.select(_DECISIONS.c.payload)
        .where(_DECISIONS.c.kind == FATE, decided_in() <= until)
        .order_by(decided_in())
    )
    found = (
        Fate(
            UUID(payload["entry_id"]), payload["window_key"], Fated(payload["fate"]), payload["reason"],
            None if payload["into"] is None else UUID(payload["into"]),
        )
        for payload in connection.scalars(query)
    )  # fmt: skip
    return {fate.entry_id: fate for fate in found}


def decided_in() -> sa.ColumnElement[str]:
    """Return the window from which on a decision holds."""
    text: sa.ColumnElement[str] = _DECISIONS.c.payload["window_key"].astext
    return text
