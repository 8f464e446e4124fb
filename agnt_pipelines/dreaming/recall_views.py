"""Views: how well each utterance answers a question, seen from two dozen sides.

What belongs here: columns of n values, most of them 0..1, each with one reason. What does not: how
much a view counts (`recall_weights`), and which utterances are shown (`recall`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from agnt_pipelines.dreaming.recall_question import Question
from agnt_pipelines.dreaming.recall_talk import Floats, Style, Talk, spelt
from agnt_pipelines.language.bm25 import bm25, idf

TURN_B, WINDOW_B, SESSION_B = 0.4, 0.6, 0.75
"""BM25's b for a turn, for neighbouring turns and for a session: the longer, the more length varies."""

RUN = 4
"""Letters of a run."""

READ_CLOSELY = 80
"""Utterances of which each sentence is compared: with all of 250 the same sessions are found, slower."""


def lexical_views(talk: Talk, question: Question) -> dict[str, Floats]:
    """Return the views that need no vectors, by name."""
    counts, lengths = _counts(talk, question)
    has, weight = (counts > 0).astype(float), idf(counts)
    total = max(float(weight.sum()), 1e-9)
    before = talk.shifted(has, -1)
    turn = _scaled(bm25(counts, lengths, TURN_B))
    views = {
        "turn": turn,
        "pair": _scaled(_window(talk, counts, lengths, (-1, 0))),
        "five": _scaled(_window(talk, counts, lengths, (-2, -1, 0, 1, 2))),
        "session": _scaled(bm25(talk.per_session(counts), talk.per_session(lengths), SESSION_B))[
            talk.session
        ],
        "previous": talk.shifted(turn, -1),
        "before_previous": talk.shifted(turn, -2),
        "next": talk.shifted(turn, 1),
        "coverage": has @ weight / total,
        "coverage_with_previous": np.maximum(has, before) @ weight / total,
        "rarest": (has * weight).max(axis=1, initial=0.0) / max(float(weight.max(initial=0.0)), 1e-9),
        "length": _scaled(np.log1p(lengths)),
        "letters": _scaled(_letters(talk, question)),
    }
    return views | _of_people(talk, question, views) | _of_form(talk, question, views)


def vector_views(talk: Talk, question: Question) -> dict[str, Floats]:
    """Return the views by meaning: cosines, those below 0 as 0; pairs of turns in conversations only."""
    assert talk.embed is not None
    whole, bare = talk.embed([question.text, question.bare])
    views = {
        "meaning": _scaled(_cosines(talk.vectors(), whole)),
        "meaning_of_terms": _scaled(_cosines(talk.vectors(), bare)),
    }
    if talk.style is Style.CONVERSATION:
        views["meaning_of_pair"] = _scaled(_cosines(talk.pair_vectors(), whole))
        views["meaning_of_terms_of_pair"] = _scaled(_cosines(talk.pair_vectors(), bare))
    return views


def sentence_view(talk: Talk, question: Question, so_far: Floats) -> Floats:
    """Return the view for long messages: the best cosine of one of an utterance's sentences.

    Only those that score best so far are read that closely; it is 0 for the others.
    """
    assert talk.embed is not None
    among = np.argsort(-so_far, kind="stable")[:READ_CLOSELY]
    return np.clip(talk.best_sentence(talk.embed([question.text])[0], among), 0, None)


def matched(talk: Talk, question: Question) -> tuple[Floats, Floats]:
    """Return which utterance has which of the question's terms (n x q), and what each term weighs."""
    counts, _ = _counts(talk, question)
    return (counts > 0).astype(float), idf(counts)


def _cosines(vectors: NDArray[np.float32], question: NDArray[np.float32]) -> Floats:
    return np.asarray(np.clip((vectors @ question).astype(float), 0, None))


def _of_people(talk: Talk, question: Question, views: Mapping[str, Floats]) -> dict[str, Floats]:
    """Views of who speaks: the one whom the question names, or somebody else while it names one."""
    speaks = np.array([one.speaker == question.named for one in talk.utterances], dtype=float)
    other = (1 - speaks) if question.named is not None else np.zeros(len(talk))
    return {
        "named": speaks,
        "other_named": other,
        "named_matches": speaks * views["turn"],
        "other_matches": other * views["turn"],
        "named_after_match": speaks * views["previous"],
    }


def _of_form(talk: Talk, question: Question, views: Mapping[str, Floats]) -> dict[str, Floats]:
    """Views of what kind of utterance it is, and when it was said."""
    asks, tells = talk.asks, talk.tells_time
    after = talk.shifted(asks, -1)
    when = float(question.asks_when)
    inside = np.zeros(len(talk))
    if question.spans:
        inside = np.array([any(s.holds(day) for s in question.spans) for day in talk.days()], dtype=float)
    outside = (1 - inside) if question.spans and inside.any() else np.zeros(len(talk))
    return {
        "asks": asks,
        "asks_and_matches": asks * views["turn"],
        "after_question": after,
        "after_matching_question": after * views["previous"],
        "tells_time": tells,
        "when_asked_tells_time": when * tells,
        "within_time": inside,
        "outside_time": outside,
    }


def _counts(talk: Talk, question: Question) -> tuple[Floats, Floats]:
    """Return how often each utterance has each of the question's terms, n x q, and its length, n."""
    column = {term: place for place, term in enumerate(question.terms)}
    counts = np.zeros((len(talk), len(column)))
    for row, said in enumerate(talk.terms):
        for term in said:
            if term in column:
                counts[row, column[term]] += 1
    return counts, np.array([len(said) for said in talk.terms], dtype=float)


def _letters(talk: Talk, question: Question) -> Floats:
    """Return BM25 of runs of four letters, which survive a slip of the pen and an unknown ending."""
    asked = spelt(question.bare)
    runs = sorted({asked[at : at + RUN] for at in range(len(asked) - RUN + 1)})
    counts = np.array([[text.count(run) for run in runs] for text in talk.spelt], dtype=float)
    lengths = np.array([max(len(text) - RUN + 1, 0) for text in talk.spelt], dtype=float)
    return bm25(counts.reshape(len(talk), len(runs)), lengths, TURN_B)


def _window(talk: Talk, counts: Floats, lengths: Floats, around: tuple[int, ...]) -> Floats:
    """Return BM25 of each utterance together with some of its neighbours."""
    summed, length = np.zeros_like(counts), np.zeros_like(lengths)
    for by in around:
        summed += counts if by == 0 else talk.shifted(counts, by)
        length += lengths if by == 0 else talk.shifted(lengths, by)
    return bm25(summed, length, WINDOW_B)


def _scaled(column: Floats) -> Floats:
    """Return a column divided by its maximum."""
    top = float(column.max(initial=0.0))
    return column / top if top > 0 else column
