"""The SQL of long-term memories' vectors: making those that are missing, and finding what is nearest.

Vectors are staged beside the chunks, not in them: with or without the extra `[embed]` the chunks are the same
bytes. What does not belong here: chunks themselves (`deep_store`, `agent_chunk_store`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.dreaming.agent_chunk_store import AGENT_CHUNKS
from agnt_pipelines.dreaming.deep_store import MEMORY_CHUNKS
from agnt_pipelines.language.static_vectors import StaticVectors
from agnt_pipelines.replay import staging
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import StagedVector

_VECTORS = table_of(StagedVector)
_AT_ONCE = 2_000
_WORD = re.compile(r"\w+")


def stage_vectors(database: Database, embedder: StaticVectors | None) -> int:
    """Stage the vectors of chunks that have none yet; return how many were made.

    A person's go with the person; an agent's are nobody's, for they speak of five people or more.
    """
    made = 0
    while embedder is not None:
        with database.reading() as snapshot:
            rows = snapshot.execute(_without(embedder.id)).all()
        if not rows:
            break
        vectors = embedder.embed([row.text for row in rows]).tolist()
        texts = [(row.unit, row.text) for row in rows]
        staging.keep_vectors(database, embedder.id, texts, vectors)
        made += len(rows)
    return made


def about(
    connection: Connection, person: str, question: str, embedder: StaticVectors | None
) -> Sequence[sa.Row[Any]]:
    """Return a person's chunks, those nearest to a question first: by vectors, else by words they share."""
    mine = sa.select(MEMORY_CHUNKS).where(MEMORY_CHUNKS.c.user_id == person)
    order = (MEMORY_CHUNKS.c.window_key.desc(), MEMORY_CHUNKS.c.theme)
    if embedder is None:
        asked = set(_WORD.findall(question.casefold()))
        rows = connection.execute(mine.order_by(*order)).all()
        return sorted(rows, key=lambda row: -len(asked & set(_WORD.findall(row.text.casefold()))))
    (vector,) = embedder.embed([question]).tolist()
    kept = sa.and_(
        _VECTORS.c.embedder_id == embedder.id,
        _VECTORS.c.unit == MEMORY_CHUNKS.c.user_id,
        _VECTORS.c.text_hash == _hash(MEMORY_CHUNKS.c.text),
    )
    # A question without a known word is a zero vector, which is near to nothing: PostgreSQL says NaN.
    near = _VECTORS.c.vector.cosine_distance(vector)
    return connection.execute(mine.outerjoin(_VECTORS, kept).order_by(near.nulls_last(), *order)).all()


def _without(embedder_id: str) -> sa.Select[Any]:
    """Select (unit, text) of some chunks without a vector of an embedder."""
    theirs = sa.select(MEMORY_CHUNKS.c.user_id.label("unit"), MEMORY_CHUNKS.c.text)
    shared = sa.select(sa.literal(staging.NOBODY).label("unit"), AGENT_CHUNKS.c.text)
    both = sa.union(theirs, shared).subquery()
    known = sa.select(_VECTORS.c.unit).where(
        _VECTORS.c.embedder_id == embedder_id,
        _VECTORS.c.unit == both.c.unit,
        _VECTORS.c.text_hash == _hash(both.c.text),
    )
    return sa.select(both).where(~sa.exists(known.correlate(both))).limit(_AT_ONCE)


def _hash(text: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    return sa.func.encode(sa.func.sha256(sa.func.convert_to(text, "UTF8")), "hex")
