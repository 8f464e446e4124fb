"""Where English is looked for: behind a subject, behind "my", where a clause opens, and anywhere in one.

What belongs here: the walk over one clause. What does not: the rules (`english_*`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from agnt_pipelines.dreaming.claims import Claim, Polarity, Slot
from agnt_pipelines.dreaming.grammar import (
    english_body,
    english_life,
    english_openings,
    english_predicates,
    english_talk,
    english_taste,
    english_time,
    english_words,
)
from agnt_pipelines.dreaming.grammar.clauses import Clause
from agnt_pipelines.dreaming.grammar.english_people import (
    CONTINUED,
    NOT_ME,
    OTHERS,
    PRONOUN,
    Person,
    antecedent,
)
from agnt_pipelines.dreaming.grammar.labels import LABELS
from agnt_pipelines.dreaming.grammar.phrases import listed, phrase
from agnt_pipelines.dreaming.grammar.readers import members, placed
from agnt_pipelines.dreaming.grammar.rules import Family, Rule, Spot
from agnt_pipelines.dreaming.grammar.vocabulary import BUSINESS_OWNER, KIN
from agnt_pipelines.dreaming.grammar.walk import MAX_MENTIONS, SELF, Text, kin_of, tried

_OWNS = re.compile(r"\b(?:my|our|the)\s")
_PREDICATES = (*english_talk.PREDICATES, *english_predicates.PREDICATES)
_POSSESSIONS = (*english_openings.POSSESSIONS, *english_talk.POSSESSIONS)
_FREE = (*LABELS, *english_openings.FREE, *english_talk.FREE)
_ANYWHERE = (*english_openings.ANYWHERE, *english_talk.ANYWHERE)
_FAMILIES = (english_body.FAMILY, *english_life.FAMILIES, english_taste.FAMILY, *english_time.FAMILIES)
_NAME = re.compile(r",?\s(?P<name>[^\W\d_]{2,20}),?(?=\s|'s\b)")
_NEAR = 80
_SELF_WORD = re.compile(r"\b(?:i|i'm|im|i've|me|my|us|our|we|we're|we've)\b")
_OF_A_BODY = frozenset((Slot.ALLERGY, Slot.DIET, Slot.ALCOHOL, Slot.NEVER, Slot.LIKES, Slot.DISLIKES))


def families_of(folded: str) -> tuple[Family, ...]:
    """The families of which a message has a word: the others are not tried at any of its clauses."""
    return tuple(family for family in _FAMILIES if family.hint.search(folded))


def said_in_english(
    text: Text, clause: Clause, carried: Person | None, families: tuple[Family, ...]
) -> Iterator[Claim]:
    """What an asserted clause says; `carried` is the subject of the clause before it."""
    yield from _said(text, clause, carried, families)
    if _OWNS.search(text.folded, clause.start, clause.end):
        yield from _mentions(text, clause)
        yield from _devotions(text, clause)
        yield from _businesses(text, clause)


def _subject(text: Text, clause: Clause, at: int) -> tuple[Person, int] | None:
    """Whom a clause opens with, and where its predicate begins: named, or by a pronoun."""
    subject = english_words.SUBJECT.match(text.folded, at, clause.end)
    if subject:
        return Person(kin_of(subject, KIN), clause.start), subject.end()
    pronoun = PRONOUN.match(text.folded, at, clause.end)
    person = antecedent(text.folded, pronoun) if pronoun else None
    return (person, pronoun.end()) if person and pronoun else None


def _predicates(
    text: Text, clause: Clause, person: Person, at: int, families: list[Family]
) -> Iterator[Claim]:
    """What is said of a subject, right behind it or behind its name ("my son Leo is ...")."""
    since = person.start if person.start < clause.start else None
    name = _NAME.match(text.folded, at, clause.end)
    if person.name != SELF and name and text.original[name.start("name")].isupper():
        at = name.end()
    for rules in (_PREDICATES, *(family.predicates for family in families)):
        yield from tried(text, clause, at, rules, subject=person.name, since=since)


def _said(
    text: Text, clause: Clause, carried: Person | None, families: tuple[Family, ...]
) -> Iterator[Claim]:
    filler = english_words.FILLER.match(text.folded, clause.start, clause.end)
    at = filler.end() if filler else clause.start
    if '"' in text.folded[clause.start : at] and text.folded.count('"', 0, at) % 2:
        return
    near = min(clause.limit, clause.end + _NEAR)
    here = [family for family in families if family.hint.search(text.folded, clause.start, near)]
    subject = _subject(text, clause, at)
    if subject:
        yield from _predicates(text, clause, *subject, here)
    elif carried and (goes_on := CONTINUED.match(text.folded, clause.start, clause.end)):
        yield from _predicates(text, clause, carried, goes_on.end() - 1, here)
    possessive = english_words.POSSESSIVE.match(text.folded, at, clause.end)
    if possessive:
        for rules in (_POSSESSIONS, *(family.possessions for family in here)):
            yield from tried(text, clause, possessive.end(), rules, subject=kin_of(possessive, KIN))
    for rules in (_FREE, *(family.free for family in here)):
        yield from _of_nobody_else(text, clause, at, rules, carried)
    if english_words.OPINION.search(text.folded, clause.start, clause.end):
        yield from tried(text, clause, at, _ANYWHERE)
    if not OTHERS.match(text.folded, at, clause.end):
        for family in here:
            yield from tried(text, clause, at, family.inside, inside=True)


def opened_by(text: Text, clause: Clause) -> Person | None:
    """The subject with which a clause opens, for those that go on about it."""
    filler = english_words.FILLER.match(text.folded, clause.start, clause.end)
    subject = _subject(text, clause, filler.end() if filler else clause.start)
    return subject[0] if subject else None


def _of_nobody_else(
    text: Text, clause: Clause, at: int, rules: Iterable[Rule], carried: Person | None
) -> Iterator[Claim]:
    """Claims without a subject: the writer's, unless the sentence began with one of theirs and goes on."""
    if carried is None or carried.name == SELF or _SELF_WORD.search(text.folded, clause.start, clause.end):
        yield from tried(text, clause, at, rules)
        return
    for claim in tried(text, clause, at, rules, subject=carried.name, since=carried.start):
        if claim.slot in _OF_A_BODY:
            yield claim


