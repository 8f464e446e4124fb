"""Why something a person said is no memory: their messages judged once more, as the nightly job judges them.

What belongs here: reading a person's messages and telling each verdict. What does not: the verdicts
themselves (`dreaming.observe`). Nothing is kept of what was refused, so nothing has to be erased.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming import beside_store, store, undo_store
from agnt_pipelines.dreaming.claims import Observation, Reason, Rejection
from agnt_pipelines.dreaming.observe import observe_talk, orders_given
from agnt_pipelines.language.other_tongues import has_grammar
from agnt_pipelines.replay.windows import DAY
from agnt_pipelines.serving.memories import require_person
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import Interaction

_TALK = table_of(Interaction).c
_CHUNK_ROWS = 1000
_NOT_THEIRS = frozenset({Reason.NOT_INBOUND, Reason.NOT_A_PERSON})

NOTHING_READ = "nothing_read"
"""No rule reads a claim in the message: the commonest reason, and no refusal."""

NO_GRAMMAR = "no_grammar"
"""The message is neither English nor Indonesian, and without a model there are rules for no other language."""

TAKEN_BACK = "taken_back"
"""An operator took back what was read in it (`memory undo`); `--back` lets it count again."""


@dataclass(frozen=True, slots=True)
class NotLearnt:
    """One message of a person's and why (some of) it was not learnt; times are event times."""

    said_at: datetime
    words: str
    reasons: tuple[str, ...]
    learnt: tuple[str, ...]


def why_not(
    database: Database, settings: Settings, person: str, *, day: str | None = None, limit: int = 50
) -> list[NotLearnt]:
    """Return the newest messages of a person of which something was not learnt, newest first.

    Raises:
        AgntError: there is no such person, or they asked to be deleted.
        SettingsError: the day is none.
    """
    with database.reading() as snapshot:
        require_person(snapshot, person)
        days = [DAY.window(day).key] if day is not None else _days(snapshot, person)
        found: list[NotLearnt] = []
        for key in days:
            if len(found) >= limit:
                break
            found += reversed(list(_judged(snapshot, settings, person, key)))
    return found[:limit]


def _judged(snapshot: Connection, settings: Settings, person: str, key: str) -> Iterator[NotLearnt]:
    talk = list(store.read_messages(snapshot, DAY.window(key), [person], _CHUNK_ROWS))
    words = {message.id: message.content for message in talk}
    limit = settings.message_max_bytes
    beside = orders_given(beside_store.read_beside(snapshot, DAY.window(key), [person]), max_bytes=limit)
    undone = undo_store.undone(snapshot, [person])
    ordered = [at for times in beside.values() for at in times]
    for message, found, refused in observe_talk(
        talk, window_key=key, max_bytes=limit, ordered_beside=ordered
    ):
        kept = [one for one in found if store.observation_row(one)[0] not in undone]
        reasons = _reasons(words[message.id], found, refused)
        if len(kept) < len(found):
            reasons = (*reasons, TAKEN_BACK)
        if reasons:
            learnt = tuple(f"{one.slot}: {one.value}" for one in kept)
            yield NotLearnt(message.created_at, words[message.id], reasons, learnt)


def _reasons(words: str, found: list[Observation], refused: list[Rejection]) -> tuple[str, ...]:
    if any(one.reason in _NOT_THEIRS for one in refused):
        return ()
    if not found and not refused:
        return (NOTHING_READ if has_grammar(words) else NO_GRAMMAR,)
    return tuple(dict.fromkeys(one.reason.value for one in refused))


def _days(snapshot: Connection, person: str) -> list[str]:
    """Return the days on which a person wrote, newest first."""
    local = sa.func.timezone("Asia/Makassar", _TALK.created_at)
    day = sa.func.to_char(local, "YYYY-MM-DD")
    query = sa.select(day).where(_TALK.user_id == person).group_by(day).order_by(day.desc())
    return list(snapshot.scalars(query))
