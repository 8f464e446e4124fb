"""The only SQL of the FAQ: conversations in, candidates and entries in and out, decisions, the pointer.

What belongs here: which rows are support conversations, derivations, queries, conversions. What does
not: thinking about them (the pure modules), and writing STATE (`replay.apply`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.engine import Connection

from agnt_pipelines.faq.talk import (
    Candidate,
    Conversation,
    Entry,
    Exemplar,
    Features,
    Language,
    Mint,
    Pseudonym,
    Review,
    Status,
    Turn,
    Verdict,
    pseudonym,
)
from agnt_pipelines.language.embedder import LexicalEmbedder
from agnt_pipelines.language.redact import Redactor
from agnt_pipelines.replay.derivation import Derivation, InputSource, Row, content_id
from agnt_pipelines.replay.staleness import alive, content, key_of
from agnt_pipelines.replay.windows import FAQ_WEEK, Window
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.tables import faq as tables
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Decision, JobWindow
from agnt_pipelines.storage.tables.source import Interaction

CANDIDATES = table_of(tables.FaqCandidate)
ENTRIES = table_of(tables.FaqEntry)
REVIEWS = table_of(tables.FaqReview)
PUBLICATIONS = table_of(tables.FaqPublication)
_DECISIONS = table_of(Decision)
_WINDOWS = table_of(JobWindow)
_TALK = table_of(Interaction)

WRITER_SET = "faq"
EXTRACT = "faq_extract"
COMPILE = "faq_compile"
SCOPE = "faq"
"""The one unit of a window: a week is replaced as a whole."""

MINT = "mint_faq_entry"
QUESTIONS_VERSION = "1"
REGISTRY_VERSION = "1"
"""Raised with every change that may change rows: windows made by an older one are stale(code)."""

_NO_PERSON = (
    "external_agent", "agent", "assistant", "bot", "cron", "scheduler", "tool", "system", "recalled", "memory",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Publication:
    """One move of the pointer."""

    number: int
    window_key: str
    revision: int
    sha256: str
    entries: int
    published_at: datetime


def redactor(settings: Settings) -> Redactor:
    """Return the redactor of the platform's settings."""
    names = (name.strip() for name in settings.redact_names.split(","))
    return Redactor(frozenset(name for name in names if name))


def candidates(settings: Settings) -> Derivation:
    """What a week's talk asked; the log keeps digests alone, as rows count people."""
    named = hashlib.sha256(settings.redact_names.encode()).hexdigest()[:8]
    return Derivation(
        name="faq_candidates",
        job=EXTRACT,
        writer_set=WRITER_SET,
        version=f"questions {QUESTIONS_VERSION}, {LexicalEmbedder.id}, names {named}, "
        f"at most {settings.message_max_bytes} bytes",
        tables=(CANDIDATES,),
        calendar=FAQ_WEEK,
        sources=_sources(),
        logs_values=False,
    )


def entries(settings: Settings) -> Derivation:
    """The registry as of a week: the fold of all extractions, reviews and mints up to it."""
    return Derivation(
        name="faq_entries",
        job=COMPILE,
        writer_set=WRITER_SET,
        version=f"registry {REGISTRY_VERSION}",
        tables=(ENTRIES,),
        calendar=FAQ_WEEK,
        sources=_sources(),
        upstream=candidates(settings),
        digests=_cumulative(),
    )


def read_conversations(connection: Connection, window: Window, chunk_rows: int) -> Iterator[Conversation]:
    """Stream the conversations of a window, each cut at its end."""
    turns = _turns().subquery()
    query = sa.select(turns).where(turns.c.first_at >= window.start, turns.c.first_at < window.end)
    yield from _conversations(connection, turns, query, chunk_rows)


def read_some(connection: Connection, ids: Collection[str], chunk_rows: int) -> Iterator[Conversation]:
    """Stream some conversations by id, of whatever window."""
    turns = _turns().subquery()
    names = sa.bindparam("ids", list(ids), ARRAY(sa.Text))
    query = sa.select(turns).where(turns.c.conversation == sa.func.any(names))
    yield from _conversations(connection, turns, query, chunk_rows) if ids else ()


