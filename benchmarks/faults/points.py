"""Which job, or which toy, gets to which crash point; held against the list of points by a test.

What belongs here: that table, and the toys for what no job does yet. What does not: killing.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from agnt_pipelines.replay import staging
from agnt_pipelines.replay.faults import POINTS
from agnt_pipelines.replay.staging import Answer, Question
from agnt_pipelines.settings import get_settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.replay import ModelAnswer
from benchmarks.faults.runs import JOBS

TOY = "model_toy"
"""Asks a scripted model and an embedder: offline, no job does."""

AT_ONCE = 3
_QUESTIONS = 9
_ANSWERS = table_of(ModelAnswer)
_OWNERS = {
    "erasure": ("light_dream",),
    "outbox": ("light_dream",),
    "graph": ("graph_build",),
    "wiki": ("wiki_reconcile",),
    "faq": ("faq_compile",),
    "answer": (TOY,),
    "vectors": (TOY,),
}

REACHED_BY: dict[str, Sequence[str]] = {point: _OWNERS.get(point.partition(".")[0], JOBS) for point in POINTS}
"""Point -> the jobs that get there, in the world of these cases; whatever has no owner is the engine's."""


def ask_everything(asked: Path) -> None:
    """Ask the scripted model all questions, several at once, and have the texts embedded.

    Each question that reaches the model is noted in `asked`, with whether its answer was staged by
    then: the note survives any death of the process.
    """
    url = get_settings().database_url
    assert url is not None
    database = Database(url.get_secret_value(), application_name=TOY)
    note = partial(_note, asked, database)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda question: staging.answer(database, question, note), questions()))
    staging.vectors(database, "toy/1", "*", [one.unit for one in questions()], _embed)
    database.close()


def questions() -> list[Question]:
    """Return the questions."""
    return [Question("scripted-1", "v1", f"person-{n % 7}", {"n": n}) for n in range(_QUESTIONS)]


def staged(database: Database) -> set[str]:
    """Return the input hashes of what was answered and staged."""
    with database.reading() as snapshot:
        return set(snapshot.scalars(sa.select(_ANSWERS.c.input_hash)))


def bought(asked: Path) -> list[tuple[str, bool]]:
    """Return what was asked, in order: (input hash, whether it was staged already)."""
    lines = asked.read_text("utf-8").splitlines() if asked.exists() else []
    return [(note["hash"], note["staged"]) for note in map(json.loads, lines)]


def _note(asked: Path, database: Database, question: Question) -> Answer:
    note = {"hash": question.input_hash, "staged": question.input_hash in staged(database)}
    file = os.open(asked, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(file, json.dumps(note).encode() + b"\n")
    os.close(file)
    time.sleep(0.002)  # a model takes its time: several are in flight when the process dies
    return Answer({"n": question.body["n"]}, {"input_tokens": 1})


def _embed(texts: Sequence[str]) -> list[list[float]]:
    return [[byte / 255 for byte in hashlib.sha256(text.encode()).digest()[:4]] for text in texts]
