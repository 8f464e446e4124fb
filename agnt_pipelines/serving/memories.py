"""What is known about a person, and the very words it rests on.

What belongs here: memories with their observations and quotes, each quote checked against the digest
that was taken of it. What does not: how memories come to be (`dreaming.fold`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming import chunk_store, deep_store, pin_store, store, summary_store
from agnt_pipelines.dreaming.claims import Evidence, Message, Observation, Source, UserId
from agnt_pipelines.dreaming.fold import as_of, fold
from agnt_pipelines.dreaming.memories import Sentence
from agnt_pipelines.dreaming.records import observe_booking, observe_preference
from agnt_pipelines.dreaming.verify import quote_digest
from agnt_pipelines.errors import AgntError
from agnt_pipelines.replay.windows import DAY, Window
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import User

_USERS = table_of(User)
_MEMORY = store.USER_MEMORY
_PROMPTS = store.SOUL_PROMPTS
_INSTANT = timedelta(microseconds=1)
_CHUNK_ROWS = 1000
_SHOWN = ("active", "candidate", "disputed")
_STATUS_NOW = sa.case(
    ((_MEMORY.c.status == "active") & (_MEMORY.c.valid_to <= sa.func.now()), "expired"),
    else_=_MEMORY.c.status,
)
"""A fold is as of the person's last word; what has ended since then is over for whoever reads it now."""


class Verdict(StrEnum):
    """Whether the words behind an observation are still there as they were read."""

    HOLDS = "holds"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class KnownMemory:
    """One memory, as a reader sees it; times are event times. `score`: of its promotion, 0..1."""

    id: UUID
    slot: str
    subject: str
    value: str
    affirmed: bool
    status: str
    confidence: float
    since: datetime
    until: datetime | None
    evidence: int
    observation_ids: tuple[UUID, ...]
    score: float
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """One piece of evidence: the words themselves, or the record, and whether they still stand.

    `words` is None where the source has changed or is gone.
    """

    source: str
    source_id: str
    words: str | None
    said_at: datetime
    channel: str | None
    verdict: Verdict
    window: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A memory with everything it rests on, oldest first."""

    memory: KnownMemory
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class KnownChunk:
    """One long-term memory: a theme of one week, the claims in it with their days."""

    week: str
    theme: str
    text: str
    evidence: int
    observation_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """The newest version of a person's soul prompt."""

    version: int
    window: str
    tokens: int
    text: str


def memory_of(database: Database, person: str, *, everything: bool = False) -> list[KnownMemory]:
    """Return a person's memories by slot and time; `everything`: also superseded and expired ones.

    Raises:
        AgntError: there is no such person, or they asked to be deleted.
    """
    with database.reading() as snapshot:
        require_person(snapshot, person)
        return _memories(snapshot, person, everything=everything)


def believed_on(database: Database, person: str, day: str) -> list[KnownMemory]:
    """Return what was held true of a person at the end of a WITA day, from what was said until then.

    The same fold over the windows up to that day: later words, also about earlier days, play no part.

    Raises:
        AgntError: there is no such person, or they asked to be deleted.
        SettingsError: the day is none.
    """
    window = DAY.window(day)
    with database.reading() as snapshot:
        require_person(snapshot, person)
        said = store.read_observations(snapshot, [person])[UserId(person)]
        pins = pin_store.pinned(snapshot, [person]).get(UserId(person), frozenset())
    until_then = [one for one in said if one.window_key <= window.key]
    held = as_of(fold(UserId(person), until_then, pins), window.end - _INSTANT)
    return [
        KnownMemory(
            id=memory.id,
            slot=memory.key,
            subject=memory.subject,
            value=memory.value,
            affirmed=memory.polarity > 0,
            status=memory.status,
            confidence=memory.confidence,
            since=memory.valid_from,
            until=memory.valid_to,
            evidence=memory.evidence_count,
            observation_ids=memory.observation_ids,
            score=memory.score,
            pinned=memory.pinned,
        )
        for memory in held
    ]


