"""A person's talk laid out for ranking: who said what in which session, as columns.

What belongs here: the plain values that recall ranks, and what can be said of them before a question
is known. What does not: anything about a question (`recall_question`, `recall_views`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from agnt_pipelines.language.terms import terms, words
from agnt_pipelines.replay.windows import WITA

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""From texts to an n x d matrix of unit rows."""

_TELLS_TIME = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|last|next|ago|since|week(?:end)?s?|months?|years?|days?|morning|"
    r"evening|recently|just|january|february|march|april|may|june|july|august|september|october|november|"
    r"december|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{4}|kemarin|besok|tadi|minggu|bulan|tahun|hari|"
    r"lalu|depan)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_SENTENCE_WORDS = 60
_SENTENCES = 60
"""Words of a piece that is compared by meaning, and pieces of one utterance: a pasted document is cut."""


class Style(StrEnum):
    """Whether turns answer each other, or each stands alone."""

    CONVERSATION = "conversation"
    REQUESTS = "requests"


@dataclass(frozen=True, slots=True)
class Belief:
    """A memory as recall needs it: what it says, whether it holds, and the interactions it rests on."""

    id: UUID
    slot: str
    subject: str
    value: str
    affirmed: bool
    holds: bool
    since: datetime
    until: datetime | None
    last_evidence_at: datetime
    interactions: tuple[str, ...]

    @property
    def text(self) -> str:
        """The memory in words."""
        whose = "" if self.subject == "self" else f"{self.subject} "
        return f"{whose}{self.slot.replace('_', ' ')}: {'' if self.affirmed else 'not '}{self.value}"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing said, or one memory that rests on a record alone (`interaction` False).

    `text` holds the speaker's own words only; an utterance that is not `citable` informs the rank of its
    neighbours and is never returned. Times are aware.
    """

    id: str
    speaker: str
    session: str
    text: str
    at: datetime
    citable: bool = True
    interaction: bool = True
    beliefs: tuple[Belief, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """Utterances session by session, sessions by their first time, with columns of n values each.

    Attributes:
        utterances: n of them.
        terms: of each utterance, with what was learnt from it.
        spelt: the words of each between blanks.
        session: the number of each one's session.
        starts: the place of the first utterance of each session.
        style: whether turns answer each other.
        asks: 1 where an utterance ends in a question.
        tells_time: 1 where it speaks of a time.
        embed: what makes vectors; None for a talk that is ranked by words alone.
    """

    utterances: tuple[Utterance, ...]
    terms: tuple[tuple[str, ...], ...]
    spelt: tuple[str, ...]
    session: Places
    starts: Places
    style: Style
    asks: Floats
    tells_time: Floats
    embed: Embed | None = None
    _made: dict[str, NDArray[np.float32]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, utterances: Iterable[Utterance], embed: Embed | None = None) -> Talk:
        """Lay out a set of utterances; their order does not matter, ids are distinct."""
        said = list(utterances)
        begun: dict[str, tuple[datetime, str]] = {}
        for one in said:
            begun[one.session] = min(begun.get(one.session, (one.at, one.id)), (one.at, one.id))
        said.sort(key=lambda one: (*begun[one.session], one.session, one.at, one.id))
        ordered = [one.session for one in said]
        starts = [place for place, name in enumerate(ordered) if place == 0 or name != ordered[place - 1]]
        lengths = np.diff([*starts, len(said)])
        return cls(
            utterances=tuple(said),
            terms=tuple(tuple(_terms_of(one)) for one in said),
            spelt=tuple(spelt(one.text) for one in said),
            session=np.repeat(np.arange(len(starts)), lengths),
            starts=np.array(starts, dtype=np.intp),
            style=_style([said[a:b] for a, b in pairwise([*starts, len(said)])]),
            asks=np.array([one.text.rstrip().endswith("?") for one in said], dtype=float),
            tells_time=np.array([_TELLS_TIME.search(one.text) is not None for one in said], dtype=float),
            embed=embed,
        )

    def __len__(self) -> int:
        """Return n."""
        return len(self.utterances)

    @property
    def speakers(self) -> frozenset[str]:
        """Everybody who says something."""
        return frozenset(one.speaker for one in self.utterances)

    def days(self) -> list[date]:
        """Return the WITA day of each utterance."""
        return [one.at.astimezone(WITA).date() for one in self.utterances]

    def shifted(self, column: Floats, by: int) -> Floats:
        """Return for each utterance the value of the one `by` places later in its session, else 0."""
        made = np.zeros_like(column)
        if 0 < abs(by) < len(column):
            here, there = (
                (slice(None, -by), slice(by, None)) if by > 0 else (slice(-by, None), slice(None, by))
            )
            same = self.session[here] == self.session[there]
            made[here] = np.where(same if column.ndim == 1 else same[:, None], column[there], 0)
        return made

    def per_session(self, column: Floats) -> Floats:
        """Return the sums of a column over sessions: one row a session."""
        return np.add.reduceat(column, self.starts, axis=0)

    def vectors(self) -> NDArray[np.float32]:
        """Return the unit vectors of the utterances, n x d."""
        return self._vectors("turn", lambda: [one.text for one in self.utterances])

    def pair_vectors(self) -> NDArray[np.float32]:
        """Return the unit vectors of each utterance with the one before it in its session, n x d."""
        said = self.utterances
        pairs = [
            f"{said[place - 1].text} {one.text}"
            if place and said[place - 1].session == one.session
            else one.text
            for place, one in enumerate(said)
        ]
        return self._vectors("pair", lambda: pairs)

    def best_sentence(self, question: NDArray[np.float32], among: Places) -> Floats:
        """Return the best cosine of a sentence with a question's vector for some utterances, else 0."""
        assert self.embed is not None
        pieces = [_sentences(self.utterances[place].text) for place in among]
        made = self.embed([piece for some in pieces for piece in some])
        first = np.cumsum([0, *map(len, pieces[:-1])])
        best = np.zeros(len(self))
        best[among] = np.maximum.reduceat((made @ question).astype(float), first)
        return best

    def _vectors(self, name: str, texts: Callable[[], list[str]]) -> NDArray[np.float32]:
        assert self.embed is not None
        if name not in self._made:
            self._made[name] = self.embed(texts())
        return self._made[name]


def _style(sessions: Iterable[Sequence[Utterance]]) -> Style:
    """Return the style of most sessions: a conversation where several people speak."""
    voices = [{one.speaker for one in session} for session in sessions if session[0].interaction]
    several = sum(len(some) > 1 for some in voices)
    return Style.CONVERSATION if 2 * several > len(voices) else Style.REQUESTS


def spelt(text: str) -> str:
    """Return a text's words between blanks, as runs of letters are looked for in it."""
    return f" {' '.join(words(text))} "


def _terms_of(one: Utterance) -> Iterable[str]:
    """The terms of the words, and of what was learnt from them where that is said otherwise."""
    own = terms(one.text)
    said = set(own)
    learnt = [term for belief in one.beliefs for term in terms(belief.text) if term not in said]
    return [*own, *dict.fromkeys(learnt)]


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    for sentence in _SENTENCE.split(text):
        split = sentence.split()
        found += [" ".join(split[at : at + _SENTENCE_WORDS]) for at in range(0, len(split), _SENTENCE_WORDS)]
    return found[:_SENTENCES] or [text]