def read_candidates(connection: Connection, until: str, *, after: str = "") -> list[Candidate]:
    """Return the candidates of all windows up to one; `after`: of those after another."""
    query = sa.select(CANDIDATES).where(CANDIDATES.c.window_key <= until, CANDIDATES.c.window_key > after)
    return [
        Candidate(
            row.id, row.window_key, Language(row.language), tuple(map(Pseudonym, row.people)), row.mentions,
            _features(row.features), None if row.exemplar is None else Exemplar(**row.exemplar), row.answer,
            row.answer_people, tuple(row.answer_turns),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def read_mints(connection: Connection, until: str) -> list[Mint]:
    """Return the identities minted in windows up to one."""
    query = sa.select(_DECISIONS.c.payload).where(_DECISIONS.c.kind == MINT, _minted_in() <= until)
    return [
        Mint(
            UUID(payload["entry_id"]), payload["slug"], Language(payload["language"]), payload["window_key"],
            _features(payload["features"]),
        )
        for payload in connection.scalars(query)
    ]  # fmt: skip


def read_reviews(connection: Connection, until: str) -> list[Review]:
    """Return the reviews of windows up to one."""
    query = sa.select(REVIEWS).where(REVIEWS.c.window_key <= until).order_by(*REVIEWS.primary_key.columns)
    return [
        Review(row.window_key, row.digest, Verdict(row.verdict), row.question, row.answer)
        for row in connection.execute(query)
    ]


def read_entries(connection: Connection, window_key: str) -> list[Entry]:
    """Return the registry as of a window, by slug."""
    query = sa.select(ENTRIES).where(ENTRIES.c.window_key == window_key).order_by(ENTRIES.c.slug)
    return [
        Entry(
            row.entry_id, row.window_key, row.slug, Language(row.language), Status(row.status), row.reason,
            row.question, row.answer, row.people_bucket, row.weeks, row.first_window, row.last_window,
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def completion(connection: Connection, derivation: str, window_key: str) -> Any:
    """Return the completion of a window (revision, counts, ...); None where it never was completed."""
    mine = (_WINDOWS.c.derivation == derivation, _WINDOWS.c.window_key == window_key)
    return connection.execute(sa.select(_WINDOWS).where(*mine)).first()


def last_extracted(connection: Connection) -> str | None:
    """Return the newest window with a complete extraction."""
    newest = sa.select(sa.func.max(_WINDOWS.c.window_key))
    found: str | None = connection.scalar(newest.where(_WINDOWS.c.derivation == "faq_candidates"))
    return found


def record_review(connection: Connection, review: Review, decided_by: str) -> None:
    """Record a review; a second one of the same proposal takes the first one's place."""
    values = {
        "window_key": review.window_key,
        "digest": review.digest,
        "verdict": review.verdict.value,
        "question": review.question,
        "answer": review.answer,
        "decided_by": decided_by,
    }
    again = {**values, "decided_at": sa.func.clock_timestamp()}
    keys = ["window_key", "digest"]
    connection.execute(insert(REVIEWS).values(values).on_conflict_do_update(index_elements=keys, set_=again))


def record_mint(connection: Connection, mint: Mint, decided_by: str) -> None:
    """Record an identity; one that was minted for the same before stays as it is."""
    values = {
        "id": content_id(MINT, mint.entry_id),
        "kind": MINT,
        "subject": str(mint.entry_id),
        "unit": None,
        "payload": {
            "entry_id": str(mint.entry_id),
            "slug": mint.slug,
            "language": mint.language.value,
            "window_key": mint.window_key,
            "features": {str(feature): weight for feature, weight in mint.features.items()},
        },
        "decided_by": decided_by,
    }
    connection.execute(insert(_DECISIONS).values(values).on_conflict_do_nothing())


def taken_slugs(connection: Connection) -> set[str]:
    """Return every slug ever minted."""
    slugs = sa.select(_DECISIONS.c.payload["slug"].astext).where(_DECISIONS.c.kind == MINT)
    return set(connection.scalars(slugs))


def published(connection: Connection) -> Publication | None:
    """Return what the public page shows now; None where nothing was published yet."""
    columns = [column for column in PUBLICATIONS.columns if column.name != "run_id"]
    row = connection.execute(sa.select(*columns).order_by(PUBLICATIONS.c.number.desc()).limit(1)).first()
    return None if row is None else Publication(*row)


def newest_ever(connection: Connection) -> tuple[str, int] | None:
    """Return the newest (window, revision) that was ever published, wherever the pointer stands."""
    ordered = PUBLICATIONS.c.window_key.desc(), PUBLICATIONS.c.revision.desc()
    row = connection.execute(
        sa.select(PUBLICATIONS.c.window_key, PUBLICATIONS.c.revision).order_by(*ordered).limit(1)
    ).first()
    return None if row is None else (row.window_key, row.revision)


def move_pointer(connection: Connection, to: Publication, run_id: str) -> bool:
    """Append a move if its number is still free; return whether it was (compare and swap)."""
    values = {
        "number": to.number,
        "window_key": to.window_key,
        "revision": to.revision,
        "sha256": to.sha256,
        "entries": to.entries,
        "run_id": run_id,
    }
    adding = insert(PUBLICATIONS).values(values).on_conflict_do_nothing()
    return connection.execute(adding.returning(PUBLICATIONS.c.number)).first() is not None


def candidate_row(candidate: Candidate) -> Row:
    """Return a candidate as a row of `mind.faq_candidates`."""
    exemplar = candidate.exemplar
    return (
        candidate.id,
        candidate.window_key,
        SCOPE,
        candidate.language.value,
        list(candidate.people),
        candidate.mentions,
        canonical.fragment({str(feature): weight for feature, weight in candidate.features.items()}),
        None
        if exemplar is None
        else canonical.fragment({name: getattr(exemplar, name) for name in Exemplar.__slots__}),
        candidate.answer,
        candidate.answer_people,
        list(candidate.answer_turns),
    )


def entry_row(entry: Entry) -> Row:
    """Return an entry as a row of `mind.faq_entries`."""
    return (
        entry.window_key, entry.entry_id, SCOPE, entry.slug, entry.language.value, entry.status.value,
        entry.reason, entry.question, entry.answer, entry.people_bucket, entry.weeks, entry.first_window,
        entry.last_window,
    )  # fmt: skip


def _turns() -> sa.Select[Any]:
    """Select the turns of support conversations of people who are there, with the first turn's time.

    Support conversations are those with an inbound message that a person wrote. A message without a
    session is a conversation by itself; what lies past the end of the first turn's window is cut off.
    """
    talk = _TALK.c
    by_person = sa.func.coalesce(sa.func.lower(talk.source), "").not_in(_NO_PERSON)
    asks = sa.and_(sa.func.lower(talk.direction) == "inbound", by_person, talk.user_id.is_not(None))
    replies = sa.func.lower(talk.direction) == "outbound"
    conversation = sa.func.coalesce(talk.session_id, talk.id)
    first = sa.func.min(talk.created_at).filter(asks).over(partition_by=conversation)
    turns = (
        sa.select(
            conversation.label("conversation"), first.label("first_at"), talk.id, talk.user_id,
            asks.label("asks"), talk.content, talk.created_at,
        )
        .where(sa.or_(asks, replies), sa.or_(talk.user_id.is_(None), talk.user_id.in_(alive())))
        .subquery("turns")
    )  # fmt: skip
    same_window = key_of(FAQ_WEEK, turns.c.created_at) == key_of(FAQ_WEEK, turns.c.first_at)
    return sa.select(turns).where(turns.c.created_at >= turns.c.first_at, same_window)


def _sources() -> tuple[InputSource, ...]:
    turns = _turns().subquery()
    said = content(
        turns.c.conversation,
        turns.c.user_id,
        turns.c.asks,
        turns.c.content,
        turns.c.created_at,
        turns.c.first_at,
    )
    rows = sa.select(
        turns.c.first_at.label("at"),
        sa.literal(SCOPE).label("unit"),
        turns.c.id.label("row_id"),
        said.label("content"),
        turns.c.user_id.label("person"),
    )
    return (InputSource("interactions", rows),)


def _cumulative() -> sa.Select[Any]:
    """Select, for each extracted window, the digest of all that its registry is folded from."""
    extracted = _WINDOWS.c.derivation == "faq_candidates"
    done = sa.select(_WINDOWS.c.window_key).where(extracted).subquery()
    facts = sa.union_all(
        sa.select(
            _WINDOWS.c.window_key,
            sa.literal("extraction").label("what"),
            content(_WINDOWS.c.digest_in, _WINDOWS.c.digest_out).label("said"),
        ).where(extracted),
        sa.select(
            REVIEWS.c.window_key,
            sa.literal("review"),
            content(REVIEWS.c.digest, REVIEWS.c.verdict, REVIEWS.c.question, REVIEWS.c.answer),
        ),
        sa.select(_minted_in(), sa.literal("mint"), sa.cast(_DECISIONS.c.payload, sa.Text)).where(
            _DECISIONS.c.kind == MINT
        ),
    ).subquery("facts")
    listed = sa.func.string_agg(
        content(facts.c.window_key, facts.c.what, facts.c.said),
        sa.text("E'\\n' ORDER BY facts.window_key, facts.what, facts.said"),
    )
    digest = sa.func.encode(sa.func.sha256(sa.func.convert_to(listed, "UTF8")), "hex")
    return (
        sa.select(done.c.window_key, sa.literal(SCOPE).label("unit"), digest.label("digest_in"))
        .select_from(done.join(facts, facts.c.window_key <= done.c.window_key))
        .group_by(done.c.window_key)
    )


def _minted_in() -> sa.ColumnElement[str]:
    text: sa.ColumnElement[str] = _DECISIONS.c.payload["window_key"].astext
    return text


def _features(stored: dict[str, int]) -> Features:
    return {int(feature): weight for feature, weight in stored.items()}


def _conversations(
    connection: Connection, turns: sa.Subquery, query: sa.Select[Any], chunk_rows: int
) -> Iterator[Conversation]:
    ordered = query.order_by(turns.c.conversation, turns.c.created_at, turns.c.id)
    with connection.execute(ordered.execution_options(yield_per=chunk_rows)) as rows:
        for conversation, found in groupby(rows, key=lambda row: row.conversation):
            yield Conversation(str(conversation), tuple(_said(found)))


def _said(rows: Iterable[Any]) -> Iterator[Turn]:
    for row in rows:
        person = None if row.user_id is None else pseudonym(row.user_id)
        yield Turn(row.id, person, row.asks, row.content, row.created_at)
