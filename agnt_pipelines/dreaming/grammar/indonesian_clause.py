"""The head of an Indonesian clause found in a text: whom it speaks of, from where its predicate is read.

What belongs here: subject, pronoun, adverbs and negation, and which tables follow them. What does not: the words
(`indonesian_words`) and the tables themselves (`indonesian_taste`, `_body`, `_life`, `_times`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agnt_pipelines.dreaming.grammar import (
    indonesian,
    indonesian_body,
    indonesian_life,
    indonesian_taste,
    indonesian_times,
)
from agnt_pipelines.dreaming.grammar.indonesian_words import ASKS, HEAD, OTHERS_LAST, PRONOUN
from agnt_pipelines.dreaming.grammar.rules import Rule, spaced
from agnt_pipelines.dreaming.grammar.vocabulary import KIN, KIN_ID, as_listed

_STATED = (
    *indonesian_body.STATED,
    *indonesian_times.STATED,
    *indonesian_life.STATED,
    *indonesian_taste.STATED,
)
_DENIED = (
    *indonesian_body.DENIED,
    *indonesian_times.DENIED,
    *indonesian_life.DENIED,
    *indonesian_taste.DENIED,
)
_TOPIC = spaced(r"(?:(?:kalau|kalo|klo|kl|soal) )?")
_SELF_SAID = re.compile(rf"\b(?:{indonesian.FIRST_PERSON})\b")
_COUNTS = re.compile(
    r"\d|\bber(?:dua|tiga|empat|lima|enam|tujuh|delapan)|sendiri|\bse(?:juta|tiap)|tiap|ratus|juta|ribu"
)
_BECAME = spaced(r"[a-z] jadi *$")
IN_FUN = re.compile(indonesian_body.FOR_FUN)
SELF = "self"
_MEMORY = 300
"""How many characters back a pronoun's person may have been named."""


@dataclass(frozen=True, slots=True)
class Head:
    """Who a clause speaks of, where the words that say so begin, and the tables to try at offsets."""

    subject: str
    start: int
    tables: tuple[tuple[int, tuple[Rule, ...]], ...]


def who(match: re.Match[str]) -> str:
    """The canonical name of the kin that a subject names, or the writer."""
    if match["english"]:
        return KIN[match["english"]]
    said = match["kin"] or match["bare"]
    return SELF if said is None else KIN_ID.get(said) or KIN_ID[as_listed(said)]


def introduced(folded: str, before: int) -> re.Match[str] | None:
    """The last person of the writer's whom the text names before an offset."""
    return next(iter([*indonesian.INTRODUCED.finditer(folded, max(0, before - _MEMORY), before)][-1:]), None)


def going_on(folded: str, start: int) -> re.Match[str] | None:
    """Whom the sentence spoke of before, where this clause names nobody: "papa diabetes, ga bisa makan manis"."""
    begins = max((folded.rfind(mark, 0, start) for mark in ".!?\n"), default=-1) + 1
    before = folded[begins:start].strip()
    if not before:
        return None
    filler = indonesian.FILLER.match(folded, begins, start)
    person = indonesian.INTRODUCED.match(folded, filler.end() if filler else begins, start)
    return None if person is None or _SELF_SAID.search(folded, person.end(), start) else person


def head(folded: str, start: int, end: int) -> Head | None:
    """The head of the clause `[start, end)`; nothing where it asks, or speaks of nobody who is known."""
    if ASKS.search(folded, start, end):
        return None
    filler = indonesian.FILLER.match(folded, start, end)
    at = filler.end() if filler else start
    subject = indonesian.SUBJECT.match(folded, at, end)
    if subject:
        return _spoken(folded, who(subject), start, subject.end(), end, named=True)
    pronoun = PRONOUN.match(folded, at, end)
    if pronoun:
        person = introduced(folded, start)
        return (
            _spoken(folded, who(person), person.start(), pronoun.end(), end, named=True) if person else None
        )
    if OTHERS_LAST.search(folded, at, end):
        return None
    person = None if _SELF_SAID.search(folded, at, end) else going_on(folded, start)
    if person:
        return _spoken(folded, who(person), person.start(), at, end, named=False)
    return _spoken(folded, SELF, start, at, end, named=False)


def _spoken(folded: str, subject: str, start: int, at: int, end: int, *, named: bool) -> Head:
    return Head(subject, start, tuple(_tables(folded, subject, start, at, end, named=named)))


def _tables(
    folded: str, subject: str, start: int, at: int, end: int, *, named: bool
) -> Iterator[tuple[int, tuple[Rule, ...]]]:
    first = HEAD.match(folded, at, end)
    inside = first.end() if first else at
    if not named:  # "kalo kopi sih sukanya ...", "suka aku sama ...": the writer may come behind
        topic = _TOPIC.match(folded, at, end)
        later = topic.end() if topic else at
        again = indonesian.SUBJECT.match(folded, inside, end)
        if again and who(again) == SELF and not (first and first["not"]):
            first = HEAD.match(folded, again.end(), end)
            inside = first.end() if first else again.end()
            named = True
        elif later > at:
            yield later, indonesian_times.STATED
            yield later, indonesian_body.SICKENS
            at = later
    if subject == SELF:
        yield at, indonesian_life.LEFT
    if inside > at and not (first and first["not"]) and _COUNTS.search(folded, at, end):
        yield at, indonesian_times.STATED
    yield inside, _DENIED if first and first["not"] else _STATED
    if (named or _BECAME.search(folded, start, inside)) and not (first and first["not"]):
        yield inside, indonesian_life.OWN_TRADE
    if subject == SELF and not named and indonesian_taste.TOPIC_HINT.search(folded, at, end):
        yield at, indonesian_body.SICKENS
        if indonesian_taste.OWN_TOPIC.search(folded, at, end):
            yield at, indonesian_taste.TOPICS
