"""The SQL of undo: claims that an operator took back, as recorded decisions, which are inputs of their day.

An undone claim is left out when its day is dreamt; every fold follows from that. Claims are named by a memory
or by the run that learnt them, which the delta log tells. Taking the undo back is another value of the same
decision. What does not belong here: what a memory rests on (`serving.memories`).
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
# Rows in the log are lists of values beside the list of their columns.
_LEARNT = sa.text(
    """
    WITH entries AS (
        SELECT subject, before::jsonb AS before, after::jsonb AS after FROM mind.delta_log
         WHERE run_id = :run AND table_name = 'observations' AND operation = 'apply' AND after IS NOT NULL
           AND (CAST(:person AS text) IS NULL OR subject = :person)
    ), places AS (
        SELECT entries.*, array_position(ARRAY(SELECT jsonb_array_elements_text(after->'columns')), 'id') - 1 AS id,
               array_position(ARRAY(SELECT jsonb_array_elements_text(after->'columns')), 'observed_at') - 1 AS said_at
          FROM entries
    )
    SELECT places.subject, (line->>places.id)::uuid AS claim, line->>places.said_at AS said_at
      FROM places CROSS JOIN jsonb_array_elements(after->'rows') AS line
     WHERE NOT EXISTS (
        SELECT FROM jsonb_array_elements(coalesce(before->'rows', '[]')) AS old
         WHERE old->>places.id = line->>places.id)
     ORDER BY places.subject, claim
    """
).bindparams(sa.bindparam("person", type_=sa.Text))


@dataclass(frozen=True, slots=True)
class Undone:
    """One claim that was taken back: its row's id, the memory or the run that named it, and when it was said."""

    claim: UUID
    memory: UUID | None
    said_at: datetime
    person: str
    run: str = ""
    stands: bool = True


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


def decided(connection: Connection, person: str | None) -> list[Undone]:
    """Return every claim of a person (None: of all) about which there is a decision, taken back or not."""
    query = sa.select(_DECISIONS.c.subject, _DECISIONS.c.unit, _PAYLOAD).where(_DECISIONS.c.kind == UNDO)
    if person is not None:
        query = query.where(_DECISIONS.c.unit == person)
    return [
        Undone(
            claim=UUID(row.subject),
            memory=UUID(memory) if (memory := row.payload.get("memory")) else None,
            said_at=datetime.fromisoformat(row.payload["at"]),
            person=row.unit,
            run=row.payload.get("run", ""),
            stands=bool(row.payload["undone"]),
        )
        for row in connection.execute(query.order_by(_DECISIONS.c.subject))
    ]


def learnt_by(connection: Connection, run: str, person: str | None) -> list[Undone]:
    """Return the claims that a run learnt of a person (None: of everybody), as the delta log has them.

    A claim that the run only wrote again, as part of a unit that changed, was not learnt by it.
    """
    query = _LEARNT.bindparams(run=run, person=person)
    return [
        Undone(row.claim, None, datetime.fromisoformat(row.said_at), row.subject, run=run)
        for row in connection.execute(query)
    ]


def record(connection: Connection, claims: Iterable[Undone], *, back: bool, decided_by: str) -> None:
    """Record that some claims are taken back; `back`: that they are not, after all."""
    for one in claims:
        named = {"run": one.run} if one.memory is None else {"memory": str(one.memory)}
        payload = {"at": utc(one.said_at).isoformat(), **named, "undone": not back}
        values = {
            "id": content_id(UNDO, one.claim),
            "kind": UNDO,
            "subject": str(one.claim),
            "unit": one.person,
            "payload": payload,
            "decided_by": decided_by,
        }
        changed = {"payload": payload, "decided_by": decided_by}
        connection.execute(
            insert(_DECISIONS).values(values).on_conflict_do_update(index_elements=["id"], set_=changed)
        )
