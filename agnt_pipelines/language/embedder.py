"""Embedders: from texts to unit vectors, whatever makes them.

What belongs here: the protocol, and the lexical embedder that needs no weights. What does not:
what is done with the vectors (`faq.cluster`), and keeping them (`replay.staging`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from scipy import sparse

_WORD = r"(?u)\b\w+\b"


class Embedder(Protocol):
    """Makes vectors of which the dot product is the cosine; two embedders' are never compared.

    Attributes:
        id: name and version; whatever was made by another one is stale.
        floor: the cosine below which two texts of this embedder have nothing to do with each other.
        same: the cosine from which on two short texts ask the same.
    """

    @property
    def id(self) -> str:
        """Name and version."""

    @property
    def floor(self) -> float:
        """The cosine of what is unrelated."""

    @property
    def same(self) -> float:
        """The cosine of what asks the same."""

    def embed(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return an n x d matrix of unit rows (a row without a known word is zero)."""


class LexicalEmbedder:
    """TF-IDF of words (1-2) and of characters within words (3-5), fitted to the texts given.

    Vectors of two calls are not comparable. The two views are weighed equally, so that the cosine is
    the mean of theirs. Exact and deterministic; knows no synonym and no second language.
    """

    id = "lexical-1"
    floor = 0.12
    same = 0.30

    def embed(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return an n x d sparse matrix of unit rows."""
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - slow to import
        from sklearn.preprocessing import normalize  # noqa: PLC0415

        views: list[Any] = [
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=_WORD),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
        ]
        if not any(any(char.isalnum() for char in text) for text in texts):
            return sparse.csr_matrix((len(texts), 1))
        stacked = sparse.hstack([view.fit_transform(texts) for view in views]).tocsr()
        return normalize(stacked)
