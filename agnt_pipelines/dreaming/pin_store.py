"""The SQL of pins: memories that an operator keeps at hand, as recorded decisions that the folds read.

A pin binds to the claims that the memory rested on, so that it outlives a memory's id. What does not belong
here: what a pin means for a memory (`fold`) and for a prompt (`soul_prompt`), and finding the memory that is
meant (`serving.pinning`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, insert
from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming.claims import UserId
from agnt_pipelines.replay.derivation import content_id
from agnt_pipelines.replay.windows import FOLD
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Decision, WindowUnit

PIN = "pin_memory"
_DECISIONS = table_of(Decision)
_UNITS = table_of(WindowUnit)
_PAYLOAD = _DECISIONS.c.payload
_STANDS = (_DECISIONS.c.kind == PIN, _PAYLOAD["pinned"].as_string() == "true")


@dataclass(frozen=True, slots=True)
class Pin:
    """One memory that was pinned, by the claims that it rested on, and whether it still is."""

    memory: UUID
    claims: frozenset[UUID]
    stands: bool


def pinned(connection: Connection, people: Collection[str]) -> dict[UserId, frozenset[UUID]]:
    """Return the ids of the claims of some people that are pinned."""
    found: dict[UserId, frozenset[UUID]] = {}
    names = sa.func.any(sa.bindparam("people", list(people), ARRAY(sa.Text)))
    query = sa.select(_DECISIONS.c.unit, _PAYLOAD).where(*_STANDS, _DECISIONS.c.unit == names)
    for row in connection.execute(query):
        person = UserId(row.unit)
        found[person] = found.get(person, frozenset()) | frozenset(map(UUID, row.payload["claims"]))
    return found


def decided(connection: Connection, person: str) -> list[Pin]:
    """Return every pin of a person, standing or taken back."""
    query = sa.select(_DECISIONS).where(_DECISIONS.c.kind == PIN, _DECISIONS.c.unit == person)
    return [
        Pin(UUID(row.subject), frozenset(map(UUID, row.payload["claims"])), bool(row.payload["pinned"]))
        for row in connection.execute(query.order_by(_DECISIONS.c.subject))
    ]


def record(
    connection: Connection, person: str, memory: UUID, claims: Iterable[UUID], *, back: bool, decided_by: str
) -> None:
    """Record that a memory is pinned; `back`: that it is not, after all."""
    payload = {"claims": sorted(map(str, claims)), "pinned": not back}
    values = {
        "id": content_id(PIN, person, memory),
        "kind": PIN,
        "subject": str(memory),
        "unit": person,
        "payload": payload,
        "decided_by": decided_by,
    }
    changed = {"payload": payload, "decided_by": decided_by}
    connection.execute(
        insert(_DECISIONS).values(values).on_conflict_do_update(index_elements=["id"], set_=changed)
    )


def digests(*upstream: str) -> sa.Select[tuple[str, str, str]]:
    """Select (FOLD, person, digest) of a fold that reads some derivations and a person's pins.

    Without a pin it is the digest of a fold over the first derivation alone.
    """
    unit = _UNITS.c
    place = sa.case(*((unit.derivation == name, number) for number, name in enumerate(upstream)))
    line = sa.case(
        (unit.derivation == upstream[0], unit.window_key + sa.literal(" ") + unit.digest_out),
        else_=unit.derivation + sa.literal(" ") + unit.digest_out,
    )
    rows = sa.func.string_agg(line, aggregate_order_by(sa.text("E'\\n'"), place, unit.window_key))
    subject = sa.cast(_PAYLOAD["claims"], sa.Text)
    pins = (
        sa.select(
            _DECISIONS.c.unit,
            sa.func.string_agg(subject, aggregate_order_by(sa.text("E'\\n'"), subject)).label("pins"),
        )
        .where(*_STANDS)
        .group_by(_DECISIONS.c.unit)
        .subquery()
    )
    read = (
        sa.select(unit.unit, rows.label("rows"))
        .where(unit.derivation.in_(upstream), unit.rows > 0)
        .group_by(unit.unit)
        .subquery()
    )
    both = read.c.rows + sa.func.coalesce(sa.literal("\n") + pins.c.pins, "")
    return sa.select(
        sa.literal(FOLD).label("window_key"),
        read.c.unit.label("unit"),
        sa.func.encode(sa.func.sha256(sa.func.convert_to(both, "UTF8")), "hex").label("digest_in"),
    ).select_from(read.outerjoin(pins, pins.c.unit == read.c.unit))
