"""Embedders: from texts to unit vectors, whatever makes them.

What belongs here: the protocol, the lexical embedder that needs no weights, and the one that adds
sentence vectors to it. What does not: the weights (`sentence_vectors`), and what is done with the
vectors (`faq.cluster`).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from agnt_pipelines.language.sentence_vectors import (
    MiniLm,
    MultilingualE5,
    SentenceVectors,
    english_vectors,
    has_english,
    has_multilingual,
)

Vectors = NDArray[np.float32]

_WORD = r"(?u)\b\w+\b"
_DIMENSIONS = 100
_LEXICAL_SHARE = 0.3
"""Weight of the lexical cosine beside the sentence vectors' 1 (chosen on DSTC11 insurance and banking
and CLINC150; anything from .15 to .5 does as well)."""


class Embedder(Protocol):
    """Makes vectors of which the dot product is the cosine; two embedders' are never compared.

    Attributes:
        id: name and version; whatever was made by another one is stale.
        duplicate: the cosine from which on two texts are one for clustering.
        floor: the cosine below which two texts have nothing to do with each other.
        linkage: how like each other two clusters are that are one (`faq.linkage`).
        few: the share by which that rises where texts are few, and neighbours far.
    """

    @property
    def id(self) -> str:
        """Name and version."""

    @property
    def duplicate(self) -> float:
        """The cosine of near-duplicates."""

    @property
    def floor(self) -> float:
        """The cosine of what is unrelated."""

    @property
    def linkage(self) -> float:
        """The likeness of clusters that are one."""

    @property
    def few(self) -> float:
        """The share that is asked more of few texts."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an n x d matrix of unit rows (a row without a known word is zero)."""


class LexicalEmbedder:
    """TF-IDF of words (1-2) and of characters within words (3-5), reduced to 100 dimensions.

    Fitted to the texts given: vectors of two calls are not comparable. Deterministic; knows no synonym
    and no second language.
    """

    id = "lexical-2"
    duplicate = 0.9
    floor = 0.12
    linkage = 0.14
    few = 0.0

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an n x d matrix of unit rows, d at most 100."""
        from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415 - slow to import
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
        from sklearn.preprocessing import normalize  # noqa: PLC0415

        views: list[Any] = [
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=_WORD),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
        ]
        if not any(any(char.isalnum() for char in text) for text in texts):
            return np.zeros((len(texts), 1), dtype=np.float32)
        bags = normalize(sparse.hstack([view.fit_transform(texts) for view in views]).tocsr())
        if min(bags.shape) > _DIMENSIONS + 1:
            with threadpool_limits(limits=1):
                bags = normalize(TruncatedSVD(_DIMENSIONS, random_state=0).fit_transform(bags))
        dense = bags.toarray() if sparse.issparse(bags) else bags
        return np.asarray(dense, dtype=np.float32)


class HybridEmbedder:
    """Sentence vectors with the lexical ones beside them: the cosine is the weighted mean of theirs."""

    duplicate = 0.85
    floor = 0.0
    linkage = 0.30
    few = 0.5

    def __init__(self, meaning: SentenceVectors) -> None:
        """Take the sentence vectors to add to the words."""
        self._meaning = meaning
        self._words = LexicalEmbedder()

    @property
    def id(self) -> str:
        """Name and version."""
        return f"{self._meaning.id}+{self._words.id}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an n x (384 + d) matrix of unit rows."""
        total = 1 + _LEXICAL_SHARE
        meaning = self._meaning.vectors(texts) * sqrt(1 / total)
        words = self._words.embed(texts) * sqrt(_LEXICAL_SHARE / total)
        return np.asarray(np.hstack([meaning, words]), dtype=np.float32)


def english() -> Embedder:
    """Return the best installed embedder of English."""
    return of(english_vectors())


def of(meaning: SentenceVectors | None) -> Embedder:
    """Return the embedder of some sentence vectors; of words alone where there are none."""
    return LexicalEmbedder() if meaning is None else HybridEmbedder(meaning)


def installed() -> str:
    """Return what is installed, by ids, without loading it: part of the version of what is made by it."""
    found = [MiniLm.id] * has_english() + [MultilingualE5.id] * has_multilingual()
    return "+".join([*found, LexicalEmbedder.id])
