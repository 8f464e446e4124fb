"""What the platform learnt of the demo's world: some of it to show, all of it to hold against the truth.

What belongs here: reading memories, FAQ and whatever others may read. What does not: the comparison
(`demo.score`) and the truth (`demo.truth`), which no job ever reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.demo.score import Drift, Outputs, Remembered, score
from agnt_pipelines.demo.truth import Truth
from agnt_pipelines.dreaming import deep_store
from agnt_pipelines.dreaming.store import USER_MEMORY
from agnt_pipelines.faq.talk import Entry
from agnt_pipelines.serving.faq_reviewing import Sources, faq_entries, faq_sources
from agnt_pipelines.serving.recommendations import Suggestion, recommend_for
from agnt_pipelines.serving.session import Platform
from agnt_pipelines.serving.wiki import wiki_contradictions, wiki_log
from agnt_pipelines.wiki.log_store import LogLine
from agnt_pipelines.wiki.store import PROJECT_MEMORY

_SUGGESTIONS = 5
_ALL = 100_000
_MEMORY = USER_MEMORY.c
RECORDED = frozenset({"last_booking", "typical_party_size"})
"""Slots that bookings change by themselves: nobody changed their mind there."""

_CHANGED = sa.func.count().filter(_MEMORY.status == "superseded", _MEMORY.key.not_in(RECORDED))
_TELLING = (
    sa.select(_MEMORY.user_id)
    .group_by(_MEMORY.user_id)
    .order_by((_CHANGED > 0).desc(), sa.func.count(sa.distinct(_MEMORY.key)).desc(), _MEMORY.user_id)
)
"""People, the one of whom most is to be told first: somebody who changed their mind."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What there is to show: of one person, who changed their mind and said much, and of the fleet."""

    memories: int
    person: str | None
    suggestions: Sequence[Suggestion]
    entries: Sequence[Entry]
    sources: Mapping[UUID, Sources]
    wiki_deltas: int
    wiki_log: Sequence[LogLine]


def learnt(platform: Platform) -> Learnt:
    """Return what was learnt; the person is the same for the same rows."""
    with platform.database.reading() as snapshot:
        memories = snapshot.scalar(sa.select(sa.func.count()).where(_MEMORY.status == "active")) or 0
        person = snapshot.scalar(_TELLING.limit(1))
    entries = [entry for entry in faq_entries(platform) if entry.status.shown]
    log = wiki_log(platform, limit=_ALL)
    return Learnt(
        memories=memories,
        person=person,
        suggestions=[]
        if person is None
        else recommend_for(platform.database, person, limit=_SUGGESTIONS, settings=platform.settings),
        entries=entries,
        sources=faq_sources(platform, entries[0].window_key) if entries else {},
        wiki_deltas=len(log),
        wiki_log=log,
    )


def scored(platform: Platform, truth: Truth) -> dict[str, object]:
    """Compare what was learnt with the truth; keys as in `demo.score.score`."""
    return score(truth, _outputs(platform))


def _outputs(platform: Platform) -> Outputs:
    entries = [entry for entry in faq_entries(platform) if entry.status.shown]
    sources = faq_sources(platform, entries[0].window_key) if entries else {}
    with platform.database.reading() as snapshot:
        texts = [text for entry in entries for text in (entry.question, entry.answer) if text]
        return Outputs(
            memories=tuple(_memories(snapshot)),
            faq=tuple(frozenset(sources[entry.entry_id].questions) for entry in entries),
            contradictions=tuple(Drift(found.pages, found.text) for found in wiki_contradictions(platform)),
            texts=(*texts, *_told_to_others(snapshot)),
        )


def _memories(snapshot: Connection) -> Iterator[Remembered]:
    query = sa.select(_MEMORY.user_id, _MEMORY.key, _MEMORY.value, _MEMORY.polarity, _MEMORY.subject)
    for row in snapshot.execute(query.where(_MEMORY.status == "active")):
        yield Remembered(row.user_id, row.key, row.value, row.polarity, row.subject)


def _told_to_others(snapshot: Connection) -> Iterator[str]:
    yield from snapshot.scalars(sa.select(PROJECT_MEMORY.c.text))
    yield from snapshot.scalars(sa.select(deep_store.AGENT_INSIGHTS.c.statement))