def why(database: Database, person: str, prefix: str = "") -> list[Explanation]:
    """Return a person's memories whose id begins with `prefix`, each with the words it rests on.

    Raises:
        AgntError: no such person, or no memory with that prefix.
    """
    with database.reading() as snapshot:
        require_person(snapshot, person)
        known = _memories(snapshot, person, everything=True)
        asked = [memory for memory in known if memory.id.hex.startswith(prefix.replace("-", "").lower())]
        if prefix and not asked:
            raise AgntError(
                f"{person} has no memory {prefix!r}: `./agnt memory list {person} --all` lists them."
            )
        return list(_reasons(snapshot, person, asked))


def soul_prompt_of(database: Database, person: str) -> Prompt | None:
    """Return the newest soul prompt of a person; None where nothing is known yet."""
    query = sa.select(_PROMPTS).where(_PROMPTS.c.user_id == person).order_by(_PROMPTS.c.version.desc())
    with database.reading() as snapshot:
        row = snapshot.execute(query.limit(1)).first()
    return None if row is None else Prompt(row.version, row.window_key, row.token_count, row.text)


def chunks_of(database: Database, person: str, about: str = "") -> list[KnownChunk]:
    """Return a person's long-term memories, newest week first; `about`: what is nearest to some words first.

    Raises:
        AgntError: there is no such person, or they asked to be deleted.
    """
    kept = deep_store.MEMORY_CHUNKS.c
    query = sa.select(deep_store.MEMORY_CHUNKS).where(kept.user_id == person)
    with database.reading() as snapshot:
        require_person(snapshot, person)
        if about:
            from agnt_pipelines.language.static_vectors import static_vectors

            found = chunk_store.about(snapshot, person, about, static_vectors())
        else:
            found = snapshot.execute(query.order_by(kept.window_key.desc(), kept.theme)).all()
        return [
            KnownChunk(row.window_key, row.theme, row.text, row.evidence_count, tuple(row.observation_ids))
            for row in found
        ]


def summary_of(database: Database, person: str) -> list[Sentence]:
    """Return the short summary of a person, sentence by sentence, each with the memories that it rests on.

    A sentence that rests on something that is over by now is left out.

    Raises:
        AgntError: there is no such person, or they asked to be deleted.
    """
    with database.reading() as snapshot:
        require_person(snapshot, person)
        over = {one.id for one in _memories(snapshot, person, everything=True) if one.status == "expired"}
        told = summary_store.read_summaries(snapshot, [person]).get(UserId(person), [])
        return [sentence for sentence in told if over.isdisjoint(sentence.cites)]


def require_person(snapshot: Connection, person: str) -> None:
    """Raise an AgntError unless a person is there and did not ask to be deleted."""
    row = snapshot.execute(sa.select(_USERS.c.deleted_at).where(_USERS.c.id == person)).first()
    if row is None:
        count = snapshot.scalar(sa.select(sa.func.count()).select_from(_USERS))
        way_out = "`./agnt export users` lists them" if count else "`./agnt import users FILE` reads some"
        if person.startswith(("user:", "person:")):
            way_out = f"its id alone is meant: {person.partition(':')[2]}"
        raise AgntError(f"There is no person {person!r} among the {count:,} in source.users; {way_out}.")
    if row.deleted_at is not None:
        raise AgntError(
            f"{person} asked to be deleted: nothing is told of them, and the next run erases what is left."
        )


def _memories(snapshot: Connection, person: str, *, everything: bool) -> list[KnownMemory]:
    columns: list[Any] = [column for column in _MEMORY.c if column is not _MEMORY.c.status]
    query: sa.Select[Any] = sa.select(*columns, _STATUS_NOW.label("status"))
    query = query.where(_MEMORY.c.user_id == person)
    if not everything:
        query = query.where(_STATUS_NOW.in_(_SHOWN))
    order = (_MEMORY.c.key, _MEMORY.c.subject, _MEMORY.c.valid_from, _MEMORY.c.id)
    pins = pin_store.pinned(snapshot, [person]).get(UserId(person), frozenset())
    return [_memory(row, pins) for row in snapshot.execute(query.order_by(*order))]


