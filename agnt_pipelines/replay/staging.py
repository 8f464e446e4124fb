"""Staging: what a model answered and what an embedder computed is kept the moment it arrives.

An answer is keyed by (model, prompt version, input hash, unit) and committed in a transaction of
its own before anything else is done with it, so that no answer is bought twice; vectors likewise by
(embedder, text hash, unit). What does not belong here: calling a model or embedding (`language`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.engine import Connection

from agnt_pipelines.replay.faults import crash_point
from agnt_pipelines.storage import canonical
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import ModelAnswer, StagedVector

_ANSWERS = table_of(ModelAnswer)
_VECTORS = table_of(StagedVector)

Vector = Sequence[float]
Key = tuple[str, str, str, str]
"""Of an answer: model, prompt version, input hash, unit."""
NOBODY: Final = ""
"""The unit of what is nobody's (the wiki's words): no erasure concerns it."""

STANDS_IN: Final = "stands_in"
"""Key of an answer's content where there is none: the offline writer stood in, and for which fault."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked of a model: everything that its answer depends on, and whom it is about."""

    model: str
    prompt_version: str
    unit: str
    body: Mapping[str, Any]

    @property
    def input_hash(self) -> str:
        """SHA-256 of the canonical body, hex."""
        return hashlib.sha256(canonical.dump(self.body)).hexdigest()

    @property
    def key(self) -> Key:
        """What its answer is kept under."""
        return self.model, self.prompt_version, self.input_hash, self.unit


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: plain JSON, and the tokens it cost."""

    content: Any
    usage: Mapping[str, int]


def answer(database: Database, question: Question, ask: Callable[[Question], Answer]) -> Answer:
    """Return the staged answer, or ask and stage what comes; errors of `ask` pass through."""
    key = {
        "model": question.model,
        "prompt_version": question.prompt_version,
        "input_hash": question.input_hash,
        "unit": question.unit,
    }
    with database.reading() as snapshot:
        mine = [_ANSWERS.c[name] == value for name, value in key.items()]
        row = snapshot.execute(sa.select(_ANSWERS.c.answer, _ANSWERS.c.usage).where(*mine)).first()
    if row is not None:
        return Answer(row.answer, row.usage)
    crash_point("answer.before_call")
    received = ask(question)
    crash_point("answer.received")
    with database.writing() as connection:
        values = {**key, "answer": received.content, "usage": dict(received.usage)}
        connection.execute(insert(_ANSWERS).values(values).on_conflict_do_nothing())
    crash_point("answer.staged")
    return received


def staged(database: Database, questions: Sequence[Question]) -> set[Question]:
    """Return which of some questions have an answer already: what the rest would cost can be reckoned first."""
    if not questions:
        return set()
    names = sa.bindparam("hashes", [question.input_hash for question in questions], ARRAY(sa.Text))
    columns = (_ANSWERS.c.model, _ANSWERS.c.prompt_version, _ANSWERS.c.input_hash, _ANSWERS.c.unit)
    with database.reading() as snapshot:
        query = sa.select(*columns).where(_ANSWERS.c.input_hash == sa.func.any(names))
        known = {tuple(row) for row in snapshot.execute(query)}
    return {
        question
        for question in questions
        if (question.model, question.prompt_version, question.input_hash, question.unit) in known
    }


def found(connection: Connection, questions: Sequence[Question]) -> dict[Question, Answer]:
    """Return the staged answers of some questions, in one snapshot with whatever else is read."""
    if not questions:
        return {}
    names = sa.bindparam("hashes", [question.input_hash for question in questions], ARRAY(sa.Text))
    rows = connection.execute(sa.select(_ANSWERS).where(_ANSWERS.c.input_hash == sa.func.any(names)))
    known = {
        (row.model, row.prompt_version, row.input_hash, row.unit): Answer(row.answer, row.usage)
        for row in rows
    }
    return {question: known[question.key] for question in questions if question.key in known}


def keep(connection: Connection, key: Key, received: Answer) -> None:
    """Stage an answer in a transaction of its receiver's; one that is there already stays."""
    values = dict(zip(("model", "prompt_version", "input_hash", "unit"), key, strict=True))
    both = {**values, "answer": received.content, "usage": dict(received.usage)}
    connection.execute(insert(_ANSWERS).values(both).on_conflict_do_nothing())


def vectors(
    database: Database,
    embedder_id: str,
    unit: str | Mapping[str, str],
    texts: Sequence[str],
    embed: Callable[[Sequence[str]], Iterable[Any]],
) -> list[Vector]:
    """Return one vector per text, computing and staging only those that are not staged yet.

    `unit` is whose texts these are; where they are several people's, text -> person.
    """
    whose = dict.fromkeys(texts, unit) if isinstance(unit, str) else unit
    units = sorted({whose[text] for text in texts})
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    with database.reading() as snapshot:
        names = sa.bindparam("hashes", hashes, ARRAY(sa.Text))
        query = sa.select(_VECTORS.c.text_hash, _VECTORS.c.vector).where(
            _VECTORS.c.embedder_id == embedder_id,
            _VECTORS.c.unit == sa.func.any(sa.bindparam("units", units, ARRAY(sa.Text))),
            _VECTORS.c.text_hash == sa.func.any(names),
        )
        staged: dict[str, Vector] = {row.text_hash: _plain(row.vector) for row in snapshot.execute(query)}
    missing = {key: text for key, text in zip(hashes, texts, strict=True) if key not in staged}
    if missing:
        fresh = dict(zip(missing, map(_plain, embed(list(missing.values()))), strict=True))
        _stage(database, embedder_id, ((whose[missing[key]], key, made) for key, made in fresh.items()))
        staged.update(fresh)
    return [staged[key] for key in hashes]


def keep_vectors(
    database: Database, embedder_id: str, texts: Sequence[tuple[str, str]], made: Sequence[Vector]
) -> None:
    """Stage vectors of (unit, text) that were computed together; one that is there already stays."""
    hashes = [(unit, hashlib.sha256(text.encode()).hexdigest()) for unit, text in texts]
    named = zip(hashes, made, strict=True)
    _stage(database, embedder_id, ((unit, key, vector) for (unit, key), vector in named))


def forget_vectors(connection: Connection, embedder_ids: Collection[str], older: timedelta) -> int:
    """Remove the vectors of some embedders that were staged so long ago; return how many.

    Nothing is lost but time: what is asked for again is computed again, to the same values but for the last
    bits, which nothing shows (`language.sentence_vectors`).
    """
    gone = sa.delete(_VECTORS).where(
        _VECTORS.c.embedder_id.in_(sorted(embedder_ids)),
        _VECTORS.c.staged_at < sa.func.clock_timestamp() - older,
    )
    return int(connection.execute(gone).rowcount)


def _stage(database: Database, embedder_id: str, made: Iterable[tuple[str, str, Vector]]) -> None:
    """Stage (unit, hash of a text, its vector)."""
    rows = [
        {"embedder_id": embedder_id, "unit": unit, "text_hash": key, "vector": list(vector)}
        for unit, key, vector in made
    ]
    crash_point("vectors.computed")
    with database.writing() as connection:
        connection.execute(insert(_VECTORS).on_conflict_do_nothing(), rows)
    crash_point("vectors.staged")


def _plain(vector: Any) -> Vector:
    """Return a vector as float32 values, whether it was computed or read back."""
    import numpy as np  # noqa: PLC0415 - only staging vectors needs it

    return [float(value) for value in np.asarray(vector, dtype=np.float32)]
