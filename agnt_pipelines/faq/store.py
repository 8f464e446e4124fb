"""The only SQL of the FAQ: conversations in, candidates and entries in and out, decisions, the pointer.

What belongs here: which rows are support conversations, derivations, queries, conversions. What does
not: thinking about them (the pure modules), and writing STATE (`replay.apply`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from agnt_pipelines.faq import model_extractor, talk_store
from agnt_pipelines.faq.fate_store import FATE, NAME, decided_in, read_names
from agnt_pipelines.faq.talk import (
    Candidate,
    Dispute,
    Entry,
    Exemplar,
    Features,
    Language,
    Mint,
    Pseudonym,
    Review,
    Status,
    Verdict,
    Version,
    Wording,
)
from agnt_pipelines.faq.talk_store import SCOPE
from agnt_pipelines.language import embedder
from agnt_pipelines.language.redact import Redactor
from agnt_pipelines.replay.derivation import Derivation, Row, content_id
from agnt_pipelines.replay.staleness import content
from agnt_pipelines.replay.windows import FAQ_WEEK
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.tables import faq as tables
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import Decision, JobWindow

CANDIDATES = table_of(tables.FaqCandidate)
ENTRIES = table_of(tables.FaqEntry)
REVIEWS = table_of(tables.FaqReview)
PUBLICATIONS = table_of(tables.FaqPublication)
_DECISIONS = table_of(Decision)
_WINDOWS = table_of(JobWindow)

WRITER_SET = "faq"
EXTRACT = "faq_extract"
COMPILE = "faq_compile"

MINT = "mint_faq_entry"
QUESTIONS_VERSION = "5"
REGISTRY_VERSION = "4"
"""Raised with every change that may change rows: windows made by an older one are stale(code)."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One move of the pointer."""

    number: int
    window_key: str
    revision: int
    sha256: str
    entries: int
    published_at: datetime
    reason: str = "published"


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
        version=f"questions {QUESTIONS_VERSION}, {embedder.installed()}, names {named}, "
        f"at most {settings.message_max_bytes} bytes{model_extractor.version(settings)}",
        tables=(CANDIDATES,),
        calendar=FAQ_WEEK,
        sources=talk_store.sources(settings),
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
        sources=talk_store.sources(settings),
        upstream=candidates(settings),
        digests=_cumulative(),
    )


def read_candidates(connection: Connection, until: str, *, after: str = "") -> list[Candidate]:
    """Return the candidates of all windows up to one; `after`: of those after another."""
    query = sa.select(CANDIDATES).where(CANDIDATES.c.window_key <= until, CANDIDATES.c.window_key > after)
    return [
        Candidate(
            row.id, row.window_key, Language(row.language), tuple(map(Pseudonym, row.people)), row.mentions,
            _features(row.features), _exemplar(row.exemplar), row.answer, row.answer_people,
            tuple(row.answer_turns), None if row.also is None else _version(row.also), _disputes(row.disputed),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def read_mints(connection: Connection, until: str) -> list[Mint]:
    """Return the identities minted in windows up to one."""
    query = sa.select(_DECISIONS.c.payload).where(_DECISIONS.c.kind == MINT, decided_in() <= until)
    names = read_names(connection, until)
    minted = (
        Mint(
            UUID(payload["entry_id"]), payload["slug"], Language(payload["language"]), payload["window_key"],
            _features(payload["features"]), _bag(payload.get("also")),
        )
        for payload in connection.scalars(query)
    )  # fmt: skip
    return [_named(one, names.get(one.entry_id, [])) for one in minted]


def _named(mint: Mint, given: Sequence[str]) -> Mint:
    """Return an identity under the address it was given last; those before lead to it."""
    names = [mint.slug, *given]
    before = tuple(sorted(set(names) - {names[-1]}))
    return replace(mint, slug=names[-1], aliases=before)


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
            None if row.also is None else Wording(Language(row.also["language"]), row.also["question"], row.also["answer"]),
            row.redirects_to, tuple(row.aliases),
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
            "features": _stored(mint.features),
            **(
                {}
                if mint.also is None
                else {"also": {"language": mint.also[0], "features": _stored(mint.also[1])}}
            ),
        },
        "decided_by": decided_by,
    }
    connection.execute(insert(_DECISIONS).values(values).on_conflict_do_nothing())


