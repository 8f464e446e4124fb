"""Recall: what of somebody's talk and memories answers a question, best first.

What belongs here: from a set of utterances and a question to hits. What does not: reading them from a
database (`recall_store`), and how the parts are weighed (`recall_views`, `recall_weights`).

A hit is something that was said, or a memory that rests on a record alone; it cites the interactions it
rests on and carries what was learnt from them. The set of utterances decides, not their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np

from agnt_pipelines.dreaming.newest_first import in_order, newest_first
from agnt_pipelines.dreaming.recall_question import Question, read_question
from agnt_pipelines.dreaming.recall_talk import Belief, Embed, Floats, Style, Talk, Utterance
from agnt_pipelines.dreaming.recall_views import lexical_views, matched, sentence_view, vector_views
from agnt_pipelines.dreaming.recall_weights import LEXICAL, SENTENCE, WITH_VECTORS
from agnt_pipelines.replay.windows import WITA

LIMIT = 10
"""Hits by default, as many as the platform recalls."""

CITED = 3
"""Interactions that one hit cites at most."""

_TALKS = 16
"""Talks kept laid out in a process: of 600 turns each takes about two megabytes."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that answers a question.

    Attributes:
        score: higher is better; comparable between calls that rank the same talk.
        text: the words, or the memory where no words are there.
        at: when it was said, or last heard of.
        speaker: whose words.
        session: in which conversation; empty for a record.
        interactions: the id of the interaction that it is, or none for a record.
        beliefs: memories that rest on it, those that hold first.
    """

    score: float
    text: str
    at: datetime
    speaker: str
    session: str
    interactions: tuple[str, ...]
    beliefs: tuple[Belief, ...]


def rank(
    utterances: Iterable[Utterance],
    text: str,
    now: datetime,
    *,
    limit: int = LIMIT,
    embed: Embed | None = None,
) -> list[Hit]:
    """Return what answers a question asked at `now`, best first, `limit` at most.

    Nothing said after `now` is found. Without a vector, something that shares no word with the question
    and stands beside nothing that does may still be found, last.
    """
    talk = _laid_out(frozenset(one for one in utterances if one.at <= now), embed)
    if limit < 1 or not len(talk):
        return []
    question = read_question(text, talk.speakers, now.astimezone(WITA).date())
    scores = score(talk, question)
    order = in_order(scores, talk)
    if not question.of_the_past:
        order_by_score = scores[order]
        order = newest_first(order, scores, talk, *matched(talk, question))
        # Whoever changed places takes the place's score along, so that calls can be merged by score.
        scores = scores.copy()
        scores[order] = order_by_score
    citable = [int(place) for place in order if talk.utterances[place].citable]
    return [_hit(talk.utterances[place], float(scores[place])) for place in citable[:limit]]


def score(talk: Talk, question: Question) -> Floats:
    """Return each utterance's score, n, 0 for the worst."""
    weights = (LEXICAL if talk.embed is None else WITH_VECTORS)[talk.style]
    views = lexical_views(talk, question)
    if talk.embed is not None:
        views |= vector_views(talk, question)
    total = np.zeros(len(talk))
    for name, weight in weights.items():
        total += weight * views[name]
    if talk.embed is not None and talk.style is Style.REQUESTS:
        total += SENTENCE * sentence_view(talk, question, total)
    return np.asarray(total - total.min())


@lru_cache(maxsize=_TALKS)
def _laid_out(utterances: frozenset[Utterance], embed: Embed | None) -> Talk:
    """Lay out a talk, or take it as it was laid out for the question before: the same set, the same talk."""
    return Talk.of(utterances, embed)


def _hit(one: Utterance, found: float) -> Hit:
    beliefs = tuple(sorted(one.beliefs, key=lambda b: (not b.holds, -b.last_evidence_at.timestamp(), b.id)))
    return Hit(
        score=round(found, 6),
        text=one.text.strip(),
        at=one.at,
        speaker=one.speaker,
        session=one.session,
        interactions=(one.id,) if one.interaction else (),
        beliefs=beliefs,
    )
