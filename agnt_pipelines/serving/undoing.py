"""Taking back what a memory rests on, or what a run learnt; keeping a memory at hand; and taking that back.

What belongs here: finding the memory or the run that is meant, and recording the decision. What does not:
making the rows anew, which is the nightly job's (or `run light_dream --stale`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from agnt_pipelines.dreaming import pin_store, store, undo_store
from agnt_pipelines.dreaming.undo_store import Undone
from agnt_pipelines.errors import AgntError
from agnt_pipelines.replay.windows import DAY
from agnt_pipelines.serving.memories import KnownMemory, memory_of, require_person
from agnt_pipelines.storage.database import Database

_OBSERVATIONS = store.OBSERVATIONS
_PINNABLE = frozenset({"active", "candidate", "expired"})


@dataclass(frozen=True, slots=True)
class Undoing:
    """What was decided: the memory or the run, how many claims, and the days that are stale by it."""

    memory: str
    claims: int
    days: tuple[str, ...]
    back: bool
    people: int = 1


@dataclass(frozen=True, slots=True)
class Pinning:
    """What was decided: the memory, and whether it is kept at hand."""

    memory: str
    pinned: bool


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
    return _record(database, str(memories.pop()), found, back=back, decided_by=decided_by)


def undo_run(
    database: Database, run: str, person: str | None, *, decided_by: str, back: bool = False
) -> Undoing:
    """Take back every claim that a run learnt, of one person or of everybody; `back`: let them count again.

    What was taken back by name before is left to its own decision.

    Raises:
        AgntError: no such person, or the run learnt nothing of them.
    """
    with database.reading() as snapshot:
        if person is not None:
            require_person(snapshot, person)
        known = {one.claim: one for one in undo_store.decided(snapshot, person)}
        if back:
            found = [one for one in known.values() if one.run == run and one.stands]
        else:
            learnt = undo_store.learnt_by(snapshot, run, person)
            found = [one for one in learnt if one.claim not in known or not known[one.claim].stands]
    if not found:
        of = "anybody" if person is None else person
        what = "nothing is undone of what it learnt" if back else "it learnt nothing that is not undone"
        raise AgntError(f"Run {run!r}, of {of}: {what}. A run's id is in Dagster's UI.")
    return _record(database, run, found, back=back, decided_by=decided_by)


def pin(database: Database, person: str, prefix: str, *, decided_by: str, back: bool = False) -> Pinning:
    """Keep a memory at hand: always in the soul prompt, in no doubt, without an end of its own.

    Args:
        database: of the platform.
        person: whose memory.
        prefix: the memory's id, or its beginning.
        decided_by: who decides.
        back: treat it as any other again.

    Raises:
        AgntError: no such person, no one memory with that prefix, or one that no longer holds.
    """
    plain = prefix.replace("-", "").lower()
    known = memory_of(database, person, everything=True)
    asked = [one for one in known if one.id.hex.startswith(plain)]
    with database.reading() as snapshot:
        pins = [one for one in pin_store.decided(snapshot, person) if one.stands]
    if back:
        claims = {claim for one in asked for claim in one.observation_ids}
        standing = [one for one in pins if one.memory.hex.startswith(plain) or one.claims & claims]
        if len(standing) != 1:
            raise AgntError(f"{len(standing)} pinned memories of {person} begin with {prefix!r}.")
        memory, rests_on = standing[0].memory, sorted(standing[0].claims)
    else:
        one = _pinnable(person, prefix, asked)
        memory, rests_on = one.id, sorted(one.observation_ids)
    with database.writing() as connection:
        pin_store.record(connection, person, memory, rests_on, back=back, decided_by=decided_by)
    return Pinning(str(memory), not back)


def _pinnable(person: str, prefix: str, asked: Sequence[KnownMemory]) -> KnownMemory:
    """Return the one memory that is meant, if it may be pinned."""
    if len(asked) != 1:
        message = f"{len(asked)} memories of {person} begin with {prefix!r}: `./agnt memory list {person} --all` lists them."
        raise AgntError(message)
    if asked[0].status not in _PINNABLE:
        raise AgntError(
            f"{asked[0].id} is {asked[0].status}: another word took its place, or outweighs it, and a pin would not "
            f"change that. Undo that word first: `./agnt memory history {person}` shows it."
        )
    return asked[0]


def _record(
    database: Database, named: str, found: Sequence[Undone], *, back: bool, decided_by: str
) -> Undoing:
    with database.writing() as connection:
        undo_store.record(connection, found, back=back, decided_by=decided_by)
    days = sorted({DAY.window_at(one.said_at).key for one in found})
    return Undoing(named, len(found), tuple(days), back, len({one.person for one in found}))


def _claims(database: Database, person: str, prefix: str) -> list[Undone]:
    plain = prefix.replace("-", "").lower()
    asked = [one for one in memory_of(database, person, everything=True) if one.id.hex.startswith(plain)]
    owner = {claim: one.id for one in asked for claim in one.observation_ids}
    query = sa.select(_OBSERVATIONS.c.id, _OBSERVATIONS.c.observed_at).where(
        _OBSERVATIONS.c.user_id == person
    )
    with database.reading() as snapshot:
        return [
            Undone(row.id, owner[row.id], row.observed_at, person)
            for row in snapshot.execute(query.order_by(_OBSERVATIONS.c.id))
            if row.id in owner
        ]


def _taken_back(database: Database, person: str, prefix: str) -> list[Undone]:
    plain = prefix.replace("-", "").lower()
    with database.reading() as snapshot:
        require_person(snapshot, person)
        return [
            one
            for one in undo_store.decided(snapshot, person)
            if one.memory is not None and one.memory.hex.startswith(plain)
        ]