def _memory(row: sa.Row[Any], pins: frozenset[UUID]) -> KnownMemory:
    return KnownMemory(
        id=row.id,
        slot=row.key,
        subject=row.subject,
        value=row.value,
        affirmed=row.polarity > 0,
        status=row.status,
        confidence=row.confidence,
        since=row.valid_from,
        until=row.valid_to,
        evidence=row.evidence_count,
        observation_ids=tuple(row.observation_ids),
        score=row.score,
        pinned=not pins.isdisjoint(row.observation_ids),
    )


def _reasons(snapshot: Connection, person: str, asked: Sequence[KnownMemory]) -> Iterator[Explanation]:
    wanted = {id_ for memory in asked for id_ in memory.observation_ids}
    said = store.read_observations(snapshot, [person])[UserId(person)]
    observations = {one.id: one for one in said if one.id in wanted}
    grounds = _grounds(snapshot, person, list(observations.values()))
    for memory in asked:
        mine = [observations[id_] for id_ in memory.observation_ids if id_ in observations]
        mine.sort(key=lambda one: (one.observed_at, one.id))
        yield Explanation(memory, tuple(ground for one in mine for ground in grounds[one.id]))


def _grounds(
    snapshot: Connection, person: str, observations: Sequence[Observation]
) -> Mapping[UUID, list[Ground]]:
    """Read the sources of some observations, between the first and the last of them, at once."""
    found: defaultdict[UUID, list[Ground]] = defaultdict(list)
    if not observations:
        return found
    times = [one.observed_at for one in observations]
    span = Window("*", min(times), max(times) + _INSTANT)
    pieces = [(one, piece) for one in observations for piece in one.evidence]
    ids = {piece.source_id for _, piece in pieces if piece.source is Source.INTERACTIONS}
    talk = store.read_messages(snapshot, span, [person], _CHUNK_ROWS)
    messages = {message.id: message for message in talk if message.id in ids}
    records = dict(_records(snapshot, person, span))
    for one, piece in pieces:
        if piece.source is Source.INTERACTIONS:
            found[one.id].append(_quote(one, piece, messages.get(piece.source_id)))
        else:
            found[one.id].append(_record(one, piece, records.get((piece.source, piece.source_id))))
    return found


def _quote(one: Observation, piece: Evidence, message: Message | None) -> Ground:
    """Read the quoted span again; words that no longer have their digest are not shown."""
    words, verdict = None, Verdict.GONE
    if message is not None:
        quote = message.content[piece.start or 0 : piece.end or 0]
        verdict = Verdict.HOLDS if quote_digest(quote) == piece.digest else Verdict.CHANGED
        words = quote if verdict is Verdict.HOLDS else None
    channel = None if message is None else message.channel
    return Ground(piece.source, piece.source_id, words, one.observed_at, channel, verdict, one.window_key)


def _record(one: Observation, piece: Evidence, record: tuple[str, set[str]] | None) -> Ground:
    words, verdict = None, Verdict.GONE
    if record is not None:
        text, digests = record
        verdict = Verdict.HOLDS if piece.digest in digests else Verdict.CHANGED
        words = text if verdict is Verdict.HOLDS else None
    source = piece.source.value
    return Ground(source, piece.source_id, words, one.observed_at, None, verdict, one.window_key)


def _records(
    snapshot: Connection, person: str, span: Window
) -> Iterator[tuple[tuple[Source, str], tuple[str, set[str]]]]:
    """Yield a person's records: in words, with the digests that observing them gives today."""
    for booking in store.read_bookings(snapshot, span, [person]):
        observed, _ = observe_booking(booking, window_key=DAY.window_at(booking.created_at).key)
        party = f", party of {booking.party_size}" if booking.party_size else ""
        text = f"booking of {booking.venue_id}, {booking.status}{party}"
        yield (Source.BOOKINGS, booking.id), (text, _digests(observed))
    for saved in store.read_preferences(snapshot, span, [person]):
        observed, _ = observe_preference(saved, window_key=DAY.window_at(saved.created_at).key)
        yield (Source.SAVED_PREFERENCES, saved.id), (f"{saved.key}: {saved.value}", _digests(observed))


def _digests(observed: Iterable[Observation]) -> set[str]:
    return {piece.digest for one in observed for piece in one.evidence}
