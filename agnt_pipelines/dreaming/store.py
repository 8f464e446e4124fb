"""The only SQL of dreaming: which rows a window reads, and rows in and out of dataclasses.

What belongs here: derivations (inputs, tables, versions), queries, conversions. What does not:
thinking about rows (the pure modules), and writing them (`replay.apply`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming import model_extractor, pin_store, undo_store
from agnt_pipelines.dreaming.claims import (
    Booking,
    Evidence,
    Message,
    Observation,
    Polarity,
    Reason,
    Rejection,
    SavedPreference,
    Slot,
    Source,
    UserId,
)
from agnt_pipelines.dreaming.memories import Memory
from agnt_pipelines.dreaming.soul_prompt import SoulPrompt
from agnt_pipelines.replay import webhook
from agnt_pipelines.replay.derivation import Derivation, InputSource, Row, content_id
from agnt_pipelines.replay.staleness import content
from agnt_pipelines.replay.windows import DAY, Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.canonical import utc
from agnt_pipelines.storage.tables import dreaming as tables
from agnt_pipelines.storage.tables import source, table_of

OBSERVATIONS = table_of(tables.ObservationRow)
USER_MEMORY = table_of(tables.UserMemory)
SOUL_PROMPTS = table_of(tables.SoulPrompt)
_INTERACTIONS = table_of(source.Interaction)
_BOOKINGS = table_of(source.Booking)
_PREFERENCES = table_of(source.SavedPreference)

WRITER_SET = "dreaming"
LIGHT_DREAM = "light_dream"
GRAMMAR_VERSION = "4"
FOLD_VERSION = "3"
PROMPT_VERSION = "2"
"""Raised with every change that may change rows: windows made by an older one are stale(code)."""


def _sources() -> tuple[InputSource, ...]:
    talk = _INTERACTIONS.c
    booked = _BOOKINGS.c
    saved = _PREFERENCES.c
    return (
        InputSource(
            Source.INTERACTIONS,
            _selected(
                talk.created_at,
                talk.user_id,
                talk.id,
                content(talk.direction, talk.source, talk.channel, talk.content, talk.created_at),
            ).where(talk.user_id.is_not(None)),
        ),
        InputSource(
            Source.BOOKINGS,
            _selected(
                booked.created_at,
                booked.user_id,
                booked.id,
                content(booked.venue_id, booked.status, booked.slot_at, booked.party_size, booked.created_at),
            ),
        ),
        InputSource(
            Source.SAVED_PREFERENCES,
            _selected(
                saved.created_at,
                saved.user_id,
                _preference_id(),
                content(saved.key, saved.value, saved.confidence, saved.created_at),
            ),
        ),
        undo_store.inputs(),
    )


def observations(settings: Settings) -> Derivation:
    """What a day's talk and records say, per person."""
    return Derivation(
        name="observations",
        job=LIGHT_DREAM,
        writer_set=WRITER_SET,
        version=f"grammar {GRAMMAR_VERSION}, at most {settings.message_max_bytes} bytes"
        f"{model_extractor.version(settings)}",
        tables=(OBSERVATIONS,),
        calendar=DAY,
        sources=_sources(),
    )


def user_memory(settings: Settings) -> Derivation:
    """The fold of a person's observations over all windows."""
    return Derivation(
        name="user_memory",
        job=LIGHT_DREAM,
        writer_set=WRITER_SET,
        version=f"fold {FOLD_VERSION}",
        tables=(USER_MEMORY,),
        calendar=None,
        upstream=observations(settings),
        digests=pin_store.digests("observations"),
        held=True,
    )


def soul_prompts(settings: Settings) -> Derivation:
    """The versions of a person's soul prompt over all windows.

    It follows user memory, which every observation is in, and the summary: while a person's memory is held,
    so is their prompt.
    """
    return Derivation(
        name="soul_prompts",
        job=LIGHT_DREAM,
        writer_set=WRITER_SET,
        version=f"fold {FOLD_VERSION}, prompt {PROMPT_VERSION}, {settings.soul_prompt_tokens} tokens",
        tables=(SOUL_PROMPTS,),
        calendar=None,
        upstream=user_memory(settings),
        digests=pin_store.digests("user_memory", "summaries"),
        announces=None if settings.soul_prompt_hook is None else webhook.SOUL_PROMPT,
    )


def read_messages(
    connection: Connection, window: Window, units: Collection[str], chunk_rows: int
) -> Iterator[Message]:
    """Stream some people's messages of a window, by person and time."""
    talk = _INTERACTIONS.c
    query = _of_window(
        sa.select(
            talk.id, talk.user_id, talk.direction, talk.source, talk.channel, talk.content, talk.created_at
        ),
        (talk.user_id, talk.created_at),
        window,
        units,
    ).order_by(talk.user_id, talk.created_at, talk.id, talk.content)
    with connection.execute(query.execution_options(yield_per=chunk_rows)) as rows:
        for row in rows:
            yield Message(
                row.id,
                UserId(row.user_id),
                row.direction,
                row.source,
                row.channel,
                row.content,
                row.created_at,
            )


def read_bookings(connection: Connection, window: Window, units: Collection[str]) -> list[Booking]:
    """Return some people's bookings made in a window, with their present status."""
    booked = _BOOKINGS.c
    query = _of_window(
        sa.select(
            booked.id, booked.user_id, booked.venue_id, booked.status, _datable(booked.slot_at),
            booked.party_size, booked.created_at,
        ),
        (booked.user_id, booked.created_at),
        window,
        units,
    )  # fmt: skip
    return [
        Booking(
            row.id,
            UserId(row.user_id),
            row.venue_id,
            row.status and row.status.lower(),
            row.slot_at,
            row.party_size,
            row.created_at,
        )
        for row in connection.execute(
            query.order_by(booked.user_id, booked.created_at, booked.id, booked.status, booked.slot_at)
        )
    ]