def _mentions(text: Text, clause: Clause) -> Iterator[Claim]:
    """Members of the household whom a clause mentions as the writer's own, unless they may be gone."""
    matches = list(
        islice(english_words.MENTION.finditer(text.folded, clause.start, clause.end), MAX_MENTIONS)
    )
    if matches and english_words.GONE.search(text.folded, clause.start, clause.limit):
        return
    for match in matches:
        spot = Spot(
            text.folded,
            text.original,
            clause.start,
            clause.end,
            clause.limit,
            match.end(),
            text.said_on,
            match,
        )
        for found in members(spot):
            yield Claim(Slot.HOUSEHOLD, found.value, Polarity.AFFIRMED, match.start(), found.end, "en")


def _devotions(text: Text, clause: Clause) -> Iterator[Claim]:
    """What a clause calls the writer's own love or passion."""
    for match in islice(english_words.DEVOTION.finditer(text.folded, clause.start, clause.end), MAX_MENTIONS):
        for item in listed(text.folded, match.end(), clause.limit):
            value, slot = placed(item.value)
            yield Claim(slot or Slot.LIKES, value, Polarity.AFFIRMED, match.start(), item.end, "en")


def _businesses(text: Text, clause: Clause) -> Iterator[Claim]:
    """A clause that mentions the writer's own business as something that exists."""
    match = english_words.BUSINESS.search(text.folded, clause.start, clause.end)
    if match and not english_words.UNBUILT.search(text.folded, clause.start, clause.limit):
        yield Claim(Slot.OCCUPATION, BUSINESS_OWNER, Polarity.AFFIRMED, match.start(), match.end(), "en")


def answered(text: Text) -> Iterator[Claim]:
    """What a person asks back and answers themselves: "Kuta? hard pass"."""
    for match in islice(english_taste.ANSWERED.finditer(text.folded), MAX_MENTIONS):
        item = phrase(text.folded, match.start("v"), match.end("v"))
        if item is None or item.end < match.end("v") or len(item.value.split()) > 3:
            continue
        value, liked = placed(item.value)
        slot = Slot.NEVER if match["never"] else Slot.DISLIKES if match["no"] else liked or Slot.LIKES
        yield Claim(slot, value, Polarity.AFFIRMED, match.start("v"), match.end(), "en")


def not_me(folded: str, claims: Iterable[Claim]) -> list[Claim]:
    """What is denied of the writer behind what is said of another: "it's my sister's allergy, not mine"."""
    denied = []
    for claim in claims:
        over = NOT_ME.match(folded, claim.end)
        at = folded.rfind(claim.value, claim.start, claim.end)
        if over and at >= 0 and claim.subject != SELF and claim.slot in (Slot.ALLERGY, Slot.DIET):
            denied.append(replace(claim, subject=SELF, polarity=Polarity.DENIED, start=at, end=over.end()))
    return denied
