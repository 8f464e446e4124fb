"""What a question asks for besides its words: of whom, of which time, of what has been or is now.

What belongs here: reading a question against the people of the talk and the time it is asked at.
What does not: how well anything answers it (`recall_views`).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from agnt_pipelines.language.terms import content_words, stem, terms, words

_MONTHS = (
    ("january", "januari"), ("february", "februari"), ("march", "maret"), ("april",), ("may", "mei"),
    ("june", "juni"), ("july", "juli"), ("august", "agustus"), ("september",), ("october", "oktober"),
    ("november",), ("december", "desember"),
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_VERBS = frozenset({"may", "march"})
_MONTH = re.compile(
    rf"\b(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?\s+)?(?P<month>{'|'.join(_MONTH_OF)})\b"
    r"(?:\s+(?P<after>\d{1,2})(?:st|nd|rd|th)?\b)?(?:,?\s+(?P<year>(?:19|20)\d\d))?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:in|during|since|of|tahun)\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 4, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5,
}  # fmt: skip
_UNIT_DAYS = {
    "day": 1,
    "week": 7,
    "month": 30,
    "year": 365,
    "hari": 1,
    "minggu": 7,
    "bulan": 30,
    "tahun": 365,
}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_UNIT = rf"(?P<unit>{'|'.join(_UNIT_DAYS)})s?"
_AGO = re.compile(rf"\b{_COUNT}(?: of)? {_UNIT} (?:ago|(?:yang )?lalu)\b")
_WITHIN = re.compile(rf"\b(?:past|last|previous)(?: (?:a )?{_COUNT}(?: of)?)? {_UNIT}\b")
_LAST_DAY = re.compile(r"\b(?:last|this past) (?:weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b")
_NEAR = re.compile(r"\b(?P<when>yesterday|today|kemarin|hari ini)\b")
_WHEN = re.compile(
    r"\s*(?:when|how long|since when|what (?:date|day|month|year)|which (?:month|year)|kapan|sejak kapan)\b"
)
_PAST = re.compile(
    r"\b(?:first|originally|initially|at first|in the beginning|used to|pertama|awalnya|dulu)\b"
)
_TOLERANCE = {1: 1, 7: 4, 30: 16, 365: 90}
"""Days by which "N units ago" may be off, for each unit's days: about half a unit."""

_SLACK = 1.15
"""What is said to have been in the past three months was sometimes told a little earlier."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both inclusive; with `any_year` only their month and day count."""

    first: date
    last: date
    any_year: bool = False

    def holds(self, day: date) -> bool:
        """Whether a day lies within."""
        if not self.any_year:
            return self.first <= day <= self.last
        inside = (self.first.month, self.first.day) <= (day.month, day.day)
        return inside and (day.month, day.day) <= (self.last.month, self.last.day)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read.

    Attributes:
        text: as it was asked.
        terms: its distinct terms in order, without the names of those who speak.
        bare: its words without function words and those names; the whole text where none is left.
        named: the one speaker whom it names; None where it names none or several.
        spans: the days it asks about; empty where it tells none.
        asks_when: whether a time is the answer.
        of_the_past: whether it asks for how something was before it changed.
    """

    text: str
    terms: tuple[str, ...]
    bare: str
    named: str | None
    spans: tuple[Span, ...]
    asks_when: bool
    of_the_past: bool


def read_question(text: str, speakers: Collection[str], today: date) -> Question:
    """Read a question asked on a WITA day about the talk of some speakers, who are ids."""
    names = {speaker: name_words(speaker) for speaker in speakers}
    spoken = set(words(text))
    named = [speaker for speaker in sorted(names) if names[speaker] & spoken]
    every = frozenset(word for some in names.values() for word in some)
    stems = {stem(word) for word in every}
    lowered = text.lower()
    return Question(
        text=text,
        terms=tuple(dict.fromkeys(term for term in terms(text) if term not in stems)),
        bare=" ".join(word for word in content_words(text) if word not in every) or text,
        named=named[0] if len(named) == 1 else None,
        spans=tuple(_spans(text, today)),
        asks_when=_WHEN.match(lowered) is not None,
        of_the_past=_PAST.search(lowered) is not None,
    )


def name_words(speaker: str) -> frozenset[str]:
    """Return the words of an id that may be somebody's name: its last part's, of two letters or more."""
    last = speaker.rpartition("/")[2]
    return frozenset(word for word in words(last) if len(word) > 1 and word.isalpha())


def _spans(text: str, today: date) -> Iterator[Span]:
    yield from _named_months(text)
    lowered = text.lower()
    if found := _AGO.search(lowered):
        unit = _UNIT_DAYS[found["unit"]]
        middle = today - timedelta(days=_count(found["count"]) * unit)
        slack = timedelta(days=_TOLERANCE[unit])
        yield Span(middle - slack, middle + slack)
    elif found := _WITHIN.search(lowered):
        days = _count(found["count"]) * _UNIT_DAYS[found["unit"]]
        yield Span(today - timedelta(days=int(days * _SLACK) + 3), today)
    elif _LAST_DAY.search(lowered):
        yield Span(today - timedelta(days=9), today)
    elif found := _NEAR.search(lowered):
        yield Span(today - timedelta(days=2), today)


def _count(word: str | None) -> int:
    if word is None:
        return 1
    return int(word) if word.isdigit() else _NUMBERS[word]


def _named_months(text: str) -> Iterator[Span]:
    months = False
    for found in _MONTH.finditer(text):
        name, dated = found["month"].lower(), found["before"] or found["after"] or found["year"]
        # A verb, too: a month only with a capital letter inside a sentence, or with a day or a year.
        if name in _VERBS and not dated and (found["month"].islower() or found.start("month") == 0):
            continue
        months = True
        year = int(found["year"]) if found["year"] else 2000
        month = _MONTH_OF[name]
        length = monthrange(year, month)[1]
        yield Span(date(year, month, 1), date(year, month, length), any_year=not found["year"])
    if not months:
        for found in _YEAR.finditer(text):
            yield Span(date(int(found[1]), 1, 1), date(int(found[1]), 12, 31))
