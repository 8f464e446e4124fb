"""Vectors of questions, computed once: a text's lie with a person whose words it is, and go with them.

What belongs here: staging what an embedder of the FAQ makes, some texts at a time, and telling how far it
is. What does not: making vectors (`language.sentence_vectors`), and comparing them (`cluster`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agnt_pipelines.language.sentence_vectors import MiniLm, MultilingualE5, SentenceVectors, Vectors
from agnt_pipelines.replay import staging
from agnt_pipelines.storage.database import Database

Say = Callable[[str], object]
"""Is told how far a week is."""

SENTENCE_VECTORS = frozenset({MiniLm.id, MultilingualE5.id})
"""Whose vectors the FAQ alone stages."""

_AT_ONCE = 500
"""Texts that are embedded and staged together: what a crash loses at most."""


@dataclass(frozen=True, slots=True)
class StagedVectors:
    """Sentence vectors that are looked up before they are made.

    Attributes:
        own: makes what is not staged.
        database: where it is staged.
        whose: text -> the person by whose erasure its vector goes.
        say: is told how many texts are done.
    """

    own: SentenceVectors
    database: Database
    whose: Mapping[str, str]
    say: Say

    @property
    def id(self) -> str:
        """Name and kind of the weights."""
        return self.own.id

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return an n x d matrix of unit rows, n at least 1."""
        parts = []
        for start in range(0, len(texts), _AT_ONCE):
            some = texts[start : start + _AT_ONCE]
            found = staging.vectors(self.database, self.id, self.whose, some, self.own.vectors)
            parts.append(np.array(found, dtype=np.float32))
            if start + len(some) < len(texts):
                self.say(f"{start + len(some):,} of {len(texts):,} vectors by {self.id}")
        return np.vstack(parts)