def read_preferences(connection: Connection, window: Window, units: Collection[str]) -> list[SavedPreference]:
    """Return what some people asked in a window to have remembered."""
    saved = _PREFERENCES.c
    query = _of_window(
        sa.select(_PREFERENCES, _preference_id().label("id")),
        (saved.user_id, saved.created_at),
        window,
        units,
    )
    return [
        SavedPreference(row.id, UserId(row.user_id), row.key, row.value, row.confidence, row.created_at)
        for row in connection.execute(query.order_by(saved.user_id, saved.created_at, saved.key, saved.value))
    ]


def incomplete(source: Source, row: Message | Booking | SavedPreference) -> Rejection | None:
    """Refuse a row in which an operator's view left out what a table never does; None if it is whole."""
    if isinstance(row, Message):
        needed: tuple[object, ...] = (row.id, row.direction, row.content)
    elif isinstance(row, Booking):
        needed = (row.id, row.venue_id, row.status, row.slot_at)
    else:
        needed = (row.id, row.key, row.value, row.confidence)
    if all(value is not None for value in needed):
        return None
    # At run time the id may be missing too, whatever the dataclass says.
    return Rejection(source, row.id or "-", row.user_id, Reason.UNREADABLE, quarantine=True)


def read_observations(
    connection: Connection, people: Collection[str], days: tuple[str, str] | None = None
) -> dict[UserId, list[Observation]]:
    """Return all observations of some people; `days`: those from one day to before another."""
    found: dict[UserId, list[Observation]] = {UserId(person): [] for person in people}
    query = sa.select(OBSERVATIONS).where(OBSERVATIONS.c.user_id == _any(people))
    if days is not None:
        query = query.where(OBSERVATIONS.c.window_key >= days[0], OBSERVATIONS.c.window_key < days[1])
    for row in connection.execute(query):
        found[UserId(row.user_id)].append(_observation(row))
    return found


def observation_row(observation: Observation) -> Row:
    """Return an observation as a row of `mind.observations`."""
    # The window is in the id: a row that moves to another day is learnt there before it is forgotten here.
    return (
        content_id(observation.window_key, observation.id),
        observation.window_key,
        observation.user_id,
        observation.subject,
        observation.slot.value,
        observation.value,
        int(observation.polarity),
        observation.confidence,
        observation.hedged,
        observation.language,
        observation.trust,
        observation.author_role,
        utc(observation.observed_at),
        observation.expires_on,
        canonical.fragment([_evidence(piece) for piece in observation.evidence]),
    )


def memory_row(memory: Memory) -> Row:
    """Return a memory as a row of `mind.user_memory`."""
    return (
        memory.id,
        memory.user_id,
        memory.key.value,
        memory.kind.value,
        memory.subject,
        memory.value,
        int(memory.polarity),
        memory.confidence,
        memory.trust,
        memory.status.value,
        memory.language,
        utc(memory.valid_from),
        None if memory.valid_to is None else utc(memory.valid_to),
        memory.superseded_by,
        memory.evidence_count,
        memory.distinct_days,
        utc(memory.last_evidence_at),
        list(memory.observation_ids),
        memory.score,
    )


def prompt_row(prompt: SoulPrompt) -> Row:
    """Return a version of a soul prompt as a row of `mind.soul_prompts`."""
    return (
        prompt.user_id,
        prompt.version,
        prompt.window_key,
        prompt.text,
        prompt.token_count,
        list(prompt.memory_ids),
        list(prompt.left_out),
        prompt.content_hash,
    )


def _observation(row: Any) -> Observation:
    return Observation(
        id=row.id,
        window_key=row.window_key,
        user_id=UserId(row.user_id),
        subject=row.subject,
        slot=Slot(row.slot),
        value=row.value,
        polarity=Polarity(row.polarity),
        confidence=row.confidence,
        hedged=row.hedged,
        language=row.language,
        trust=row.trust,
        author_role=row.author_role,
        observed_at=row.observed_at,
        expires_on=row.expires_on,
        evidence=tuple(
            Evidence(
                Source(piece["source"]), piece["source_id"], piece["start"], piece["end"], piece["digest"]
            )
            for piece in row.evidence
        ),
    )


def _evidence(piece: Evidence) -> dict[str, object]:
    return {
        "source": piece.source.value,
        "source_id": piece.source_id,
        "start": piece.start,
        "end": piece.end,
        "digest": piece.digest,
    }


def _preference_id() -> sa.ColumnElement[str]:
    """Return the identity of a saved preference, which has no id of its own."""
    saved = _PREFERENCES.c
    return saved.key + sa.literal("@") + content(saved.user_id, saved.created_at)


def _datable(at: sa.Column[datetime]) -> sa.ColumnElement[datetime | None]:
    """Return a time, or NULL where Python has no such day: infinity, before Christ, after year 9999."""
    days = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
    return sa.case((at.between(*days), at)).label(at.name)


def _selected(
    at: sa.Column[datetime], unit: sa.Column[Any], row_id: sa.ColumnElement[str], text: sa.ColumnElement[str]
) -> sa.Select[Any]:
    return sa.select(at.label("at"), unit.label("unit"), row_id.label("row_id"), text.label("content"))


def _of_window(
    query: sa.Select[Any],
    columns: tuple[sa.Column[Any], sa.Column[Any]],
    window: Window,
    units: Collection[str],
) -> sa.Select[Any]:
    person, at = columns
    return query.where(at >= window.start, at < window.end, person == _any(units))


def _any(values: Iterable[str]) -> sa.ColumnElement[str]:
    return sa.func.any(sa.bindparam("people", list(values), ARRAY(sa.Text), unique=True))
