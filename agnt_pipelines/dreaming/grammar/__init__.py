"""The grammar of light dreaming: what a person says of themselves, as claims with exact spans.

What belongs here: the walk over a message's clauses, trying each language's rules at the one place
where they may match. What does not: the rules (`english_*`, `indonesian`), and whether a claim stands
(`verify`, which trusts nothing here). Precision comes first: a clause that does not open with its
subject, after small words, says nothing that is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from agnt_pipelines.dreaming.claims import Claim, Polarity, Slot
from agnt_pipelines.dreaming.grammar import (
    english_walk,
    english_words,
    indonesian,
    indonesian_life,
    indonesian_walk,
)
from agnt_pipelines.dreaming.grammar.clauses import clauses, fold, is_joke
from agnt_pipelines.dreaming.grammar.corrections import corrected
from agnt_pipelines.dreaming.grammar.english_people import Person
from agnt_pipelines.dreaming.grammar.vocabulary import KIN, KIN_ID
from agnt_pipelines.dreaming.grammar.walk import SELF, Text, kin_of

__all__ = ["MAX_CLAIMS", "SELF", "propose", "subject_at"]

MAX_CLAIMS = 64
"""Most claims of one message; a message that says more of its author is not talk."""

_TELLS = re.compile(
    r"\b(?:i|i'm|im|we|my|our|allergic|allergy|vegetarian|vegan|halal|budget|under|max\w*|below|"
    r"favou?rite|fave|no|not|can't stand|celebrating|usually|always|normally|typically|me|us|fan|prefer|love|hate|"
    r"don't|dont|allergies|diet|area|areas|party|anniversary|cuisine|likes|dislikes|only|going|somewhere|anything|"
    r"vegitarian|vegeterian|vegetarien|pescatarian|halal|im|ive|really|into|gave|quit|stopped|what|anyone|everything|"
    r"here|tops|usual|trying|gonna|sober|bday|b-day|birthday|honeymoon\w*|off|on|for|at|is|are|was|and|every|never|obsessed|pass|"
    r"to|in|of|with|it|this|that|you|from|wife|husband|kids|mum|mom|dad|missus|hubby|each|pp|budget|born|turning|based|living|moved|the|a|an)\b|\?"
)


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
                return kin_of(subject, table)
    return None


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
    whole = Text(folded, text, said_on)
    families = english_walk.families_of(folded)
    claims: list[Claim] = []
    carried: Person | None = None
    limit = -1
    for clause in clauses(folded):
        carried = carried if clause.limit == limit else None
        limit = clause.limit
        if clause.asserted:
            if in_english:
                claims += english_walk.said_in_english(whole, clause, carried, families)
            if in_indonesian:
                claims += indonesian_walk.said_in_indonesian(whole, clause)
        elif clause.asked and in_indonesian:
            claims += indonesian_life.asked_about(folded, clause.start, clause.end)
        carried = english_walk.opened_by(whole, clause) or carried
        if len(claims) > MAX_CLAIMS:
            break
    if "?" in folded and in_english:
        claims += english_walk.answered(whole)
    claims += english_walk.not_me(folded, claims)
    return _distinct(corrected(_distinct(claims[:MAX_CLAIMS]), folded, said_on))
