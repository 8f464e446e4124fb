"""The grammar of light dreaming: what a person says of themselves, as claims with exact spans.

What belongs here: the walk over a message's clauses, trying each language's rules at the one place
where they may match. What does not: the rules (`english_*`, `indonesian`), and whether a claim stands
(`verify`, which trusts nothing here). Precision comes first: a clause that does not open with its
subject, after small words, says nothing that is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
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
    indonesian,
    indonesian_clause,
    indonesian_life,
    indonesian_talk,
)
from agnt_pipelines.dreaming.grammar.clauses import Clause, clauses, fold, is_joke
from agnt_pipelines.dreaming.grammar.corrections import corrected
from agnt_pipelines.dreaming.grammar.cues import is_hedged
from agnt_pipelines.dreaming.grammar.english_people import (
    CONTINUED,
    NOT_ME,
    OTHERS,
    PRONOUN,
    Person,
    antecedent,
)
from agnt_pipelines.dreaming.grammar.indonesian_words import ASKS
from agnt_pipelines.dreaming.grammar.labels import LABELS
from agnt_pipelines.dreaming.grammar.phrases import listed, phrase
from agnt_pipelines.dreaming.grammar.readers import members, placed
from agnt_pipelines.dreaming.grammar.rules import Family, Rule, Spot
from agnt_pipelines.dreaming.grammar.vocabulary import (
    BUSINESS_OWNER,
    HOUSEHOLD,
    KIN,
    KIN_ID,
    as_listed,
    household,
)

SELF = "self"
MAX_CLAIMS = 64
"""Most claims of one message; a message that says more of its author is not talk."""

_MAX_MENTIONS = 8
_FIRST_WORD = re.compile(r"\s*")
_OWNS = re.compile(r"\b(?:my|our|the)\s")
_TELLS = re.compile(
    r"\b(?:i|i'm|im|we|my|our|allergic|allergy|vegetarian|vegan|halal|budget|under|max\w*|below|"
    r"favou?rite|fave|no|not|can't stand|celebrating|usually|always|normally|typically|me|us|fan|prefer|love|hate|"
    r"don't|dont|allergies|diet|area|areas|party|anniversary|cuisine|likes|dislikes|only|going|somewhere|anything|"
    r"vegitarian|vegeterian|vegetarien|pescatarian|halal|im|ive|really|into|gave|quit|stopped|what|anyone|everything|"
    r"here|tops|usual|trying|gonna|sober|bday|b-day|birthday|honeymoon\w*|off|on|for|at|is|are|was|and|every|never|obsessed|pass|"
    r"to|in|of|with|it|this|that|you|from|wife|husband|kids|mum|mom|dad|missus|hubby|each|pp|budget|born|turning|based|living|moved|the|a|an)\b|\?"
)


_ENGLISH_PREDICATES = (*english_talk.PREDICATES, *english_predicates.PREDICATES)
_ENGLISH_POSSESSIONS = (*english_openings.POSSESSIONS, *english_talk.POSSESSIONS)
_ENGLISH_FREE = (*LABELS, *english_openings.FREE, *english_talk.FREE)
_ENGLISH_ANYWHERE = (*english_openings.ANYWHERE, *english_talk.ANYWHERE)
_INDONESIAN_PREDICATES = (*indonesian_talk.PREDICATES, *indonesian.PREDICATES)
_INDONESIAN_OPENING = (*LABELS, *indonesian_talk.OPENING, *indonesian.OPENING)


_FAMILIES = (english_body.FAMILY, *english_life.FAMILIES, english_taste.FAMILY, *english_time.FAMILIES)
_NAME = re.compile(r",?\s(?P<name>[^\W\d_]{2,20}),?(?=\s|'s\b)")
_NEAR = 80
_SELF_WORD = re.compile(r"\b(?:i|i'm|im|i've|me|my|us|our|we|we're|we've)\b")
_OF_A_BODY = frozenset((Slot.ALLERGY, Slot.DIET, Slot.ALCOHOL, Slot.NEVER, Slot.LIKES, Slot.DISLIKES))


@dataclass(frozen=True, slots=True)
class _Text:
    folded: str
    original: str
    said_on: date


def _kin(match: re.Match[str], table: dict[str, str]) -> str:
    found = match.groupdict()
    if found.get("english"):
        return KIN[found["english"]]
    said = found["kin"] or found.get("bare")
    if said is None:
        return SELF
    return table.get(said) or table[as_listed(said)]


def _try(
    text: _Text,
    clause: Clause,
    at: int,
    rules: Iterable[Rule],
    *,
    subject: str = SELF,
    language: str = "en",
    since: int | None = None,
    inside: bool = False,
) -> Iterator[Claim]:
    """The claims of the first rule that matches at an offset (`inside`: or behind it) and reads a value.

    `since`: where the words begin that name the subject, if that is before the clause.
    """
    for rule in rules:
        find = rule.pattern.search if inside else rule.pattern.match
        match = find(text.folded, at, clause.limit)
        if match is None or match.end() > clause.end + 1 or match.start() >= clause.end:
            continue
        begins = match.start("v") if "v" in match.re.groupindex else match.end()
        spot = Spot(
            text.folded, text.original, clause.start, clause.end, clause.limit, begins, text.said_on, match
        )
        first = _FIRST_WORD.match(text.folded, clause.start, clause.end)
        start = since if since is not None else first.end() if first else clause.start
        claims = [
            Claim(
                slot=found.slot or rule.slot,
                value=found.value,
                polarity=found.polarity or rule.polarity,
                start=start,
                end=found.end,
                language=language,
                subject=subject,
                hedged=is_hedged(text.folded[min(start, clause.start) : found.end]),
                expires_on=found.expires_on,
            )
            for found in rule.read(spot)
        ]
        if claims:
            yield from claims
            return


def _subject(text: _Text, clause: Clause, at: int) -> tuple[Person, int] | None:
    """Whom a clause opens with, and where its predicate begins: named, or by a pronoun."""
    subject = english_words.SUBJECT.match(text.folded, at, clause.end)
    if subject:
        return Person(_kin(subject, KIN), clause.start), subject.end()
    pronoun = PRONOUN.match(text.folded, at, clause.end)
    person = antecedent(text.folded, pronoun) if pronoun else None
    return (person, pronoun.end()) if person and pronoun else None


def _predicates(
    text: _Text, clause: Clause, person: Person, at: int, families: list[Family]
) -> Iterator[Claim]:
    """What is said of a subject, right behind it or behind its name ("my son Leo is ...")."""
    since = person.start if person.start < clause.start else None
    name = _NAME.match(text.folded, at, clause.end)
    if person.name != SELF and name and text.original[name.start("name")].isupper():
        at = name.end()
    for rules in (_ENGLISH_PREDICATES, *(family.predicates for family in families)):
        yield from _try(text, clause, at, rules, subject=person.name, since=since)


def _english(text: _Text, clause: Clause, carried: Person | None = None) -> Iterator[Claim]:
    """What an English clause says; `carried` is the subject of the clause before it."""
    filler = english_words.FILLER.match(text.folded, clause.start, clause.end)
    at = filler.end() if filler else clause.start
    if '"' in text.folded[clause.start : at] and text.folded.count('"', 0, at) % 2:
        return
    near = min(clause.limit, clause.end + _NEAR)
    families = [f for f in _FAMILIES if f.hint.search(text.folded, clause.start, near)]
    subject = _subject(text, clause, at)
    if subject:
        yield from _predicates(text, clause, *subject, families)
    elif carried and (goes_on := CONTINUED.match(text.folded, clause.start, clause.end)):
        yield from _predicates(text, clause, carried, goes_on.end() - 1, families)
    possessive = english_words.POSSESSIVE.match(text.folded, at, clause.end)
    if possessive:
        for rules in (_ENGLISH_POSSESSIONS, *(family.possessions for family in families)):
            yield from _try(text, clause, possessive.end(), rules, subject=_kin(possessive, KIN))
    for rules in (_ENGLISH_FREE, *(family.free for family in families)):
        yield from _of_nobody_else(text, clause, at, rules, carried)
    if english_words.OPINION.search(text.folded, clause.start, clause.end):
        yield from _try(text, clause, at, _ENGLISH_ANYWHERE)
    if not OTHERS.match(text.folded, at, clause.end):
        for family in families:
            yield from _try(text, clause, at, family.inside, inside=True)


def _opened_by(text: _Text, clause: Clause) -> Person | None:
    """The subject with which a clause opens, for those that go on about it."""
    filler = english_words.FILLER.match(text.folded, clause.start, clause.end)
    subject = _subject(text, clause, filler.end() if filler else clause.start)
    return subject[0] if subject else None


def _of_nobody_else(
    text: _Text, clause: Clause, at: int, rules: Iterable[Rule], carried: Person | None
) -> Iterator[Claim]:
    """Claims without a subject: the writer's, unless the sentence began with one of theirs and goes on."""
    if carried is None or carried.name == SELF or _SELF_WORD.search(text.folded, clause.start, clause.end):
        yield from _try(text, clause, at, rules)
        return
    for claim in _try(text, clause, at, rules, subject=carried.name, since=carried.start):
        if claim.slot in _OF_A_BODY:
            yield claim


