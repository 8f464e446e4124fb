"""Quantities: values as people write them, in one form that can be compared.

Pure. What belongs here: finding money, shares, times, dates, counts and versions' names in a clause,
and whether two of a kind can both hold. What does not: what they are values of (`statements`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_NUMBER_WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60,
    "ninety": 90,
}  # fmt: skip
_SECONDS: Final = {
    "ms": 0.001, "millisecond": 0.001, "s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3600,
    "hr": 3600, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_629_800, "year": 31_536_000,
}  # fmt: skip
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_CURRENCY: Final = {"$": "usd", "€": "eur", "£": "gbp", "rp": "idr", "dollar": "usd", "euro": "eur"}
_SCALE: Final = {"k": 1e3, "m": 1e6, "bn": 1e9}

_SPELT = "|".join(_NUMBER_WORDS)
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNITS = "|".join(sorted(_SECONDS, key=len, reverse=True))
_MONTH = "|".join(_MONTHS)
_LONG = "minute|hour|day|week|month|year"
_RELATIVE = " (?:ago|since|old|later|earlier|before)"
_WHOLE = r"\d{1,3}(?:,\d{3})+|\d+"
_MAY_HOLD = re.compile(rf"\d|(?<!\w)(?:{_SPELT}|an? (?:{_LONG}))(?!\w)", re.IGNORECASE)
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<iso>\b\d{4}-\d{2}-\d{2}\b)",
        rf"(?P<day>\b\d{{1,2}}) (?P<month>{_MONTH})[a-z]* (?P<year>\d{{4}})\b",
        rf"(?P<sign>[$€£]|\b(?:rp|idr|usd|eur)) ?(?P<amount>{_DIGITS})(?P<scale>k|m|bn)?\b",
        rf"\b(?P<amount>{_DIGITS})(?P<scale>k|m|bn)? ?(?P<sign>dollar|euro|usd|eur|idr)s?\b",
        rf"(?<![\w.])(?P<percent>{_DIGITS}|{_SPELT}) ?(?:%|per ?cent\b)",
        rf"(?<![\w.])(?P<many>{_DIGITS}|{_SPELT}|an?(?= (?:{_LONG})))[ -]?(?P<unit>{_UNITS})s?\b(?! ?[/\d]|{_RELATIVE})",
        r"`(?P<version>[a-z][\w-]*(?:/[\w-]+)*/v?\d+(?:\.\d+)*)`",
        rf"(?<![\w.,/#:-])(?P<count>{_WHOLE}|{_SPELT})(?P<plus>\+)? (?P<things>(?:[a-z][a-z-]+ ){{0,2}}?)(?P<noun>[a-z][a-z-]+s)\b",
    )
)
_AT_MOST = re.compile(
    r"(?:\bup to|\bat most|\bas much as|\bwithin|\bless than|\bno more than|\bunder)\s*$", re.IGNORECASE
)
_AT_LEAST = re.compile(r"(?:\bat least|\bmore than|\bover|\bno less than|\bminimum of)\s*$", re.IGNORECASE)
_NAME: Final = re.compile(r"(?:\b[A-Z]\w*[A-Z]\w*|\w\s+[A-Z]\w+)\s$")
_POINTING: Final = re.compile(
    r"\b(?:the|these|those|both|all|other|just|only|every|its|their|of|last|first|next|previous)\s$",
    re.IGNORECASE,
)
"""Words before a number of things that were spoken of already: it is not how many there are."""
_BEFORE: Final = 60
"""Characters before a number that may tell what it means."""
_NEAR: Final = 0.02
"""Values that differ by less are one value, rounded."""
_NO_NOUN: Final = frozenset(
    ["is", "was", "has", "does", "as", "this", "us", "its", "plus", "times", "percent", "others"]
)
_NO_THING: Final = re.compile(
    r"\b(?:is|are|was|were|and|or|of|in|to|by|from|with|for|on|at|the|than|that|which|has|have)\b"
)


class Kind(StrEnum):
    """What sort of value it is."""

    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    DATE = "date"
    COUNT = "count"
    VERSION = "version"
    OWNER = "owner"


class Bound(StrEnum):
    """Whether a number is meant as it is."""

    EXACT = "exact"
    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True)
class Found:
    """A value in a clause: `value` compares, `shown` is as written; seconds, units of money, shares in %."""

    kind: Kind
    value: float | str | frozenset[str]
    shown: str
    start: int
    end: int
    bound: Bound = Bound.EXACT
    noun: str = ""
    qualified: frozenset[str] = frozenset()


def find(clause: str) -> list[Found]:
    """Return the values of a clause in order; of overlapping readings the more special one."""
    found: list[Found] = []
    if _MAY_HOLD.search(clause) is None:
        return found
    for pattern in _PATTERNS:
        for match in pattern.finditer(clause):
            free = all(match.end() <= other.start or other.end <= match.start() for other in found)
            value = _read(match, clause) if free else None
            if value is not None:
                found.append(value)
    return sorted(found, key=lambda value: value.start)


def without(clause: str, found: Iterable[Found]) -> str:
    """Return a clause without some values that were found in it."""
    for value in sorted(found, key=lambda value: -value.start):
        clause = f"{clause[: value.start]} {clause[value.end :]}"
    return clause


def agree(one: Found, other: Found) -> bool:
    """Whether two values of one kind can both hold of one thing."""
    mine, theirs = one.value, other.value
    if isinstance(mine, frozenset) and isinstance(theirs, frozenset):
        return bool(mine & theirs)  # a first name is somebody's
    if not isinstance(mine, float) or not isinstance(theirs, float):
        return mine == theirs
    bounds = {one.bound: mine, other.bound: theirs}
    if len(bounds) == 1:
        return abs(mine - theirs) <= _NEAR * max(abs(mine), abs(theirs))
    exact = bounds.get(Bound.EXACT)
    most, least = bounds.get(Bound.AT_MOST, math.inf), bounds.get(Bound.AT_LEAST, -math.inf)
    return least <= most if exact is None else least <= exact <= most


def _read(match: re.Match[str], clause: str) -> Found | None:
    parts = {name: text for name, text in match.groupdict().items() if text is not None}
    before = clause[max(0, match.start() - _BEFORE) : match.start()]
    bound = _bound(before, parts)
    base = (match[0].strip("`"), match.start(), match.end(), bound)
    if "sign" in parts:
        sign = parts["sign"].lower()
        amount = _number(parts["amount"]) * _SCALE.get(parts.get("scale", "").lower(), 1)
        return Found(Kind.MONEY, amount, *base, noun=_CURRENCY.get(sign, sign))
    if "noun" in parts:
        return _count(parts, before, base)
    kind, value = _plain(parts)
    return Found(kind, value, *base)


def _plain(parts: dict[str, str]) -> tuple[Kind, float | str]:
    if "iso" in parts:
        return Kind.DATE, parts["iso"]
    if "year" in parts:
        month = _MONTHS[parts["month"].lower()]
        return Kind.DATE, f"{parts['year']}-{month:02}-{int(parts['day']):02}"
    if "percent" in parts:
        return Kind.PERCENT, _number(parts["percent"])
    if "unit" in parts:
        return Kind.DURATION, _number(parts["many"]) * _SECONDS[parts["unit"].lower()]
    return Kind.VERSION, parts["version"]


def _count(parts: dict[str, str], before: str, base: tuple[str, int, int, Bound]) -> Found | None:
    noun = parts["noun"].lower()
    # "Go 16 ships": a number after a name is the name's.
    if _NAME.search(before) or _POINTING.search(before):
        return None
    if noun in _NO_NOUN or _NO_THING.search(parts["things"].lower()):
        return None
    return Found(
        Kind.COUNT,
        _number(parts["count"]),
        *base,
        noun=noun,
        qualified=frozenset(parts["things"].lower().split()),
    )


def _bound(before: str, parts: dict[str, str]) -> Bound:
    if "plus" in parts or _AT_LEAST.search(before):
        return Bound.AT_LEAST
    return Bound.AT_MOST if _AT_MOST.search(before) else Bound.EXACT


def _number(text: str) -> float:
    plain = text.lower()
    return float(1 if plain in {"a", "an"} else _NUMBER_WORDS.get(plain) or plain.replace(",", ""))
