"""Where Indonesian is looked for: by the head of a clause, and by frames where the head says nothing.

What belongs here: the walk over one clause. What does not: the rules (`indonesian_*`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from agnt_pipelines.dreaming.claims import Claim, Polarity, Slot
from agnt_pipelines.dreaming.grammar import (
    indonesian,
    indonesian_clause,
    indonesian_life,
    indonesian_talk,
)
from agnt_pipelines.dreaming.grammar.clauses import Clause
from agnt_pipelines.dreaming.grammar.indonesian_words import ASKS
from agnt_pipelines.dreaming.grammar.labels import LABELS
from agnt_pipelines.dreaming.grammar.vocabulary import HOUSEHOLD, KIN_ID, household
from agnt_pipelines.dreaming.grammar.walk import SELF, Text, kin_of, tried

_PREDICATES = (*indonesian_talk.PREDICATES, *indonesian.PREDICATES)
_OPENING = (*LABELS, *indonesian_talk.OPENING, *indonesian.OPENING)


def said_in_indonesian(text: Text, clause: Clause) -> Iterator[Claim]:
    """What an Indonesian clause says by its head, and what else by its frames, of whomever the head speaks."""
    head = indonesian_clause.head(text.folded, clause.start, clause.end)
    read = [claim for claim in _chat(text, clause, head) if not _idle(claim)]
    yield from read
    for claim in _unlike(read, _indonesian(text, clause)):
        others = head is not None and head.subject != claim.subject and claim.slot is not Slot.HOUSEHOLD
        if not others and not _idle(claim):
            yield claim


def _indonesian(text: Text, clause: Clause) -> Iterator[Claim]:
    filler = indonesian.FILLER.match(text.folded, clause.start, clause.end)
    at = filler.end() if filler else clause.start
    subject = indonesian.SUBJECT.match(text.folded, at, clause.end)
    if subject:
        who = kin_of(subject, KIN_ID)
        yield from tried(text, clause, subject.end(), _PREDICATES, subject=who, language="id")
        yield from _companion(subject)
    yield from tried(text, clause, at, _OPENING, language="id")
    if indonesian_talk.OPINION.search(text.folded, clause.start, clause.end):
        yield from tried(text, clause, at, indonesian_talk.ANYWHERE, language="id")


def _chat(text: Text, clause: Clause, head: indonesian_clause.Head | None) -> Iterator[Claim]:
    """What an Indonesian clause says behind its head, and whom of the household it mentions."""
    if head is not None:
        whole = replace(clause, start=head.start)
        for at, rules in head.tables:
            claims = list(tried(text, whole, at, rules, subject=head.subject, language="id"))
            yield from claims
            if claims:
                break
    if indonesian_life.MENTION_HINT.search(text.folded, clause.start, clause.end):
        asks = ASKS.search(text.folded, clause.start, clause.end) is not None
        told = indonesian_life.asked_about if asks else indonesian_life.mentions
        yield from told(text.folded, clause.start, clause.end)


_KIND = dict.fromkeys(
    (Slot.INTERESTS, Slot.FAVOURITE_AREAS, Slot.FAVOURITE_CUISINES, Slot.DISLIKES), Slot.LIKES
)


def _unlike(new: list[Claim], old: Iterable[Claim]) -> Iterator[Claim]:
    """The claims of which none of the same kind was read otherwise."""
    known = {(_KIND.get(claim.slot, claim.slot), claim.subject) for claim in new}
    return (claim for claim in old if (_KIND.get(claim.slot, claim.slot), claim.subject) not in known)


_HAPPENS = frozenset(
    [
        "penuh",
        "lama",
        "telat",
        "lupa",
        "hujan",
        "bingung",
        "ngantuk",
        "sakit",
        "pusing",
        "tutup",
        "macet",
        "kehabisan",
        "salah",
        "error",
        "eror",
        "lemot",
    ]
)
"""What follows a "suka" that means often: "suka telat"."""


def _idle(claim: Claim) -> bool:
    """Whether a claim is of no use: praise of the venue's own ("its service"), a joke, another's marriage."""
    if claim.subject != SELF:
        return claim.slot is Slot.HOUSEHOLD
    if claim.slot is Slot.ALLERGY:
        return indonesian_clause.IN_FUN.match(claim.value) is not None
    first = claim.value.split()[0]
    return _KIND.get(claim.slot, claim.slot) is Slot.LIKES and (
        first in _HAPPENS or (first.endswith("nya") and len(first) > 5)
    )


def _companion(subject: re.Match[str]) -> Iterator[Claim]:
    """The spouse, partner or child whom a clause names as the writer's own."""
    for found in HOUSEHOLD.finditer(subject.group()):
        start, end = subject.start() + found.start(), subject.end()
        yield Claim(Slot.HOUSEHOLD, household(found), Polarity.AFFIRMED, start, end, "id")
