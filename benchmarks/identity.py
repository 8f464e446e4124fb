"""identity: does an entry meet its question again? Two halves of labelled utterances as two weeks.

`--data FILE` as for `intents`. Each utterance is a person's; the halves are drawn by `--seed` (and the `--seeds` - 1
that follow it), and each is the first week once. What five or more asked in the first week becomes an entry, what five or more asked in the second
is a candidate, and the registry says which entry it votes for. Labels are for scoring alone.

Keys: n, seeds, entries, candidates, coverage (share of candidates that vote for an entry), acc (of those: the
largest intent of both is one), same_home (or the entry is the one that holds most of the candidate's intent),
people_coverage, people_acc, people_same_home (the same, each candidate counted by how many asked it), meetable
(candidates whose largest intent is some entry's: what coverage can be had rightly), curve [{coverage, acc,
same_home}] by likeness.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.faq import registry
from agnt_pipelines.faq.candidates import Embedders, candidates, installed
from agnt_pipelines.faq.talk import Candidate, K, Language, Mint, Pseudonym, Question, identity
from agnt_pipelines.faq.words import likeness
from agnt_pipelines.language.sentence_vectors import SentenceVectors, Vectors
from benchmarks.formats import intents
from benchmarks.harness import Options, measured

_WEEKS = ("2026-11-01", "2026-11-08")
_SHARES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Met:
    """A candidate and the entry it is most like: whether it votes for it, and whether that is right."""

    voted: bool
    people: int
    score: float
    same: bool
    home: bool
    meetable: bool


def run(options: Options) -> dict[str, Any]:
    """Return the figures.

    Raises:
        SettingsError: `--data` is missing, or is no labelled file.
    """
    if options.data is None or not options.data.is_file():
        raise SettingsError("identity needs --data: JSONL {utterance, intent} or CSV text,category.")
    return measured("identity", options, lambda: _figures(options))


def _figures(options: Options) -> dict[str, Any]:
    assert options.data is not None
    texts, meant = intents.labelled(options.data)
    by, seeds = installed(_Once), options.number("seeds", 1)
    met, entries = [], 0
    for seed in range(options.seed, options.seed + seeds):
        weeks = _halves(texts, seed, by)
        options.say(f"seed {seed}: {[len(week) for week in weeks]} candidates of {K} people or more")
        for first, second in (weeks, weeks[::-1]):
            met += _met(first, second, meant)
            entries += len(first)
    return {"n": len(texts), "seeds": seeds, "entries": entries, "candidates": len(met), **scores(met)}


class _Once:
    """Sentence vectors that are made once, however many halves a text is in."""

    def __init__(self, own: SentenceVectors) -> None:
        self._own = own
        self._made: dict[str, Any] = {}

    @property
    def id(self) -> str:
        return self._own.id

    def vectors(self, texts: Sequence[str]) -> Vectors:
        missing = sorted(set(texts) - self._made.keys())
        if missing:
            self._made.update(zip(missing, self._own.vectors(missing), strict=True))
        return np.array([self._made[text] for text in texts], dtype=np.float32)


def _halves(texts: Sequence[str], seed: int, by: Embedders) -> list[list[Candidate]]:
    places = list(range(len(texts)))
    random.Random(seed).shuffle(places)
    half = len(places) // 2
    return [
        _asked(texts, some, week, by)
        for some, week in zip((places[:half], places[half:]), _WEEKS, strict=True)
    ]


def scores(met: Sequence[Met]) -> dict[str, Any]:
    """Return how many candidates voted, and how many of those rightly, at the product's own rule and along likeness."""
    voted = [one for one in met if one.voted]
    ordered = sorted(met, key=lambda one: -one.score)
    curve = [
        {"coverage": share, **_right(ordered[: max(1, round(share * len(ordered)))])} for share in _SHARES
    ]
    return {
        "coverage": round(len(voted) / len(met), 4) if met else 0.0,
        **_right(voted),
        **_by_people(met),
        "meetable": round(sum(one.meetable for one in met) / len(met), 4) if met else 0.0,
        "curve": curve,
    }


def _right(some: Sequence[Met]) -> dict[str, float]:
    count = max(1, len(some))
    return {
        "acc": round(sum(one.same for one in some) / count, 4),
        "same_home": round(sum(one.same or one.home for one in some) / count, 4),
    }


def _by_people(met: Sequence[Met]) -> dict[str, float]:
    everybody, voters = (
        max(1, sum(one.people for one in met if one.voted or not only)) for only in (False, True)
    )
    voted = [one for one in met if one.voted]
    return {
        "people_coverage": round(sum(one.people for one in voted) / everybody, 4),
        "people_acc": round(sum(one.people for one in voted if one.same) / voters, 4),
        "people_same_home": round(sum(one.people for one in voted if one.same or one.home) / voters, 4),
    }


def _asked(texts: Sequence[str], places: Sequence[int], week: str, by: Embedders) -> list[Candidate]:
    asked = [
        Question(f"c{place}", f"t{place}", 0, Pseudonym(str(place)), texts[place], Language.ENGLISH)
        for place in places
    ]
    return [one for one in candidates(week, asked, by)[0] if len(one.people) >= K]


def _met(first: Sequence[Candidate], second: Sequence[Candidate], meant: Sequence[str]) -> list[Met]:
    """Let the second half's candidates vote for entries of the first half's."""
    mints = {
        one.id: Mint(identity("entry", one.id), str(one.id), one.language, _WEEKS[0], one.features)
        for one in first
    }
    asked = {mints[one.id].entry_id: Counter(meant[int(person)] for person in one.people) for one in first}
    largest = {entry: counts.most_common(1)[0][0] for entry, counts in asked.items()}
    groups = registry.groups(second, mints.values())
    votes = {one.id: group.mint for group in groups for one in group.candidates}
    met = []
    for one in second:
        intent = Counter(meant[int(person)] for person in one.people).most_common(1)[0][0]
        near = max(mints.values(), key=lambda mint: (likeness(one.features, mint.features), mint.slug))
        chosen = votes[one.id] or near
        most = max(counts[intent] for counts in asked.values())
        met.append(
            Met(
                voted=votes[one.id] is not None,
                people=len(one.people),
                score=likeness(one.features, chosen.features),
                same=largest[chosen.entry_id] == intent,
                home=most > 0 and asked[chosen.entry_id][intent] == most,
                meetable=intent in largest.values(),
            )
        )
    return met
