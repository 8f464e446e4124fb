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
    english_openings,
    english_predicates,
    english_talk,
    english_words,
    indonesian,
    indonesian_clause,
    indonesian_life,
    indonesian_talk,
)
from agnt_pipelines.dreaming.grammar.clauses import Clause, clauses, fold, is_joke
from agnt_pipelines.dreaming.grammar.corrections import corrected
from agnt_pipelines.dreaming.grammar.cues import is_hedged
from agnt_pipelines.dreaming.grammar.indonesian_words import ASKS
from agnt_pipelines.dreaming.grammar.labels import LABELS
from agnt_pipelines.dreaming.grammar.phrases import listed
from agnt_pipelines.dreaming.grammar.readers import members, placed
from agnt_pipelines.dreaming.grammar.rules import Rule, Spot
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
_OWNS = re.compile(r"\b(?:my|our)\s")
_TELLS = re.compile(
    r"\b(?:i|i'm|im|we|my|our|allergic|allergy|vegetarian|vegan|halal|budget|under|max\w*|below|"
    r"favou?rite|fave|no|not|can't stand|celebrating|usually|always|normally|typically|me|us|fan|prefer|love|hate|"
    r"don't|dont|allergies|diet|area|areas|party|anniversary|cuisine|likes|dislikes|only|going|somewhere|anything|"
    r"vegitarian|vegeterian|vegetarien|pescatarian|halal|im|ive|really|into|gave|quit|stopped|what|anyone|everything)\b"
)


_ENGLISH_PREDICATES = (*english_talk.PREDICATES, *english_predicates.PREDICATES)
_ENGLISH_POSSESSIONS = (*english_openings.POSSESSIONS, *english_talk.POSSESSIONS)
_ENGLISH_FREE = (*LABELS, *english_openings.FREE, *english_talk.FREE)
_ENGLISH_ANYWHERE = (*english_openings.ANYWHERE, *english_talk.ANYWHERE)
_INDONESIAN_PREDICATES = (*indonesian_talk.PREDICATES, *indonesian.PREDICATES)
_INDONESIAN_OPENING = (*LABELS, *indonesian_talk.OPENING, *indonesian.OPENING)


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
    text: _Text, clause: Clause, at: int, rules: Iterable[Rule], *, subject: str = SELF, language: str = "en"
) -> Iterator[Claim]:
    """The claims of the first rule that matches at an offset and reads a value."""
    for rule in rules:
        match = rule.pattern.match(text.folded, at, clause.limit)
        if match is None or match.end() > clause.end + 1:
            continue
        begins = match.start("v") if "v" in match.re.groupindex else match.end()
        spot = Spot(
            text.folded, text.original, clause.start, clause.end, clause.limit, begins, text.said_on, match
        )
        first = _FIRST_WORD.match(text.folded, clause.start, clause.end)
        start = first.end() if first else clause.start
        claims = [
            Claim(
                slot=found.slot or rule.slot,
                value=found.value,
                polarity=found.polarity or rule.polarity,
                start=start,
                end=found.end,
                language=language,
                subject=subject,
                hedged=is_hedged(text.folded[clause.start : found.end]),
                expires_on=found.expires_on,
            )
            for found in rule.read(spot)
        ]
        if claims:
            yield from claims
            return


def _english(text: _Text, clause: Clause) -> Iterator[Claim]:
    filler = english_words.FILLER.match(text.folded, clause.start, clause.end)
    at = filler.end() if filler else clause.start
    subject = english_words.SUBJECT.match(text.folded, at, clause.end)
    if subject:
        yield from _try(text, clause, subject.end(), _ENGLISH_PREDICATES, subject=_kin(subject, KIN))
    possessive = english_words.POSSESSIVE.match(text.folded, at, clause.end)
    if possessive:
        yield from _try(text, clause, possessive.end(), _ENGLISH_POSSESSIONS, subject=_kin(possessive, KIN))
    yield from _try(text, clause, at, _ENGLISH_FREE)
    if english_words.OPINION.search(text.folded, clause.start, clause.end):
        yield from _try(text, clause, at, _ENGLISH_ANYWHERE)


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
    text: _Text, clause: Clause, *, english_too: bool, indonesian_too: bool
) -> Iterator[Claim]:
    if english_too:
        yield from _english(text, clause)
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
    for clause in clauses(folded):
        if clause.asserted:
            claims += _clause_claims(whole, clause, english_too=in_english, indonesian_too=in_indonesian)
        elif clause.asked and in_indonesian:
            claims += indonesian_life.asked_about(folded, clause.start, clause.end)
        if len(claims) > MAX_CLAIMS:
            break
    return _distinct(corrected(_distinct(claims[:MAX_CLAIMS]), folded, said_on))