def _indonesian(text: _Text, clause: Clause) -> Iterator[Claim]:
    filler = indonesian.FILLER.match(text.folded, clause.start, clause.end)
    at = filler.end() if filler else clause.start
    subject = indonesian.SUBJECT.match(text.folded, at, clause.end)
    if subject:
        who = _kin(subject, KIN_ID)
        yield from _try(text, clause, subject.end(), _INDONESIAN_PREDICATES, subject=who, language="id")
        yield from _companion(subject)
    yield from _try(text, clause, at, _INDONESIAN_OPENING, language="id")
    if indonesian_talk.OPINION.search(text.folded, clause.start, clause.end):
        yield from _try(text, clause, at, indonesian_talk.ANYWHERE, language="id")


def _chat(text: _Text, clause: Clause, head: indonesian_clause.Head | None) -> Iterator[Claim]:
    """What an Indonesian clause says behind its head, and whom of the household it mentions."""
    if head is not None:
        whole = replace(clause, start=head.start)
        for at, rules in head.tables:
            claims = list(_try(text, whole, at, rules, subject=head.subject, language="id"))
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


def subject_at(quote: str) -> str | None:
    """Whom a folded quote speaks of: `self`, a person by their canonical name, or nobody named.

    Only the place where a clause names its subject is looked at, in both languages.
    """
    for filler, forms, table in (
        (english_words.FILLER, (english_words.SUBJECT, english_words.POSSESSIVE), KIN),
        (indonesian.FILLER, (indonesian.SUBJECT, indonesian.POSSESSED), KIN_ID),
    ):
        at = filler.match(quote)
        for form in forms:
            subject = form.match(quote, at.end() if at else 0)
            if subject:
                return _kin(subject, table)
    return None


