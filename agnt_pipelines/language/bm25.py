"""BM25 of every document for one question, from a table of counts.

What belongs here: the formula. What does not: what a document is: in recall a turn, a window of turns and a
session are rows of sums of the same table (`recall_views`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

K1 = 1.2
"""How soon repeating a term stops to count (Robertson and Zaragoza 2009, the usual 1.2)."""


def idf(counts: Floats, documents: int | None = None) -> Floats:
    """Return each term's weight: ln(1 + (n - df + 1/2) / (df + 1/2)) over n documents.

    Args:
        counts: n documents x q terms.
        documents: how many there are, where those that hold no term at all were left out.
    """
    df, total = (counts > 0).sum(axis=0), max(len(counts), documents or 0)
    return np.asarray(np.log1p((total - df + 0.5) / (df + 0.5)))


def bm25(counts: Floats, lengths: Floats, b: float, documents: int | None = None) -> Floats:
    """Return the n documents' scores for q terms, each asked for once.

    Args:
        counts: how often each document has each term, n x q.
        lengths: terms in each document, n.
        b: how much a document's length counts against it, 0..1.
        documents: how many there are, as in `idf`.
    """
    if not counts.size:
        return np.zeros(len(counts))
    mean = max(float(lengths.mean()), 1.0)
    damped = counts + (K1 * (1 - b + b * lengths / mean))[:, None]
    held = counts > 0
    parts = np.divide(counts * (K1 + 1), damped, out=np.zeros_like(damped), where=held)
    return np.asarray(parts @ np.where(held.any(axis=0), idf(counts, documents), 0.0))
