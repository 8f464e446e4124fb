"""How much of the demo's truth was found, and how much of what was found is true.

What belongs here: the comparison, on plain values. What does not: getting those values out of a
database or a page, which is the asker's. Figures are shares, 0..1, and counts; a share of nothing is
None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from agnt_pipelines.demo.facts import VALUES
from agnt_pipelines.demo.truth import Asked, Contradiction, Memory, Truth

_WORD = re.compile(r"[\w:.-]*\w")
_LITTLE = frozenset({"a", "an", "the", "my", "our", "some"})
_CONVERSE = {"likes": "dislikes", "dislikes": "likes"}


@dataclass(frozen=True, slots=True)
class Remembered:
    """One memory of a product that holds now: `polarity` is 1 or -1."""

    person: str
    slot: str
    value: str
    polarity: int = 1
    subject: str = "self"


@dataclass(frozen=True, slots=True)
class Drift:
    """Two pages of the wiki that a product says disagree, with its words about it."""

    pages: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a product learnt.

    `faq` holds, for each published question, the ids of the messages or sessions it rests on; `texts`
    is all that could be read by others, searched for secrets.
    """

    memories: Sequence[Remembered] = ()
    faq: Sequence[frozenset[str]] = ()
    contradictions: Sequence[Drift] = ()
    texts: Sequence[str] = ()


class Verdict(StrEnum):
    """What one remembered thing is: `unjudged` is where the truth gives no answer."""

    RIGHT = "right"
    AGAIN = "again"
    STALE = "stale"
    WRONG = "wrong"
    UNJUDGED = "unjudged"


def score(truth: Truth, outputs: Outputs) -> dict[str, object]:
    """Compare; keys: memories, memories_by_slot, faq, contradictions, secrets_told."""
    ledger = _judged(truth, outputs.memories)
    by_slot = {slot: ledger.figures(slot) for slot in sorted(VALUES)}
    return {
        "memories": ledger.figures(None),
        "memories_by_slot": by_slot,
        "faq": _faq(truth.asked, outputs.faq),
        "contradictions": _contradictions(truth.contradictions, outputs.contradictions),
        "secrets_told": sum(any(secret.text in text for text in outputs.texts) for secret in truth.secrets),
    }


def plain(value: str) -> str:
    """Return a value without case, articles, plural -s and punctuation, so that spellings meet."""
    words = (word for word in _WORD.findall(value.casefold()) if word not in _LITTLE)
    return " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") and word.isalpha() else word for word in words
    )


def holds(text: str, value: str) -> bool:
    """Whether a value stands in a text as a whole: "5 s" does not in "15 s"."""
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None


def states(memory: Memory, found: Remembered) -> bool:
    """Whether what was found is this item of the truth, whether or not it still holds.

    Not to like a thing is to dislike it: one may be kept as the other, denied.
    """
    ways = [(found.slot, found.polarity)]
    if found.slot in _CONVERSE:
        ways.append((_CONVERSE[found.slot], -found.polarity))
    return (
        memory.person == found.person
        and found.subject in (memory.subject, *memory.or_subjects)
        and any(
            polarity == memory.polarity and slot in (memory.slot, *memory.or_slots) for slot, polarity in ways
        )
        and plain(found.value) in {plain(value) for value in memory.accepted}
    )


def _took_back(memory: Memory, found: Remembered) -> bool:
    """Whether what was found only says that this item holds no more."""
    return not memory.current and states(memory, replace(found, polarity=-found.polarity))


