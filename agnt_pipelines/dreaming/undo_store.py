"""The SQL of undo: claims that an operator took back, as recorded decisions, which are inputs of their day.

An undone claim is left out when its day is dreamt; every fold follows from that. Taking the undo back is
another value of the same decision. What does not belong here: what a memory rests on (`serving.memories`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.engine import Connection

from agnt_pipelines.replay.derivation import InputSource, content_id
from agnt_pipelines.storage.canonical import utc
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Decision

UNDO = "undo_claim"
_DECISIONS = table_of(Decision)
_PAYLOAD = _DECISIONS.c.payload


@dataclass(frozen=True, slots=True)
class Undone:
    """One claim that was taken back: its row's id, the memory it was in, and when it had been said."""

    claim: UUID
    memory: UUID
    said_at: datetime


def inputs() -> InputSource:
    """Return the decisions as rows that a day reads: on the day on which the claim was said."""
    said = sa.cast(_PAYLOAD["at"].as_string(), sa.DateTime(timezone=True))
    rows = sa.select(
        said.label("at"),
        _DECISIONS.c.unit.label("unit"),
        _DECISIONS.c.subject.label("row_id"),
        _PAYLOAD["undone"].as_string().label("content"),
    )
    return InputSource("decisions", rows.where(_DECISIONS.c.kind == UNDO, _DECISIONS.c.unit.is_not(None)))


def undone(connection: Connection, people: Collection[str]) -> frozenset[UUID]:
    """Return the ids of the claims of some people that are taken back."""
    names = sa.bindparam("people", list(people), ARRAY(sa.Text))
    query = sa.select(_DECISIONS.c.subject).where(
        _DECISIONS.c.kind == UNDO,
        _PAYLOAD["undone"].as_string() == "true",
        _DECISIONS.c.unit == sa.func.any(names),
    )
    return frozenset(map(UUID, connection.scalars(query)))


def decided(connection: Connection, person: str) -> list[Undone]:
    """Return every claim of a person about which there is a decision, taken back or not."""
    query = sa.select(_DECISIONS.c.subject, _PAYLOAD).where(
        _DECISIONS.c.kind == UNDO, _DECISIONS.c.unit == person
    )
    return [
        Undone(UUID(row.subject), UUID(row.payload["memory"]), datetime.fromisoformat(row.payload["at"]))
        for row in connection.execute(query.order_by(_DECISIONS.c.subject))
    ]


def record(
    connection: Connection, person: str, claims: Iterable[Undone], *, back: bool, decided_by: str
) -> None:
    """Record that some claims are taken back; `back`: that they are not, after all."""
    for one in claims:
        payload = {"at": utc(one.said_at).isoformat(), "memory": str(one.memory), "undone": not back}
        values = {
            "id": content_id(UNDO, one.claim),
            "kind": UNDO,
            "subject": str(one.claim),
            "unit": person,
            "payload": payload,
            "decided_by": decided_by,
        }
        changed = {"payload": payload, "decided_by": decided_by}
        connection.execute(
            insert(_DECISIONS).values(values).on_conflict_do_update(index_elements=["id"], set_=changed)
        )
