"""Taking back what a memory rests on, and taking that back.

What belongs here: finding the memory that is meant, and recording the decision. What does not: making the
rows anew, which is the nightly job's (or `run light_dream --stale`).
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from agnt_pipelines.dreaming import store, undo_store
from agnt_pipelines.dreaming.undo_store import Undone
from agnt_pipelines.errors import AgntError
from agnt_pipelines.replay.windows import DAY
from agnt_pipelines.serving.memories import memory_of, require_person
from agnt_pipelines.storage.database import Database

_OBSERVATIONS = store.OBSERVATIONS


@dataclass(frozen=True, slots=True)
class Undoing:
    """What was decided: the memory, how many claims, and the days that are stale by it."""

    memory: str
    claims: int
    days: tuple[str, ...]
    back: bool


def undo(database: Database, person: str, prefix: str, *, decided_by: str, back: bool = False) -> Undoing:
    """Take back every claim that a memory rests on; `back`: let them count again.

    Raises:
        AgntError: no such person, or no one memory with that prefix.
    """
    found = _taken_back(database, person, prefix) if back else _claims(database, person, prefix)
    memories = {one.memory for one in found}
    if len(memories) != 1:
        what = "memories that were undone" if back else "memories"
        message = f"{len(memories)} {what} of {person} begin with {prefix!r}: `./agnt memory list {person} --all` lists them."
        raise AgntError(message)
    with database.writing() as connection:
        undo_store.record(connection, person, found, back=back, decided_by=decided_by)
    days = sorted({DAY.window_at(one.said_at).key for one in found})
    return Undoing(str(memories.pop()), len(found), tuple(days), back)


def _claims(database: Database, person: str, prefix: str) -> list[Undone]:
    plain = prefix.replace("-", "").lower()
    asked = [one for one in memory_of(database, person, everything=True) if one.id.hex.startswith(plain)]
    owner = {claim: one.id for one in asked for claim in one.observation_ids}
    query = sa.select(_OBSERVATIONS.c.id, _OBSERVATIONS.c.observed_at).where(
        _OBSERVATIONS.c.user_id == person
    )
    with database.reading() as snapshot:
        return [
            Undone(row.id, owner[row.id], row.observed_at)
            for row in snapshot.execute(query.order_by(_OBSERVATIONS.c.id))
            if row.id in owner
        ]


def _taken_back(database: Database, person: str, prefix: str) -> list[Undone]:
    plain = prefix.replace("-", "").lower()
    with database.reading() as snapshot:
        require_person(snapshot, person)
        return [one for one in undo_store.decided(snapshot, person) if one.memory.hex.startswith(plain)]