def taken_slugs(connection: Connection) -> set[str]:
    """Return every slug ever given."""
    slugs = sa.select(_DECISIONS.c.payload["slug"].astext).where(_DECISIONS.c.kind.in_([MINT, NAME]))
    return set(connection.scalars(slugs))


def published(connection: Connection) -> Publication | None:
    """Return what the public page shows now; None where nothing was published yet."""
    return next(iter(publications(connection, 1)), None)


def publications(connection: Connection, most: int | None = None) -> list[Publication]:
    """Return the moves of the pointer, the newest first."""
    columns = [PUBLICATIONS.c[name] for name in Publication.__slots__]
    query = sa.select(*columns).order_by(PUBLICATIONS.c.number.desc()).limit(most)
    return [Publication(*row) for row in connection.execute(query)]


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
        "reason": to.reason,
        "run_id": run_id,
    }
    adding = insert(PUBLICATIONS).values(values).on_conflict_do_nothing()
    return connection.execute(adding.returning(PUBLICATIONS.c.number)).first() is not None


def candidate_row(candidate: Candidate) -> Row:
    """Return a candidate as a row of `mind.faq_candidates`."""
    also = candidate.also
    return (
        candidate.id,
        candidate.window_key,
        SCOPE,
        candidate.language.value,
        list(candidate.people),
        candidate.mentions,
        canonical.fragment(_stored(candidate.features)),
        _placed(candidate.exemplar),
        candidate.answer,
        candidate.answer_people,
        list(candidate.answer_turns),
        None
        if also is None
        else canonical.fragment(
            {
                "language": also.language.value,
                "features": _stored(also.features),
                "exemplar": None if also.exemplar is None else _place(also.exemplar),
                "answer": also.answer,
                "answer_people": also.answer_people,
                "answer_turns": list(also.answer_turns),
                "disputed": _told(also.disputed),
            }
        ),
        canonical.fragment(_told(candidate.disputed)),
    )


def _stored(features: Features) -> dict[str, int]:
    return {str(feature): weight for feature, weight in features.items()}


def _place(exemplar: Exemplar) -> dict[str, Any]:
    return {name: getattr(exemplar, name) for name in Exemplar.__slots__}


def _placed(exemplar: Exemplar | None) -> Any:
    return None if exemplar is None else canonical.fragment(_place(exemplar))


def _exemplar(stored: dict[str, Any] | None) -> Exemplar | None:
    return None if stored is None else Exemplar(**stored)


def _bag(stored: dict[str, Any] | None) -> tuple[Language, Features] | None:
    return None if stored is None else (Language(stored["language"]), _features(stored["features"]))


def _told(disputed: Sequence[Dispute]) -> list[dict[str, str]]:
    return [{name: getattr(one, name) for name in Dispute.__slots__} for one in disputed]


def _disputes(stored: list[dict[str, str]] | None) -> tuple[Dispute, ...]:
    return tuple(Dispute(**one) for one in stored or ())


def _version(stored: dict[str, Any]) -> Version:
    return Version(
        Language(stored["language"]), _features(stored["features"]), _exemplar(stored["exemplar"]),
        stored["answer"], stored["answer_people"], tuple(stored["answer_turns"]), _disputes(stored.get("disputed")),
    )  # fmt: skip


def entry_row(entry: Entry) -> Row:
    """Return an entry as a row of `mind.faq_entries`."""
    return (
        entry.window_key, entry.entry_id, SCOPE, entry.slug, entry.language.value, entry.status.value,
        entry.reason, entry.question, entry.answer, entry.people_bucket, entry.weeks, entry.first_window,
        entry.last_window, None if entry.also is None else canonical.fragment(_worded(entry.also)),
        entry.redirects_to, list(entry.aliases),
    )  # fmt: skip


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
        sa.select(decided_in(), _DECISIONS.c.kind, sa.cast(_DECISIONS.c.payload, sa.Text)).where(
            _DECISIONS.c.kind.in_([MINT, FATE, NAME])
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


def _features(stored: dict[str, int]) -> Features:
    return {int(feature): weight for feature, weight in stored.items()}


def _worded(wording: Wording) -> dict[str, str]:
    return {"language": wording.language.value, "question": wording.question, "answer": wording.answer}
