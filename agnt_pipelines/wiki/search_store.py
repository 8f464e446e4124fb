"""The SQL of searching: what readers may have of project memory, and the vectors of it.

Whatever is found went through `shared_memory()`. A vector is staged once for a text, under the embedder's
id. What does not belong here: ranking (`search`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.language.static_vectors import StaticVectors
from agnt_pipelines.replay import staging
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import StagedVector
from agnt_pipelines.storage.tables.wiki import shared_memory
from agnt_pipelines.wiki.search import Counted, Hit, Remembered, cores, excerpt, joined

_VECTORS = table_of(StagedVector)
_CHUNK = 512
_NEAREST = 50
"""Entries whose meaning is nearest that are looked at."""


def search(
    database: Database, question: str, limit: int, embedder: StaticVectors | None, *, most: int = 5_000
) -> list[Hit]:
    """Return what of project memory answers best, by words and, where vectors are staged, by meaning.

    `most` entries are looked at: those that hold most of the question's words, if they are more.
    """
    counted, ids = Counted(question), list[UUID]()
    with database.reading() as snapshot:
        for entry in _holding(snapshot, question, most):
            counted.see(entry)
            ids.append(entry.id)
        every = snapshot.scalar(sa.select(sa.func.count()).select_from(shared_memory().subquery()))
        rankings = {"words": [ids[place] for place in counted.ranked(every)]}
        if embedder is not None:
            rankings["meaning"] = _nearest(snapshot, question, embedder)
        best = joined(rankings, limit)
        shared = shared_memory().subquery()
        rows = snapshot.execute(sa.select(shared).where(shared.c.id.in_([one for one, _, _ in best])))
        entries = {row.id: _entry(row) for row in rows}
    return [Hit(entries[one], score, by, excerpt(entries[one].text, question)) for one, score, by in best]


def _holding(connection: Connection, question: str, most: int) -> Iterator[Remembered]:
    """Stream the entries that may hold a question's terms, by page and line."""
    parts = cores(question)
    if not parts:
        return
    shared = shared_memory().subquery()
    whole = sa.func.lower(_whole(shared))
    held = sum((sa.cast(whole.contains(part, autoescape=True), sa.Integer) for part in parts), sa.literal(0))
    some = sa.select(shared, held.label("held")).where(held > 0)
    some = some.order_by(sa.desc("held"), shared.c.path, shared.c.line_from, shared.c.id).limit(most)
    chosen = some.subquery()
    query = sa.select(chosen).order_by(chosen.c.path, chosen.c.line_from, chosen.c.id)
    with connection.execute(query.execution_options(yield_per=_CHUNK)) as rows:
        for row in rows:
            yield _entry(row)


def stage_vectors(database: Database, embedder: StaticVectors | None) -> int:
    """Stage the vectors of entries that have none yet; return how many were made."""
    made = 0
    while embedder is not None:
        with database.reading() as snapshot:
            texts = list(snapshot.scalars(_without(embedder.id)))
        if not texts:
            break
        staging.vectors(
            database, embedder.id, staging.NOBODY, texts, lambda some: embedder.embed(some).tolist()
        )
        made += len(texts)
    return made


def _without(embedder_id: str) -> sa.Select[Any]:
    """Select some texts that have no vector of an embedder."""
    shared = shared_memory().subquery()
    whole, hashed = _hashed(shared)
    known = sa.select(_VECTORS.c.text_hash).where(*_of(embedder_id), _VECTORS.c.text_hash == hashed)
    return sa.select(whole).where(~sa.exists(known.correlate(shared))).distinct().limit(_CHUNK)


def _nearest(connection: Connection, question: str, embedder: StaticVectors) -> list[UUID]:
    """Return the entries whose vectors are nearest to the question's, the nearest first."""
    (asked,) = embedder.embed([question])
    if not asked.any():
        return []
    shared = shared_memory().subquery()
    _, hashed = _hashed(shared)
    distance = _VECTORS.c.vector.cosine_distance([float(part) for part in asked])
    query = (
        sa.select(shared.c.id)
        .join(_VECTORS, sa.and_(*_of(embedder.id), _VECTORS.c.text_hash == hashed))
        .order_by(distance, shared.c.path, shared.c.line_from, shared.c.id)
        .limit(_NEAREST)
    )
    return list(connection.scalars(query))


def _hashed(shared: sa.Subquery) -> tuple[sa.ColumnElement[str], sa.ColumnElement[str]]:
    """Return an entry's searched text, as `Remembered.whole` has it, and the hash its vector is under."""
    whole = _whole(shared)
    return whole, sa.func.encode(sa.func.sha256(sa.func.convert_to(whole, "UTF8")), "hex")


def _whole(shared: sa.Subquery) -> sa.ColumnElement[str]:
    return sa.func.concat_ws("\n", shared.c.title, shared.c.section, shared.c.text)


def _of(embedder_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _VECTORS.c.embedder_id == embedder_id, _VECTORS.c.unit == staging.NOBODY


def _entry(row: Any) -> Remembered:
    provenance = (row.source, row.path, row.line_from, row.commit)
    return Remembered(row.id, row.title, row.section, row.text, *provenance)
