"""Grounding: what else is said of an answer: by other replies of agents, and by the wiki.

Two sentences that speak of the same are held against each other by the values in them (money, shares, times,
dates, counts). Pure. What belongs here: finding the wiki's sentences about a question, and values that cannot
both hold. What does not: reading the wiki (`wiki_store`), and who is right, which is a person's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log

from agnt_pipelines.faq.answers import stems
from agnt_pipelines.faq.questions import sentences
from agnt_pipelines.faq.talk import Dispute
from agnt_pipelines.language import quantities
from agnt_pipelines.language.quantities import Found, Kind
from agnt_pipelines.language.spoken import language_in

_SHARED = 2
"""Beginnings of words that two sentences of the same share at least ..."""
_SHARE = 0.4
"""... and the share of the shorter one's."""
_MOST = 3
"""Sentences of the wiki that are shown beside an answer."""
_ALIKE = 0.6
"""The share of an answer's words that a sentence of the wiki has, so that it says the same."""
_BY_NOUN = {Kind.MONEY, Kind.COUNT}


class Stand(StrEnum):
    """How the wiki stands to an answer."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the wiki as readers have it, with its provenance."""

    path: str
    line: int
    commit: str | None
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of the wiki, and where it stands."""

    path: str
    line: int
    commit: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Grounding:
    """What the wiki says of a question, the closest first, and how that stands to the answer."""

    stand: Stand
    passages: tuple[Passage, ...] = ()
    disputes: tuple[Dispute, ...] = ()


class Wiki:
    """The wiki's sentences, found by the words that few of them have."""

    def __init__(self, sections: Iterable[Section]) -> None:
        """Take the sections apart."""
        self._passages: list[tuple[Passage, frozenset[str]]] = []
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for section in sections:
            about = stems(section.title)
            for sentence in sentences(section.text):
                passage = Passage(section.path, section.line, section.commit, " ".join(sentence.split()))
                mine = frozenset(stems(sentence) | about)
                for stem in sorted(mine):
                    self._by_stem[stem].append(len(self._passages))
                self._passages.append((passage, mine))

    def about(self, text: str) -> list[Passage]:
        """Return the sentences that share most with a text, weighted by how rare it is; of equals the first."""
        asked = stems(text)
        scores: Counter[int] = Counter()
        shared: Counter[int] = Counter()
        for stem in sorted(asked):
            places = self._by_stem.get(stem, ())
            for place in places:
                scores[place] += log(1 + len(self._passages) / len(places))  # type: ignore[assignment]
                shared[place] += 1
        least = min(_SHARED, len(asked))
        found = [place for place in scores if shared[place] >= max(1, least)]
        return [self._passages[place][0] for place in sorted(found, key=lambda p: (-scores[p], p))[:_MOST]]

    def grounding(self, question: str, answer: str | None) -> Grounding:
        """Return what the wiki says of a question, and whether an answer agrees with it."""
        passages = tuple(self.about(f"{question} {answer or ''}"))
        if answer is None or not passages:
            return Grounding(Stand.SILENT, passages)
        disputes = tuple(
            Dispute(kind, said, other, f"{passage.path}:{passage.line}")
            for passage in passages
            for kind, said, other in against(answer, passage.text, question)
        )
        if disputes:
            return Grounding(Stand.CONTRADICTS, passages, disputes)
        same = any(_says(answer, passage.text, stems(question)) for passage in passages)
        return Grounding(Stand.AGREES if same else Stand.SILENT, passages)


def among(told: Mapping[str, int], chosen: Sequence[str], about: str) -> tuple[Dispute, ...]:
    """Return what agents said against the sentences chosen of all that they told: sentence -> people told."""
    found: dict[tuple[str, str, str], int] = {}
    for sentence, people in sorted(told.items()):
        for own in chosen:
            if sentence != own:
                for one in against(own, sentence, about):
                    found[one] = max(people, found.get(one, 0))
    return tuple(Dispute(kind, said, other, str(n)) for (kind, said, other), n in sorted(found.items()))


def against(text: str, other: str, about: str = "") -> list[tuple[str, str, str]]:
    """Return (kind, said, other) for values of two texts on the same that cannot both hold.

    `about` is the question that both answer, if they do: its words count for either.
    """
    asked = stems(about)
    found = []
    for one in sentences(text):
        for two in sentences(other):
            if _of_the_same(one, two, asked):
                found += [
                    (kind.value, mine.shown, theirs.shown) for kind, mine, theirs in _conflicts(one, two)
                ]
    return found


def _of_the_same(one: str, other: str, asked: set[str]) -> bool:
    mine, theirs = _bare(one), _bare(other)
    both = mine & theirs
    if len(both) >= _SHARED and len(both) >= _SHARE * min(len(mine), len(theirs)):
        return True
    # Where the question names the thing, a short answer need not.
    return bool(both) and bool(both & asked)


def _bare(sentence: str) -> set[str]:
    """Return the beginnings of a sentence's words without its values."""
    return stems(quantities.without(sentence, _values(sentence)))


def _values(sentence: str) -> list[Found]:
    return quantities.find(sentence, language_in(sentence))


def _conflicts(one: str, other: str) -> Iterable[tuple[Kind, Found, Found]]:
    """Yield a value of one sentence with one of the other, where no value of the same sort agrees."""
    mine, theirs = _values(one), _values(other)
    for value in mine:
        rivals = [found for found in theirs if _comparable(value, found)]
        same = [found for found in mine if _comparable(value, found)]
        if len(rivals) == len(same) == 1 and not quantities.agree(value, rivals[0]):
            yield value.kind, value, rivals[0]


def _comparable(one: Found, other: Found) -> bool:
    return one.kind is other.kind and (one.kind not in _BY_NOUN or one.noun[:4] == other.noun[:4])


def _says(answer: str, passage: str, asked: set[str]) -> bool:
    """Whether a passage says what a sentence of the answer says: the same value of the same, or most of its words."""
    for sentence in sentences(answer):
        if _of_the_same(sentence, passage, asked) and any(
            _comparable(mine, theirs) and quantities.agree(mine, theirs)
            for mine in _values(sentence)
            for theirs in _values(passage)
        ):
            return True
        named = _bare(sentence)
        if (
            not _values(sentence)
            and len(named) >= _SHARED
            and len(named & _bare(passage)) >= _ALIKE * len(named)
        ):
            return True
    return False