@dataclass(slots=True)
class _Ledger:
    """Counts of verdicts by slot, and what was to be found."""

    wanted: Mapping[str, int]
    counts: dict[tuple[str, Verdict], int] = field(default_factory=dict)

    def count(self, slot: str, verdict: Verdict) -> None:
        self.counts[slot, verdict] = self.counts.get((slot, verdict), 0) + 1

    def figures(self, slot: str | None) -> dict[str, object]:
        """Return precision, recall and the counts of one slot, or of all."""
        total = {
            verdict: sum(n for (s, v), n in self.counts.items() if v is verdict and slot in (None, s))
            for verdict in Verdict
        }
        wanted = sum(n for s, n in self.wanted.items() if slot in (None, s))
        right = total[Verdict.RIGHT]
        judged = right + total[Verdict.STALE] + total[Verdict.WRONG]
        return {
            "precision": _share(right, judged),
            "recall": _share(right, wanted),
            "wanted": wanted,
            **{verdict.value: n for verdict, n in total.items()},
        }


def _judged(truth: Truth, found: Sequence[Remembered]) -> _Ledger:
    of_person: dict[str, list[Memory]] = {}
    wanted: dict[str, int] = {}
    for memory in truth.memories:
        of_person.setdefault(memory.person, []).append(memory)
        wanted[memory.slot] = wanted.get(memory.slot, 0) + memory.current
    ledger = _Ledger(wanted)
    undecided = {(item.person, item.slot) for item in truth.open}
    seen: set[Memory] = set()
    for one in found:
        memories = of_person.get(one.person, [])
        item = next((m for m in memories if m.current and states(m, one)), None)
        if item is not None:
            ledger.count(item.slot, Verdict.AGAIN if item in seen else Verdict.RIGHT)
            seen.add(item)
        else:
            ledger.count(one.slot, _otherwise(one, memories, undecided, truth.forgotten))
    return ledger


def _otherwise(
    one: Remembered, memories: Sequence[Memory], undecided: set[tuple[str, str]], forgotten: Sequence[str]
) -> Verdict:
    """Return what a thing is that is no present truth."""
    if one.person in forgotten:
        return Verdict.WRONG
    if any(states(memory, one) for memory in memories):
        return Verdict.STALE
    unknown = one.subject != "self" and not any(
        one.subject in (memory.subject, *memory.or_subjects) for memory in memories
    )
    left_open = one.slot not in VALUES or unknown or (one.person, one.slot) in undecided
    if left_open or any(_took_back(memory, one) for memory in memories):
        return Verdict.UNJUDGED
    return Verdict.WRONG


def _faq(asked: Sequence[Asked], entries: Sequence[frozenset[str]]) -> dict[str, object]:
    """An entry is of the question that most of its messages ask, if that is more than half of them."""
    of = {id_: question for question in asked for id_ in (*question.messages, *question.sessions)}
    found: set[str] = set()
    again = unwanted = 0
    for entry in entries:
        votes = [of[id_].key for id_ in sorted(entry) if id_ in of]
        key = max(sorted(set(votes)), key=votes.count, default=None)
        question = next((q for q in asked if q.key == key), None)
        if question is None or question.kind != "faq" or votes.count(question.key) * 2 <= len(entry):
            unwanted += 1
        elif question.key in found:
            again += 1
        else:
            found.add(question.key)
    wanted = sum(question.kind == "faq" for question in asked)
    return {
        "precision": _share(len(found), len(found) + unwanted),
        "recall": _share(len(found), wanted),
        "wanted": wanted,
        "found": sorted(found),
        "again": again,
        "wrong": unwanted,
    }


def _contradictions(wanted: Sequence[Contradiction], found: Sequence[Drift]) -> dict[str, object]:
    """One is found where both pages are named and both values stand in the words about it."""
    hits = [[item for item in wanted if _is_of(item, drift)] for drift in found]
    topics = {item.topic for items in hits for item in items}
    right = sum(bool(items) for items in hits)
    return {
        "precision": _share(right, len(found)),
        "recall": _share(len(topics), len({item.topic for item in wanted})),
        "wanted": len({item.topic for item in wanted}),
        "found": sorted(topics),
        "wrong": len(found) - right,
    }


def _is_of(item: Contradiction, drift: Drift) -> bool:
    return drift.pages == frozenset(item.pages) and all(holds(drift.text, v) for v in item.values)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
