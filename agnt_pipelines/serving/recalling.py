"""What somebody said that answers a question: their own words and what was learnt from them.

What belongs here: one call for one person, from the database to hits. What does not: ranking
(`dreaming.recall`), and who may read whose memories, which the caller has to know.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from agnt_pipelines.dreaming.recall import LIMIT, Hit, rank
from agnt_pipelines.dreaming.recall_store import read_utterances
from agnt_pipelines.errors import SettingsError
from agnt_pipelines.language.static_vectors import static_vectors
from agnt_pipelines.serving.memories import require_person
from agnt_pipelines.settings import Settings, get_settings
from agnt_pipelines.storage.database import Database


def recall(
    database: Database,
    person: str,
    question: str,
    now: datetime,
    limit: int = LIMIT,
    *,
    lexical: bool = False,
    settings: Settings | None = None,
) -> list[Hit]:
    """Return what a person said or is known of them that answers a question, best first.

    Args:
        database: the platform's.
        person: whose sessions and memories are searched; nobody else's are read.
        question: in their language, or any of which the words are in the talk.
        now: when it is asked; nothing later is found.
        limit: hits at most, 1 or more.
        lexical: leave the vectors out, even where they are installed.
        settings: of this process.

    Raises:
        AgntError: there is no such person, or they asked to be deleted.
        SettingsError: the question is empty, or the limit is below 1.
    """
    if not question.strip():
        raise SettingsError("The question is empty: ask for something that may have been said.")
    if limit < 1:
        raise SettingsError(f"--limit {limit}: ask for one hit or more.")
    known = settings or get_settings()
    vectors = None if lexical else static_vectors()
    with database.reading() as snapshot:
        require_person(snapshot, person)
        said = read_utterances(
            snapshot, person, now, max_bytes=known.message_max_bytes, chunk_rows=known.chunk_rows
        )
    return rank(said, question, now, limit=limit, embed=None if vectors is None else vectors.embed)


def merged(calls: Iterable[Iterable[Hit]], limit: int = LIMIT) -> list[Hit]:
    """Return the hits of several authorised calls as one list by score; what several found is there once."""
    found: dict[tuple[object, ...], Hit] = {}
    for hits in calls:
        for hit in hits:
            key = (hit.interactions, *(belief.id for belief in hit.beliefs if not hit.interactions))
            found[key] = max(found.get(key, hit), hit, key=lambda one: one.score)
    ordered = sorted(found.values(), key=lambda one: (-one.score, one.at, one.interactions))
    return ordered[:limit]
