"""The bridge between languages: which question of one language is which of the other.

What belongs here: comparing questions across languages by vectors that know both. What does not:
clusters within a language (`cluster`), and making vectors (`language.sentence_vectors`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agnt_pipelines.language.sentence_vectors import SentenceVectors

SAME = 0.38
"""Cosine from which on two questions are one, if each is the other's nearest. Chosen on one half of our
own English-Indonesian set (the half by hash); on the other the pairwise F1 is .90, on the whole .87."""

_VOICES = 3
"""Texts that speak for a question: its most central ones."""

_DECIMALS = 5


def bridged(
    ours: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]], vectors: SentenceVectors
) -> dict[int, int]:
    """Return pairs (place in ours -> place in theirs) of questions that are one, each in one pair at most.

    Args:
        ours: each question's texts in one language, the most central first.
        theirs: the same in another language.
        vectors: of the embedder that knows both.
    """
    if not ours or not theirs:
        return {}
    cosines = (_means(ours, vectors) @ _means(theirs, vectors).T).round(_DECIMALS)
    nearest, back = cosines.argmax(axis=1), cosines.argmax(axis=0)
    return {
        place: int(other)
        for place, other in enumerate(nearest)
        if back[other] == place and cosines[place, other] >= SAME
    }


def _means(questions: Sequence[Sequence[str]], vectors: SentenceVectors) -> np.ndarray:
    voices = [list(dict.fromkeys(texts))[:_VOICES] for texts in questions]
    made = vectors.vectors([text for texts in voices for text in texts])
    starts = np.cumsum([0, *(len(texts) for texts in voices[:-1])])
    sums = np.add.reduceat(made, starts, axis=0)
    return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True))
