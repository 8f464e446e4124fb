"""Whom an English pronoun speaks of: the person of the writer's own who was named last and fits it.

What belongs here: pronouns, and finding the person behind one. What does not: the names of kin
(`vocabulary`) and how a clause names its subject outright (`english_words`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agnt_pipelines.dreaming.grammar.english_words import WHOSE
from agnt_pipelines.dreaming.grammar.phrases import word_set
from agnt_pipelines.dreaming.grammar.rules import spaced
from agnt_pipelines.dreaming.grammar.vocabulary import KIN, as_listed

PRONOUN = re.compile(r"(?P<said>he|she|they|who)(?='s\b|'re\b|s\b|'d\b|'ll\b|\s)")
OTHERS = re.compile(
    r"(?:he|she|they|you|people|someone|somebody|everyone|everybody|nobody|anyone|those|these|his|her|their|your|"
    r"(?:a|one|some|another|the other) (?:friend|guy|girl|woman|man|person|mate|people|of (?:them|the))|"
    r"the (?:guy|man|woman|chef|waiter|waitress|owner|driver|host|staff|review|menu|reviews|place|kitchen|restaurant))\b"
)
"""Openings that speak of somebody who is neither the writer nor named as theirs."""
CONTINUED = re.compile(
    r"\s*+(?:(?:and|but|&|plus|so|or)\s++)?(?=(?:don't|dont|doesn't|can't|cant|cannot|never|hates?|loves?|likes|enjoys?|prefers?|"
    r"can|lives?|works?|eats?|drinks?|needs?|uses?|avoids?|usually|always|is|am|are|was|has|have|gets?|also|just|really|won't|"
    r"teetotal|allergic|vegan|vegetarian|intolerant|coeliac|celiac|sensitive|deaf|blind|pregnant)\b)"
)
"""How a clause goes on about the subject of the one before it."""

_FAR = 180
_MENTION = spaced(rf"(?<![\w']){WHOSE}\b")
_MALE = word_set(
    "husband boyfriend son father brother grandfather father-in-law brother-in-law uncle nephew grandson stepson"
)
_FEMALE = word_set(
    "wife girlfriend daughter mother sister grandmother mother-in-law sister-in-law aunt niece granddaughter stepdaughter"
)
_MANY = word_set(
    "children parents siblings friends colleagues sons daughters brothers sisters twins dogs cats flatmates roommates "
    "parents-in-law grandchildren cousins family"
)


NOT_ME = re.compile(
    r"[\s,]*(?:(?:but|and)\s)?(?:not me|i'm not|im not|i am not|not mine)\b(?!\s(?:sure|saying|kidding))"
)
"""What turns a claim about somebody of one's own round for oneself."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the writer's, by their canonical name, and where they were introduced."""

    name: str
    start: int


def kin_name(said: str) -> str:
    """The canonical name of a member of kin as it was said."""
    return KIN.get(said) or KIN[as_listed(said)]


def _fits(pronoun: str, name: str) -> bool:
    if pronoun == "they":
        return name in _MANY
    if name in _MANY:
        return False
    return name not in (_FEMALE if pronoun == "he" else _MALE if pronoun == "she" else ())


def antecedent(folded: str, pronoun: re.Match[str]) -> Person | None:
    """The nearest person before a pronoun whom it can mean; "who" means the one right before it."""
    at, said = pronoun.start(), pronoun["said"]
    for mention in reversed(list(_MENTION.finditer(folded, max(0, at - _FAR), at))):
        name = kin_name(mention["kin"])
        if said == "who" and at - mention.end() > 3:
            return None
        if said == "who" or _fits(said, name):
            return Person(name, mention.start())
    return None
