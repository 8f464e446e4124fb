"""What operators decided about entries: retired, merged, restored, or given another address.

What belongs here: the SQL of fates and names. What does not: what they do to an entry (`registry`).
"""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from agnt_pipelines.faq.talk import Fate, Fated
from agnt_pipelines.replay.derivation import content_id
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Decision

FATE = "faq_entry_fate"
NAME = "faq_entry_name"
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


def record_name(connection: Connection, entry_id: UUID, window_key: str, slug: str, decided_by: str) -> None:
    """Record that an entry has another address from a window on."""
    mine = (_DECISIONS.c.kind == NAME, _DECISIONS.c.subject == str(entry_id))
    number = connection.scalar(sa.select(sa.func.count()).select_from(_DECISIONS).where(*mine)) or 0
    values = {
        "id": content_id(NAME, entry_id, number),
        "kind": NAME,
        "subject": str(entry_id),
        "unit": None,
        "payload": {"entry_id": str(entry_id), "window_key": window_key, "number": number, "slug": slug},
        "decided_by": decided_by,
    }
    connection.execute(insert(_DECISIONS).values(values))


def read_names(connection: Connection, until: str) -> dict[UUID, list[str]]:
    """Return the addresses that entries were given in windows up to one, the newest last."""
    payloads = sa.select(_DECISIONS.c.payload).where(_DECISIONS.c.kind == NAME, decided_in() <= until)
    found: dict[UUID, list[str]] = defaultdict(list)
    for payload in sorted(connection.scalars(payloads), key=lambda one: int(one["number"])):
        found[UUID(payload["entry_id"])].append(payload["slug"])
    return dict(found)


def decided_in() -> sa.ColumnElement[str]:
    """Return the window from which on a decision holds."""
    text: sa.ColumnElement[str] = _DECISIONS.c.payload["window_key"].astext
    return text