def _mentions(text: _Text, clause: Clause) -> Iterator[Claim]:
    """Members of the household whom a clause mentions as the writer's own, unless they may be gone."""
    matches = list(
        islice(english_words.MENTION.finditer(text.folded, clause.start, clause.end), _MAX_MENTIONS)
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


def _devotions(text: _Text, clause: Clause) -> Iterator[Claim]:
    """What a clause calls the writer's own love or passion."""
    for match in islice(
        english_words.DEVOTION.finditer(text.folded, clause.start, clause.end), _MAX_MENTIONS
    ):
        for item in listed(text.folded, match.end(), clause.limit):
            value, slot = placed(item.value)
            yield Claim(slot or Slot.LIKES, value, Polarity.AFFIRMED, match.start(), item.end, "en")


def _businesses(text: _Text, clause: Clause) -> Iterator[Claim]:
    """A clause that mentions the writer's own business as something that exists."""
    match = english_words.BUSINESS.search(text.folded, clause.start, clause.end)
    if match and not english_words.UNBUILT.search(text.folded, clause.start, clause.limit):
        yield Claim(Slot.OCCUPATION, BUSINESS_OWNER, Polarity.AFFIRMED, match.start(), match.end(), "en")


def _clause_claims(
    text: _Text, clause: Clause, carried: Person | None, *, english_too: bool, indonesian_too: bool
) -> Iterator[Claim]:
    if english_too:
        yield from _english(text, clause, carried)
        if _OWNS.search(text.folded, clause.start, clause.end):
            yield from _mentions(text, clause)
            yield from _devotions(text, clause)
            yield from _businesses(text, clause)
    if indonesian_too:
        yield from _both_tables(text, clause)


def _both_tables(text: _Text, clause: Clause) -> Iterator[Claim]:
    """What an Indonesian clause says by its head, and what else by its frames, of whomever the head speaks."""
    head = indonesian_clause.head(text.folded, clause.start, clause.end)
    read = [claim for claim in _chat(text, clause, head) if not _idle(claim)]
    yield from read
    for claim in _unlike(read, _indonesian(text, clause)):
        others = head is not None and head.subject != claim.subject and claim.slot is not Slot.HOUSEHOLD
        if not others and not _idle(claim):
            yield claim


def _distinct(claims: Iterable[Claim]) -> list[Claim]:
    """The first claim of each meaning: the same value of the same slot is not said twice."""
    kept: dict[tuple[Slot, str, str, Polarity], Claim] = {}
    for claim in claims:
        kept.setdefault((claim.slot, claim.subject, claim.value, claim.polarity), claim)
    return list(kept.values())


def _answered(text: _Text) -> Iterator[Claim]:
    """What a person asks back and answers themselves: "Kuta? hard pass"."""
    for match in islice(english_taste.ANSWERED.finditer(text.folded), _MAX_MENTIONS):
        item = phrase(text.folded, match.start("v"), match.end("v"))
        if item is None or item.end < match.end("v") or len(item.value.split()) > 3:
            continue
        value, liked = placed(item.value)
        slot = Slot.NEVER if match["never"] else Slot.DISLIKES if match["no"] else liked or Slot.LIKES
        yield Claim(slot, value, Polarity.AFFIRMED, match.start("v"), match.end(), "en")


def _not_me(folded: str, claims: Iterable[Claim]) -> list[Claim]:
    """What is denied of the writer behind what is said of another: "it's my sister's allergy, not mine"."""
    denied = []
    for claim in claims:
        over = NOT_ME.match(folded, claim.end)
        at = folded.rfind(claim.value, claim.start, claim.end)
        if over and at >= 0 and claim.subject != SELF and claim.slot in (Slot.ALLERGY, Slot.DIET):
            denied.append(replace(claim, subject=SELF, polarity=Polarity.DENIED, start=at, end=over.end()))
    return denied


def propose(text: str, *, said_on: date) -> list[Claim]:
    """What the writer of `text` says of themselves and their people, in order of appearance.

    `said_on` is the day of speaking in local time: "tomorrow" counts from it. Offsets are into
    `text`. Never raises, whatever the text; what is not understood is not claimed.
    """
    folded = fold(text)
    in_english = _TELLS.search(folded) is not None
    in_indonesian = indonesian.LANGUAGE.search(folded) is not None
    if not (in_english or in_indonesian) or is_joke(folded):
        return []
    whole = _Text(folded, text, said_on)
    claims: list[Claim] = []
    carried: Person | None = None
    limit = -1
    for clause in clauses(folded):
        carried = carried if clause.limit == limit else None
        limit = clause.limit
        if clause.asserted:
            claims += _clause_claims(
                whole, clause, carried, english_too=in_english, indonesian_too=in_indonesian
            )
        elif clause.asked and in_indonesian:
            claims += indonesian_life.asked_about(folded, clause.start, clause.end)
        carried = _opened_by(whole, clause) or carried
        if len(claims) > MAX_CLAIMS:
            break
    if "?" in folded and in_english:
        claims += _answered(whole)
    claims += _not_me(folded, claims)
    return _distinct(corrected(_distinct(claims[:MAX_CLAIMS]), folded, said_on))
