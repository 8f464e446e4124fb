"""Searching project memory: entries that hold the words asked for, and those that mean the like.

Pure. Two rankings, by words (BM25) and by meaning (cosines, where vectors are staged), are joined by the
reciprocals of their ranks (Cormack, Clarke and Büttcher 2009), which needs no weight of one against the
other. What does not belong here: reading entries and vectors (`search_store`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np

from agnt_pipelines.language.bm25 import bm25
from agnt_pipelines.language.terms import terms

_B: Final = 0.75
"""How much an entry's length counts against it (Robertson and Zaragoza 2009, the usual 0.75)."""
_RANK: Final = 60
"""The constant of reciprocal rank fusion, as its authors found it."""
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Remembered:
    """One entry of project memory that readers may have."""

    id: UUID
    title: str
    section: str
    text: str
    source: str
    path: str | None
    line_from: int | None
    commit: str | None

    @property
    def whole(self) -> str:
        """What is searched, and what its vector is made of."""
        return f"{self.title}\n{self.section}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found; `by` says how: words, meaning."""

    entry: Remembered
    score: float
    by: tuple[str, ...]
    excerpt: str


class Counted:
    """Counts the question's terms in entries as they come, so that only numbers are kept of them."""

    def __init__(self, question: str) -> None:
        """Keep the terms of a question, each once."""
        self._terms = sorted(set(terms(question)))
        self._counts: list[list[int]] = []
        self._lengths: list[int] = []

    def see(self, entry: Remembered) -> None:
        """Count one entry."""
        found = Counter(terms(entry.whole))
        self._counts.append([found[term] for term in self._terms])
        self._lengths.append(found.total())

    def ranked(self, entries: int | None = None) -> list[int]:
        """Return the places of entries that hold a term, the best first; `entries` is how many there are in all."""
        if not self._lengths or not self._terms:
            return []
        scores = bm25(np.array(self._counts, dtype=float), np.array(self._lengths, dtype=float), _B, entries)
        order = np.argsort(-scores, kind="stable")
        return [int(place) for place in order if scores[place] > 0]


def cores(question: str) -> list[str]:
    """Return, for each of a question's terms, what of it the words that have this stem hold: one of a line's words.

    A suffix changes a stem's last letter (policy, polici), an Indonesian prefix its first (memesan, pesan).
    """
    found = set[str]()
    for term in terms(question):
        if len(term) < 4:
            found.add(term[:-1] if term[2:] in {"e", "i", "y"} else term)
        else:
            found |= {term[1:-1]} if len(term) > 4 else {term[:-1], term[1:]}
    return sorted(found)


def joined(rankings: Mapping[str, Sequence[UUID]], limit: int) -> list[tuple[UUID, float, tuple[str, ...]]]:
    """Return (entry, score, names of the rankings that have it), the best first; words before meaning."""
    scores: dict[UUID, float] = {}
    names: dict[UUID, list[str]] = {}
    for name, ranking in rankings.items():
        for rank, entry in enumerate(ranking, 1):
            scores[entry] = scores.get(entry, 0.0) + 1 / (_RANK + rank)
            names.setdefault(entry, []).append(name)
    best = sorted(scores, key=lambda entry: -scores[entry])  # stable: as the rankings come
    return [(entry, scores[entry], tuple(names[entry])) for entry in best[:limit]]


def excerpt(text: str, question: str) -> str:
    """Return the line of a text that holds most of a question's terms, cut to what is shown."""
    asked = set(terms(question))
    lines = [line.strip() for line in text.split("\n") if line.strip()] or [""]
    best = max(lines, key=lambda line: len(asked & set(terms(line))))
    return best if len(best) <= _SHOWN else f"{best[: _SHOWN - 1]}…"
